"""Which sources are polled: taken from the watch-list, added, switched on and off; and the keys that they need."""

from __future__ import annotations

import os

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.collect.live import for_address, for_platform, keys, live
from besa.collect.models import Source
from besa.ledger import chain
from besa.people import policy
from besa.pledge.models import Account

#: Nobody is asked more often than this, nor forgotten for longer (minutes).
MINUTES = range(5, 7 * 24 * 60 + 1)


def derive_sources(*, by, election) -> list[Source]:
    """Make (or readdress) the source of each watched account that can be polled. Returns what was changed."""
    policy.check(by, "source.poll", election.slug)
    accounts = Account.objects.filter(election=election, watched=True).order_by("pk")
    held = Source.objects.filter(election=election)
    by_account = {source.account_id: source for source in held if source.derived}
    by_address = {(source.connector, source.address): source for source in held}
    changed = []
    for account in accounts:
        name, address = _place(account)
        source = by_account.get(account.pk)
        if not address or (source and (source.connector, source.address) == (name, address)):
            continue
        source = by_address.get((name, address), source) or _new(by, election, name)
        if source.pk and source.account_id not in (None, account.pk):
            continue  # two accounts name the same address: the first has it
        if source.pk and source.address == address and source.account_id == account.pk:
            continue
        if (source.connector, source.address) != (name, address):
            source.connector, source.address, source.memory = name, address, {}
            source.minutes, source.key_name, source.next_at = live(name).MINUTES, live(name).KEY, None
        source.derived = source.derived or source.pk is None
        source.account, source.name = account, account.name or account.handle
        by_address[name, address] = source
        changed.append(source)
    if changed:
        with transaction.atomic():
            for source in changed:
                source.save()
            chain.record(by=by, act="source.derive", rows=changed, election=election.slug)
    return changed


def _place(account: Account) -> tuple[str, str]:
    """(live source, address in its one form) of an account; empty where it cannot be polled."""
    name = for_platform(account.platform)
    if not name:
        return "", ""
    module = live(name)
    try:
        return name, module.checked(module.address_of(account.platform, account.key, account.handle, account.url))
    except BadInput:
        return "", ""


def add_source(*, by, election, address: str, name: str = "", connector: str = "", minutes: int = 0) -> Source:
    """Poll one more address. The service is told by the address where it is not named. Raises BadInput, Conflict."""
    policy.check(by, "source.edit", election.slug)
    connector = connector or for_address(address)
    source = _new(by, election, connector)
    source.address = live(connector).checked(address)
    if len(source.address) > 500:
        raise BadInput("The address is too long.", remedy="At most 500 characters.")
    if minutes:
        if minutes not in MINUTES:
            raise BadInput(
                f"{minutes} minutes between two polls cannot be.",
                remedy=f"Choose {MINUTES.start} to {MINUTES.stop - 1} minutes.",
            )
        source.minutes = minutes
    source.name = name.strip()[:200]
    with transaction.atomic():
        if Source.objects.filter(election=election, connector=connector, address=source.address).exists():
            raise Conflict("This address is polled already.", where=source.address)
        source.save()
        chain.record(by=by, act="source.add", rows=[source], election=election.slug)
    return source


def switch_source(*, by, source: Source, active: bool) -> Source:
    """Poll it, or no longer."""
    policy.check(by, "source.edit", source.election.slug)
    with transaction.atomic():
        source.active = active
        source.next_at, source.failures = None, 0
        source.save()
        chain.record(by=by, act="source.on" if active else "source.off", rows=[source], election=source.election.slug)
    return source


def poll_soon(*, by, source: Source) -> Source:
    """Put it on the belt: it is due at the next turn, whatever its time."""
    policy.check(by, "source.edit", source.election.slug)
    if not source.active:
        raise Conflict("This source is switched off.", remedy="Switch it on first.")
    with transaction.atomic():
        source.next_at = clock.now()
        source.save(update_fields=["next_at"])
        chain.record(by=by, act="source.poll_soon", rows=[source], election=source.election.slug)
    return source


def store_key(*, by, election, name: str, key: str) -> None:
    """Keep a key of the user in the home, readable for this installation alone. The ledger says that, not what."""
    policy.check(by, "key.store", election.slug)
    key, place = keys.checked(name, key), keys.file_of(name)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = place.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{key}\n")
    beside.replace(place)
    with transaction.atomic():
        chain.record(by=by, act="key.store", election=election.slug, reason=name)


def _new(by, election, connector: str) -> Source:
    module = live(connector)
    return Source(
        election=election, connector=connector, minutes=module.MINUTES, key_name=module.KEY, added_at=clock.now(),
        by=by.username,
    )  # fmt: skip
