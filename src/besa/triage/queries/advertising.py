"""Political advertising: who pays for how much in the ad libraries, at least, and where ads stand without a label.

Absence from a library is no proof that there was no ad; what is told is a lower bound (practice.md 19).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace

from besa.base.home import Home
from besa.base.text import folded
from besa.base.weeks import local_date, week_days, week_of
from besa.base.words import AccountStatus, Grade, PhaseKind
from besa.corpus import Corpus
from besa.pledge.models import Election, Phase
from besa.pledge.queries import watch_list
from besa.pledge.types import WatchedAccount
from besa.triage.detectors.ads import ran, ran_on
from besa.triage.models import DocketItem
from besa.triage.queries.authors import account_index, as_item

#: Phases in which nobody may campaign, unless the pack names others (`settings.no_ads_in`).
NO_ADS_IN = (PhaseKind.SILENCE, PhaseKind.POLLING_DAY, PhaseKind.RUNOFF_DAY)
_CAMPAIGN = frozenset({
    "party", "coalition", "mayor_candidate", "council_candidate", "party_official", "national_leader", "minister",
    "member_of_parliament", "incumbent",
})  # fmt: skip
_KNOWN = (Grade.CONFIRMED, Grade.PROBABLE)
_FAKES = (AccountStatus.IMPERSONATION, AccountStatus.PARODY)


def quiet(election: Election) -> tuple[tuple[date, date, str], ...]:
    kinds = election.settings.get("no_ads_in", NO_ADS_IN)
    rows = Phase.objects.filter(election=election, kind__in=list(kinds)).order_by("first")
    return tuple(rows.values_list("first", "last", "kind"))


def campaigners(election: Election) -> dict[str, str]:
    """Account key, or `platform:@handle` -> the party (where one is known) or person that campaigns there."""
    found = {}
    for row in watch_list(election):
        if row.actor_kind in _CAMPAIGN and row.grade in _KNOWN and row.status not in _FAKES:
            for key in _keys(row):
                found[key] = row.party_name or row.actor_name
    return found


def _keys(row: WatchedAccount) -> list[str]:
    return [row.key, *([f"{row.platform}:@{row.handle.lstrip('@').lower()}"] if row.handle else [])]


@dataclass(frozen=True)
class Ad:
    """One ad of a library, in the newest state that was delivered. None is “not told”, never 0."""

    post_key: str
    page: str
    url: str
    text: str
    sponsor: str
    currency: str
    spend_low: int | None
    #: first day of delivery; its week and kind of phase by local date
    first: date
    week: str
    phase: str
    #: days on which nobody may campaign and it ran for sure
    forbidden: tuple[str, ...]
    #: no last day is told: it may still run
    open_end: bool
    #: whose page it is: by the account itself, by its name only, or nobody's that is known
    account: WatchedAccount | None
    how: str


def ads(election: Election, *, week: str = "", day: date | None = None, version: int | None = None) -> list[Ad]:
    """All ads of the libraries, or those that began in a week, by first day. Whose a page is, is told as of `day`
    (the end of the week, else today)."""
    day = day or (week_days(week)[1] if week else None)
    by_key, by_name = _index(election, day)
    held = list(Phase.objects.filter(election=election).order_by("first"))
    closed = quiet(election)
    # libraries name a page by its number alone: the posts of the same page tell its short name
    rows = Corpus(Home.here().corpus).rows(
        """WITH ads AS (SELECT * FROM posts WHERE election = $slug AND kind = 'ad'),
        handles AS (SELECT account_key, min(platform || ':@' || lower(ltrim(account_handle, '@'))) AS handle FROM posts
                    WHERE election = $slug AND account_handle <> '' AND account_key IN (SELECT account_key FROM ads)
                    GROUP BY account_key)
        SELECT post_key, account_key, account_name, url, coalesce(text, title) AS text, ad, posted_at, handle
        FROM ads LEFT JOIN handles USING (account_key) ORDER BY posted_at, post_key""",
        {"slug": election.slug},
        version=version,
    )
    found = []
    for row in rows:
        told = row["ad"] or {}
        days = ran(told)
        first = days[0] if days else row["posted_at"] and local_date(row["posted_at"], election.timezone)
        if first is None or (week and week_of(first) != week):
            continue
        account, how = by_key.get(row["account_key"] or "") or by_key.get(row["handle"] or ""), "account"
        if account is None:
            account, how = by_name.get(folded(row["account_name"] or "")), "name"
        found.append(
            Ad(
                row["post_key"], row["account_name"] or "", row["url"] or "", row["text"] or "",
                (told.get("sponsor") or "").strip(), told.get("currency") or "", told.get("spend_low"), first,
                week_of(first), next((str(one.kind) for one in held if one.first <= first <= one.last), "outside"),
                tuple(ran_on(told, closed)), not told.get("end"), account, how if account else "",
            )
        )  # fmt: skip
    return found


def _index(election: Election, day: date | None) -> tuple[dict[str, WatchedAccount], dict[str, WatchedAccount]]:
    """Watched accounts by key and by name; a name that two actors bear is nobody's."""
    by_key, by_name, twice = {}, {}, set()
    for row in watch_list(election, day):
        if not row.actor or row.grade not in _KNOWN or row.status in _FAKES:
            continue
        by_key |= dict.fromkeys(_keys(row), row)
        for name in {folded(row.name), folded(row.actor_name)} - {""}:
            if name in by_name and by_name[name].actor != row.actor:
                twice.add(name)
            by_name[name] = row
    return by_key, {name: row for name, row in by_name.items() if name not in twice}


