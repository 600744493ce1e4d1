"""Pure decisions: who was bound on a day, whose an account was, what text a signature binds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from besa.base.ids import canonical_json, sha256_hex
from besa.base.weeks import local_date
from besa.base.words import AccountStatus, Grade, SignatoryStatus, SignatureKind
from besa.pledge.types import Claim, Proposed, Signed

#: Surest first. A disputed claim ranks below an unknown one: somebody has said no to it.
_ORDER = (Grade.CONFIRMED, Grade.PROBABLE, Grade.UNKNOWN, Grade.DISPUTED)


def status_on(signatures: Iterable[Signed], day: date) -> SignatoryStatus:
    """The status of an actor with these signatures on this local day.

    Both ends belong to the later state: on `signed_on` the actor is bound, on `withdrawn_on` it is
    not. Anything signed after the ceremony, a second signature included, is `late_signed`.
    """
    known = sorted(signatures, key=lambda signed: signed.signed_on)
    if not known:
        return SignatoryStatus.NEVER
    begun = [signed for signed in known if signed.signed_on <= day]
    if not begun:
        return SignatoryStatus.NOT_YET
    binding = [signed for signed in begun if signed.withdrawn_on is None or day < signed.withdrawn_on]
    if not binding:
        return SignatoryStatus.WITHDRAWN
    return SignatoryStatus.SIGNED if binding[0].kind == SignatureKind.CEREMONY else SignatoryStatus.LATE_SIGNED


def status_at(signatures: Iterable[Signed], moment: datetime, timezone: str) -> SignatoryStatus:
    """The status at a moment, by the election's local day."""
    return status_on(signatures, local_date(moment, timezone))


def holds_on(claim: Claim, day: date) -> bool:
    return (claim.first is None or claim.first <= day) and (claim.last is None or day <= claim.last)


def best_claim(claims: Iterable[Claim], day: date) -> tuple[Claim | None, Grade]:
    """The claim that stands on this day, and its grade; (None, unknown) where none does.

    The surest wins. Where two claims of the same sureness name different ones, nobody knows: the
    grade is `disputed`, and the first of them is returned to be looked at, never to be named.
    """
    standing = [claim for claim in claims if holds_on(claim, day)]
    for grade in _ORDER:
        of_grade = [claim for claim in standing if claim.grade == grade]
        if of_grade:
            first = min(of_grade, key=lambda claim: claim.about)
            clash = grade != Grade.UNKNOWN and any(claim.about != first.about for claim in of_grade)
            return first, Grade.DISPUTED if clash else Grade(grade)
    return None, Grade.UNKNOWN


def proofs(how_known: str) -> list[str]:
    """The proofs named in a text, separated by `;` or line ends; the same one twice counts once."""
    named = [" ".join(part.split()) for part in re.split(r"[;\n]", how_known)]
    return list({proof.casefold(): proof for proof in named if proof}.values())


def enough_for(grade: Grade | str, how_known: str, *, needed: int = 2) -> bool:
    """`confirmed` needs this many independent proofs; other grades need none."""
    return grade != Grade.CONFIRMED or len(proofs(how_known)) >= needed


def second_eyes(standing: Proposed | None, grade: Grade, first: date | None, last: date | None, by: str) -> Proposed:
    """The claim once `by` has graded it: “confirmed” counts when somebody else had proposed it, else it is proposed.

    What two people have confirmed stays so where it is only narrowed to fewer days.
    """
    if grade != Grade.CONFIRMED:
        return Proposed(grade, first, last)
    if standing and standing.grade == Grade.CONFIRMED and _narrower(standing, first, last):
        return Proposed(grade, first, last, standing.proposed_by, standing.confirmed_by)
    if standing and standing.grade == Grade.PROBABLE and standing.proposed_by not in ("", by):
        return Proposed(grade, first, last, standing.proposed_by, by)
    return Proposed(Grade.PROBABLE, first, last, by)


def _narrower(standing: Proposed, first: date | None, last: date | None) -> bool:
    begins = standing.first is None or (first is not None and first >= standing.first)
    ends = standing.last is None or (last is not None and last <= standing.last)
    return begins and ends


def status_of_day(status: str, first: date | None, last: date | None, day: date) -> AccountStatus:
    """What the account was on that day: its status between its days, authentic outside them."""
    inside = (first is None or first <= day) and (last is None or day <= last)
    return AccountStatus(status) if inside else AccountStatus.AUTHENTIC


def bound_text(code: Mapping[str, Any], principles: Sequence[Mapping[str, Any]]) -> str:
    """The canonical text that a signature binds: the Code in all its languages, clauses that are on only.

    `code`: version, titles, preambles. `principles`: slug, names, texts, clauses (slug, titles, texts,
    bound_kinds, duty, on), in their order. Empty texts do not count, nor does Serbian in Cyrillic
    beside Latin: it is made by rule, and a better rule must not look like another Code.
    """

    def filled(texts: Mapping[str, str] | None) -> dict[str, str]:
        texts = texts or {}
        return {tag: text for tag, text in texts.items() if text and not (tag == "sr-Cyrl" and texts.get("sr-Latn"))}

    return canonical_json(
        {
            "version": code["version"],
            "titles": filled(code["titles"]),
            "preambles": filled(code["preambles"]),
            "principles": [
                {
                    "slug": principle["slug"],
                    "titles": filled(principle["names"]),
                    "texts": filled(principle["texts"]),
                    "clauses": [
                        {
                            "slug": clause["slug"],
                            "titles": filled(clause["titles"]),
                            "texts": filled(clause["texts"]),
                            "bound_kinds": sorted(clause["bound_kinds"]),
                            "duty": clause["duty"],
                        }
                        for clause in principle["clauses"]
                        if clause["on"]
                    ],
                }
                for principle in principles
            ],
        }
    )


def text_sha256(code: Mapping[str, Any], principles: Sequence[Mapping[str, Any]]) -> str:
    """SHA-256 of `bound_text`."""
    return sha256_hex(bound_text(code, principles))


def overlaps(phases: Sequence[tuple[date, date]]) -> list[tuple[int, int]]:
    """Pairs of positions whose days first..last (included) overlap, in order of their first day."""
    order = sorted(range(len(phases)), key=lambda at: phases[at])
    found, reaches = [], None
    for at in order:
        if reaches is not None and phases[at][0] <= phases[reaches][1]:
            found.append((reaches, at))
        if reaches is None or phases[at][1] > phases[reaches][1]:
            reaches = at
    return found
