"""The versions of a Code, and what changed from one to the next."""

from __future__ import annotations

from dataclasses import dataclass

from besa.base.languages import pick
from besa.pledge.models import Clause, Code, Election, Principle, Signature
from besa.pledge.queries.receipts import is_whole
from besa.pledge.rules.versions import Piece, pieces


@dataclass(frozen=True)
class Version:
    code: Code
    in_force: bool
    signatures: int
    whole: bool


@dataclass(frozen=True)
class Changed:
    """One title or text of both versions, word by word; `state`: same, changed, added, removed."""

    where: str
    state: str
    pieces: list[Piece]


def versions(election: Election, active: Code | None) -> list[Version]:
    """All versions, the newest first."""
    found = Code.objects.filter(election=election).order_by("-effective_from", "-id")
    return [
        Version(one, one == active, Signature.objects.filter(code=one).count(), is_whole(one)) for one in found
    ]  # fmt: skip


def changes(old: Code, new: Code, language: str) -> list[Changed]:
    """What of the text differs, in one language and in the order of the newer one; removed parts last."""
    before, after = _parts(old, language), _parts(new, language)
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        was, is_ = before.get(key, ""), after.get(key, "")
        state = "added" if key not in before else "removed" if key not in after else "changed"
        if was != is_:
            found.append(Changed(key, state, pieces(was, is_)))
    return found


def _parts(code: Code, language: str) -> dict[str, str]:
    """Slug of what -> its words; whom a clause binds and its duty belong to it."""
    found = {"–": _joined(pick(code.titles, language), pick(code.preambles, language))}
    for principle in Principle.objects.filter(code=code).order_by("order"):
        found[principle.slug] = _joined(pick(principle.names, language), pick(principle.texts, language))
        for clause in Clause.objects.filter(principle=principle, on=True).order_by("order"):
            words = (pick(clause.titles, language), pick(clause.texts, language))
            found[f"{principle.slug} / {clause.slug}"] = _joined(*words, clause.duty, *sorted(clause.bound_kinds))
    return found


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