@dataclass
class Advertiser:
    """What one actor (or one page that is nobody's) had in the libraries, in one currency."""

    name: str
    actor: str
    party: str
    how: str
    currency: str
    #: the sum of the lower bounds that are told; None where none is told
    spend_low: int | None = None
    untold: int = 0
    ads: int = 0
    without_sponsor: int = 0
    forbidden: int = 0
    open_end: int = 0
    keys: list[str] = field(default_factory=list)

    def add(self, ad: Ad) -> None:
        self.ads += 1
        if ad.spend_low is None:
            self.untold += 1
        else:
            self.spend_low = (self.spend_low or 0) + ad.spend_low
        self.without_sponsor += not ad.sponsor
        self.forbidden += bool(ad.forbidden)
        self.open_end += ad.open_end
        self.keys.append(ad.post_key)


def by_actor(found: Iterable[Ad]) -> list[Advertiser]:
    """Sums by actor and currency (sums of different currencies are never added), the largest first."""
    held: dict[tuple, Advertiser] = {}
    for ad in found:
        of = ad.account
        key = (of.actor if of else f"page {ad.page}", ad.currency)
        if key not in held:
            held[key] = Advertiser(
                of.actor_name if of else ad.page,
                of.actor if of else "",
                of.party_name if of else "",
                ad.how,
                ad.currency,
            )
        held[key].add(ad)
    return sorted(held.values(), key=lambda row: (row.currency, -(row.spend_low or 0), -row.ads, row.name))


def unlabelled(election: Election, *, week: str = "", most: int = 200) -> list[SimpleNamespace]:
    """Posts and articles for which the detectors of advertising spoke, the strongest first, with why."""
    rows = Corpus(Home.here().corpus).rows(
        """SELECT p.post_key, p.kind, p.platform, p.account_key, p.account_name, p.account_handle,
            p.host_account_key, p.parent_key, p.title, p.text, p.url, p.posted_at,
            s.detector, s.score, s.reason
        FROM (SELECT post_key, detector, score, reason FROM signals WHERE detector IN ('ads', 'library')
              QUALIFY row_number() OVER (PARTITION BY post_key, detector ORDER BY made_at DESC, signal_id) = 1) s
        JOIN posts p USING (post_key) WHERE p.election = $slug AND p.kind <> 'ad'
        ORDER BY s.score DESC, p.posted_at DESC, p.post_key""",
        {"slug": election.slug},
    )
    rows = [
        row for row in rows
        if not week or (row["posted_at"] and week_of(local_date(row["posted_at"], election.timezone)) == week)
    ][:most]  # fmt: skip
    keys = [row["post_key"] for row in rows]
    items = dict(DocketItem.objects.filter(election=election, post_key__in=keys).values_list("post_key", "pk"))
    watched = account_index(election)
    return [as_item(row | {"item": items.get(row["post_key"])}, watched) for row in rows]
