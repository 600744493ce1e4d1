"""What falls due, when, and how much of it there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from django.contrib.sessions.models import Session
from django.db.models import Max

from besa.base import clock
from besa.base.home import Home
from besa.base.weeks import local_date
from besa.coding.models import Adjudication, Coding, Finding, Screening
from besa.collect.models import Tip, TipContact
from besa.corpus import Corpus
from besa.evidence.models import Exhibit
from besa.pledge.models import Account, Election, Phase
from besa.report.models import Publication
from besa.retention import rules
from besa.triage.models import DocketItem


@dataclass(frozen=True)
class Due:
    """One rule: `day` is the first on which it bites (None: the period has not begun), `rows` how many there are."""

    kind: str
    days: int
    counted_from: str
    ground: dict[str, str]
    by_itself: bool
    day: date | None
    rows: int
    due: bool

    @property
    def ground_words(self) -> str:
        """As it stands in the ledger: in the first language in which it is given."""
        return next(iter(self.ground.values()))


def due(election: Election) -> list[Due]:
    """Every rule of the election, the nearest first."""
    today = local_date(clock.now(), election.timezone)
    polling, published = polling_day(election), published_on(election)
    found = []
    for rule in election.settings.get("retention", []):
        day = rules.due_on(rule["days"], rule["from"], polling, published)
        rows = count(election, rule["kind"])
        found.append(
            Due(
                rule["kind"], rule["days"], rule["from"], rule["ground"], rule["by_itself"], day, rows,
                bool(day and day <= today and rows),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.day or date.max, one.kind))


def polling_day(election: Election) -> date | None:
    """The last day on which people vote."""
    days = Phase.objects.filter(election=election, kind__in=("polling_day", "runoff_day"))
    return days.aggregate(last=Max("last"))["last"]


def published_on(election: Election) -> date | None:
    at: datetime | None = Publication.objects.filter(freeze__election=election).aggregate(last=Max("at"))["last"]
    return local_date(at, election.timezone) if at else None


def count(election: Election, kind: str) -> int:
    found = Finding.objects.filter(election=election).values("adjudication__item")
    if kind == "private_posts":
        return len(posts_due(election))
    if kind == "non_findings":
        items = DocketItem.objects.filter(election=election).exclude(post_key__startswith=rules.PREFIX)
        return items.exclude(pk__in=found).count()
    if kind == "exhibits":
        return Exhibit.objects.filter(item__election=election, item__in=found, erased_at=None).count()
    if kind == "tips":
        told = Tip.objects.filter(election=election).exclude(link="", note="", picture_sha256="", post_key="")
        return told.count()
    if kind == "tip_contacts":
        return TipContact.objects.filter(tip__election=election).count()
    if kind == "work_times":
        return sum(model.objects.filter(item__election=election, seconds__gt=0).count() for model in TIMED)
    return Session.objects.count() + len(logs())


TIMED = (Screening, Coding, Adjudication)


def logs() -> list:
    return sorted(path for path in Home.here().logs.rglob("*") if path.is_file())


def posts_due(election: Election) -> list[str]:
    """Posts of private persons (`collect.rules.names.is_public` says who is not) that are not on the docket."""
    con = Corpus(Home.here().corpus).connect()
    try:
        accounts = Account.objects.filter(election=election).values_list("platform", "key", "handle")
        watched = {key for _, key, _ in accounts}
        watched |= {f"{platform}:@{handle.lstrip('@').lower()}" for platform, _, handle in accounts if handle}
        docketed = DocketItem.objects.filter(election=election).values_list("post_key", flat=True)
        con.register("watched", pa.table({"key": pa.array(sorted(watched), pa.string())}))
        con.register("docketed", pa.table({"post_key": pa.array(list(docketed), pa.string())}))
        found = con.sql(
            """SELECT post_key FROM posts WHERE election = $slug AND platform <> 'portal' AND kind <> 'ad'
            AND NOT coalesce(account_key IN (SELECT key FROM watched), false)
            AND NOT coalesce(platform || ':@' || lower(ltrim(account_handle, '@')) IN (SELECT key FROM watched), false)
            AND post_key NOT IN (SELECT post_key FROM docketed)""",
            params={"slug": election.slug},
        ).to_arrow_table()
    finally:
        con.close()
    return found["post_key"].to_pylist()
