"""An edition's folder back into dataclasses."""

from __future__ import annotations

import json
from pathlib import Path

from besa.base.errors import BadInput, NotFound
from besa.edition.format import FORMAT, Edition, Envelope, revive


def read(path: Path) -> Edition:
    """Raises NotFound, or BadInput where the file is not an edition of a format known here."""
    return _revived(Edition, path / "content" / "edition.json")


def read_envelope(path: Path) -> Envelope:
    return _revived(Envelope, path / "envelope.json")


def _revived(cls, file: Path):
    try:
        value = json.loads(file.read_bytes())
        if cls is Edition and value["format"] > FORMAT:
            raise BadInput("This edition was made by a newer Besa.", where=str(file))
        return revive(cls, value)
    except FileNotFoundError:
        raise NotFound("There is no edition here.", where=str(file)) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise BadInput(f"This is not an edition: {error}.", where=str(file)) from None
