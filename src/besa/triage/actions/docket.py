"""Putting posts on the docket: copied once out of the corpus, with the reason why."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.home import Home
from besa.base.language import USUAL
from besa.collect.models import Capture
from besa.corpus import Corpus
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import queries, rules
from besa.triage.actions.clocks import begin
from besa.triage.actions.copying import copied
from besa.triage.detectors.parallel import with_language
from besa.triage.models import DocketItem
from besa.triage.queries.authors import account_index
from besa.triage.queries.families import family_of


@transaction.atomic
def put(
    *, by, election: Election, post_key: str, reason: str, urgent: bool = False, sample: str = "hand"
) -> DocketItem:
    """Put one post of the corpus on the docket by hand. Raises BadInput, NotFound, Conflict."""
    policy.check(by, "docket.put", election.slug)
    if not reason.strip():
        raise BadInput("A reason is needed.", remedy="Say in a sentence why people should look at this post.")
    if DocketItem.objects.filter(election=election, post_key=post_key).exists():
        raise Conflict("This post is on the docket already.", where=post_key)
    corpus = Corpus(Home.here().corpus)
    version = corpus.version()
    rows = queries.posts_by_key(corpus, election, [post_key], version)
    if not rows.num_rows:
        raise NotFound("The corpus has no such post.", where=post_key, remedy="Import it first.")
    signals = queries.signals_of(corpus, [post_key])
    row = with_language(rows, tuple(election.post_languages or USUAL)).to_pylist()[0]
    item = copied(
        election, row, signals[post_key], version=version, sample=sample, accounts=account_index(election),
        place=queries.calendar(election).place(row["posted_at"]),
    )  # fmt: skip
    found = rules.rank(signals[post_key], rules.reach(row), queries.urgent_clauses(election))
    item.put_reason, item.urgent = reason.strip(), urgent or found.urgent
    if family := family_of(election, post_key):
        item.family = family.key
    item.save()
    record(
        by=by, act="docket.put", rows=[item, *begin(election, [item])], reason=reason.strip(), election=election.slug
    )
    return item


def put_captured(*, by, election: Election) -> int:
    """Put on the docket what people captured in order to have it looked at; how many were new."""
    there = DocketItem.objects.filter(election=election, post_key=OuterRef("post_key"))
    wanted = Capture.objects.filter(~Exists(there), election=election.slug, entered__isnull=False)
    reasons = {row.post_key: row for row in wanted.exclude(docket_reason="").order_by("-id")}
    for key, row in reasons.items():
        put(by=by, election=election, post_key=key, reason=row.docket_reason, urgent=row.urgent)
    return len(reasons)
