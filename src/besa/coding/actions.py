"""Every write of the coding room: taking a post, screening, coding, deciding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from besa.base import clock
from besa.base.errors import BadInput, Conflict, Refused
from besa.base.words import FINDING_DECISIONS, Channel, Decision, Screen
from besa.coding import queries
from besa.coding.models import Adjudication, Coding, Draft, Finding, FindingReview, FindingTarget, Lease, Screening
from besa.coding.rules import answers as rules
from besa.coding.rules import freezing, turns
from besa.coding.types import Fault, FrozenFinding, Turn
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election
from besa.triage.models import DocketItem
from besa.triage.rules import family as content_of

#: How many posts are tried before giving up, where others take posts at the same moment.
_TRIES = 20
#: Seconds on one post that are still believable; longer means that somebody went for a coffee.
_LONGEST = 3600.0


class Faulty(BadInput):
    """Answers that do not fit; `faults` says which and why."""

    def __init__(self, faults: list[Fault]):
        self.faults = faults
        words = "; ".join(f"{fault.variable}: {gettext(fault.reason) % fault.values}" for fault in faults)
        super().__init__(words, remedy=gettext("Change these answers and send them again."))


# Taking and giving back


@transaction.atomic
def next_item(*, by, election: Election, task: str) -> DocketItem | None:
    """Take the post that waits most for this task and that `by` may do; None where there is none.

    Whoever holds one already gets the same one again, so that two tabs show one post.
    """
    check(by, turns.ACTS[task], election.slug)
    now = clock.now()
    if held := queries.held(by, election, task, now):
        if turns.may_take(queries.standing(held.item), task, by.pk):
            held.until = now + turns.LEASE
            held.save(update_fields=["until"])
            return held.item
        held.delete()
    Lease.objects.filter(item__election=election, task=task, until__lte=now).delete()
    for item in queries.due(election, task, by, now)[:_TRIES]:
        turn = turns.due(queries.standing(item))
        if turn and turn.task == task and _lease(by, item, turn, now):
            return item
    return None


def _lease(by, item: DocketItem, turn: Turn, now) -> Lease | None:
    try:
        with transaction.atomic():
            return Lease.objects.create(item=item, coder=by, task=turn.task, place=turn.place, until=now + turns.LEASE)
    except IntegrityError:
        return None  # somebody else was quicker


@transaction.atomic
def release(*, by, item: DocketItem, task: str) -> None:
    """Give a post back for others; a draft stays."""
    check(by, turns.ACTS[task], item.election.slug)
    Lease.objects.filter(item=item, coder=by, task=task).delete()


# First pass


@transaction.atomic
def screen(*, by, item: DocketItem, key: str, seconds: float = 0) -> Screening:
    """Nothing, look or urgent. Raises Conflict where somebody else has screened or holds it."""
    check(by, "coding.screen", item.election.slug)
    if key not in set(Screen):
        raise BadInput(gettext("“%(key)s” is not one of the three keys.") % {"key": key})
    _take_turn(by, item, turns.SCREEN)
    made = Screening.objects.create(
        item=item, coder=by, key=key, seconds=_believable(seconds, by, item, turns.SCREEN), at=clock.now()
    )
    Lease.objects.filter(item=item, task=turns.SCREEN).delete()
    record(by=by, act="coding.screen", rows=[made], election=item.election.slug)
    return made


@transaction.atomic
def undo_screening(*, by, election: Election) -> DocketItem:
    """Take one's own last screening back, while nobody has built on it; the post is held again."""
    check(by, "coding.screen", election.slug)
    last = Screening.objects.filter(coder=by, item__election=election).select_related("item").order_by("-pk").first()
    if last is None:
        raise Conflict(gettext("You have not screened anything yet."))
    item, now = _locked(last.item), clock.now()
    held = Lease.objects.filter(item=item, until__gt=now).exclude(coder=by).exists()
    codings = Coding.objects.filter(item=item).count()
    if not turns.may_undo(screened_at=last.at, now=now, codings=codings, held=held):
        raise Conflict(
            gettext("Your last screening can no longer be taken back."),
            remedy=gettext("After ten minutes, or once somebody codes the post, tell the coordinator instead."),
        )
    pk = last.pk
    last.delete()
    Lease.objects.filter(item=item, until__lte=now).delete()
    Lease.objects.filter(item__election=election, coder=by, task=turns.SCREEN).delete()
    _lease(by, item, Turn(turns.SCREEN), now)
    record(
        by=by,
        act="coding.undo_screening",
        erased=[(Screening._meta.db_table, str(pk))],
        election=election.slug,
        reason=f"docket item {item.pk}: {last.key} taken back",
    )
    return item


# Second pass


@transaction.atomic
def save_draft(*, by, item: DocketItem, answers: Mapping[str, Any]) -> Draft:
    """Keep half-made answers for their author alone; nothing is checked. The hold on the post is renewed."""
    check(by, "coding.code", item.election.slug)
    draft, _ = Draft.objects.update_or_create(
        coder=by, item=item, defaults={"answers": dict(answers), "at": clock.now()}
    )
    Lease.objects.filter(item=item, coder=by, task=turns.CODE).update(until=clock.now() + turns.LEASE)
    return draft


