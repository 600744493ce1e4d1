"""Reads of the report room: weeks and their state, what is unfinished, what may be published."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db.models import Exists, OuterRef, Q

from besa.base import clock
from besa.base.errors import BesaError, NotFound
from besa.base.home import Home
from besa.base.weeks import local_date, week_days, weeks_between
from besa.coding.models import Coding
from besa.coding.queries import backlog
from besa.pledge import queries as pledge
from besa.pledge.models import Election
from besa.reply.models import Notice, Reply, ReplyDecision
from besa.report import rules
from besa.report.facts import gather, load
from besa.report.models import EditionStamp, Freeze, Prose, Publication, SignOff
from besa.report.types import AWAITING, Facts


@dataclass(frozen=True)
class Week:
    """`state`: open, frozen, signed, published, running (not over yet), ahead."""

    week: str
    first: object
    last: object
    state: str
    freeze: Freeze | None
    publication: Publication | None


@dataclass(frozen=True)
class Standing:
    """Where a freeze stands on its way out; `missing` says in words what it still needs."""

    freeze: Freeze
    sign_offs: list[SignOff]
    publication: Publication | None
    missing: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        return "published" if self.publication else "signed" if not self.missing else "frozen"


def weeks(election: Election) -> list[Week]:
    """All weeks of the election's phases, newest first."""
    phases = pledge.phases(election)
    if not phases:
        return []
    today = local_date(clock.now(), election.timezone)
    newest: dict[str, Freeze] = {}
    for freeze in Freeze.objects.filter(election=election, kind="weekly").order_by("id"):
        newest[freeze.week] = freeze
    published = {row.freeze_id: row for row in Publication.objects.filter(freeze__election=election).order_by("number")}
    signed = _signed([freeze.pk for freeze in newest.values()])
    out = []
    for week in weeks_between(phases[0].first, max(phase.last for phase in phases)):
        first, last = week_days(week)
        freeze = newest.get(week)
        publication = published.get(freeze.pk) if freeze else None
        if publication:
            state = "published"
        elif freeze:
            state = "signed" if signed.get(freeze.pk, 0) >= rules.EYES else "frozen"
        else:
            state = "ahead" if today < first else "running" if today <= last else "open"
        out.append(Week(week, first, last, state, freeze, publication))
    return out[::-1]


def _signed(freezes: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for pk in SignOff.objects.filter(freeze__in=freezes).values_list("freeze_id", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    return counts


def standing_of(freeze: Freeze) -> Standing:
    sign_offs = list(SignOff.objects.filter(freeze=freeze).select_related("by").order_by("id"))
    return Standing(
        freeze,
        sign_offs,
        Publication.objects.filter(freeze=freeze).order_by("-number").first(),
        rules.missing([sign_off.by_id for sign_off in sign_offs], freeze.made_by_id),
    )


def unfinished(election: Election, week: str) -> dict[str, int]:
    """What of this week and the weeks before is not done yet; it rolls over into the next edition."""
    first_coded = Coding.objects.filter(item=OuterRef("pk"), place=1)
    to_code = backlog(election, "code").filter(week__lte=week)
    return {
        "unscreened": backlog(election, "screen").filter(week__lte=week).count(),
        "uncoded": to_code.filter(~Exists(first_coded)).count(),
        "half_coded": to_code.filter(Exists(first_coded)).count(),
        "undecided": backlog(election, "adjudicate").filter(week__lte=week).count(),
        "notices_waiting": Notice.objects.filter(
            Q(state="intent") | Q(deadline_at__gt=clock.now()), finding__election=election, finding__week__lte=week
        )
        .exclude(pk__in=Reply.objects.values("notice_id"))
        .count(),
        "replies_undecided": Reply.objects.filter(notice__finding__election=election, notice__finding__week__lte=week)
        .exclude(kind__in=("answer", "correction"))
        .exclude(pk__in=ReplyDecision.objects.values("reply_id"))
        .count(),
    }


def freeze_of(election: Election, name: str) -> Freeze:
    """The freeze whose name begins so. Raises NotFound."""
    found = Freeze.objects.filter(election=election, name__startswith=name).order_by("-id").first() if name else None
    if found is None:
        raise NotFound(f"There is no freeze “{name}”.", remedy="`besa report weekly --week …` makes one.")
    return found


def freezes(election: Election, *, kind: str) -> list[Freeze]:
    return list(Freeze.objects.filter(election=election, kind=kind))


def latest_signed(election: Election) -> Freeze | None:
    """The newest freeze with enough sign-offs that no edition was made of yet."""
    for freeze in Freeze.objects.filter(election=election).order_by("-id"):
        standing = standing_of(freeze)
        if not standing.missing and not standing.publication:
            return freeze
    return None


def latest_freeze(election: Election) -> Freeze | None:
    return Freeze.objects.filter(election=election).order_by("-id").first()


def publications(election: Election) -> list[Publication]:
    """The newest first, each with its `stamps`, wanted or there."""
    found = list(Publication.objects.filter(freeze__election=election).select_related("freeze").order_by("-number"))
    stamps: dict[int, list[EditionStamp]] = {}
    for stamp in EditionStamp.objects.filter(publication__in=found).order_by("id"):
        stamps.setdefault(stamp.publication_id, []).append(stamp)
    for each in found:
        each.stamps = stamps.get(each.pk, [])
    return found


def prose_of(freeze: Freeze) -> dict[str, str]:
    return dict(Prose.objects.filter(freeze=freeze).values_list("language", "text"))


def facts_of(freeze: Freeze) -> Facts:
    return load(Home.here().freezes, freeze.name)


def live_facts(election: Election, *, week: str = "", kind: str = "weekly", at: datetime | None = None) -> Facts:
    """The facts as they stand now, with what earlier editions held marked as not new."""
    return gather(
        election,
        at=at or clock.now(),
        week=week,
        kind=kind,
        published=_published_before(election, week, kind),
        errata=_errata(election),
    )


def _published_before(election: Election, week: str, kind: str) -> set[str]:
    """Numbers of the findings that stood in an edition of an earlier week (that were not awaiting a reply there)."""
    earlier = Publication.objects.filter(freeze__election=election, freeze__kind="weekly")
    if week and kind == "weekly":
        earlier = earlier.filter(freeze__week__lt=week)
    out: set[str] = set()
    for publication in earlier.select_related("freeze"):
        try:
            findings = facts_of(publication.freeze)["findings"]
        except BesaError:
            continue
        out |= {row["number"] for row in findings.iter_rows(named=True) if row["standing"] != AWAITING}
    return out


def _errata(election: Election) -> list[dict]:
    return [
        {
            "number": row.number,
            "date": local_date(row.at, election.timezone).isoformat(),
            "note": row.change_note,
        }
        for row in Publication.objects.filter(freeze__election=election).exclude(change_note="").order_by("number")
    ]


def edition_path(publication: Publication) -> Path:
    """In the editions of this home, where it lies there; else where it was published. A home that was copied or moved
    must not reach into the one that it came from."""
    path = Path(publication.path)
    here = Home.here().editions / path.name
    return here if here.exists() else path


def pending(election: Election) -> dict[str, int]:
    """Weeks that are over and not frozen; freezes that wait for a sign-off; signed ones not published."""
    counts = {"open": 0, "frozen": 0, "signed": 0}
    for week in weeks(election):
        if week.state in counts:
            counts[week.state] += 1
    return counts
