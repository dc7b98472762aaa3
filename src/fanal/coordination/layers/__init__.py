"""Layers: what counts as an action of one kind. The tuple is the list; a test keeps it whole."""

from fanal.coordination.layers import hashtag, image, reply, repost, text, url
from fanal.coordination.layers.base import Layer
from fanal.errors import AnalysisError

LAYERS: tuple[Layer, ...] = (
    repost.LAYER,
    url.LAYER,
    hashtag.LAYER,
    image.LAYER,
    text.LAYER,
    reply.LAYER,
)


def layers_named(names: tuple[str, ...] = ()) -> tuple[Layer, ...]:
    """Return the layers with these names in their own order; all of them for no names.

    Raises
    ------
    AnalysisError
        A name is not the name of a layer.
    """
    known = {layer.name: layer for layer in LAYERS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise AnalysisError(f"no layer {unknown[0]!r}.", hint=f"There are: {', '.join(known)}.")
    return tuple(layer for layer in LAYERS if not names or layer.name in names)
