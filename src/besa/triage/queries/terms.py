"""The lexicon as people keep it, and what a term would match before it is saved."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import Count, QuerySet

from besa.base import language
from besa.base.home import Home
from besa.base.text import folded
from besa.corpus import Corpus
from besa.pledge.models import Election
from besa.triage import rules
from besa.triage.detectors.lexicon.detect import Lexicon, detect, matches
from besa.triage.models import Term
from besa.triage.pack import COLUMNS
from besa.triage.types import Resources, TermSpec

#: A preview looks at the newest posts only, and at no more of those that may hold the term, so that it answers at once.
PREVIEWED, LOOKED_INTO, SAMPLES = 200_000, 2_500, 50
_CHUNK = 20_000


def lexicon(
    election: Election, *, language: str = "", search: str = "", concern: str = "", retired: bool = False
) -> QuerySet[Term]:
    found = Term.objects.filter(election=election, retired_at__isnull=not retired).order_by(
        "language", "concern", "term"
    )
    if language:
        found = found.filter(language=language)
    if concern:
        found = found.filter(concern=concern)
    if search := search.strip():
        found = found.filter(term__icontains=search)
    return found


def lexicon_languages(election: Election) -> list[tuple[str, int]]:
    found = lexicon(election).order_by("language")
    return list(found.values_list("language").annotate(Count("id")))


def specs(election: Election, *, but: int | None = None) -> tuple[TermSpec, ...]:
    """The terms in force as the detector takes them; `but`: without this one."""
    found = Term.objects.filter(election=election, retired_at=None).exclude(pk=but).order_by("id")
    return tuple(spec(term) for term in found)


def spec(term: Term) -> TermSpec:
    return TermSpec(
        term.language, term.term, term.match, term.concern, term.clause, term.strength,
        tuple(term.counter_examples or ()),
    )  # fmt: skip


def as_csv(election: Election, language: str) -> str:
    """The terms in force of one language, as a pack holds them in lexicon/<language>.csv."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for term in Term.objects.filter(election=election, language=language, retired_at=None).order_by("id"):
        writer.writerow(
            [
                "|".join(value) if name == "counter_examples" else value
                for name in COLUMNS
                for value in [getattr(term, name)]
            ]
        )
    return out.getvalue()


@dataclass(frozen=True)
class Preview:
    """What a term would match. `tried`: counter-examples, and whether the term stands in them (else they do nothing
    but excuse a hit wherever their words stand near); `known`: matches that something else flags already."""

    looked_at: int = 0
    matched: int = 0
    excused: int = 0
    known: int = 0
    all_posts: bool = True
    by: list[tuple[str, str, int]] = field(default_factory=list)
    tried: list[tuple[str, bool]] = field(default_factory=list)
    samples: list[dict] = field(default_factory=list)

    @property
    def new(self) -> int:
        return self.matched - self.known


def preview(election: Election, wanted: TermSpec, *, but: int | None = None) -> Preview:
    """What this term finds in the posts of the election; `but`: the term as it stands now, not counted as another."""
    corpus = Corpus(Home.here().corpus)
    if corpus.version() < 0:
        return Preview(tried=_tried(wanted))
    posts = corpus.table(
        f"""SELECT post_key, observation_id, platform, title, text, language, posted_at FROM posts
        WHERE election = $slug AND (text <> '' OR title <> '') ORDER BY posted_at DESC LIMIT {PREVIEWED + 1}""",  # noqa: S608 - a number of ours
        {"slug": election.slug},
    )
    places = candidates(posts.slice(0, PREVIEWED), (wanted,))
    looked_at = places[LOOKED_INTO] if len(places) > LOOKED_INTO else min(posts.num_rows, PREVIEWED)
    held = told(posts.take(pa.array(places[:LOOKED_INTO], pa.int64())), election)
    found = detect(held, Resources(terms=(wanted,)), 0)
    left = held.filter(pc.invert(pc.is_in(held["post_key"], value_set=found["post_key"].combine_chunks())))
    excused = detect(left, Resources(terms=(replace(wanted, counter_examples=()),)), 0).num_rows
    spans = dict(zip(found["post_key"].to_pylist(), found["spans"].to_pylist(), strict=True))
    rows = {row["post_key"]: row for row in held.to_pylist() if row["post_key"] in spans}
    counts = Counter((row["language"], row["platform"]) for row in rows.values())
    shown = rules.draw(rows, SAMPLES, rules.seed_of(election.slug), "preview")
    return Preview(
        looked_at,
        len(rows),
        excused,
        len(_flagged(corpus, election, held, set(rows), but)),
        looked_at == posts.num_rows,
        [(*named, n) for named, n in counts.most_common()],
        _tried(wanted),
        [{**rows[key], "spans": [(span["start"], span["end"]) for span in spans[key]]} for key in shown],
    )


def candidates(posts: pa.Table, terms: tuple[TermSpec, ...]) -> list[int]:
    """Where the posts stand that may hold one of the terms."""
    known, places = Lexicon(terms), set()
    for start in range(0, posts.num_rows, _CHUNK):
        part = posts.slice(start, _CHUNK)
        for name in ("text", "title"):
            places |= {start + at for at in known.sought(part[name].to_pylist())}
    return sorted(places)


def told(posts: pa.Table, election: Election) -> pa.Table:
    """The posts with their language filled in where the import did not tell it."""
    said, texts = posts["language"].to_pylist(), posts["text"].to_pylist()
    untold = [at for at, code in enumerate(said) if not code]
    wanted = tuple(election.post_languages or language.USUAL)
    for at, (code, _) in zip(untold, language.detect([texts[at] for at in untold], wanted), strict=True):
        said[at] = code
    return posts.set_column(posts.schema.get_field_index("language"), "language", pa.array(said, pa.string()))


def _flagged(corpus: Corpus, election: Election, held: pa.Table, matched: set[str], but: int | None) -> set[str]:
    """Those of the matched posts that another term or another detector flags."""
    if not matched:
        return set()
    others = detect(held, Resources(terms=specs(election, but=but)), 0)
    con = corpus.connect()
    try:
        con.register("matched", pa.table({"post_key": pa.array(sorted(matched), pa.string())}))
        rows = con.sql("SELECT DISTINCT post_key FROM signals SEMI JOIN matched USING (post_key) "
                       "WHERE detector <> 'lexicon'").fetchall()  # fmt: skip
    finally:
        con.close()
    return matched & ({key for (key,) in rows} | set(others["post_key"].to_pylist()))


def _tried(wanted: TermSpec) -> list[tuple[str, bool]]:
    """Each counter-example, and whether the term would be found in it if it were none."""
    bare = Lexicon([TermSpec(wanted.language, wanted.term, wanted.match, wanted.concern)])
    there = {
        at
        for at, sought in bare.sought(wanted.counter_examples).items()
        if any(True for one in sought for _ in matches(one.shape.pattern, folded(wanted.counter_examples[at])))
    }
    return [(text, at in there) for at, text in enumerate(wanted.counter_examples)]