def submit(*, by, item: DocketItem, answers: Mapping[str, Any], note: str = "", seconds: float = 0) -> Coding:
    """One coder's answers. Raises Faulty (answers), Conflict (somebody else, or no longer needed).

    Where somebody else was quicker the answers are kept as a draft.
    """
    try:
        return _submit(by, item, answers, note, seconds)
    except Conflict:
        if not Coding.objects.filter(item=item, coder=by).exists():
            save_draft(by=by, item=item, answers=answers)
        raise


@transaction.atomic
def _submit(by, item: DocketItem, answers: Mapping[str, Any], note: str, seconds: float) -> Coding:
    election = item.election
    check(by, "coding.code", election.slug)
    if Coding.objects.filter(item=item, coder=by).exists():
        raise Conflict(gettext("You have coded this post already."), remedy=_go_on())
    turn = _take_turn(by, item, turns.CODE)
    codebook = queries.active_codebook(election)
    answers = _checked(answers, codebook.body, item)
    first = Coding.objects.filter(item=item, place=1).first()
    made = Coding.objects.create(
        item=item,
        coder=by,
        place=turn.place,
        codebook=codebook,
        answers=answers,
        verdict=answers["verdict"],
        note=note.strip(),
        alpha_share=first.alpha_share if first else queries.in_alpha_share(item),
        seconds=_believable(seconds, by, item, turns.CODE),
        at=clock.now(),
    )
    Lease.objects.filter(item=item, task=turns.CODE, place=turn.place).delete()
    Lease.objects.filter(item=item, task=turns.CODE, coder=by).delete()
    Draft.objects.filter(item=item, coder=by).delete()
    record(by=by, act="coding.submit", rows=[made], election=election.slug)
    return made


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
    _take_turn(by, item, turns.ADJUDICATE)
    # the decision number is drawn under this lock
    Election.objects.select_for_update().get(pk=election.pk)
    codebook = queries.active_codebook(election)
    answers = _checked({**answers, "verdict": decision}, codebook.body, item)
    made = Adjudication.objects.create(
        item=item,
        adjudicator=by,
        decision=decision,
        answers=answers,
        reason=reason.strip(),
        seconds=_believable(seconds, by, item, turns.ADJUDICATE),
        at=clock.now(),
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
        item = _locked(asked)
        if item.election_id != election.pk or item.family != first.family or item.pk == first.pk:
            raise BadInput(gettext("This post is no copy of that of the finding."), where=item.post_key)
        if why := queries.obstacle(item):
            raise Conflict(gettext(why), where=item.post_key)
        answers = _checked(queries.answers_for(finding, item, source_class), codebook.body, item)
        words = gettext("Copy of %(number)s: %(reason)s") % {"number": finding.number, "reason": reason.strip()}
        decided = Adjudication.objects.create(
            item=item, adjudicator=by, decision=finding.decision, answers=answers, reason=words, at=clock.now(),
            copy_of=finding,
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


# What all of these need


def _locked(item: DocketItem) -> DocketItem:
    """The post, so that no two people change what stands on it at once (SQLite has one writer anyway)."""
    return DocketItem.objects.select_for_update(of=("self",)).select_related("election").get(pk=item.pk)


def _take_turn(by, item: DocketItem, task: str) -> Turn:
    """Is this post's turn, and this person's? Raises Conflict with what to do next, or Refused."""
    _locked(item)
    standing = queries.standing(item)
    turn = turns.due(standing)
    if not standing.preserved:
        raise Conflict(
            gettext("This post has not been preserved yet."),
            remedy=gettext("It comes up by itself once its evidence is in the vault."),
        )
    if turn is None or turn.task != task:
        raise Conflict(gettext("This post no longer waits for this."), remedy=_go_on())
    if not turns.may_take(standing, task, by.pk):
        raise Refused(gettext("You have coded this post yourself; somebody else must go on with it."))
    other = Lease.objects.filter(item=item, task=task, place=turn.place, until__gt=clock.now()).exclude(coder=by)
    if other.exists():
        raise Conflict(
            gettext("Your hold on this post has ended and somebody else has it now."),
            remedy=gettext("Your answers are kept as a draft. Take the next post."),
        )
    return turn


def _checked(answers: Mapping[str, Any], body: Mapping[str, Any], item: DocketItem) -> dict[str, Any]:
    cleaned = rules.clean(answers, body)
    actors = {row.slug: queries.actor_facts(row) for row in queries.actor_rows(item.election, cleaned, body).values()}
    if found := rules.faults(cleaned, body, clauses=queries.clause_facts(item), actors=actors):
        raise Faulty(found)
    return cleaned


def _believable(seconds: float, by, item: DocketItem, task: str) -> float:
    """Seconds as measured on the page; where the page could not, since the post was taken."""
    if not seconds:
        held = Lease.objects.filter(item=item, coder=by, task=task).first()
        seconds = (clock.now() - (held.until - turns.LEASE)).total_seconds() if held else 0
    return min(max(float(seconds), 0.0), _LONGEST)


def _go_on() -> str:
    return gettext("Nothing is lost. Take the next post.")
