"""A round of polls: many sources are looked at side by side, what is news goes into the corpus as an import.

Nothing is remembered of a look before what it brought is in the corpus: a process that dies in between has only
to look again, and what it had stored already is known by then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction
from filelock import FileLock, Timeout

from besa.base import clock
from besa.base.errors import BadInput, BesaError, Conflict
from besa.base.home import Home
from besa.collect import queries
from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.sources import derive_sources
from besa.collect.live import live
from besa.collect.live.keys import key_of
from besa.collect.live.look import Job, Known, Look, is_news, read
from besa.collect.models import Poll, Source
from besa.collect.rules.columns import canonical
from besa.collect.rules.polls import next_poll
from besa.collect.types import Post
from besa.corpus import Corpus
from besa.ledger import chain
from besa.net.visit import Visitor
from besa.people import policy

log = logging.getLogger(__name__)
_AT_ONCE = 16
#: What came is stored at least this often, so that one slow source does not hold back the others (seconds).
_FLUSH = 30.0


@dataclass
class _Round:
    """What a round has done so far."""

    by: Any
    election: Any
    known: Known
    polls: list[Poll] = field(default_factory=list)
    imports: list[str] = field(default_factory=list)


@dataclass
class _Result:
    source: Source
    look: Look
    rows: list[bytes] = field(default_factory=list)
    new: int = 0
    import_id: str = ""
    stored: bool = True


def poll(
    *,
    by,
    election,
    sources: Iterable[Source] | None = None,
    visit: Visitor | None = None,
    advance: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Look at the sources that are due (or at those given) and store what is new.

    Returns `polled, ok, failed, not_modified, seen, new, imports[], problems[{source, address, error}], seconds`.
    `advance(n)` is told of sources done. Raises Conflict where another process is polling this election.
    """
    policy.check(by, "source.poll", election.slug)
    started = time.monotonic()
    with _alone(election):
        recover(by=by)
        for left in Home.here().staging.glob(f"poll-{election.slug}-*.ndjson"):
            left.unlink(missing_ok=True)
        derive_sources(by=by, election=election)
        due = queries.due(election, clock.now()) if sources is None else list(sources)
        work = _Round(by, election, Known(Corpus(Home.here().corpus)))
        _look_at(due, visit or Visitor(Home.here().staging / "net"), work, advance or (lambda n: None))
    done = work.polls
    return {
        "polled": len(done),
        "ok": sum(row.ok for row in done),
        "failed": sum(not row.ok for row in done),
        "not_modified": sum(row.not_modified for row in done),
        "seen": sum(row.seen for row in done),
        "new": sum(row.new for row in done),
        "imports": work.imports,
        "problems": [
            {"source": row.source_id, "address": row.source.address, "error": row.error} for row in done if row.error
        ],
        "seconds": round(time.monotonic() - started, 3),
    }


@contextmanager
def _alone(election):
    """One round at a time for an election; the lock goes with its process, however that ends."""
    folder = Home.here().staging
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(folder / f"poll-{election.slug}.lock", timeout=0):
            yield
    except Timeout:
        raise Conflict("Another process is polling.", remedy="It takes whatever is due.") from None


def _look_at(due: list[Source], visit: Visitor, work: _Round, advance: Callable[[int], None]) -> None:
    """Threads look, this one stores: the database sees one connection only."""
    since = queries.polled_since(work.election)
    pool = ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="poll")
    try:
        looking: dict[Future[Look], Source] = {
            pool.submit(_look, visit, source.connector, _job(source, since, work.known)): source for source in due
        }
        results: list[_Result] = []
        flushed = time.monotonic()
        while looking:
            over, _ = wait(looking, timeout=_FLUSH, return_when=FIRST_COMPLETED)
            results += [_Result(looking.pop(future), future.result()) for future in over]
            if results and (not looking or time.monotonic() - flushed >= _FLUSH):
                _store(work, results)
                advance(len(results))
                results, flushed = [], time.monotonic()
    finally:
        pool.shutdown(cancel_futures=True)


