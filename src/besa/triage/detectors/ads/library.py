"""Posts and articles held against the ad library: by page, text, landing page and picture.

What a campaigner's own page posts and also pays for is no concern. A pointer is given where the text, the picture or
the landing page of an ad stands elsewhere later on without a label, and (weakly) where most of what an article says in
its own voice stood at a campaigner's account before. That an ad is missing from the library proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

import ibis
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from besa.base.text import folded, normal
from besa.corpus.engines.flow import flow
from besa.triage.detectors.ads.examples import LIBRARY_EXAMPLES as EXAMPLES
from besa.triage.types import FOUND, Resources

__all__ = ["EXAMPLES", "Match", "detect", "landing", "matches"]

#: Word triples: the share that two texts must have in common, the share of an ad inside a longer text, and for an
#: article the share of its own words that stood at a campaigner's account.
SAME, INSIDE, REPEATED = 0.8, 0.9, 0.6
_FEWEST, _FEWEST_REPEATED = 6, 12
#: A triple that so many campaign texts have is a turn of phrase.
_COMMON = 200
_AT_ONCE = 20_000
_SCORES = {"text": 0.4, "landing": 0.4, "image": 0.35, "repeats": 0.3}
_COMMENTS = ("comment", "reply", "message")
_LABEL = re.compile(
    r"sponsor|sponzor|reklam|publireportazh|advertorial|(?<![^\W_])(?:pr|p\.r\.)(?![^\W_])|oglas|placen|marketing|"
    r"i paguar|e paguar|paid|promo|komunikat\w* per|saopstenje|pres release"
)
_QUOTED = re.compile(r"[“„\"«][^“”„\"«»]{3,5000}[”“\"»]")
_MARK = re.compile(r"[“„\"«]")
_OWN_SITES = ("facebook.com", "instagram.com", "fb.com", "fb.me", "wa.me", "youtube.com", "tiktok.com", "x.com")


_BITS = 24
_LAST = np.uint64((1 << _BITS) - 1)
_ODD = [np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)]


@dataclass(frozen=True)
class Match:
    """A post beside an ad (or a campaigner's text): `how` text, landing, image or repeats; `own` by the same hands."""

    post_key: str
    observation_id: str
    kind: str
    other: str
    who: str
    how: str
    own: bool
    labelled: bool


def detect(posts: ibis.Table, resources: Resources, seed: int) -> ibis.Table:
    found: dict[tuple[str, str], dict[str, Match]] = {}
    for match in matches(posts, resources):
        if not (match.own or match.labelled):
            found.setdefault((match.post_key, match.observation_id), {}).setdefault(match.how, match)
    rows = [
        {
            "post_key": post_key, "observation_id": observation_id, "concern": "ad",
            "clause": resources.clauses.get("ad", ""), "score": max(_SCORES[how] for how in hows),
            "reason": "; ".join(_words(match) for _, match in sorted(hows.items())) + "; it carries no label",
        }
        for (post_key, observation_id), hows in sorted(found.items())
    ]  # fmt: skip
    return ibis.memtable(pa.Table.from_pylist(rows, schema=FOUND.remove(FOUND.get_field_index("spans"))))


def _words(match: Match) -> str:
    ad = f"an ad of {match.who or 'an unknown page'} in the library ({match.other})"
    return {
        "text": f"its text ran as {ad}",
        "landing": f"{ad} leads to this article",
        "image": f"its picture ran in {ad}",
        "repeats": f"most of it stood before at an account of {match.who} ({match.other})",
    }[match.how]


def matches(posts: ibis.Table, resources: Resources) -> Iterator[Match]:
    """All matches, own and labelled ones too."""
    mine = _campaigning(posts, resources)
    told = _told(posts.filter((posts.kind == "ad") | mine))
    told = [row for row in told if row["kind"] == "ad" or row["kind"] not in ("article", *_COMMENTS)]
    ads = [row for row in told if row["kind"] == "ad"]
    if not told:
        return
    texts = _Texts(told)
    pages, images = _places(ads, lambda row: map(landing, row["links"] or ())), _places(ads, _images)
    for batch in _batches(posts.filter(posts.kind != "ad", ~posts.kind.isin(_COMMENTS))):
        kinds = batch["kind"].to_pylist()
        for at in pc.indices_nonzero(pc.equal(batch["kind"], "article")).to_pylist() if pages else ():
            if ad := pages.get(landing(batch["url"][at].as_py())):
                yield _match(_row(batch, at), ad, "landing", resources)
        for at in pc.indices_nonzero(pc.greater(pc.list_value_length(batch["media"]), 0)).to_pylist() if images else ():
            row = _row(batch, at)
            for ad in filter(None, map(images.get, _images(row))):
                if _not_before(row, ad):
                    yield _match(row, ad, "image", resources)
        columns = (batch[name].to_pylist() for name in ("kind", "text", "text_normal"))
        said = [_own_words(*each) for each in zip(*columns, strict=True)]
        for at, other, how in texts.found(said, kinds):
            row = _row(batch, at)
            if _not_before(row, other) and (how == "text" or not _same_hands(row, other, resources)):
                yield _match(row, other, how, resources)


_COLUMNS = ("post_key", "observation_id", "platform", "kind", "account_key", "account_handle", "account_name", "title",
            "text", "text_normal", "posted_at", "url", "links", "media", "ad")  # fmt: skip


def _batches(posts: ibis.Table) -> Iterator[pa.Table]:
    yield from flow(posts.select(*_COLUMNS), _AT_ONCE)


def _row(batch: pa.Table, at: int) -> dict:
    return {name: batch[name][at].as_py() for name in _COLUMNS}


def _not_before(row: dict, other: dict) -> bool:
    """Whoever said it first did not take it from the other."""
    return bool(row["posted_at"] and other["posted_at"] and other["posted_at"] <= row["posted_at"])


def _told(posts: ibis.Table) -> list[dict]:
    return posts.select(*_COLUMNS).order_by("post_key").to_pyarrow().to_pylist()


def _campaigning(posts: ibis.Table, resources: Resources):
    handle = posts.platform + ibis.literal(":@") + posts.account_handle.lower().replace("@", "")
    known = list(resources.campaigners)
    return posts.account_key.isin(known) | handle.isin(known) if known else ibis.literal(False)


def _who(row: dict, resources: Resources) -> str:
    """The campaigner whose account it is, or nothing."""
    handle = f"{row['platform']}:@{(row['account_handle'] or '').lstrip('@').lower()}"
    return resources.campaigners.get(row["account_key"] or "") or resources.campaigners.get(handle) or ""


def _same_hands(row: dict, ad: dict, resources: Resources) -> bool:
    """The advertiser's own page, or another account of the same campaigner."""
    if row["account_key"] and row["account_key"] == ad["account_key"]:
        return True
    names = [folded(each["account_name"] or "") for each in (row, ad)]
    if names[0] and names[0] == names[1]:
        return True
    mine = _who(row, resources)
    return bool(mine) and mine in (_who(ad, resources), ad["account_name"])


def _match(row: dict, ad: dict, how: str, resources: Resources) -> Match:
    title, text = folded(row["title"] or ""), row["text"] or ""
    labelled = any(value not in (None, "") for value in (row["ad"] or {}).values()) or bool(
        _LABEL.search(f"{title} {folded(text[:300])} {folded(text[-300:])}")
    )
    return Match(
        row["post_key"], row["observation_id"], row["kind"], ad["post_key"],
        _who(ad, resources) or ad["account_name"] or "", how, _same_hands(row, ad, resources), labelled,
    )  # fmt: skip


def landing(address: str | None) -> str:
    """An address without what differs between two ways to one page; nothing where it leads to no page of its own."""
    try:
        parts = urlsplit(address or "")
    except ValueError:  # `http://[` and the like: one odd address must not take the signals of all other posts
        return ""
    host = parts.netloc.lower().removeprefix("www.").removeprefix("m.")
    path = parts.path.rstrip("/")
    if not host or not path or host.endswith(_OWN_SITES):
        return ""
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith(("utm_", "fbclid", "gclid"))]
    return f"{host}{path}" + (f"?{urlencode(sorted(kept))}" if kept else "")


