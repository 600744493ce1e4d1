"""Taking in a new version of the codebook."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from besa.base.errors import BadInput, Conflict
from besa.base.packfile import Pack
from besa.coding import pack
from besa.coding.models import Codebook
from besa.coding.rules.dictionary import from_csv, to_toml
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election

_BIGGEST = 2 << 20


@transaction.atomic
def load_codebook(*, by, election: Election, data: bytes, reason: str = "") -> Codebook:
    """A codebook as TOML or as a CSV dictionary becomes the version in force; what was coded stays with its own.

    Raises BadPack with all faults, BadInput, Conflict where the version is taken.
    """
    check(by, "codebook.change", election.slug)
    found = read(data)
    if Codebook.objects.filter(election=election, version=found["version"]).exists():
        raise Conflict(
            gettext("Version %(version)s is there already; a version never changes.") % {"version": found["version"]},
            remedy=gettext("Raise “version” in the file."),
        )
    made = Codebook.objects.create(election=election, version=found["version"], body=found["body"])
    record(by=by, act="codebook.change", rows=[made], election=election.slug, reason=reason.strip())
    return made


def read(data: bytes) -> dict:
    """`{version, body}` of a file, checked as that of a pack. Raises BadPack, BadInput."""
    if len(data) > _BIGGEST:
        raise BadInput(gettext("The file is too large for a codebook."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(gettext("The file is not text in UTF-8.")) from None
    if text.split("\n", 1)[0].startswith(("version,", "name,")):
        try:
            text = to_toml(*from_csv(text))
        except (ValueError, csv.Error) as error:
            raise BadInput(gettext("The dictionary cannot be read: %(why)s.") % {"why": error}) from None
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / pack.FILE).write_text(text, encoding="utf-8")
        held = Pack(Path(folder), pack.LANGUAGES)
        found = pack.read_book(held)
        held.check()
    return found
