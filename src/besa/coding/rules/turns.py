"""What a post waits for next, and who may take it."""

from __future__ import annotations

from datetime import datetime, timedelta

from besa.base.ids import sha256_hex
from besa.base.words import Decision, Sample, Screen
from besa.coding.types import Given, Standing, Turn

#: A hold on a post lasts this long.
LEASE = timedelta(minutes=20)
#: One's own screening may be taken back for this long.
UNDO = timedelta(minutes=10)
#: Posts that one coder holds at once to work without a line, and for how long: an hour, and the coding of them.
BATCH = 12
BATCH_LEASE = timedelta(minutes=100)
#: One's own answers may be taken back for this long.
UNDO_CODING = timedelta(minutes=5)
#: Share of posts that are coded twice at random, whatever the first coder said.
ALPHA_SHARE = 0.2

#: First verdicts after which a second, blind coder always follows: candidates for publication.
CANDIDATES = frozenset({Decision.VIOLATION, Decision.COMPLIANCE, Decision.BORDERLINE})
#: Samples that are coded whatever the screening said.
ALWAYS_CODED = frozenset({Sample.CONTROL, Sample.DUTY})
GOES_ON = frozenset({Screen.LOOK, Screen.URGENT})

SCREEN, CODE, ADJUDICATE = TASKS = ("screen", "code", "adjudicate")
ACTS = {task: f"coding.{task}" for task in TASKS}


def due(standing: Standing) -> Turn | None:
    """What this post waits for; None where nothing (or where it must be preserved first)."""
    if not standing.preserved or standing.decided:
        return None
    if standing.screened is None:
        return Turn(SCREEN)
    if not standing.codings:
        goes_on = standing.screened in GOES_ON or standing.sample in ALWAYS_CODED
        return Turn(CODE, 1) if goes_on else None
    first, *more = standing.codings
    if not more:
        return Turn(CODE, 2) if second_required(first) else None
    return Turn(ADJUDICATE) if decision_required(first, more[0]) else None


def second_required(first: Given) -> bool:
    return first.alpha_share or first.verdict in CANDIDATES


def decision_required(first: Given, second: Given) -> bool:
    """Two coders who both found nothing need no third; a candidate or a difference does."""
    return first.verdict in CANDIDATES or second.verdict in CANDIDATES or first.verdict != second.verdict


def coded_by(standing: Standing, user: int) -> bool:
    return any(given.coder == user for given in standing.codings)


def may_take(standing: Standing, task: str, user: int) -> bool:
    """Is this task due, and may this person do it: never a second coding or a decision on their own?"""
    turn = due(standing)
    return turn is not None and turn.task == task and (task == SCREEN or not coded_by(standing, user))


def in_alpha_share(post_key: str, *, seed: str, share: float = ALPHA_SHARE) -> bool:
    """Is this post in the random share that is coded twice? The same for the same seed, on any machine."""
    return int(sha256_hex(f"alpha:{seed}:{post_key}")[:12], 16) < share * 16**12


def may_undo(*, screened_at: datetime, now: datetime, codings: int, held: bool) -> bool:
    """One's own screening may be taken back for a while, as long as nobody has built on it."""
    return now - screened_at <= UNDO and not codings and not held


def may_undo_coding(*, coded_at: datetime, now: datetime, settled: bool) -> bool:
    """One's own answers may be taken back for a short while, and not after a look at what the machine saw."""
    return now - coded_at <= UNDO_CODING and not settled


def finding_number(election: str, taken: int) -> str:
    """`demo-0001`: the next number after `taken` findings."""
    return f"{election}-{taken + 1:04d}"
