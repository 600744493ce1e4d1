"""The decision on a post that others coded, the finding that it makes, and what becomes of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.base.words import FINDING_DECISIONS, Channel, Decision
from besa.coding import queries
from besa.coding.actions.shared import Faulty, believable, checked, locked, take_turn
from besa.coding.models import Adjudication, Coding, Draft, Finding, FindingReview, FindingTarget, Lease
from besa.coding.rules import freezing, turns
from besa.coding.types import Fault, FrozenFinding
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.triage.rules import family as content_of


@transaction.atomic
def adjudicate(
    *, by, item: DocketItem, decision: str, answers: Mapping[str, Any], reason: str, seconds: float = 0
) -> Adjudication:
    """Decide on a post that others coded; a violation or compliance makes a finding, frozen now.

    Raises Refused (one's own coding), Faulty (answers), BadInput (no reason), Conflict.
    """
    election = item.election
    own = Coding.objects.filter(item=item, coder=by).exists()
    check(by, "coding.adjudicate", election.slug, own=own)
    if decision not in set(Decision):
        raise BadInput(gettext("“%(value)s” is not a decision.") % {"value": decision})
    if not reason.strip():
        raise Faulty([Fault("reason", gettext("Write down why; the reason is part of the decision."), {})])
    if decision in FINDING_DECISIONS and item.channel != Channel.PUBLIC:
        raise BadInput(
            gettext("This was said in a closed group: it is a lead, and counts against nobody until it is borne out."),
            remedy=gettext("Put the public post that bears it out on the docket and decide on that one."),
        )
    take_turn(by, item, turns.ADJUDICATE)
    # the decision number is drawn under this lock
    Election.objects.select_for_update().get(pk=election.pk)
    codebook = queries.active_codebook(election)
    answers = checked({**answers, "verdict": decision}, codebook.body, item, adjudicator=True)
    made = Adjudication.objects.create(
        item=item,
        adjudicator=by,
        decision=decision,
        answers=answers,
        reason=reason.strip(),
        seconds=believable(seconds, by, item, turns.ADJUDICATE),
        at=clock.now(),
        codebook=codebook,
    )
    rows: list = [made]
    if decision in FINDING_DECISIONS:
        rows += _freeze(made, answers)
    Lease.objects.filter(item=item, task=turns.ADJUDICATE).delete()
    record(by=by, act="coding.adjudicate", rows=rows, election=election.slug, reason=made.reason)
    return made


@transaction.atomic
def extend(*, by, finding: Finding, items: Mapping[DocketItem, str], reason: str) -> list[Adjudication]:
    """Decide on copies of a post as it was decided on; each gets its own decision and finding, frozen now.

    `items`: posts of the family that `by` has read and found to be copies, with the kind of actor whose they are
    (asked for where the watch-list does not know). Raises Refused (one's own coding), BadInput, Conflict (not offered).
    """
    election, first = finding.election, finding.adjudication.item
    check(by, "coding.extend", election.slug, own=Coding.objects.filter(item=first, coder=by).exists())
    if not items or not reason.strip():
        raise BadInput(gettext("Choose at least one copy, and write down why the decision holds for it."))
    # the decision numbers are drawn under this lock
    Election.objects.select_for_update().get(pk=election.pk)
    codebook, rows, made = queries.active_codebook(election), [], []
    for asked, source_class in items.items():
        item = locked(asked)
        if item.election_id != election.pk or item.family != first.family or item.pk == first.pk:
            raise BadInput(gettext("This post is no copy of that of the finding."), where=item.post_key)
        if queries.tied(by, item):
            raise Refused(gettext("You are tied to somebody in this post, or said that you know them."))
        if why := queries.obstacle(item):
            raise Conflict(gettext(why), where=item.post_key)
        answers = checked(queries.answers_for(finding, item, source_class), codebook.body, item, adjudicator=True)
        words = gettext("Copy of %(number)s: %(reason)s") % {"number": finding.number, "reason": reason.strip()}
        decided = Adjudication.objects.create(
            item=item, adjudicator=by, decision=finding.decision, answers=answers, reason=words, at=clock.now(),
            copy_of=finding, codebook=codebook,
        )  # fmt: skip
        rows += [decided, *_freeze(decided, answers)]
        made.append(decided)
        Lease.objects.filter(item=item).delete()
        Draft.objects.filter(item=item).delete()
    record(by=by, act="coding.extend", rows=rows, election=election.slug, reason=f"{finding.number}: {reason.strip()}")
    return made


@transaction.atomic
def review_finding(*, by, finding: Finding, outcome: str, reason: str) -> FindingReview:
    """Look again at a finding whose author the watch-list now tells differently; the finding is not rewritten."""
    election = finding.election
    check(by, "finding.review", election.slug)
    if outcome not in ("stands", "erratum") or not reason.strip():
        raise BadInput(gettext("A review needs an outcome and a reason."))
    changed = next((one for one in queries.changed_identities(election) if one.finding.pk == finding.pk), None)
    if changed is None or not changed.open:
        raise Conflict(gettext("There is nothing to look at again."), remedy=gettext("Look at the list again."))
    made = FindingReview.objects.create(
        finding=finding, known=changed.now, outcome=outcome, reason=reason.strip(), by=by.username, at=clock.now()
    )
    record(by=by, act="finding.review", rows=[made], election=election.slug, reason=made.reason)
    return made


def _freeze(adjudication: Adjudication, answers: Mapping[str, Any]) -> list:
    """The finding and its targets, as everybody was known to be on the local day of the post."""
    item = adjudication.item
    actors = queries.actor_rows(item.election, answers)
    frozen: FrozenFinding = freezing.finding_of(
        answers, adjudication.decision, queries.record_of(item, list(actors.values()))
    )
    parties = {frozen.party, *(target.party for target in frozen.targets)} - set(actors)
    actors |= queries.actors_by_slug(item.election, parties)
    clauses = queries.clause_rows(item)
    finding = Finding.objects.create(
        adjudication=adjudication,
        election=item.election,
        number=turns.finding_number(item.election.slug, Finding.objects.filter(election=item.election).count()),
        decision=frozen.decision,
        type=frozen.type,
        clause=clauses[frozen.clause],
        other_clauses=list(frozen.other_clauses),
        severity=frozen.severity,
        # equal texts are one content, and so are copies that somebody found to be copies
        content=adjudication.copy_of.content if adjudication.copy_of else content_of(item.text, item.post_key),
        platform=item.platform,
        language=item.language,
        route=item.route,
        sample=item.sample,
        posted_at=item.posted_at,
        week=item.week,
        phase=item.phase,
        area_id=frozen.area,
        source=actors.get(frozen.source),
        source_class=frozen.source_class,
        source_gender=frozen.source_gender,
        identity_grade=frozen.identity_grade,
        account_status=frozen.account_status,
        party=actors.get(frozen.party),
        affiliation_grade=frozen.affiliation_grade,
        how_affiliated=frozen.how_affiliated,
        signatory_status=frozen.signatory_status,
        party_signatory_status=frozen.party_signatory_status,
        decided_at=adjudication.at,
    )
    targets = [
        FindingTarget.objects.create(
            finding=finding,
            kind=target.kind,
            actor=actors.get(target.actor),
            actor_kind=target.actor_kind,
            party=actors.get(target.party),
            gender=target.gender,
            community=target.community,
            ground=target.ground,
        )
        for target in frozen.targets
    ]
    return [finding, *targets]
