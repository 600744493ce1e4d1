"""Writing the lexicon: adding, changing and retiring terms, files of terms, and looking again at old posts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.packfile import BadPack, Pack, Problem
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.pledge.queries import clauses
from besa.triage import pack
from besa.triage.detectors.lexicon.forms import shape
from besa.triage.models import Term

_KEY = ("language", "term", "concern")


@transaction.atomic
def save_term(*, by, election: Election, values: Mapping[str, Any], term: Term | None = None) -> Term:
    """Add a term, or change this one; a retired one comes into force again. Raises BadInput, Conflict.

    `values`: language, term, match, concern, clause, strength, note, counter_examples.
    """
    policy.check(by, "lexicon.edit", election.slug)
    if shape(values["term"], values["match"], values["language"]) is None:
        raise BadInput("A term needs a letter or a figure.", remedy="Write the word, without signs only.")
    twin = Term.objects.filter(election=election, **{name: values[name] for name in _KEY})
    if twin.exclude(pk=term.pk if term else None).exists():
        raise Conflict(
            "This term stands in the lexicon already.", remedy="Open it there, and change it or take it up again."
        )
    act = "lexicon.change" if term else "lexicon.add"
    term = term or Term(election=election)
    for name, value in values.items():
        setattr(term, name, value)
    term.retired_at = None
    term.save()
    record(by=by, act=act, rows=[term], election=election.slug, reason=term.term)
    return term


@transaction.atomic
def retire_term(*, by, election: Election, term: Term, reason: str) -> Term:
    """Seek it no more. What it flagged stays flagged."""
    policy.check(by, "lexicon.edit", election.slug)
    if not reason.strip():
        raise BadInput("A reason is needed.", remedy="Say in a sentence why this term is sought no more.")
    if term.retired_at is None:
        term.retired_at = clock.now()
        term.save()
        record(by=by, act="lexicon.retire", rows=[term], election=election.slug, reason=reason.strip())
    return term


def import_terms(*, by, election: Election, tag: str, data: bytes, name: str) -> dict[str, int]:
    """Take in a file of terms of one language: all of it or, where a line is bad, nothing.

    Terms that are there are brought to what the file says, retired ones come into force again, terms that the
    file does not name stay. Returns {added, changed, same}. Raises BadPack with every bad line.
    """
    policy.check(by, "lexicon.edit", election.slug)
    rows = _read(election, tag, data, name)
    with transaction.atomic():
        there = {(term.language, term.term, term.concern): term for term in Term.objects.filter(election=election)}
        added, changed = [], []
        for row in rows:
            term = there.get(tuple(row[key] for key in _KEY))
            if term is None:
                added.append(Term(election=election, **row))
            elif term.retired_at or any(getattr(term, key) != value for key, value in row.items()):
                for key, value in row.items():
                    setattr(term, key, value)
                term.retired_at = None
                changed.append(term)
        Term.objects.bulk_create(added, batch_size=200)
        Term.objects.bulk_update(changed, [*rows[0], "retired_at"] if rows else ["retired_at"], batch_size=200)
        if added or changed:
            record(by=by, act="lexicon.import", rows=[*added, *changed], election=election.slug, reason=name)
    return {"added": len(added), "changed": len(changed), "same": len(rows) - len(added) - len(changed)}


def _read(election: Election, tag: str, data: bytes, name: str) -> list[dict]:
    """The rows of the file, read as a pack's are; faults name the file as the person knows it."""
    inside = f"lexicon/{tag}.csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / inside
        path.parent.mkdir()
        path.write_bytes(data)
        slice_ = Pack(Path(folder))
        rows = pack.read(
            slice_,
            clauses={clause.slug for clause in clauses(election, on=None)},
            post_languages=[tag],
        )
    if slice_.problems:
        raise BadPack(
            name, [Problem(fault.where.replace(inside, name), fault.problem, fault.remedy) for fault in slice_.problems]
        )
    return rows
