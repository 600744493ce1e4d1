"""The duty sample: of each signatory the same number of posts a week, drawn a few at a time as the week goes on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from besa.triage import rules


def due(each: int, monday: date, today: date) -> int:
    """How many posts of each signatory may have been drawn by the end of today: all of them by Sunday.

    What comes in over the week is drawn over the week, so that Monday's posts do not take every place.
    """
    gone = max(0, min(7, (today - monday).days + 1))
    return -(-each * gone // 7)


def drawn(own: Iterable[str], there: int, due: int, seed: int, purpose: str) -> list[str]:
    """Of these posts, none of which was drawn before, as many as are missing, however often it is asked."""
    return rules.draw(own, max(0, due - there), seed, purpose)
