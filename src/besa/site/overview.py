"""What awaits whom: the first page of the desk, from the rooms' own queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Case, Count, Q, Sum, When

from besa.base import clock
from besa.base.home import Home
from besa.base.weeks import local_bounds, local_date
from besa.coding import queries as coding
from besa.coding.models import Adjudication, Coding, Screening
from besa.coding.queries.workload import cut_off
from besa.collect.models import Import
from besa.corpus import Corpus
from besa.evidence import queries as evidence
from besa.people.models import Membership, User
from besa.people.policy import may
from besa.pledge.models import Account, Election
from besa.pledge.queries import phase_of, register, today
from besa.reply import queries as reply
from besa.report.models import Freeze, Publication, SignOff
from besa.site import docket
from besa.triage import queries as triage
from besa.triage.queries.clocks import running

#: Kinds that vanish by themselves: preserved before anything else.
_FLEETING = ("story", "live")
#: Where the pack says nothing else (election settings `coder_hours_per_day`, `dose_hours_per_day`).
_HOURS_A_DAY = 4
_LOOK_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class Load:
    """One language: posts that wait, hours they need (None: never measured), hours that readers of it have."""

    language: str
    waiting: int
    needed: float | None
    available: float
    readers: int

    @property
    def short(self) -> bool:
        return self.waiting > 0 and (self.readers == 0 or (self.needed or 0) > self.available)


def latest_edition() -> Path | None:
    """The folder of the edition published last, or None where there is none yet."""
    publication = Publication.objects.order_by("-id").first()
    return Path(publication.path) if publication and Path(publication.path).is_dir() else None


def cards(user, election: Election | None) -> dict:
    """What this person's first page shows; a key is missing where their roles do not reach."""
    if election is None:
        return {"nothing_loaded": True}
    slug = election.slug
    day = today(election)
    found: dict = {"today": day, "phase": phase_of(election, day), "signatories": len(register(election, day))}
    if may(user, "coding.screen", slug) or may(user, "coding.code", slug) or may(user, "coding.adjudicate", slug):
        found["queue"] = coding.awaits(user, election)
        found["queue_total"] = sum(found["queue"].values())
    if may(user, "docket.see", slug):
        found |= {
            "clocks": list(running(election)[:5]),
            "clocks_count": running(election).count(),
            **_unpreserved(election),
            "funnel": _funnel(election),
            **docket.cards(election),
        }
    if may(user, "coding.agreement", slug):
        waiting = coding.pending(election)
        found |= {"loads": loads(election, waiting), "cut_off": cut_off(election), "stuck": _stuck(waiting)}
        found["overdosed"] = overdosed(election)
        found["hours_a_day"] = election.settings.get("coder_hours_per_day", _HOURS_A_DAY)
    if may(user, "import.see", slug):
        unseen = accounts_without_look(election)
        found |= {
            "unseen_count": sum(row["count"] for row in unseen),
            "unseen": unseen[:8],
            "watched": Account.objects.filter(election=election, watched=True).count(),
        }
    if may(user, "notice.see", slug):
        found["notices"] = reply.counts(election)
    if may(user, "report.see", slug):
        freeze = Freeze.objects.filter(election=election).first()
        found |= {
            "freeze": freeze,
            "sign_offs": SignOff.objects.filter(freeze=freeze).count() if freeze else 0,
            "publication": Publication.objects.filter(freeze__election=election).first(),
        }
    return found


def unpreserved(election: Election):
    """Marked to be kept and not yet in the vault: what vanishes by itself first, then the oldest."""
    fleeting = Case(When(kind__in=_FLEETING, then=1), default=0)
    return evidence.unpreserved(election).annotate(fleeting=fleeting).order_by("-fleeting", "posted_at", "id")


def _unpreserved(election: Election) -> dict:
    counts = evidence.unpreserved(election).aggregate(n=Count("id"), fleeting=Count("id", filter=Q(kind__in=_FLEETING)))
    return {
        "unpreserved": unpreserved(election)[:5] if counts["n"] else [],
        "unpreserved_count": counts["n"],
        "unpreserved_fleeting": counts["fleeting"],
    }


