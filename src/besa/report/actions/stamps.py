"""Time-stamps of published editions: asked for at publication, and again until they are there."""

from __future__ import annotations

from django.db import transaction

from besa.base import clock
from besa.base.errors import NotFound, Tampered
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.edition.format import ENVELOPE
from besa.edition.writer import lay_stamps
from besa.evidence.actions.stamps import ask_for_wanted
from besa.evidence.authorities import Authority, authorities
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election
from besa.report.models import EditionStamp, Publication
from besa.report.queries import edition_path
from besa.vault import Vault


def stamp_editions(*, by, election: Election) -> dict[str, int]:
    """Ask each authority for the envelopes of published editions that it has not stamped yet; `stamped, waiting`.

    The answers lie beside the envelope, and in the vault: no byte that the edition's name covers changes.
    """
    check(by, "edition.stamp", election.slug)
    known = authorities()
    _want(by, election, known)
    rows = EditionStamp.objects.filter(publication__freeze__election=election).select_related("publication")
    return ask_for_wanted(
        by=by, election=election, known=known, rows=rows, act="edition.stamp", data=_envelope, stamped=_lay
    )


@transaction.atomic
def _want(by, election: Election, known: list[Authority]) -> None:
    there = set(EditionStamp.objects.values_list("publication", "authority"))
    wanted, now = [], clock.now()
    for publication in Publication.objects.filter(freeze__election=election).order_by("number"):
        names = [one.name for one in known if (publication.pk, one.name) not in there]
        file = edition_path(publication) / ENVELOPE
        if not names or not file.exists():
            continue
        digest = sha256_hex(file.read_bytes())
        for name in names:
            row = EditionStamp(publication=publication, sha256=digest, authority=name, wanted_at=now, next_at=now)
            row.save()
            wanted.append(row)
    if wanted:
        record(by=by, act="edition.want_stamp", rows=wanted, election=election.slug)


def _envelope(wanted: EditionStamp) -> bytes:
    file = edition_path(wanted.publication) / ENVELOPE
    if not file.exists():
        raise NotFound("The edition is not where it was published.", where=str(file.parent))
    data = file.read_bytes()
    if sha256_hex(data) != wanted.sha256:
        raise Tampered("The envelope was changed since the edition was published.", where=str(file))
    return data


def _lay(wanted: EditionStamp, answer: bytes, chain: bytes) -> None:
    """All time-stamps of this edition, the new one last."""
    vault = Vault(Home.here().vault)
    before = EditionStamp.objects.filter(publication=wanted.publication, state="stamped").order_by("id")
    stamps = [(row.sha256, vault.get(row.answer_sha256), vault.get(row.chain_sha256)) for row in before]
    lay_stamps(edition_path(wanted.publication), [*stamps, (wanted.sha256, answer, chain)])
