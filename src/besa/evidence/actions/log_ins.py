"""Log-ins that a browser may use at a host: kept enciphered, used where a page asks for one, ended by emptying them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable

from django.db import transaction

from besa.base import clock
from besa.base.errors import Tampered
from besa.collect.actions.sealing import seal, unseal
from besa.evidence.capturers import log_ins
from besa.evidence.capturers.log_ins import State
from besa.evidence.models import LogIn
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election


def store_log_in(*, by, election: Election, host: str, data: bytes, names: Iterable[str] = ()) -> LogIn:
    """Keep the browser's storage_state (JSON) for a host in place of the one before; only what is of that host.

    `names`: what the account is called there; it is blacked out in whatever is captured with it. Raises BadInput.
    """
    policy.check(by, "log_in.store", election.slug)
    host = log_ins.host_named(host)
    state = log_ins.read(data, host, names)
    sealed = base64.b64encode(seal(json.dumps(state.plain()).encode())).decode()
    with transaction.atomic():
        ended = _ended(election, host)
        made = LogIn.objects.create(
            election=election, host=host, sealed=sealed, cookies=state.cookies, until=state.until,
            stored_at=clock.now(), by=by.username,
        )  # fmt: skip
        record(by=by, act="log_in.store", rows=[*ended, made], reason=host, election=election.slug)
    return made


def end_log_in(*, by, election: Election, host: str) -> int:
    """Empty what is kept for a host; how many there were."""
    policy.check(by, "log_in.store", election.slug)
    with transaction.atomic():
        ended = _ended(election, log_ins.host_named(host))
        if ended:
            record(by=by, act="log_in.end", rows=ended, reason=host, election=election.slug)
    return len(ended)


def _ended(election: Election, host: str) -> list[LogIn]:
    rows = list(LogIn.objects.select_for_update().filter(election=election, host=host, ended_at=None))
    for row in rows:
        row.sealed, row.ended_at = "", clock.now()
        row.save()
    return rows


def log_in_for(election: Election, url: str) -> tuple[str, State] | None:
    """The host and the log-in that is kept for this address; None where there is none that can still be read."""
    held = LogIn.objects.filter(election=election, ended_at=None)
    rows = [row for row in held if log_ins.of_host(row.host, url) and not (row.until and row.until < clock.now())]
    for row in sorted(rows, key=lambda row: -len(row.host)):
        try:
            given = json.loads(unseal(base64.b64decode(row.sealed)))
        except (Tampered, ValueError):  # made by another installation: as if there were none
            continue
        return row.host, State(given["storage"], tuple(given["names"]))
    return None
