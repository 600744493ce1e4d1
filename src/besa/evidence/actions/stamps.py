"""Time-stamps: what is wanted is written down first, then asked for, again and again until it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from besa.base import clock, timestamp
from besa.base.errors import BesaError
from besa.base.home import Home
from besa.evidence.authorities import Authority, authorities
from besa.evidence.models import Exhibit, Stamp, TimeStamp
from besa.ledger.chain import record
from besa.net.ask import ask
from besa.people import policy
from besa.pledge.models import Election
from besa.vault import Vault

#: Exhibits in one turn of the belt; the wait after a failure doubles up to the longest.
_MOST = 200
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


def stamp_pending(*, by, election: Election, limit: int = _MOST) -> dict[str, int]:
    """Ask each authority for the exhibits that it has not stamped yet; `stamped, waiting`."""
    policy.check(by, "evidence.preserve", election.slug)
    known, vault = authorities(), Vault(Home.here().vault)
    _want(by, election, known, limit)
    rows = TimeStamp.objects.filter(exhibit__item__election=election, exhibit__erased_at=None)
    rows = rows.select_related("exhibit")
    return ask_for_wanted(
        by=by, election=election, known=known, rows=rows, act="evidence.stamp", limit=limit,
        data=lambda wanted: vault.get(wanted.exhibit.sha256),
    )  # fmt: skip


def ask_for_wanted(
    *, by, election: Election, known: Sequence[Authority], rows: QuerySet, act: str, data: Callable[[Stamp], bytes],
    stamped: Callable[[Stamp, bytes, bytes], None] = lambda *_: None, limit: int = _MOST,
) -> dict[str, int]:  # fmt: skip
    """Ask each authority for those of `rows` that are due; `stamped, waiting`. One that fails is not asked again in
    this turn, and later at growing intervals; the other authorities are asked all the same.

    `data`: the bytes that a row is about; BesaError where they are not there or not those. `stamped` is called with
    row, answer and certificates before the row says so. The caller has asked the policy table.
    """
    if not known:
        return {"stamped": 0, "waiting": 0}
    done = sum(_of_one(by, election, authority, rows, act, data, stamped, limit) for authority in known)
    return {"stamped": done, "waiting": rows.filter(state="wanted").count()}


@transaction.atomic
def _want(by, election: Election, known: Sequence[Authority], limit: int) -> None:
    """Intent rows for exhibits that an authority was never asked about."""
    now = clock.now()
    for authority in known:
        there = TimeStamp.objects.filter(exhibit=OuterRef("pk"), authority=authority.name)
        new = Exhibit.objects.filter(~Exists(there), item__election=election, erased_at=None).order_by("id")[:limit]
        wanted = TimeStamp.objects.bulk_create(
            [TimeStamp(exhibit=one, authority=authority.name, wanted_at=now, next_at=now) for one in new]
        )
        if wanted:
            record(by=by, act="evidence.want_stamp", rows=wanted, election=election.slug)


def _of_one(by, election: Election, authority: Authority, rows: QuerySet, act: str, data, stamped, limit: int) -> int:
    vault = Vault(Home.here().vault)
    due = rows.filter(authority=authority.name, state="wanted", next_at__lte=clock.now())
    done: list[Stamp] = []
    for wanted in due.order_by("next_at", "id")[:limit]:
        try:
            bytes_of_it = data(wanted)
        except BesaError as error:  # bytes that are gone or changed: the authority is not to blame
            _later(by, election, wanted, act, str(error))
            continue
        try:
            answer, told = ask_for(authority, bytes_of_it)
        except BesaError as error:
            _later(by, election, wanted, act, str(error))
            break
        stamped(wanted, answer, authority.chain)
        wanted.answer_sha256, wanted.chain_sha256 = vault.put(answer), vault.put(authority.chain)
        wanted.state, wanted.at, wanted.serial, wanted.problem = "stamped", told.at, str(told.serial), ""
        done.append(wanted)
    with transaction.atomic():
        for wanted in done:
            wanted.attempts += 1
            wanted.save()
        if done:
            record(by=by, act=act, rows=done, election=election.slug)
    return len(done)


def ask_for(authority: Authority, data: bytes) -> tuple[bytes, timestamp.Stamp]:
    """(answer, what it says), checked. Raises NotReached, TooMuch or Untrue."""
    query, nonce = timestamp.query(data)
    answer = ask(authority.address, query, media_type=timestamp.QUERY_TYPE, accept=timestamp.ANSWER_TYPE)
    return answer, timestamp.check(answer, timestamp.sha256_of(data), authority.chain, nonce=nonce)


@transaction.atomic
def _later(by, election: Election, wanted: Stamp, act: str, problem: str) -> None:
    wanted.attempts += 1
    wanted.problem = problem[:500]
    wanted.next_at = clock.now() + min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** min(wanted.attempts - 1, 10))
    wanted.save()
    record(by=by, act=f"{act}_failed", rows=[wanted], election=election.slug)
