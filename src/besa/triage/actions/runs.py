"""One run: new posts -> signals in the corpus (one commit) -> docket. Begun, it can always be finished."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import contextmanager

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction
from filelock import FileLock, Timeout

from besa.base import clock, language, script
from besa.base.errors import Conflict
from besa.base.home import Home
from besa.base.ids import new_id
from besa.corpus import Corpus
from besa.corpus.schema import SIGNALS
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import queries, rules
from besa.triage.actions.docket import fill
from besa.triage.detectors import detectors
from besa.triage.detectors.parallel import look
from besa.triage.models import Run
from besa.triage.types import SEEN, SEEN_ACROSS, Detector, Resources

#: More notes than this of failing posts say nothing new.
_MOST_PROBLEMS = 200


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
    with _alone(home, election):
        held = Run.objects.filter(election=election, state="intent").order_by("id").first()
        posts = queries.new_posts(corpus, election, *_versions(corpus, election, held))
        if held is None:
            if not posts.num_rows:
                return {"posts": 0, "signals": {}, "docketed": 0, "seconds": _since(began), "run": None}
            held = _begin(by, election, corpus, seed)
        document = _finish(by, election, corpus, held, posts, advance or (lambda n: None))
    return {**document, "seconds": _since(began)}


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


@contextmanager
def _alone(home: Home, election: Election):
    try:
        with FileLock(home.root / f"triage-{election.slug}.lock", timeout=0):
            yield
    except Timeout:
        raise Conflict("Triage is already running.", remedy="Wait for it to end, then look at the docket.") from None


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


def _finish(by, election: Election, corpus: Corpus, held: Run, posts: pa.Table, advance) -> dict:
    problems: list[dict] = []
    calendar = queries.calendar(election)
    inside, undated = _inside(posts, calendar)
    if undated:
        problems.append({"detector": "", "post_key": "", "problem": f"{undated} posts without a time of posting"})
    told = with_language(posts.filter(inside), tuple(election.post_languages or language.USUAL))
    signals = _signals(corpus, election, held, told, problems, advance)
    corpus.add_signals(signals, run_id=held.run_id)
    counts = Counter(signals["detector"].to_pylist())
    with transaction.atomic():
        items = fill(election=election, corpus=corpus, held=held, calendar=calendar, posts=told)
        held.state, held.finished_at = "done", clock.now()
        held.posts, held.outside = posts.num_rows, posts.num_rows - told.num_rows
        held.flagged = len(pc.unique(signals["post_key"]))
        held.signals, held.docketed = dict(sorted(counts.items())), len(items)
        held.problems = problems[:_MOST_PROBLEMS]
        held.save()
        record(by=by, act="triage.run", rows=[held, *items], election=election.slug)
    return {"posts": held.posts, "signals": held.signals, "docketed": held.docketed, "run": held.run_id}


def _inside(posts: pa.Table, calendar: rules.Calendar) -> tuple[pa.Array, int]:
    """Which posts lie in a monitored phase, and how many have no time at all."""
    at = posts["posted_at"]
    return pa.array([place is not None for place in calendar.places(at)], pa.bool_()), at.null_count


def with_language(posts: pa.Table, wanted: tuple[str, ...]) -> pa.Table:
    """Language and script filled in where the import did not tell them; what it could not tell stays `und`."""
    frame = pl.from_arrow(posts)
    if frame.is_empty():
        return posts
    untold = frame["language"].is_null() | (frame["language"] == "")
    said = frame["language"].to_list()
    texts = frame["text"].to_list()
    places = untold.arg_true().to_list()
    for at, (found, _) in zip(places, language.detect([texts[at] for at in places], wanted), strict=True):
        said[at] = found
    scripts = [told or script.script_of(text) for told, text in zip(frame["script"].to_list(), texts, strict=True)]
    for name, values in (("language", said), ("script", scripts)):
        posts = posts.set_column(posts.schema.get_field_index(name), name, pa.array(values, pa.string()))
    return posts


def _signals(corpus: Corpus, election: Election, held: Run, posts: pa.Table, problems: list, advance) -> pa.Table:
    resources = queries.resources(election)

    def note(detector: str, post_key: str, problem: str) -> None:
        problems.append({"detector": detector, "post_key": post_key, "problem": problem})

    seen = posts.select(list(SEEN))
    made = [_signed(detector, found, held) for detector, found in look(seen, resources, held.seed, note, advance)]
    for detector in detectors():
        if detector.across and posts.num_rows:
            try:
                found = _across(detector, corpus, election, held, resources)
            except Exception as error:
                note(detector.name, "", f"{type(error).__name__}: {error}"[:300])
                continue
            made.append(_signed(detector, found, held))
    return pa.concat_tables(made) if made else SIGNALS.empty_table()


def _across(detector: Detector, corpus: Corpus, election: Election, held: Run, resources: Resources) -> pa.Table:
    """What it finds among all posts of the election, but for what it found in an earlier run."""
    backend = corpus.ibis(held.corpus_version)
    posts = backend.table("posts")
    posts = posts.filter(posts.election == election.slug).select(*SEEN_ACROSS)
    found = detector.detect(posts, resources, held.seed)
    earlier = backend.table("signals")
    earlier = earlier.filter(earlier.detector == detector.name, earlier.made_at < held.started_at)
    return found.anti_join(earlier, ["post_key", "concern"]).to_pyarrow()


def _signed(detector: Detector, found: pa.Table, held: Run) -> pa.Table:
    """Signals as the corpus keeps them; their names depend on what was seen only, their time on the run."""
    rows = found.to_pylist()
    for row in rows:
        row |= {
            "signal_id": rules.signal_id(detector.name, detector.version, row),
            "detector": detector.name,
            "detector_version": detector.version,
            "made_at": held.started_at,
            "spans": row.get("spans") or [],
        }
    return pa.Table.from_pylist(rows, schema=SIGNALS)
