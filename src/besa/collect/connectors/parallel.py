"""Rows to parts of the corpus on several cores, for files large enough to be worth it.

It stands here, where no Django is known, because a worker starts by importing it.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import orjson

from besa.base.errors import BesaError
from besa.collect.connectors import connector, mapped_connector
from besa.collect.rules.columns import Columns
from besa.collect.rules.lines import lines_of, records, stretches
from besa.collect.types import Row
from besa.corpus.parts import Part

#: Smaller files (bytes) are read by this process alone: starting another takes half a second.
WORTH_IT = 32 << 20
#: Rows and bytes of one share of the work.
ROWS = 5_000
STRETCH = 8 << 20
_MOST = 4


@dataclass(frozen=True)
class Reading:
    """What a worker must know: which connector, with which mapping and facts, into which folder."""

    connector: str
    mapping: Mapping[str, Any] | None
    facts: Mapping[str, Any]
    languages: tuple[str, ...]
    folder: Path
    file: Path | None


def stage(
    columns: Columns,
    rows: Iterable[Row],
    folder: Path,
    *,
    size: int,
    mapping: Mapping[str, Any] | None = None,
    lines: Path | None = None,
) -> None:
    """Write all posts of a file as parts into `folder`; `columns` keeps the counts, as if it alone had read.

    `lines`: the file itself, where it lies unpacked and holds JSON lines; workers then read their stretches
    of it, and `rows` is not asked for. Raises BesaError where a worker died.
    """
    workers = min(os.cpu_count() or 1, _MOST)
    if size < WORTH_IT or workers < 2:
        with Part(folder / "0.parquet") as part:
            for batch in columns.batches(rows):
                part.write(batch)
        return
    reading = Reading(columns.connector.name, mapping, columns.facts, columns.languages, folder, lines)
    with _Workers(workers, reading) as crew:
        if lines is not None:
            with lines.open("rb") as file:
                crew.share_out(columns, (b"S%d %d" % place for place in stretches(file, size, STRETCH)), ahead=2)
        else:
            crew.share_out(columns, _packs(rows), ahead=1)
    columns.finish()


class _Workers:
    """The processes, and the pipes to them; gone at the end, whatever happens."""

    def __init__(self, number: int, reading: Reading):
        context = multiprocessing.get_context("spawn")
        self.pipes: list[Connection] = []
        self.processes = []
        for at in range(number):
            here, there = context.Pipe()
            worker = context.Process(target=_work, args=(there, at, reading), daemon=True)
            worker.start()
            there.close()
            self.pipes.append(here)
            self.processes.append(worker)

    def __enter__(self) -> _Workers:
        return self

    def __exit__(self, *_) -> None:
        for here, worker in zip(self.pipes, self.processes, strict=True):
            here.close()
            worker.join(timeout=5)
            if worker.is_alive():
                worker.kill()
                worker.join()

    def share_out(self, columns: Columns, shares: Iterable[bytes], *, ahead: int) -> None:
        """Give every worker `ahead` shares in turn and another for each answer; answers come in their order.

        Shares that fill a pipe must wait until the last one was answered (`ahead=1`): two full pipes would
        wait for each other.
        """
        busy: deque[Connection] = deque()
        base = 0
        for worker, share in zip(cycle(self.pipes), shares, strict=False):
            if len(busy) >= ahead * len(self.pipes):
                base += _answer(busy.popleft(), columns, base)
            worker.send_bytes(share)
            busy.append(worker)
        while busy:
            base += _answer(busy.popleft(), columns, base)
        for worker in self.pipes:
            worker.send_bytes(b"")
        for worker in self.pipes:
            _answer(worker, columns, 0)


def _packs(rows: Iterable[Row]) -> Iterator[bytes]:
    rows = iter(rows)
    while chunk := list(islice(rows, ROWS)):
        yield _packed(chunk)


def _packed(chunk: list[Row]) -> bytes:
    """Rows for another process: JSON where JSON can say it, which is several times faster."""
    plain = [(row.line, row.raw, row.reason, row.problem) for row in chunk]
    try:
        return b"J" + orjson.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        return b"P" + pickle.dumps(plain)


def _answer(worker: Connection, columns: Columns, base: int) -> int:
    """Take over what a worker counted; `base`: the lines before its stretch. Returns the lines of the stretch."""
    try:
        lines, counts, shapes = worker.recv()
    except EOFError:
        raise BesaError(
            "A process that was reading the file died.", remedy="Import the file again; nothing was written."
        ) from None
    if lines:
        for problem in counts.problems:
            problem["line"] += base
    columns.take_over(counts, shapes)
    return lines


class _Shares:
    """The rows of a share, and how many lines it had where it is a stretch of the file."""

    def __init__(self, file: Path | None):
        self.file = file.open("rb", buffering=1 << 20) if file else None
        self.lines = 0

    def rows(self, share: bytes) -> Iterator[Row]:
        self.lines = 0
        mark, share = share[:1], share[1:]
        if mark == b"S":
            start, end = map(int, share.split())
            self.file.seek(start)
            return records(self._counted(lines_of(self.file, end - start)), first=start == 0)
        return (Row(*fields) for fields in (orjson.loads(share) if mark == b"J" else pickle.loads(share)))

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.lines += 1
            yield line


def _work(parent: Connection, number: int, reading: Reading) -> None:
    """Read shares until an empty one comes, or the parent hangs up (or is no more)."""
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the others have the other cores
    gc.disable()  # rows are trees: nothing in them refers back, and looking for that would take a tenth of the time
    found = mapped_connector(reading.mapping) if reading.mapping is not None else connector(reading.connector)
    columns = Columns(found, reading.facts, languages=reading.languages)
    shares = _Shares(reading.file)
    try:
        with Part(reading.folder / f"{number}.parquet") as part:
            while share := parent.recv_bytes():
                for batch in columns.add(shares.rows(share)):
                    part.write(batch)
                parent.send((shares.lines, *columns.handed_over()))
            for batch in columns.rest():
                part.write(batch)
        parent.send((0, *columns.handed_over()))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
