"""Somebody names an address: the post that it belongs to is found or made, and its page is wanted."""

from __future__ import annotations

from besa.base import clock
from besa.base.errors import NotFound
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.collect.actions.capturing import capture
from besa.collect.rules import addresses
from besa.corpus import Corpus
from besa.evidence.actions.pages import checked, want_page
from besa.evidence.models import PageCapture
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import actions as triage
from besa.triage.models import DocketItem


def ask_for_page(
    *, by, election: Election, url: str, item: DocketItem | None = None, reason: str = "", urgent: bool = False
) -> PageCapture:
    """Want the page of an address, kept with `item` or else with the post that it is: one on the docket, one of the
    corpus that goes there now, or a new one captured by hand. Raises BadInput, Refused.

    Where nobody knows when a new one was posted, it stands under the day on which it was asked for, and says so.
    """
    policy.check(by, "evidence.preserve", election.slug)
    url = checked(url)
    item = item or _docketed(election, url) or _put(by, election, url, reason.strip(), urgent)
    return want_page(by=by, item=item, url=url, reason=reason)


def _docketed(election: Election, url: str) -> DocketItem | None:
    here = DocketItem.objects.filter(election=election)
    return here.filter(post_key=_key(url)).first() or here.filter(url=url).order_by("id").first()


def _key(url: str) -> str:
    known = addresses.read(url)
    return f"{known.platform}:{known.native_id}" if known else ""


def _put(by, election: Election, url: str, reason: str, urgent: bool) -> DocketItem:
    key, known = _key(url), addresses.read(url)
    why = reason or "Preserved by its address."
    if not (key and _collected(key)):
        posted = addresses.told_time(known.platform, known.native_id) if known and known.is_post else None
        note = "" if posted else "Time of posting unknown: it stands under the day on which its page was asked for."
        # made of the address: asked for again, it is the same capture
        token = f"page-{sha256_hex(f'{election.slug} {by.username} {url}')[:40]}"
        key = capture(
            by=by, election=election, token=token, url=url, seen_at=clock.now(), posted_at=posted or clock.now(),
            posted_precision="" if posted else "day", note=note, docket_reason=why, urgent=urgent,
        ).post_key  # fmt: skip
    there = DocketItem.objects.filter(election=election, post_key=key).first()
    return there or triage.put(by=by, election=election, post_key=key, reason=why, urgent=urgent)


def _collected(key: str) -> bool:
    con = Corpus(Home.here().corpus).connect()
    try:
        return bool(con.execute("SELECT 1 FROM posts WHERE post_key = ? LIMIT 1", [key]).fetchall())
    finally:
        con.close()


def item_named(election: Election, number: str) -> DocketItem:
    """The post on the docket of this number. Raises NotFound."""
    found = DocketItem.objects.filter(election=election, pk=int(number)).first() if number.isdecimal() else None
    if found is None:
        raise NotFound(
            f"There is no post {number} on the docket.", remedy="Its number stands in the address of its page."
        )
    return found
