"""Looking again: a term sought in posts that were looked at before. Begun, it can always be finished."""

from __future__ import annotations

import time

import pyarrow as pa
import pyarrow.compute as pc
from django.db import transaction

from besa.base import clock, language
from besa.base.errors import BadInput
from besa.base.home import Home
from besa.base.ids import new_id
from besa.corpus import Corpus
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.triage import queries
from besa.triage.actions.clocks import begin
from besa.triage.actions.filling import fill
from besa.triage.actions.signing import alone, signed
from besa.triage.detectors.lexicon.detect import detect
from besa.triage.detectors.parallel import remembered, with_language
from besa.triage.models import Run, Term
from besa.triage.queries import terms as kept
from besa.triage.types import SEEN, Detector, Resources


def look_again(*, by, election: Election, term: Term, first: str, last: str) -> dict:
    """Look for this term in posts of these weeks that were looked at before; fill the docket with what is found.

    Returns {posts, flagged, docketed}. Posts that no run has seen yet are left to the next run. What was cut off is
    finished by the next run. Raises BadInput where no run has been, or the weeks are none; Conflict while one goes on.
    """
    policy.check(by, "triage.run", election.slug)
    calendar = queries.calendar(election)
    if first > last or first not in calendar.weeks or last not in calendar.weeks:
        raise BadInput(
            "These are no weeks of the election.", remedy="Choose the first week and a last one not before it."
        )
    began = time.perf_counter()
    with alone(Home.here(), election):
        before = Run.objects.filter(election=election, state="done").order_by("-corpus_version").first()
        if before is None:
            raise BadInput("No run has been yet; the next one seeks this term too.", remedy="Start a run.")
        with transaction.atomic():
            run = Run.objects.create(
                run_id=new_id("t"), election=election, from_version=before.corpus_version,
                corpus_version=before.corpus_version, seed=before.seed, started_at=clock.now(),
                again={"term": term.pk, "first": first, "last": last},
            )  # fmt: skip
            record(by=by, act="triage.begin", rows=[run], election=election.slug, reason=f"again: {term.term}")
        finish(by, election, run)
    return {"posts": run.posts, "flagged": run.flagged, "docketed": run.docketed,
            "seconds": round(time.perf_counter() - began, 3)}  # fmt: skip


def finish(by, election: Election, run: Run) -> None:
    """All that such a pass does, however far it came before: the same signals have the same names."""
    corpus, calendar = Corpus(Home.here().corpus), queries.calendar(election)
    term = Term.objects.get(pk=run.again["term"])
    start, end = calendar.bounds([run.again["first"], run.again["last"]])
    posts = corpus.table(
        f"""SELECT {", ".join((*SEEN, "script"))} FROM posts
        WHERE election = $slug AND posted_at >= $start AND posted_at < $end ORDER BY post_key""",  # noqa: S608 - our own names
        {"slug": election.slug, "start": start, "end": end},
        version=run.corpus_version,
    )
    places = kept.candidates(posts, (kept.spec(term),))
    held = with_language(posts.take(pa.array(places, pa.int64())), tuple(election.post_languages or language.USUAL))
    hits = detect(held, Resources(terms=(kept.spec(term),)), 0)
    held = held.filter(pc.is_in(held["post_key"], value_set=hits["post_key"].combine_chunks()))
    # all terms are sought in them, because the newest signal of a detector stands for what it says
    found = detect(held, Resources(terms=kept.specs(election)), 0)
    signals = signed(Detector("lexicon", f"again-{run.run_id}", detect), found, run)
    corpus.add_signals(signals.to_batches(), run_id=run.run_id)
    with transaction.atomic():
        items = fill(
            election=election, corpus=corpus, held=run, calendar=calendar,
            weeks=sorted({place[0] for place in calendar.places(held["posted_at"]) if place}),
            kept=remembered(held, Resources()),
        )  # fmt: skip
        run.state, run.finished_at = "done", clock.now()
        run.posts, run.flagged, run.docketed = posts.num_rows, hits.num_rows, len(items)
        run.signals = {"lexicon": found.num_rows} if found.num_rows else {}
        run.save()
        clocks = begin(election, items)
        record(by=by, act="triage.again", rows=[run, *items, *clocks], election=election.slug, reason=term.term)
