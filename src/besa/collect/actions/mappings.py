"""Saving column mappings: never edited, only superseded by a higher version."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from besa.base.errors import BadInput
from besa.collect.models import Mapping
from besa.collect.rules.mapping import checked
from besa.ledger import chain
from besa.people import policy


def save_mapping(*, by, election, name: str, body: Map[str, Any]) -> Mapping:
    """Save a mapping under a name; the same body again is the same mapping. Raises BadInput."""
    slug = election.slug if election else ""
    policy.check(by, "mapping.save", slug)
    name = slugify(name)[:80]
    if not name:
        raise BadInput("A mapping needs a name.", remedy="Letters, figures and hyphens.")
    kept = checked(body)
    with transaction.atomic():
        last = Mapping.objects.filter(name=name).order_by("-version").first()
        if last and last.body == kept:
            return last
        mapping = Mapping.objects.create(name=name, version=last.version + 1 if last else 1, body=kept)
        chain.record(by=by, act="mapping.save", rows=[mapping], election=slug)
    return mapping


def mapping_of_file(*, by, election, path: Path) -> Mapping:
    """Save the mapping that a TOML file holds, under its own name or the file's. Raises BadInput."""
    return save_mapping(by=by, election=election, **read_toml(_bytes(path), path.name))


def read_toml(data: bytes, file_name: str) -> dict[str, Any]:
    """Name and body of a mapping written as TOML. Raises BadInput with file and line."""
    try:
        body = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput("The mapping is not UTF-8.", where=file_name, remedy="Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"Not TOML: {error}.", where=file_name, remedy="Mend the line named.") from None
    named = body.pop("name", "") or Path(file_name).stem
    return {"name": str(named), "body": checked(body, where=file_name)}


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput("The mapping cannot be read.", where=str(path), remedy=str(error.strerror)) from None


def as_toml(mapping: Mapping) -> str:
    """The mapping as the TOML file that `besa import --mapping` and the upload form read."""
    body = mapping.body
    lines = [f"name = {_quoted(mapping.name)}"]
    lines += [f"{key} = {_quoted(value)}" for key, value in body.items() if isinstance(value, str)]
    if body.get("redact"):
        lines.append("redact = [" + ", ".join(map(_quoted, body["redact"])) + "]")
    for table in ("fields", "times"):
        if body.get(table):
            lines += ["", f"[{table}]", *(f"{key} = {_quoted(value)}" for key, value in body[table].items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A JSON string is a TOML string, but for the delete character, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
