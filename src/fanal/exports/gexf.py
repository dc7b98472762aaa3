"""Links as a graph in GEXF 1.3, with weights, p, q, dates, communities and colours.

1. Each account of a link is a node: its community, how many links, a colour, a size.
2. Each link is an edge: its weight is the number of objects, the rest are attributes.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyarrow as pa

from fanal.exports import tables
from fanal.exports.csv import iso
from fanal.exports.files import written
from fanal.model.names import Names

SPACE = "http://gexf.net/1.3"
VIZ = "http://gexf.net/1.3/viz"
#: Okabe and Ito (2008), told apart by all common kinds of colour blindness; then grey.
COLOURS = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (230, 159, 0), (86, 180, 233),
    (240, 228, 66),
)  # fmt: skip
GREY = (136, 136, 136)
NODE_ATTRIBUTES = (("community", "integer"), ("links", "integer"))
EDGE_ATTRIBUTES = (
    ("layers", "string"),
    ("window_s", "double"),
    ("objects", "integer"),
    ("expected", "double"),
    ("surprise", "double"),
    ("p", "double"),
    ("q", "double"),
    ("q_affinity", "double"),
    ("fragile", "boolean"),
    ("first_time", "string"),
    ("last_time", "string"),
    ("mean_delay_s", "double"),
)
#: What XML 1.0 cannot hold, even escaped.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_gexf(
    edges: pa.Table, communities: pa.Table, path: Path, names: Names, *, creator: str
) -> None:
    """Write links as a graph; the file is whole or absent.

    Parameters
    ----------
    edges, communities
        Of a result, with the keys of accounts (not yet made pseudonymous).
    names
        How accounts are shown; their identity is `names.key`, the label of those that stand by
        name `names.account`.
    creator
        Program and version, written into the file.
    """
    tree = ET.ElementTree(_gexf(edges, communities, names, creator))
    ET.indent(tree, " ")
    with written(path) as temporary:
        tree.write(temporary, encoding="utf-8", xml_declaration=True)


def _gexf(edges: pa.Table, communities: pa.Table, names: Names, creator: str) -> ET.Element:
    spaces = {"xmlns": SPACE, "xmlns:viz": VIZ}
    root = ET.Element("gexf", spaces | {"version": "1.3"})
    meta = ET.SubElement(root, "meta")
    ET.SubElement(meta, "creator").text = creator
    ET.SubElement(
        meta, "description"
    ).text = "Accounts that acted together more often than the null model explains."
    graph = ET.SubElement(root, "graph", {"defaultedgetype": "undirected"})
    _declare(graph, "node", NODE_ATTRIBUTES)
    _declare(graph, "edge", EDGE_ATTRIBUTES)
    rows = tables.edges(edges, names).to_pylist()
    _nodes(graph, rows, tables.communities(communities, names).to_pylist(), names)
    _edges(graph, rows)
    return root


def _declare(graph: ET.Element, kind: str, attributes: tuple[tuple[str, str], ...]) -> None:
    declared = ET.SubElement(graph, "attributes", {"class": kind})
    for name, form in attributes:
        values = {"id": name, "title": name, "type": form}
        ET.SubElement(declared, "attribute", values)


def _nodes(graph: ET.Element, rows: list[Any], members: list[Any], names: Names) -> None:
    """1. Accounts, in the order of their keys as shown."""
    links = Counter(row[end] for row in rows for end in ("source", "target"))
    community = {row["account"]: row["community"] for row in members}
    nodes = ET.SubElement(graph, "nodes")
    for key in sorted(links):
        number = community.get(key, -1)
        label = names.account(key) if names.known(key) else key
        node = ET.SubElement(nodes, "node", {"id": clean(key), "label": clean(label)})
        _values(node, {"community": number, "links": links[key]})
        _paint(node, number, links[key])


def _paint(node: ET.Element, community: int, links: int) -> None:
    known = 0 <= community < len(COLOURS)
    red, green, blue = COLOURS[community] if known else GREY
    colour = {"r": str(red), "g": str(green), "b": str(blue)}
    ET.SubElement(node, "viz:color", colour)
    ET.SubElement(node, "viz:size", {"value": f"{6 + 2 * links**0.5:.3g}"})


def _edges(graph: ET.Element, rows: list[Any]) -> None:
    """2. Links, in the order of the table (p, source, target as shown)."""
    edges = ET.SubElement(graph, "edges")
    for number, row in enumerate(rows):
        ends = {
            "id": str(number),
            "source": clean(row["source"]),
            "target": clean(row["target"]),
            "weight": str(row["objects"]),
        }
        edge = ET.SubElement(edges, "edge", ends)
        _values(edge, {name: _value(row[name]) for name, _ in EDGE_ATTRIBUTES})


def _value(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return iso(value) if hasattr(value, "astimezone") else value


def _values(parent: ET.Element, values: dict[str, Any]) -> None:
    holder = ET.SubElement(parent, "attvalues")
    for name, value in values.items():
        if value is not None:
            text = f"{value:.6g}" if isinstance(value, float) else clean(str(value))
            ET.SubElement(holder, "attvalue", {"for": name, "value": text})


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)
