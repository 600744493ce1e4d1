"""Families of accounts that share together: found in the corpus when asked, remembered until it changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace

import ibis
import polars as pl

from besa.base.home import Home
from besa.base.words import Grade
from besa.collect.names import queries as names
from besa.collect.rules.names import code
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.pledge.queries import register, watch_list
from besa.triage.detectors.coordination import tied_posts
from besa.triage.detectors.coordination.near import SECOND
from besa.triage.detectors.coordination.shared import shares_of
from besa.triage.detectors.coordination.together import families, together
from besa.triage.models import DocketItem
from besa.triage.queries.authors import account_index

#: Whose party is disputed or unknown is not told as that party's.
_SURE = (Grade.CONFIRMED, Grade.PROBABLE)
_BOUND, _PARTIES = {"signed", "late_signed"}, {"party", "coalition"}


@dataclass(frozen=True)
class Family:
    """Accounts, by their keys in the corpus, that share together more often than once.

    `ties`: `account_a, account_b, weight, mean_delta, q, faster`. `posts`: each post beside each it was shared with,
    as `tied_posts` gives them.
    """

    accounts: tuple[str, ...]
    ties: pl.DataFrame
    posts: pl.DataFrame
    faster: bool

    @property
    def seconds(self) -> float:
        """How long after one another, as a rule."""
        return float(self.ties["mean_delta"].median())

    @property
    def first(self) -> datetime:
        return moment(self.posts["at"].min())

    @property
    def last(self) -> datetime:
        return moment(self.posts["at"].max())

    @property
    def kinds(self) -> dict[str, int]:
        """How many links, texts, sets of hashtags and images they shared together."""
        counted = self.posts.group_by("kind").agg(pl.col("object_id").n_unique()).sort("kind")
        return dict(counted.iter_rows())

    @property
    def shared(self) -> pl.DataFrame:
        """What they shared together: `kind, object_id, accounts, seconds, first, posts`, what most shared first."""
        return (
            self.posts.group_by("kind", "object_id")
            .agg(
                accounts=pl.col("account").n_unique(),
                seconds=(pl.col("at").max() - pl.col("at").min()) / SECOND,
                first=pl.col("at").min(),
                posts=pl.col("post_key").unique().sort(),
            )
            .sort("accounts", "first", descending=[True, False])
        )


def moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / SECOND, UTC)


_found: dict[tuple, list[Family]] = {}


def found(election: Election) -> list[Family]:
    """All families of public posts, faster than chance first, the largest first; what chance may have tied, last."""
    corpus = Corpus(Home.here().corpus)
    key = (str(corpus.root), election.pk, corpus.version())
    if key not in _found:
        _found.clear()
        _found[key] = _families(corpus, election)
    return _found[key]


def _families(corpus: Corpus, election: Election) -> list[Family]:
    posts = corpus.ibis().table("posts")
    public = ibis.coalesce(posts.channel, "public") == "public"
    told = together(shares_of(posts.filter(posts.election == election.slug, public)))
    all_posts, rows = tied_posts(told), []
    for faster in (True, False):
        ties = told.ties.filter(pl.col("faster") == faster)
        for accounts in families(ties):
            inside = pl.col("account_a").is_in(accounts) & pl.col("account_b").is_in(accounts)
            own = ties.filter(inside)
            rows.append(Family(accounts, own, all_posts.join(own, on=["account_a", "account_b"], how="semi"), faster))
    return rows


def address(election: Election, family: Family) -> str:
    """What a family is called in addresses: a code that tells nobody who is in it."""
    return code(names.secret_of(election), "family " + "\n".join(family.accounts))


@dataclass(frozen=True)
class Member:
    """An account as this reader may see it. `of`: whose it is by the watch-list, and whether that signed the Code.

    `spelled`: what would give a private person away where it stands in an address.
    """

    author: names.Author
    platform: str
    of: str
    party: str
    signed: bool
    spelled: tuple[str, ...] = ()


def members(election: Election, accounts: Iterable[str], user) -> dict[str, Member]:
    accounts = sorted(accounts)
    con = Corpus(Home.here().corpus).connect()
    try:
        con.register("wanted", pl.DataFrame({"account_key": accounts}).to_arrow())
        rows = con.sql(
            """SELECT account_key, any_value(platform) AS platform, any_value(account_handle) AS handle,
            any_value(account_name) AS name, any_value(kind) AS kind
            FROM observations SEMI JOIN wanted USING (account_key) WHERE election = $slug GROUP BY account_key""",
            params={"slug": election.slug},
        ).to_arrow_table()
    finally:
        con.close()
    index, open_names = account_index(election), names.lifted(election, user)
    watched = {row.id: row for row in watch_list(election)}
    signed = {row.actor for row in register(election) if row.status in _BOUND}
    told = {}
    for row in rows.to_pylist():
        handle = (row["handle"] or "").lstrip("@").lower()
        known = index.get(row["account_key"]) or index.get(f"{row['platform']}:@{handle}")
        item = SimpleNamespace(
            platform=row["platform"], kind=row["kind"], account_key=row["account_key"], account_id=known,
            account_handle=row["handle"] or "", account_name=row["name"] or "", host_account_key="", url="",
            post_key="", parent_key="",
        )  # fmt: skip
        whose = watched.get(known)
        sure = whose is not None and whose.affiliation_grade in _SURE
        author = names.author(item, election, open_names)
        spelled = (row["account_key"].partition(":")[2].lstrip("@"), handle, item.account_name)
        told[row["account_key"]] = Member(
            author,
            row["platform"],
            whose.actor_name if whose else "",
            (whose.party_name if sure else "") or (whose.actor_name if whose and whose.actor_kind in _PARTIES else ""),
            bool(whose and signed & {whose.actor, whose.party if sure else whose.actor}),
            spelled if author.private else (),
        )
    return told


def docketed(election: Election, keys: Iterable[str]) -> dict[str, int]:
    """Post -> its number on the docket."""
    return dict(DocketItem.objects.filter(election=election, post_key__in=list(keys)).values_list("post_key", "pk"))
