"""What the ad libraries tell, by who may be named: sums of one corpus version, no text and no address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from besa.base.words import Grade
from besa.pledge.models import Election
from besa.pledge.types import WatchedAccount
from besa.triage.queries import advertising


def rows(
    election: Election, weeks: Collection[str], last: date, version: int, signatories: Collection[str]
) -> list[dict]:
    """One row per week, phase, actor and currency. The actor is a party, or an organisation that signed, whose page
    is confirmed; a person's ads are the party's; all others are NULL."""
    sums: dict[tuple, dict] = defaultdict(
        lambda: {"ads": 0, "without_sponsor": 0, "forbidden": 0, "untold": 0, "spend_low": None}
    )
    for ad in advertising.ads(election, day=last, version=version):
        if ad.week not in weeks:
            continue
        who = _named(ad.account if ad.how == "account" else None, signatories)
        held = sums[ad.week, ad.phase, who, ad.currency or None]
        held["ads"] += 1
        held["without_sponsor"] += not ad.sponsor
        held["forbidden"] += bool(ad.forbidden)
        if ad.spend_low is None:
            held["untold"] += 1
        else:
            held["spend_low"] = (held["spend_low"] or 0) + ad.spend_low
    return [
        {"week": week, "phase": phase, "actor": who, "currency": currency, **held}
        for (week, phase, who, currency), held in sums.items()
    ]


def _named(account: WatchedAccount | None, signatories: Collection[str]) -> str | None:
    if account is None or account.grade != Grade.CONFIRMED:
        return None
    if account.actor_kind in ("party", "coalition") or account.actor in signatories:
        return account.actor
    return account.party if account.party and account.affiliation_grade == Grade.CONFIRMED else None
