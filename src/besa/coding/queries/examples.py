"""What was decided, as examples to learn from: only posts on which people are done, each with what they saw in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Min

from besa.base.words import Concern, Decision, FindingType, Gender, Sample, Screen
from besa.coding.models import Adjudication, Coding, Finding, FindingTarget, Screening
from besa.pledge.models import Election
from besa.triage.learning.types import Example
from besa.triage.models import DocketItem

#: What a detector would have had to look for, to find it.
CONCERN_OF = {
    FindingType.HATE_SPEECH: Concern.HATE, FindingType.PERSONAL_BULLYING: Concern.HARASSMENT,
    FindingType.DISINFORMATION: Concern.FALSEHOOD, FindingType.INCITEMENT: Concern.INCITEMENT,
    FindingType.UNTRANSPARENT_AD: Concern.AD, FindingType.FALSE_VOTING_INFORMATION: Concern.FALSE_VOTING,
    FindingType.PRIVACY_BREACH: Concern.PRIVACY,
}  # fmt: skip
#: Decisions that say nothing about the text.
_UNTOLD = frozenset({Decision.CANNOT_JUDGE, Decision.OUT_OF_SCOPE})
_HARD = frozenset({Decision.VIOLATION, Decision.COMPLIANCE, Decision.BORDERLINE})


def examples(election: Election) -> list[Example]:
    """Adjudicated posts; posts whose coders saw no issue; posts that screening set aside. In the order of the docket.

    A borderline decision is neither for nor against, so it is left out, as is what could not be judged.
    """
    found = _found(election)
    decided = dict(Adjudication.objects.filter(item__election=election).values_list("item_id", "decision"))
    verdicts: dict[int, list[str]] = defaultdict(list)
    for item, verdict in Coding.objects.filter(item__election=election).values_list("item_id", "verdict"):
        verdicts[item].append(verdict)
    nothing = set(
        Screening.objects.filter(item__election=election, key=Screen.NOTHING).values_list("item_id", flat=True)
    )
    made = []
    items = DocketItem.objects.filter(election=election).exclude(text="").order_by("pk")
    # plain values: making thousands of model instances takes longer than reading them
    for item, *told_of in items.values_list("pk", "post_key", "text", "language", "family", "week"):
        told = {decided[item]} if item in decided else set(verdicts.get(item, ()))
        if item not in decided and told & _HARD:
            continue  # a decision is still to come
        if told & _UNTOLD or Decision.BORDERLINE in told or not (told or item in nothing):
            continue
        post_key, text, language, family, week = told_of
        made.append(Example(post_key, text, language, frozenset(found.get(item, ())), family, week))
    return made


def _found(election: Election) -> dict[int, set[str]]:
    """Docket item -> concerns of its finding; abuse of a woman on the ground of gender is a concern of its own."""
    made: dict[int, set[str]] = defaultdict(set)
    gendered = set(
        FindingTarget.objects.filter(finding__election=election, gender=Gender.WOMAN, ground="gender").values_list(
            "finding_id", flat=True
        )
    )
    rows = Finding.objects.filter(election=election, decision="violation")
    for pk, item, kind in rows.values_list("pk", "adjudication__item_id", "type"):
        if concern := CONCERN_OF.get(FindingType(kind)):
            made[item].add(str(concern))
            if pk in gendered and concern in (Concern.HATE, Concern.HARASSMENT):
                made[item].add(str(Concern.GENDERED_ABUSE))
    return made


def yields(election: Election, decided: Sequence[Example] | None = None) -> list[dict]:
    """By week: `read` posts that the ranking put on the docket and people finished, `violations` among them.

    `decided`: the `examples`, where they are at hand.
    What a better ranking raises. Urgent, random and hand-picked posts are left out: the ranking did not choose them.
    """
    chosen = {Sample.RANKED: "ranked", Sample.CONTROL: "control"}
    done = {example.post_key for example in (examples(election) if decided is None else decided)}
    bad = set(Finding.objects.filter(election=election, decision="violation").values_list(
        "adjudication__item__post_key", flat=True))  # fmt: skip
    weeks: dict[str, dict] = {}
    rows = DocketItem.objects.filter(election=election, sample__in=list(chosen), urgent=False)
    for week, at in rows.order_by("week").values_list("week").annotate(Min("put_at")):
        weeks[week] = {
            "week": week, "from": at, "read": 0, "violations": 0, "control_read": 0, "control_violations": 0
        }  # fmt: skip
    for week, key, sample in rows.values_list("week", "post_key", "sample"):
        held, prefix = weeks.get(week), "" if sample == Sample.RANKED else "control_"
        if held and (key in done or key in bad):
            held[f"{prefix}read"] += 1
            held[f"{prefix}violations"] += key in bad
    return [
        {**row, "per_100": round(100 * row["violations"] / row["read"], 1) if row["read"] else None}
        for row in weeks.values()
    ]