def _job(source: Source, since: datetime, known: Known) -> Job:
    secret = key_of(source.key_name) if source.key_name else ""
    if source.key_name and not secret:
        raise BadInput(
            f"The key “{source.key_name}” is missing.",
            where=source.address,
            remedy=f"Store it with `besa poll --store-key {source.key_name}`.",
        )
    outlet = {"key": source.account.key, "name": source.name} if source.account else {"name": source.name}
    return Job(
        source=source.pk, address=source.address, now=clock.now(), since=since, known=known, memory=source.memory,
        outlet={key: value for key, value in outlet.items() if value},
        secret=secret,
    )  # fmt: skip


def _look(visit: Visitor, name: str, job: Job) -> Look:
    """One look, whatever happens in it."""
    try:
        return live(name).look(visit, job)
    except BesaError as error:
        look = Look(memory=dict(job.memory))
        look.failed(error, job)
        return look
    except Exception as error:  # a fault of ours with one source must not stop the others
        log.error("source %s (%s): %s", job.source, name, type(error).__name__)
        return Look(memory=dict(job.memory), error=f"The answer could not be read ({type(error).__name__}).")


def _store(work: _Round, results: list[_Result]) -> None:
    """One import for each connector, then the polls."""
    results.sort(key=lambda result: (live(result.source.connector).CONNECTOR, result.source.pk))
    for name, group in groupby(results, key=lambda result: live(result.source.connector).CONNECTOR):
        _import(work, name, list(group))
    now = clock.now()
    rows = []
    with transaction.atomic():
        for result in results:
            rows.append(_noted(result, now))
        chain.record(by=work.by, act="source.poll", rows=rows, election=work.election.slug)
    work.polls += rows


def _import(work: _Round, name: str, results: list[_Result]) -> None:
    _choose(work, name, results)
    rows = [row for result in results for row in result.rows]
    if not rows:
        return
    now = clock.now()
    path = Home.here().staging / f"poll-{work.election.slug}-{name}.ndjson"
    path.write_bytes(b"".join(row + b"\n" for row in rows))
    try:
        done = import_file(
            by=work.by, election=work.election, path=path, connector=name, looked_at=now,
            file_name=f"live-{name}-{now:%Y-%m-%dT%H-%M-%S}.ndjson",
        )  # fmt: skip
        work.imports.append(done["import"])
        said = "" if done["state"] == "done" else "What came is held until somebody has looked at it."
    except (BesaError, OSError) as error:
        done, said = {"import": ""}, f"What came could not be stored: {error}"
    finally:
        path.unlink(missing_ok=True)
    for result in results:
        if result.rows:
            result.import_id = done["import"]
            result.look.error = result.look.error or said
            result.stored = not said


def _choose(work: _Round, name: str, results: list[_Result]) -> None:
    """The rows that are news, each post once, whichever sources named it.

    Rows that are no posts go with them, to be counted; alone only where nothing else came (the form has changed).
    """
    read_rows = [[(raw, read(name, raw)) for raw in result.look.rows] for result in results]
    posts = [post for rows in read_rows for _, post in rows if isinstance(post, Post)]
    known = work.known.looks(post.post_key for post in posts)
    taken: set[str] = set()
    now = clock.now()
    for result, rows in zip(results, read_rows, strict=True):
        others = []
        for raw, post in rows:
            if not isinstance(post, Post):
                others.append(canonical(raw))
            elif post.post_key not in taken and is_news(post, looks := known.get(post.post_key, []), now):
                taken.add(post.post_key)
                result.rows.append(canonical(raw))
                result.new += not looks
        if result.rows or len(others) == len(rows):
            result.rows += others


def _noted(result: _Result, now: datetime) -> Poll:
    source, look = result.source, result.look
    failed = bool(look.error)
    source.failures = source.failures + 1 if failed else 0
    if result.stored:
        source.memory = look.memory
    waiting = len(source.memory.get("waiting", ()))
    source.next_at = next_poll(
        now, minutes=source.minutes, failures=source.failures, wait=look.wait, waiting=bool(waiting)
    )
    source.save(update_fields=["memory", "failures", "next_at"])
    return Poll.objects.create(
        source=source, at=now, ok=not failed, status=look.status, not_modified=look.not_modified, seen=look.seen,
        new=result.new if result.stored else 0, waiting=waiting, gap=look.gap, import_id=result.import_id,
        error=look.error.replace("\x00", "")[:1_000],
    )  # fmt: skip