def _images(row: dict) -> list[str]:
    """Hashes of its pictures; equal pictures only, near-copies of pictures are told by the families of copies."""
    return [image[name] for image in row["media"] or () for name in ("sha256", "pdq") if image[name]]


def _places(ads: list[dict], of) -> dict[str, dict]:
    return {key: ad for ad in reversed(ads) for key in of(ad) if key}


class _Texts:
    """Word triples of the ads and of what campaigners posted."""

    def __init__(self, told: list[dict]):
        # one row for each different text, the first by key; an ad goes before a post
        first: dict[str, dict] = {}
        for row in sorted(told, key=lambda row: (row["kind"] != "ad", row["post_key"])):
            first.setdefault(row["text_normal"] or normal(row["text"]), row)
        first.pop("", None)
        self.rows = list(first.values())
        held = _triples(list(first)).unique()
        self.sizes = np.bincount(held["row"].to_numpy(), minlength=len(self.rows))
        often = held.group_by("triple").agg(often=pl.len()).filter(pl.col("often") <= _COMMON)
        self.held = held.join(often.select("triple"), on="triple").rename({"row": "other"})
        #: whether a triple may be among them, by its last bits: what is not is left out at once
        self.maybe = np.zeros(1 << _BITS, bool)
        self.maybe[self.held["triple"].to_numpy() & _LAST] = True

    def found(self, texts: list[str], kinds: list[str]) -> Iterator[tuple[int, dict, str]]:
        """(place in `texts`, ad or post of a campaigner, how): the most alike of each kind."""
        every = _triples(texts)
        worth = every.filter(self.maybe[every["triple"].to_numpy() & _LAST]).unique()
        shared = worth.join(self.held, on="triple")
        counted = shared.group_by("row", "other").agg(common=pl.len()).filter(pl.col("common") >= _FEWEST)
        mine = every.filter(pl.col("row").is_in(counted["row"].unique().to_list())).unique()
        sizes = np.bincount(mine["row"].to_numpy(), minlength=len(texts))
        best: dict[tuple[int, str], dict] = {}
        for row, other, common in counted.sort("row", "common", "other").iter_rows():
            ref = self.rows[other]
            if ref["kind"] == "ad":
                same = common / (sizes[row] + self.sizes[other] - common)
                if same >= SAME or common >= INSIDE * self.sizes[other]:
                    best[row, "text"] = ref
            elif kinds[row] == "article" and common >= max(_FEWEST_REPEATED, REPEATED * sizes[row]):
                best[row, "repeats"] = ref
        for (row, how), ref in sorted(best.items(), key=lambda one: one[0]):
            yield row, ref, how


def _own_words(kind: str, text: str | None, plain: str | None) -> str:
    """What it says in its own voice: an article's quotations are another's."""
    if kind == "article" and text and _MARK.search(text):
        return normal(_QUOTED.sub(" ", text))
    return normal(text) if plain is None else plain


def _triples(texts: list[str]) -> pl.DataFrame:
    """`row`, `triple`: the word triples of each text, as hashes."""
    listed = pl.Series(texts, dtype=pl.String).str.split(" ")
    lengths = listed.list.len().to_numpy().astype(np.int64)
    hashed = listed.list.explode().hash(1).to_numpy()
    row = np.repeat(np.arange(len(texts)), lengths)
    if len(hashed) < 3:
        return pl.DataFrame({"row": np.zeros(0, np.int64), "triple": np.zeros(0, np.uint64)})
    triple = hashed[:-2] * _ODD[0] + hashed[1:-1] * _ODD[1] + hashed[2:] * _ODD[2]
    triple ^= triple >> np.uint64(31)
    whole = row[:-2] == row[2:]
    return pl.DataFrame({"row": row[:-2][whole], "triple": triple[whole]})