def loads(election: Election, pending: list) -> list[Load]:
    """Coder-hours needed and available before the cut-off, by language of the posts."""
    seconds = {
        "screen": _mean(Screening, election),
        "code": _mean(Coding, election),
        "adjudicate": _mean(Adjudication, election),
    }
    waiting: dict[str, int] = {}
    needed: dict[str, float | None] = {}
    for row in pending:
        waiting[row.language] = waiting.get(row.language, 0) + row.count
        if seconds.get(row.task):
            needed[row.language] = (needed.get(row.language) or 0) + row.count * seconds[row.task] / 3600
    days = max((cut_off(election) - clock.now()).total_seconds() / 86400, 0)
    hours = election.settings.get("coder_hours_per_day", _HOURS_A_DAY) * days
    coders = User.objects.filter(
        is_active=True,
        pk__in=Membership.objects.filter(
            role="coder", ended_at=None, election__in=("", election.slug)
        ).values("user"),
    )  # fmt: skip
    reads = [coding.reads(coder) for coder in coders]
    out = []
    for language, count in sorted(waiting.items(), key=lambda pair: -pair[1]):
        readers = sum(1 for languages in reads if languages is None or language in languages)
        out.append(Load(language, count, needed.get(language), readers * hours, readers))
    return out


def _mean(model, election: Election) -> float | None:
    found = model.objects.filter(item__election=election, seconds__gt=0).aggregate(n=Count("id"), all=Sum("seconds"))
    return found["all"] / found["n"] if found["n"] else None


def _stuck(pending: list) -> dict[str, int]:
    """Posts that wait, by the step they wait for."""
    counts: dict[str, int] = {}
    for row in pending:
        counts[row.task] = counts.get(row.task, 0) + row.count
    return counts


def overdosed(election: Election) -> list[dict]:
    """Coders who have read for longer today than their dose."""
    day = local_date(clock.now(), election.timezone)
    start, end = local_bounds(day, day, election.timezone)
    seconds: dict[int, float] = {}
    for model in (Screening, Coding):
        rows = model.objects.filter(item__election=election, at__gte=start, at__lt=end).values("coder")
        for row in rows.annotate(all=Sum("seconds")):
            seconds[row["coder"]] = seconds.get(row["coder"], 0) + row["all"]
    limit = 3600 * election.settings.get("dose_hours_per_day", _HOURS_A_DAY)
    over = {pk: spent for pk, spent in seconds.items() if spent > limit}
    names = {user.pk: user.monitor_name or user.username for user in User.objects.filter(pk__in=over)}
    return [{"name": names[pk], "hours": spent / 3600} for pk, spent in sorted(over.items(), key=lambda p: -p[1])]


_looks: dict[tuple, dict[str, datetime]] = {}


def _last_looks(election: Election) -> dict[str, datetime]:
    """Account key -> when an import last brought something of it; remembered until the next import is done."""
    finished = dict(Import.objects.filter(election=election.slug, state="done").values_list("import_id", "finished_at"))
    root = Home.here().corpus
    key = (str(root), election.slug, len(finished))
    if key not in _looks:
        _looks.clear()
        rows = Corpus(root).rows(
            """SELECT DISTINCT import_id, unnest([account_key, platform || ':@' || lower(account_handle)]) AS account
            FROM observations WHERE election = $slug""",
            {"slug": election.slug},
        )
        last: dict[str, datetime] = {}
        for row in rows:
            at = finished.get(row["import_id"])
            if at and row["account"] and (row["account"] not in last or last[row["account"]] < at):
                last[row["account"]] = at
        _looks[key] = last
    return _looks[key]


def accounts_without_look(election: Election) -> list[dict]:
    """Municipality -> watched accounts that no import of the last 24 hours brought anything of; most first."""
    looks, since = _last_looks(election), clock.now() - _LOOK_WITHIN
    by_area: dict = {}
    for account in Account.objects.filter(election=election, watched=True).select_related("area"):
        seen = [looks.get(account.key), looks.get(f"{account.platform}:@{account.handle.lstrip('@').lower()}")]
        if not any(at and at >= since for at in seen):
            row = by_area.setdefault(account.area_id, {"area": account.area, "count": 0})
            row["count"] += 1
    return sorted(by_area.values(), key=lambda row: -row["count"])


def _funnel(election: Election) -> dict[str, int]:
    decided = Adjudication.objects.filter(item__election=election).aggregate(
        decided=Count("id"), confirmed=Count("id", filter=Q(decision__in=("violation", "compliance")))
    )
    return {
        **triage.funnel(election),
        "screened": Screening.objects.filter(item__election=election).count(),
        "coded": Coding.objects.filter(item__election=election, place=1).count(),
        **decided,
    }
