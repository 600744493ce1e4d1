"""Accounts that share together again and again, over all kinds of objects, and the families they form."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from besa.triage.detectors.coordination.chance import judged
from besa.triage.detectors.coordination.near import SECOND, Rule, Shares, key_of, named, place, ties

#: What binds two accounts: meeting twice. What makes a family: three.
RULE = Rule(window=60, participation=1, repetition=2)
SMALLEST = 3
#: A network of more ties is cut into its connected parts only: finding communities takes long.
_MOST_TIES = 20_000


@dataclass(frozen=True)
class Together:
    """What accounts share together, over all kinds of objects.

    `ties`: `account_a, account_b, weight` (pairs of posts), `mean_delta, q, faster`. `pairs`: each two posts of tied
    accounts once: `kind, object_id, account_id, account_id_y, content_id, content_id_y, at, at_y`; `_y` is the later.
    `once`: posts within whose window several accounts shared what hardly anybody else did: `kind, content_id,
    accounts`.
    """

    ties: pl.DataFrame
    pairs: pl.DataFrame
    once: pl.DataFrame


def together(shares: dict[str, pl.DataFrame], rule: Rule = RULE) -> Together:
    """Ties over all kinds of objects: two posts that have text and link in common met once, not twice."""
    found, met, once = [_TIE.clear()], [_PAIR.clear()], [_ONCE.clear()]
    for kind, some in shares.items():
        told = Shares(some, rule)
        tied = judged(told, ties(told))
        found.append(named(told, tied).select(_TIE.columns))
        met.append(_pairs(told, tied["key"].sort().to_numpy(), kind))
        once.append(_once(told).with_columns(kind=pl.lit(kind)).select(_ONCE.columns))
    pairs = pl.concat(met).unique(["content_id", "content_id_y"], keep="first", maintain_order=True)
    counted = pairs.with_columns(
        account_a=pl.min_horizontal("account_id", "account_id_y"),
        account_b=pl.max_horizontal("account_id", "account_id_y"),
    )
    both = ["account_a", "account_b"]
    counted = counted.group_by(both).agg(
        weight=pl.len().cast(pl.Int64), mean_delta=(pl.col("at_y") - pl.col("at")).mean() / SECOND
    )
    judgement = pl.concat(found).group_by(both).agg(pl.col("q").min(), pl.col("faster").any())
    return Together(counted.join(judgement, on=both).sort(both), pairs, pl.concat(once))


def _pairs(shares: Shares, keys: np.ndarray, kind: str) -> pl.DataFrame:
    parts = [_PAIR.clear()]
    for left, right in shares.pairs() if len(keys) else ():
        _, known = place(keys, key_of(shares.account[left], shares.account[right]))
        one, other = (shares.kept[shares.row[side[known]]] for side in (left, right))
        other = other.select(account_id_y="account_id", content_id_y="content_id", at_y="at")
        both = pl.concat([one, other], how="horizontal").with_columns(kind=pl.lit(kind))
        parts.append(both.select(_PAIR.columns))
    return pl.concat(parts)


def _once(shares: Shares) -> pl.DataFrame:
    """Posts in whose window at least `SMALLEST` accounts, and half of all that ever did, shared the same."""
    parts = [pl.DataFrame(schema={"place": pl.Int64, "other": pl.Int32})]
    for left, right in shares.pairs():
        for at, other in ((left, right), (right, left)):
            parts.append(pl.DataFrame({"place": at, "other": shares.account[other]}).unique())
    counted = pl.concat(parts).group_by("place").agg(accounts=pl.col("other").n_unique().cast(pl.Int64) + 1)
    counted = counted.filter(pl.col("accounts") >= SMALLEST)
    ever = pl.DataFrame({"thing": shares.thing, "account": shares.account}).group_by("thing").n_unique()
    place = counted["place"].to_numpy()
    counted = counted.with_columns(
        thing=shares.thing[place], content_id=shares.kept["content_id"].gather(shares.row[place])
    )
    counted = counted.join(ever, on="thing").filter(2 * pl.col("accounts") >= pl.col("account"))
    return counted.select("content_id", "accounts")


_TIE = pl.DataFrame(schema={"account_a": pl.String, "account_b": pl.String, "q": pl.Float64, "faster": pl.Boolean})
_PAIR = pl.DataFrame(
    schema={
        name: pl.String for name in ("kind", "object_id", "account_id", "account_id_y", "content_id", "content_id_y")
    }
    | {"at": pl.Int64, "at_y": pl.Int64}
)
_ONCE = pl.DataFrame(schema={"kind": pl.String, "content_id": pl.String, "accounts": pl.Int64})


def families(ties: pl.DataFrame, smallest: int = SMALLEST) -> list[tuple[str, ...]]:
    """Accounts that belong together by their ties, largest family first: communities, weighed (Louvain, fixed seed)."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from(ties.select("account_a", "account_b", "weight").iter_rows())
    if graph.number_of_edges() > _MOST_TIES:
        groups = nx.connected_components(graph)
    else:
        groups = nx.community.louvain_communities(graph, seed=1) if graph else []
    found = [tuple(sorted(group)) for group in groups if len(group) >= smallest]
    return sorted(found, key=lambda group: (-len(group), group))
