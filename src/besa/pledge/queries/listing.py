"""The watch-list as a whole: as a table sees it, what a change would move, which accounts are silent or gone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import pyarrow as pa
from django.db.models import Exists, OuterRef, Q, QuerySet

from besa.base.home import Home
from besa.base.weeks import local_date
from besa.base.words import Grade
from besa.corpus import Corpus
from besa.pledge import rules
from besa.pledge.models import Account, Actor, Affiliation, Area, Election, Identity, ListChange, ListImport
from besa.pledge.rules.plan import Known, Planned
from besa.pledge.rules.sheet import plain
from besa.pledge.types import Claim

#: Days without a post after which an account is called silent.
SILENT_DAYS = 30
_SURE = (Grade.CONFIRMED, Grade.PROBABLE)
_CLAIM = ("grade", "how_known", "first", "last", "proposed_by", "confirmed_by")


def known_list(election: Election) -> Known:
    """The watch-list as `rules.plan` compares a table with; six queries."""
    areas = dict(Area.objects.filter(election=election).values_list("pk", "slug"))
    known = Known(areas={plain(slug): slug for slug in areas.values()})
    for slug, names in Area.objects.filter(election=election).values_list("slug", "names"):
        known.areas |= {plain(name): slug for name in names.values()}
    fields = ("kind", "name", "names", "short_name", "aliases", "gender", "gender_source", "contact_email")
    for row in Actor.objects.filter(election=election).values("slug", "area_id", *fields):
        known.actors[row.pop("slug")] = {**row, "area": areas.get(row.pop("area_id"), "")}
    for row in (
        Affiliation.objects.filter(actor__election=election)
        .order_by("id")
        .values("actor__slug", "party__slug", *_CLAIM)
    ):
        known.affiliations[(row.pop("actor__slug"), row.pop("party__slug"))] = row
    for row in Account.objects.filter(election=election).values(
        "key", "platform", "handle", "name", "url", "status", "status_evidence"
    ):
        known.accounts[row.pop("key")] = row
    for row in (
        Identity.objects.filter(account__election=election)
        .order_by("id")
        .values("account__key", "actor__slug", *_CLAIM)
    ):
        known.identities[(row.pop("account__key"), row.pop("actor__slug"))] = row
    return known


# What is in the corpus of these accounts


@dataclass(frozen=True)
class Seen:
    """What the corpus holds of one account. `gone_at`: when a source last said that the account is gone."""

    posts: int = 0
    last_posted: datetime | None = None
    last_observed: datetime | None = None
    gone_at: datetime | None = None


def _ask(election: Election, accounts: Iterable[tuple[str, str]], select: str, table: str, group: str) -> list[dict]:
    """`select` over the rows of these accounts (key, handle), each with the `key` of its account."""
    corpus = Corpus(Home.here().corpus)
    if corpus.version() < 0:
        return []
    wanted: dict[str, str] = {}
    for key, handle in accounts:
        if handle:
            wanted.setdefault(f"{key.partition(':')[0]}:@{handle.lstrip('@').lower()}", key)
        wanted[key] = key
    names = pa.table({"name": pa.array(wanted, pa.string()), "key": pa.array(wanted.values(), pa.string())})
    con = corpus.connect()
    try:
        con.register("wanted", names)
        rows = con.sql(
            f"""SELECT {select} FROM (
                SELECT o.*, coalesce(by_key.key, by_handle.key) AS key FROM {table} o
                LEFT JOIN wanted by_key ON by_key.name = o.account_key
                LEFT JOIN wanted by_handle
                    ON by_handle.name = o.platform || ':@' || lower(ltrim(o.account_handle, '@'))
                WHERE o.election = $slug
            ) WHERE key IS NOT NULL GROUP BY {group}""",  # noqa: S608 - our own words
            params={"slug": election.slug},
        )
        return rows.to_arrow_table().to_pylist()
    finally:
        con.close()


_seen: dict[tuple, dict[str, Seen]] = {}


def last_seen(election: Election) -> dict[str, Seen]:
    """Account key -> what the corpus holds of it; remembered until the corpus or the list changes."""
    corpus = Corpus(Home.here().corpus)
    accounts = list(Account.objects.filter(election=election).order_by("key").values_list("key", "handle"))
    mark = (str(corpus.root), election.pk, corpus.version(), hash(tuple(accounts)))
    if mark not in _seen:
        _seen.clear()
        rows = _ask(
            election,
            accounts,
            "key, count(DISTINCT post_key) AS posts, max(posted_at) AS last_posted, max(observed_at) AS last_observed, "
            "max(coalesce(observed_at, posted_at)) FILTER (WHERE gone_cause = 'account_gone') AS gone_at",
            "observations",
            "key",
        )
        _seen[mark] = {row.pop("key"): Seen(**row) for row in rows}
    return _seen[mark]


def _days_posted(election: Election, accounts: Iterable[tuple[str, str]]) -> dict[str, Counter[date]]:
    """Account key -> posts on each local day."""
    found: dict[str, Counter[date]] = defaultdict(Counter)
    select = "key, date_trunc('hour', posted_at) AS hour, count(*) AS n"
    for row in _ask(election, accounts, select, "posts", "key, hour"):
        if row["hour"]:
            found[row["key"]][local_date(row["hour"], election.timezone)] += row["n"]
    return found


# What a change moves


@dataclass(frozen=True)
class Moved:
    """So many posts of the corpus that belonged to `before` belong to `after` now ('' = nobody known)."""

    before: str
    after: str
    posts: int
    accounts: int


def effect(election: Election, planned: Iterable[Planned]) -> list[Moved]:
    """What a table would move, before it is applied: posts by their day, the heaviest first."""
    changes: dict[str, dict[str, dict]] = defaultdict(dict)
    handles: dict[str, str] = {}
    names = dict(Actor.objects.filter(election=election).values_list("slug", "name"))
    for row in planned:
        for (key, actor), values in row.values.get("identity", {}).items():
            changes[key].setdefault(actor, {}).update(values)
            names.setdefault(actor, row.name)
        for key, values in row.values.get("account", {}).items():
            handles[key] = values.get("handle", "")
    return _moved(election, changes, handles, names)


def effect_of_claim(account: Account, actor: Actor, values: Mapping) -> list[Moved]:
    """The same for one claim that is graded at the desk."""
    names = dict(Identity.objects.filter(account=account).values_list("actor__slug", "actor__name"))
    changes = {account.key: {actor.slug: dict(values)}}
    return _moved(account.election, changes, {}, {**names, actor.slug: actor.name})


def _moved(election: Election, changes: Mapping, handles: dict, names: Mapping[str, str]) -> list[Moved]:
    if not changes:
        return []
    held = Account.objects.filter(election=election, key__in=changes)
    handles = {**handles, **dict(held.values_list("key", "handle"))}
    standing: dict[str, dict[str, dict]] = defaultdict(dict)
    for row in Identity.objects.filter(account__in=held).values("account__key", "actor__slug", *_CLAIM):
        standing[row.pop("account__key")][row.pop("actor__slug")] = row
    days = _days_posted(election, [(key, handles.get(key, "")) for key in changes])
    posts: Counter[tuple[str, str]] = Counter()
    accounts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for key, wanted in changes.items():
        before = standing[key]
        after = {**before, **{actor: {**before.get(actor, {}), **values} for actor, values in wanted.items()}}
        for day, n in days.get(key, {}).items():
            move = _holder(before, day), _holder(after, day)
            if move[0] != move[1]:
                posts[move] += n
                accounts[move].add(key)
    return [
        Moved(names.get(before, before), names.get(after, after), n, len(accounts[before, after]))
        for (before, after), n in posts.most_common()
    ]


def _holder(claims: Mapping[str, Mapping], day: date) -> str:
    """Whose posts of this day are: the slug, '' where nobody is at least probable."""
    order = sorted(claims)
    made = [
        Claim(at, Grade(claims[slug]["grade"]), "", claims[slug].get("first"), claims[slug].get("last"))
        for at, slug in enumerate(order)
    ]
    claim, grade = rules.best_claim(made, day)
    return order[claim.about] if claim and grade in _SURE else ""


# The list of accounts, and one account


@dataclass(frozen=True)
class ListedAccount:
    account: Account
    claims: list[Identity]
    seen: Seen
    silent: bool


def accounts(
    election: Election, day: date, *, search: str = "", platform: str = "", grade: str = "", status: str = "",
    activity: str = "",
) -> QuerySet[Account]:  # fmt: skip
    """Accounts narrowed down, by platform and key; `activity`: silent, gone, unwatched; `grade` 'none': unclaimed."""
    found = Account.objects.filter(election=election).select_related("area").order_by("platform", "key")
    claims = Identity.objects.filter(account=OuterRef("pk"))
    if search := search.strip():
        found = found.filter(
            Q(key__icontains=search) | Q(name__icontains=search) | Q(url__icontains=search)
            | Exists(claims.filter(actor__name__icontains=search))
        )  # fmt: skip
    if platform:
        found = found.filter(platform=platform)
    if status:
        found = found.filter(status=status)
    if grade == "none":
        found = found.exclude(Exists(claims))
    elif grade:
        found = found.filter(Exists(claims.filter(grade=grade)))
    if activity == "gone":
        found = found.exclude(gone_on=None)
    elif activity == "unwatched":
        found = found.filter(watched=False)
    elif activity == "silent":
        seen = last_seen(election)
        keys = Account.objects.filter(election=election, watched=True, gone_on=None).values_list("key", flat=True)
        found = found.filter(key__in=[key for key in keys if is_silent(seen.get(key, Seen()), day, election)])
    return found


def is_silent(seen: Seen, day: date, election: Election) -> bool:
    if seen.last_posted is None:
        return True
    return (day - local_date(seen.last_posted, election.timezone)).days >= SILENT_DAYS


def listed(election: Election, rows: Iterable[Account], day: date) -> list[ListedAccount]:
    """What the list shows of these accounts."""
    rows, seen = list(rows), last_seen(election)
    claims = defaultdict(list)
    for claim in Identity.objects.filter(account__in=rows).select_related("actor").order_by("id"):
        claims[claim.account_id].append(claim)
    return [
        ListedAccount(
            row, claims[row.pk], held := seen.get(row.key, Seen()),
            row.watched and row.gone_on is None and is_silent(held, day, election),
        )
        for row in rows
    ]  # fmt: skip


def claims_of(account: Account) -> list[Identity]:
    return list(Identity.objects.filter(account=account).select_related("actor").order_by("id"))


def history(account: Account) -> list[ListChange]:
    """All that was changed of an account and of whose it is, newest first."""
    return list(ListChange.objects.filter(account=account).select_related("actor", "batch").order_by("-id")[:200])


def list_imports(election: Election) -> QuerySet[ListImport]:
    return ListImport.objects.filter(election=election)


def proposals(election: Election) -> tuple[list[Identity], list[Affiliation]]:
    """Claims that wait for a second pair of eyes, oldest first."""
    waiting = Q(grade=Grade.PROBABLE) & ~Q(proposed_by="")
    return (
        list(
            Identity.objects.filter(waiting, account__election=election)
            .select_related("account", "actor")
            .order_by("id")[:500]
        ),
        list(
            Affiliation.objects.filter(waiting, actor__election=election)
            .select_related("actor", "party")
            .order_by("id")[:500]
        ),
    )
