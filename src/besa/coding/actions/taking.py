"""Taking posts and giving them back: one at a time, or a batch that is coded without a line."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil

from django.db import IntegrityError, transaction

from besa.base import clock
from besa.coding import queries
from besa.coding.models import Lease
from besa.coding.rules import turns
from besa.coding.types import Turn
from besa.people.policy import check
from besa.pledge.models import Election
from besa.triage.models import DocketItem

#: How many posts are tried before giving up, where others take posts at the same moment.
_TRIES = 20


def next_item(*, by, election: Election, task: str) -> DocketItem | None:
    """Take the post that waits most for this task and that `by` may do; None where there is none.

    Whoever holds one already gets the same one again, so that two tabs show one post.
    """
    check(by, turns.ACTS[task], election.slug)
    found = _take(by, election, task, 1, turns.LEASE)
    return found[0].item if found else None


def take_batch(*, by, election: Election, task: str, most: int = turns.BATCH) -> list[Lease]:
    """Take up to `most` posts at once, to be worked on without a line; those held already come first.

    All are held for `turns.BATCH_LEASE`. What is urgent is taken only as the first: nothing urgent waits in a batch.
    """
    check(by, turns.ACTS[task], election.slug)
    return _take(by, election, task, max(1, min(most, turns.BATCH)), turns.BATCH_LEASE)


def _take(by, election: Election, task: str, most: int, hold: timedelta) -> list[Lease]:
    now, ties = clock.now(), queries.Ties(by, election)
    # what takes long is asked before anything is locked; what others did meanwhile is seen below
    known = set(queries.all_held(by, election, task, now).values_list("item", flat=True))
    share = _share(by, election, task, now, most) if len(known) < most else 0
    found = _free(by, election, task, known, share + _TRIES, ties) if len(known) < share else []
    with transaction.atomic():
        Lease.objects.filter(item__election=election, task=task, until__lte=now).delete()
        mine = list(queries.all_held(by, election, task, now)[:most])
        stands = queries.standings([*found, *(lease.item for lease in mine)])
        kept = [
            lease.pk
            for lease in mine
            if turns.may_take(stands[lease.item_id], task, by.pk) and not ties.bar(lease.item)
        ]
        Lease.objects.filter(pk__in={lease.pk for lease in mine}.difference(kept)).delete()
        # a hold is never cut short by asking again
        Lease.objects.filter(pk__in=kept, until__lt=now + hold).update(until=now + hold)
        taken = Lease.objects.filter(item__in=found, task=task, until__gt=now).values_list("item", flat=True)
        free, got = set(stands).difference(taken), len(kept)
        for item in found:
            if got >= share:
                break
            turn = turns.due(stands[item.pk])
            if not turn or turn.task != task or item.pk not in free or (got and (item.urgent or item.at_once)):
                continue
            got += hold_for(by, item, turn, now, hold) is not None
        return list(queries.all_held(by, election, task, now)[:most])


def _share(by, election: Election, task: str, now: datetime, most: int) -> int:
    """How many posts one person may hold, so that the rest is enough for all who are at it just now."""
    if most == 1:
        return 1
    at_it = Lease.objects.filter(item__election=election, task=task, until__gt=now).exclude(coder=by)
    people = 1 + at_it.values("coder").distinct().count()
    return max(1, ceil(queries.due(election, task, by, now)[: most * people].count() / people))


def _free(by, election: Election, task: str, known: set[int], most: int, ties: queries.Ties) -> list[DocketItem]:
    """Up to `most` posts that are due and that no tie keeps away; those that are kept away do not end the search."""
    window = len(known) + most
    while True:
        # one's own holds stand among what is due
        found = queries.first_due(election, task, by, clock.now(), window)
        free = [item for item in found if item.pk not in known and not ties.bar(item)]
        if len(free) >= most or len(found) < window:
            return free[:most]
        window *= 4


def hold_for(by, item: DocketItem, turn: Turn, now: datetime, hold: timedelta = turns.LEASE) -> Lease | None:
    try:
        with transaction.atomic():
            return Lease.objects.create(item=item, coder=by, task=turn.task, place=turn.place, until=now + hold)
    except IntegrityError:
        return None  # somebody else was quicker


@transaction.atomic
def release(*, by, item: DocketItem, task: str) -> None:
    """Give a post back for others; a draft stays."""
    check(by, turns.ACTS[task], item.election.slug)
    Lease.objects.filter(item=item, coder=by, task=task).delete()


@transaction.atomic
def release_all(*, by, election: Election, task: str) -> None:
    """Give back all that one holds for a task; drafts stay."""
    check(by, turns.ACTS[task], election.slug)
    Lease.objects.filter(coder=by, task=task, item__election=election).delete()
