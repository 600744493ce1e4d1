"""Reads of the checked claims: the list, what the detector is given, and the posts found."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q, QuerySet

from besa.base.home import Home
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage.detectors.claims import reason
from besa.triage.models import CheckedClaim, DocketItem, Run
from besa.triage.queries.authors import account_index, as_item
from besa.triage.types import ClaimSpec


def listed(election: Election, search: str = "") -> QuerySet[CheckedClaim]:
    found = CheckedClaim.objects.filter(election=election).order_by("-id")
    if search := search.strip():
        found = found.filter(Q(claim__icontains=search) | Q(reviewer__icontains=search))
    return found


def specs(election: Election) -> tuple[tuple[ClaimSpec, ...], tuple[ClaimSpec, ...]]:
    """The claims that stood at the last run, and those that came since.

    A run that was cut off and is taken up again knows those that stood when it began.
    """
    rows = CheckedClaim.objects.filter(election=election, set_aside_at=None).order_by("id")
    if held := Run.objects.filter(election=election, state="intent").order_by("id").first():
        rows = rows.filter(taken_at__lte=held.started_at)
    last = Run.objects.filter(election=election, state="done").order_by("-id").first()
    old, new = [], []
    for row in rows:
        (new if last and row.taken_at > last.started_at else old).append(spec(row))
    return tuple(old), tuple(new)


def spec(row: CheckedClaim) -> ClaimSpec:
    others = sorted((code, text) for code, text in row.translations.items() if code != row.language)
    return ClaimSpec(
        row.pk, ((row.language, row.claim), *others), row.verdict, row.rating, row.reviewer, row.url, row.clause
    )


def found(election: Election, rows: list[CheckedClaim], most: int = 5) -> dict[int, dict]:
    """claim -> `posts`, how many posts say it, and `shown`, the newest of them with their docket item where one is."""
    said = {reason(spec(row)): row.pk for row in rows}
    counted: dict[int, dict] = defaultdict(lambda: {"posts": 0, "shown": []})
    if not said:
        return counted
    told = Corpus(Home.here().corpus).rows(
        """SELECT s.reason, p.post_key, p.platform, p.kind, p.account_key, p.account_handle, p.account_name,
            p.host_account_key, p.parent_key, p.url, p.text, p.title, p.posted_at
        FROM (SELECT DISTINCT post_key, reason FROM signals
              WHERE detector IN ('claims', 'new_claims') AND list_contains($reasons, reason)) s
        JOIN posts p USING (post_key) WHERE p.election = $slug ORDER BY p.posted_at DESC, p.post_key""",
        {"reasons": list(said), "slug": election.slug},
    )
    watched = account_index(election)
    for row in told:
        held = counted[said[row["reason"]]]
        held["posts"] += 1
        if len(held["shown"]) < most:
            held["shown"].append(as_item(row, watched))
    keys = [row.post_key for held in counted.values() for row in held["shown"]]
    items = dict(DocketItem.objects.filter(election=election, post_key__in=keys).values_list("post_key", "pk"))
    for held in counted.values():
        for row in held["shown"]:
            row.item = items.get(row.post_key)
    return counted
