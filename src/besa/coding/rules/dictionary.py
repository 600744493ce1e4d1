"""A codebook as files that others read: TOML, a CSV dictionary (both ways), and DDI-Codebook XML."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

#: Texts by language, as they stand in variables and values.
_TEXTS = ("labels", "help", "examples", "block")
_PLAIN = ("name", "kind", "level", "of", "required", "beside")
_DDI = "ddi:codebook:2_5"


def to_toml(version: str, body: Mapping[str, Any]) -> str:
    """As `codebook.toml` is written; reading it gives the same body."""
    lines = [f"version = {_said(version)}"]
    for variable in body["variables"]:
        lines += ["", "[[variables]]"]
        lines += [f"{key} = {_said(variable[key])}" for key in _PLAIN if variable.get(key)]
        if variable.get("when"):
            lines.append(f"when = {_said(variable['when'])}")
        lines += [f"{key} = {_said(_written(variable[key]))}" for key in _TEXTS if variable.get(key)]
        if values := variable.get("values"):
            lines += ["values = [", *(f"  {_said(_value(value))}," for value in values), "]"]
    return "\n".join(lines) + "\n"


def _value(value: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value[key] for key in ("value", "key") if value.get(key) not in (None, "")}
    return kept | {key: _written(value[key]) for key in _TEXTS if value.get(key)}


def _written(texts: Mapping[str, str]) -> dict[str, str]:
    """Serbian is written in Latin; Cyrillic is made from it by rule."""
    return {tag: text for tag, text in texts.items() if tag != "sr-Cyrl" or "sr-Latn" not in texts}


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_said(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_said(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def to_csv(version: str, body: Mapping[str, Any]) -> str:
    """One row for each variable, and one for each of its values below it."""
    tags = _tags(body)
    columns = ["version", *_PLAIN, "when", "value", "key", *(f"{key}.{tag}" for key in _TEXTS for tag in tags)]
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    for variable in body["variables"]:
        row = {key: variable.get(key, "") for key in _PLAIN}
        row |= {
            "version": version,
            "required": "yes" if variable.get("required") else "",
            "when": json.dumps(variable["when"], ensure_ascii=False) if variable.get("when") else "",
        }
        writer.writerow(row | _spread(variable))
        for value in variable.get("values", []):
            short = {"name": variable["name"], "value": value["value"], "key": value.get("key", "")}
            writer.writerow(short | _spread(value))
    return out.getvalue()


def _tags(body: Mapping[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for variable in body["variables"]:
        for part in (variable, *variable.get("values", [])):
            for key in _TEXTS:
                found |= dict.fromkeys(_written(part.get(key) or {}))
    return list(found)


def _spread(part: Mapping[str, Any]) -> dict[str, str]:
    return {f"{key}.{tag}": text for key in _TEXTS for tag, text in _written(part.get(key) or {}).items()}


def from_csv(text: str) -> tuple[str, dict[str, Any]]:
    """(version, body) of a CSV dictionary, to be read as TOML is. Raises ValueError with what is wrong in words."""
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    if not rows or not {"name", "kind", "value"} <= rows[0].keys():
        raise ValueError("the columns name, kind and value are missing")
    version, variables = rows[0].get("version") or "", []
    for number, row in enumerate(rows, 2):
        row = {key: (cell or "").strip() for key, cell in row.items() if key}
        if not row["value"]:
            variable: dict[str, Any] = {key: row[key] for key in _PLAIN if row.get(key)}
            if "required" in variable:
                variable["required"] = variable["required"] == "yes"
            try:
                variable |= {"when": json.loads(row["when"])} if row.get("when") else {}
            except ValueError:
                raise ValueError(f"row {number}: “when” cannot be read") from None
            variables.append(variable | _gathered(row))
            continue
        if not variables or row["name"] != variables[-1].get("name"):
            raise ValueError(f"row {number}: the value {row['value']} stands under no variable of its name")
        value: Any = row["value"]
        if variables[-1].get("kind") == "scale" and value.lstrip("-").isdecimal():
            value = int(value)
        made = {"value": value} | ({"key": row["key"]} if row.get("key") else {}) | _gathered(row)
        variables[-1].setdefault("values", []).append(made)
    return version, {"variables": variables}


def _gathered(row: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for column, cell in row.items():
        key, dot, tag = column.partition(".")
        if dot and key in _TEXTS and cell:
            found.setdefault(key, {})[tag] = cell
    return found


def to_ddi(version: str, body: Mapping[str, Any], title: str) -> bytes:
    """DDI-Codebook 2.5: what archives of survey data read; labels and definitions in all languages."""
    root = ElementTree.Element("codeBook", {"xmlns": _DDI, "version": "2.5"})
    citation = ElementTree.SubElement(ElementTree.SubElement(root, "stdyDscr"), "citation")
    titles = ElementTree.SubElement(citation, "titlStmt")
    ElementTree.SubElement(titles, "titl").text = title
    ElementTree.SubElement(ElementTree.SubElement(citation, "verStmt"), "version").text = version
    described = ElementTree.SubElement(root, "dataDscr")
    for variable in body["variables"]:
        var = ElementTree.SubElement(described, "var", {"ID": f"v-{variable['name']}", "name": variable["name"]})
        if variable.get("level"):
            var.set("nature", variable["level"])
        _ddi_texts(var, "labl", variable.get("labels"))
        _ddi_texts(var, "txt", variable.get("help"))
        for value in variable.get("values", []):
            category = ElementTree.SubElement(var, "catgry")
            ElementTree.SubElement(category, "catValu").text = str(value["value"])
            _ddi_texts(category, "labl", value.get("labels"))
            _ddi_texts(category, "txt", value.get("help"))
        if variable.get("when"):
            ElementTree.SubElement(var, "codInstr").text = json.dumps(variable["when"], ensure_ascii=False)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _ddi_texts(parent: ElementTree.Element, name: str, texts: Mapping[str, str] | None) -> None:
    for tag, text in (texts or {}).items():
        ElementTree.SubElement(parent, name, {"xml:lang": tag}).text = text
