"""Pure decisions: when a freeze may be published."""

from __future__ import annotations

from collections.abc import Sequence

from besa.base.words import N_

#: Four eyes.
EYES = 2

MAKER = N_("one more sign-off by somebody who did not make the freeze")
TWO = N_("two sign-offs by two different people")
ONE = N_("one more sign-off by another person")


def missing(signed_by: Sequence[int], made_by: int) -> list[str]:
    """What a freeze still needs before it may be published, in words; [] where nothing."""
    people = set(signed_by)
    if made_by in people:
        return [MAKER]
    if len(people) >= EYES:
        return []
    return [TWO if not people else ONE]
