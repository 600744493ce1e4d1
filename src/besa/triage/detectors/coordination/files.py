"""Coordination in files: shares that other tools write, and networks that other tools read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.etree import ElementTree as xml

import polars as pl

from besa.base.errors import BadInput
from besa.triage.detectors.coordination.near import NAMES, SECOND

#: As CooRTweet calls them.
COLUMNS = ("object_id", "account_id", "content_id", "timestamp_share")
#: What XML 1.0 cannot hold, however it is written.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GEXF, _GRAPHML = "http://gexf.net/1.3", "http://graphml.graphdrawing.org/xmlns"
_TYPES = {str: "string", int: "long", float: "double", bool: "boolean"}


def read(path: Path) -> pl.DataFrame:
    """Shares of a CSV file in UTF-8; `timestamp_share` in seconds since 1970, or as a date and time (UTC)."""
    try:
        names = pl.read_csv(path, infer_schema=False, n_rows=0).columns
        if missing := [name for name in COLUMNS if name not in names]:
            raise BadInput(
                f"has no column {', '.join(missing)}.",
                where=f"{path}:1",
                remedy=f"The columns are {', '.join(COLUMNS)}; the file has: {', '.join(names)}.",
            )
        table = pl.read_csv(path, infer_schema=False, columns=COLUMNS)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise BadInput(f"cannot be read as CSV ({str(error).splitlines()[0]}).", where=str(path)) from None
    said = table["timestamp_share"]
    at = (said.cast(pl.Float64, strict=False) * SECOND).round().cast(pl.Int64, strict=False)
    if at.null_count():
        written = said.str.strip_chars_end("Z").str.replace("T", " ", literal=True)
        at = at.fill_null(written.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", strict=False).dt.epoch("us"))
    if at.null_count():
        line = at.is_null().arg_max() + 2
        raise BadInput(f"“{said[line - 2]}” is no time.", where=f"{path}:{line}", remedy="Write seconds since 1970.")
    return table.with_columns(at=at).select(NAMES)


def write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadInput(f"cannot be written ({error.strerror}).", where=str(path)) from None


def gexf(nodes: Mapping[str, Mapping], edges: Iterable[tuple[str, str, Mapping]]) -> bytes:
    """The network for Gephi. `nodes`: id -> facts with `label`; `edges`: two ids, and facts with `weight`."""
    edges = list(edges)
    root = xml.Element("gexf", xmlns=_GEXF, version="1.3")
    graph = xml.SubElement(root, "graph", defaultedgetype="undirected", mode="static")
    keys = {}
    for part, rows in (("node", nodes.values()), ("edge", [facts for *_, facts in edges])):
        head = xml.SubElement(graph, "attributes", {"class": part})
        for name, kind in _kinds(rows):
            if name not in ("label", "weight"):
                keys[part, name] = str(len(keys))
                xml.SubElement(head, "attribute", id=keys[part, name], title=name, type=_TYPES[kind])
    held = xml.SubElement(graph, "nodes")
    for name, facts in nodes.items():
        node = xml.SubElement(held, "node", id=_clean(name), label=_clean(facts["label"]))
        _values(node, "node", facts, keys)
    held = xml.SubElement(graph, "edges")
    for at, (one, other, facts) in enumerate(edges):
        ends = {"id": str(at), "source": _clean(one), "target": _clean(other), "weight": _clean(facts["weight"])}
        _values(xml.SubElement(held, "edge", ends), "edge", facts, keys)
    return _bytes(root)


def graphml(nodes: Mapping[str, Mapping], edges: Iterable[tuple[str, str, Mapping]]) -> bytes:
    """The network for most other programs; arguments as `gexf`."""
    edges = list(edges)
    root = xml.Element("graphml", xmlns=_GRAPHML)
    for part, rows in (("node", nodes.values()), ("edge", [facts for *_, facts in edges])):
        for name, kind in _kinds(rows):
            told = {"id": f"{part}-{name}", "for": part, "attr.name": name, "attr.type": _TYPES[kind]}
            xml.SubElement(root, "key", told)
    graph = xml.SubElement(root, "graph", edgedefault="undirected")
    for name, facts in nodes.items():
        _data(xml.SubElement(graph, "node", id=_clean(name)), "node", facts)
    for one, other, facts in edges:
        _data(xml.SubElement(graph, "edge", source=_clean(one), target=_clean(other)), "edge", facts)
    return _bytes(root)


def network(ties: pl.DataFrame, groups: Iterable[Iterable[str]]) -> tuple[dict[str, dict], list[tuple[str, str, dict]]]:
    """Nodes and edges of ties, as `gexf` and `graphml` take them; `family`: number of the group, 0 for none."""
    family = {account: at for at, group in enumerate(groups, 1) for account in group}
    accounts = sorted({*ties["account_a"], *ties["account_b"]})
    nodes = {account: {"label": account, "family": family.get(account, 0)} for account in accounts}
    edges = [(row.pop("account_a"), row.pop("account_b"), row) for row in ties.to_dicts()]
    return nodes, edges


def _kinds(rows: Iterable[Mapping]) -> list[tuple[str, type]]:
    found: dict[str, type] = {}
    for facts in rows:
        found |= {name: type(value) for name, value in facts.items() if value is not None}
    return list(found.items())


def _values(element: xml.Element, part: str, facts: Mapping, keys: Mapping) -> None:
    held = xml.SubElement(element, "attvalues")
    for name, value in facts.items():
        if (part, name) in keys and value is not None:
            xml.SubElement(held, "attvalue", {"for": keys[part, name], "value": _clean(value)})


def _data(element: xml.Element, part: str, facts: Mapping) -> None:
    for name, value in facts.items():
        if value is not None:
            xml.SubElement(element, "data", key=f"{part}-{name}").text = _clean(value)


def _clean(value) -> str:
    return str(value).lower() if isinstance(value, bool) else _NOT_XML.sub("\ufffd", str(value))


def _bytes(root: xml.Element) -> bytes:
    xml.indent(root)
    return xml.tostring(root, encoding="utf-8", xml_declaration=True)
