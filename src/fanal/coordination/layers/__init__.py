"""Layers: what counts as an action of one kind. The tuple is the list; a test keeps it whole."""

from fanal.coordination.layers import hashtag, image, reply, repost, text, text_exact, url
from fanal.coordination.layers.base import Layer
from fanal.errors import AnalysisError

LAYERS: tuple[Layer, ...] = (
    repost.LAYER,
    url.LAYER,
    hashtag.LAYER,
    image.LAYER,
    text.LAYER,
    text_exact.LAYER,
    reply.LAYER,
)


def layers_named(names: tuple[str, ...] = ()) -> tuple[Layer, ...]:
    """Return the layers with these names in their own order; for no names those asked by default.

    Raises
    ------
    AnalysisError
        A name is not the name of a layer, or two of them hold the same actions.
    """
    known = {layer.name: layer for layer in LAYERS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise AnalysisError(f"no layer {unknown[0]!r}.", hint=f"There are: {', '.join(known)}.")
    if {text.LAYER.name, text_exact.LAYER.name} <= set(names):
        raise AnalysisError(
            "the layers text and text-exact hold the same posts: together they would count twice.",
            hint="Ask for one of them.",
        )
    if not names:
        return tuple(layer for layer in LAYERS if not layer.by_name)
    return tuple(layer for layer in LAYERS if layer.name in names)
