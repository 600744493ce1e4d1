"""Legal clocks: set when a post comes onto the docket, warned of in time, and closed with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.languages import django_code, pick
from besa.base.words import ClockOutcome, Sample
from besa.ledger.chain import record
from besa.outbox.actions import put as mail
from besa.people import policy
from besa.people.models import Membership, User
from besa.pledge.models import Election
from besa.pledge.queries import due_at, legal_rules
from besa.triage import queries
from besa.triage.detectors.legal import hits
from besa.triage.models import Clock, DocketItem
from besa.triage.queries import clocks as reads
from besa.triage.rules import URGENT_FROM
from besa.triage.types import Resources

#: What a rule fixes of a clock; changes of the rule reach clocks that still run.
_FIXED = ("names", "article", "authority", "begun_at", "due_at")


def begin(election: Election, items: Iterable[DocketItem], also_urgent: Collection[int] = ()) -> list[Clock]:
    """Set the clocks of these posts as the rules now stand; the rows made or changed, to be recorded by the caller.

    A clock that was closed stays closed. Call it inside the transaction that puts the posts on the docket.
    """
    items = list(items)
    rules = {rule.slug: rule for rule in legal_rules(election)}
    if not items or not rules:
        return []
    for rule in rules.values():
        rule.election = election
    resources = queries.resources(election)
    held = {(row.item_id, row.rule): row for row in Clock.objects.filter(item__in=items)}
    fresh, changed = [], []
    for item in items:
        for slug, event in _rules_of(item, resources, item.urgent or item.pk in also_urgent):
            rule = rules[slug]
            begun = event if rule.deadline_from == "event" else item.put_at
            fixed = dict(
                zip(_FIXED, (rule.names, rule.article, rule.authority, begun, due_at(rule, begun)), strict=True)
            )
            row = held.get((item.pk, slug))
            if row is None:
                fresh.append(Clock(item=item, rule=slug, set_at=clock.now(), **fixed))
            elif row.closed_at is None and any(getattr(row, name) != value for name, value in fixed.items()):
                for name, value in fixed.items():
                    setattr(row, name, value)
                row.warned_at = None
                changed.append(row)
    if changed:
        Clock.objects.bulk_update(changed, [*_FIXED, "warned_at"], batch_size=200)
    return [*Clock.objects.bulk_create(fresh, batch_size=200), *changed]


def _rules_of(item: DocketItem, resources: Resources, urgent: bool) -> Iterable[tuple[str, datetime]]:
    """(rule, since when) for each rule that this post may break.

    What the detector looks for counts where it spoke, or where people put the post here; a concern from the score
    that opens the urgent lane; a rule that looks for nothing, for every urgent post that no other rule is about.
    """
    spoken = item.sample == Sample.HAND or any(reason.get("detector") == "legal" for reason in item.reasons)
    strong = {reason["concern"] for reason in item.reasons if reason["score"] >= URGENT_FROM}
    found = {hit.law.slug: hit.begun for hit in hits(_facts(item), resources)} if spoken else {}
    now = [law for law in resources.laws if law.holds(item.posted_at)]
    found |= {law.slug: item.posted_at for law in now if law.looks_for in strong}
    if urgent and not found:
        found = {law.slug: item.posted_at for law in now if not law.looks_for}
    return found.items()


def _facts(item: DocketItem) -> dict:
    names = ("platform", "kind", "account_key", "account_handle", "title", "text", "posted_at", "ad")
    return {name: getattr(item, name) for name in names} | {"observed_at": item.put_at}


@transaction.atomic
def tend(*, by, election: Election, also_urgent: Collection[int], finished: Collection[int]) -> int:
    """Set what is missing, and bring running clocks to the rules as they now stand; how many were set or changed.

    `also_urgent`: docket items that people called urgent; `finished`: those that nobody works on any more.
    """
    policy.check(by, "clock.tend", election.slug)
    if not legal_rules(election):
        return 0
    flagged = Q(urgent=True) | Q(sample=Sample.HAND) | Q(pk__in=also_urgent) | Q(rank__gt=0)
    items = DocketItem.objects.filter(flagged, election=election).exclude(pk__in=finished)
    rows = begin(election, items, also_urgent)
    if rows:
        record(by=by, act="clock.tend", rows=rows, election=election.slug)
    return len(rows)


@transaction.atomic
def close(*, by, held: Clock, outcome: str, reason: str) -> Clock:
    """Stop a clock: what was done about it, and why. Raises BadInput, Conflict."""
    election = held.item.election
    policy.check(by, "clock.close", election.slug)
    if outcome not in set(ClockOutcome):
        raise BadInput(gettext("Choose what was done."))
    if not reason.strip():
        raise BadInput(gettext("A reason is needed."))
    held = Clock.objects.select_for_update(of=("self",)).get(pk=held.pk)
    if held.closed_at:
        raise Conflict(gettext("This clock has been closed already."))
    _stop(held, by, outcome, reason.strip())
    held.save()
    record(by=by, act="clock.close", rows=[held], election=election.slug, reason=held.reason)
    return held


@transaction.atomic
def stop_settled(*, by, election: Election, settled: Collection[int]) -> int:
    """Close the clocks of posts in which people found no breach."""
    policy.check(by, "clock.tend", election.slug)
    rows = list(Clock.objects.filter(item__in=settled, closed_at=None, item__election=election))
    for held in rows:
        _stop(held, by, ClockOutcome.NO_BREACH, "")
    if rows:
        Clock.objects.bulk_update(rows, ["closed_at", "closed_by", "outcome", "reason"], batch_size=200)
        record(by=by, act="clock.stop_settled", rows=rows, election=election.slug)
    return len(rows)


def _stop(held: Clock, by, outcome: str, reason: str) -> None:
    held.closed_at, held.closed_by, held.outcome, held.reason = clock.now(), by.username, outcome, reason


@transaction.atomic
def warn(*, by, election: Election) -> int:
    """Write to the coordinators about clocks that are close to their end, once each; how many clocks."""
    policy.check(by, "clock.tend", election.slug)
    now, within = clock.now(), reads.warned_before(election)
    near = list(reads.running(election).filter(warned_at=None, due_at__gt=now, due_at__lte=now + within))
    told = Membership.objects.filter(role="coordinator", ended_at=None, election__in=("", election.slug))
    people = User.objects.filter(pk__in=told.values("user"), is_active=True).exclude(email="")
    if not near or not people:
        return 0
    for person in people:
        subject, body = _warning(election, near, person.interface_language)
        mail(by=by, to=person.email, subject=subject, body=body, language=person.interface_language)
    for held in near:
        held.warned_at = now
    Clock.objects.bulk_update(near, ["warned_at"], batch_size=200)
    record(by=by, act="clock.warn", rows=near, election=election.slug)
    return len(near)


def _warning(election: Election, near: list[Clock], language: str) -> tuple[str, str]:
    """Subject and text, without names and without what was posted: a mail box is not a vault."""
    zone = ZoneInfo(election.timezone)
    with override(django_code(language)):
        subject = ngettext("%(n)d legal deadline is near", "%(n)d legal deadlines are near", len(near)) % {
            "n": len(near)
        }
        lines = [
            gettext("Post %(number)d: %(rule)s, %(authority)s, until %(when)s") % {
                "number": held.item_id, "rule": pick(held.names, language), "authority": held.authority,
                "when": date_format(held.due_at.astimezone(zone), "SHORT_DATETIME_FORMAT"),
            }
            for held in near
        ]  # fmt: skip
        return subject, "\n".join([pick(election.names, language), "", *lines])
