"""One run: new posts -> signals in the corpus (one commit) -> docket. Begun, it can always be finished."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

import ibis
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from besa.base import clock, language
from besa.base.home import Home
from besa.base.ids import new_id
from besa.corpus import Corpus
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import queries, rules
from besa.triage.actions import again
from besa.triage.actions.clocks import begin
from besa.triage.actions.families import keep
from besa.triage.actions.filling import fill
from besa.triage.actions.signing import alone, signed
from besa.triage.detectors import detectors
from besa.triage.detectors.parallel import KEPT, look
from besa.triage.models import Run
from besa.triage.queries import families
from besa.triage.queries.arrivals import all_posts, in_slices, new_posts
from besa.triage.types import SEEN_ACROSS, Detector, Resources

#: More failing posts than this are counted, not told one by one.
_MOST_PROBLEMS = 200
#: Signals of one row group in the corpus.
_ROW_GROUP = 20_000


def run(
    *,
    by,
    election: Election,
    seed: int | None = None,
    advance: Callable[[int], None] | None = None,
) -> dict:
    """Look at the posts that are new since the last run, and fill the docket.

    Returns `posts, signals{detector: n}, docketed, seconds, run`. Nothing new: nothing is written.
    A run that was cut off is taken up where it stood. Raises Conflict while another one is going on.
    """
    policy.check(by, "triage.run", election.slug)
    began = time.perf_counter()
    home = Home.here()
    corpus = Corpus(home.corpus)
    with alone(home, election):
        held = _cut_off(election)
        while held and held.again:
            again.finish(by, election, held)
            held = _cut_off(election)
        posts = new_posts(corpus, election, *_versions(corpus, election, held))
        if held is None:
            if not posts.num_rows:
                return {"posts": 0, "signals": {}, "docketed": 0, "seconds": _since(began), "run": None}
            held = _begin(by, election, corpus, seed)
        document = _finish(by, election, corpus, held, posts, advance or (lambda n: None))
    return {**document, "seconds": _since(began)}


def _cut_off(election: Election) -> Run | None:
    return Run.objects.filter(election=election, state="intent").order_by("id").first()


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


def _versions(corpus: Corpus, election: Election, held: Run | None) -> tuple[int, int]:
    if held:
        return held.from_version, held.corpus_version
    last = Run.objects.filter(election=election, state="done").order_by("-corpus_version").first()
    return (last.corpus_version if last else -1), corpus.version()


@transaction.atomic
def _begin(by, election: Election, corpus: Corpus, seed: int | None) -> Run:
    from_version, version = _versions(corpus, election, None)
    begun = Run.objects.create(
        run_id=new_id("t"),
        election=election,
        from_version=from_version,
        corpus_version=version,
        seed=seed if seed is not None else int(election.settings.get("seed") or rules.seed_of(election.slug)),
        started_at=clock.now(),
    )
    record(by=by, act="triage.begin", rows=[begun], election=election.slug)
    return begun


@dataclass
class _Seen:
    """What a run remembers of the posts that flow past it: narrow columns, counts and failures."""

    calendar: rules.Calendar
    undated: int = 0
    inside: int = 0
    weeks: set[str] = field(default_factory=set)
    kept: list[pa.Table] = field(default_factory=list)
    signals: Counter = field(default_factory=Counter)
    flagged: list[pa.Array] = field(default_factory=list)
    failures: Counter = field(default_factory=Counter)
    problems: list[dict] = field(default_factory=list)
    #: kind of family -> its members (`queries.families.found`)
    copies: dict[str, pl.DataFrame] = field(default_factory=dict)

    def of_phases(self, posts: pa.Table) -> pa.Table:
        """Those that lie in a monitored phase."""
        at = posts["posted_at"]
        places = self.calendar.places(at)
        posts = posts.filter(pa.array([place is not None for place in places], pa.bool_()))
        self.undated += at.null_count
        self.inside += posts.num_rows
        self.weeks |= {place[0] for place in places if place}
        return posts

    def take(self, signals: pa.Table) -> pa.Table:
        """The same, counted."""
        if signals.num_rows:
            self.signals[signals["detector"][0].as_py()] += signals.num_rows
            self.flagged.append(pc.unique(signals["post_key"]).cast(pa.string()))
        return signals

    def note(self, detector: str, post_key: str, problem: str) -> None:
        """Each failure is counted; the first ones are told with their posts."""
        self.failures[detector] += 1
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append({"detector": detector, "post_key": post_key, "problem": problem})

    def told(self) -> list[dict]:
        told = Counter(problem["detector"] for problem in self.problems)
        more = [
            {"detector": name, "post_key": "", "problem": f"{n - told[name]} more posts failed"}
            for name, n in self.failures.items()
            if n > told[name]
        ]
        if self.undated:
            more.append({"detector": "", "post_key": "", "problem": f"{self.undated} posts without a time of posting"})
        return [*more, *self.problems]


def _finish(by, election: Election, corpus: Corpus, held: Run, posts: pa.Table, advance) -> dict:
    seen = _Seen(queries.calendar(election))
    corpus.add_signals(_in_batches(_signals(corpus, election, held, posts, seen, advance)), run_id=held.run_id)
    with transaction.atomic():
        items = fill(
            election=election, corpus=corpus, held=held, calendar=seen.calendar, weeks=sorted(seen.weeks),
            kept=pa.concat_tables(seen.kept).unify_dictionaries() if seen.kept else KEPT.empty_table(),
            families=seen.copies.get("text"),
        )  # fmt: skip
        kept, gone = keep(election, seen.copies) if seen.copies else ([], [])
        held.state, held.finished_at = "done", clock.now()
        held.posts, held.outside = posts.num_rows, posts.num_rows - seen.inside
        held.flagged = len(pc.unique(pa.chunked_array(seen.flagged, pa.string())))
        held.signals, held.docketed = dict(sorted((+seen.signals).items())), len(items)
        held.problems = seen.told()
        held.save()
        clocks = begin(election, items)
        record(by=by, act="triage.run", rows=chain([held], items, clocks, kept), erased=gone, election=election.slug)
    return {"posts": held.posts, "signals": held.signals, "docketed": held.docketed, "run": held.run_id}


def _signals(
    corpus: Corpus, election: Election, held: Run, posts: pa.Table, seen: _Seen, advance
) -> Iterator[pa.Table]:
    """What each detector finds, slice by slice, and then what is found among all posts; `seen` is told on the way."""
    resources = queries.resources(election)
    names = {detector.name: detector for detector in detectors()}
    slices = map(seen.of_phases, in_slices(corpus, posts, held.corpus_version))
    languages = tuple(election.post_languages or language.USUAL)
    for looked in look(slices, posts.num_rows, resources, held.seed, languages):
        seen.kept.append(looked.kept)
        for problem in looked.problems:
            seen.note(*problem)
        for name, found in looked.found:
            yield seen.take(signed(names[name], found, held))
        advance(looked.kept.num_rows)
    if not seen.inside:
        return
    with all_posts(corpus, election, held.corpus_version) as (posts, earlier):
        try:
            seen.copies = families.found(posts)
        except Exception as error:
            seen.note("copies", "", f"{type(error).__name__}: {error}"[:300])
        resources = replace(resources, copies=seen.copies.get("text"))
        earlier = earlier.filter(earlier.made_at < held.started_at)
        for detector in names.values():
            if detector.across:
                try:
                    found = _across(detector, posts, earlier, resources, held.seed)
                except Exception as error:
                    seen.note(detector.name, "", f"{type(error).__name__}: {error}"[:300])
                    continue
                yield seen.take(signed(detector, found, held))


def _across(detector: Detector, posts: ibis.Table, earlier: ibis.Table, resources: Resources, seed: int) -> pa.Table:
    """What it finds among all posts of the election, but for what it found in an earlier run."""
    found = detector.detect(posts.select(*SEEN_ACROSS), resources, seed)
    return found.anti_join(earlier.filter(earlier.detector == detector.name), ["post_key", "concern"]).to_pyarrow()


def _in_batches(tables: Iterable[pa.Table]) -> Iterator[pa.RecordBatch]:
    """Put together until a batch is worth a row group."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        if sum(one.num_rows for one in waiting) >= _ROW_GROUP:
            yield from pa.concat_tables(waiting).combine_chunks().to_batches()
            waiting = []
    if any(one.num_rows for one in waiting):
        yield from pa.concat_tables(waiting).combine_chunks().to_batches()
