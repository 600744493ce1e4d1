"""Rows to columns on several cores, in the order of the file; for files large enough to be worth it.

It stands here, where no Django is known, because a worker starts by importing it.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

import orjson
import pyarrow as pa

from besa.base.errors import BesaError
from besa.collect.connectors import connector, mapped_connector
from besa.collect.rules.columns import BATCH, Columns
from besa.collect.types import Row
from besa.corpus.schema import OBSERVATIONS

#: Smaller files (bytes) are read by this process alone: starting another takes half a second.
WORTH_IT = 32 << 20
_MOST = 4


def batches(columns: Columns, rows: Iterable[Row], *, size: int, mapping: Mapping[str, Any] | None):
    """What `columns.batches(rows)` gives, worked out by several processes where the file is large."""
    workers = min(os.cpu_count() or 1, _MOST)
    if size < WORTH_IT or workers < 2:
        return columns.batches(rows)
    return _shared(columns, rows, workers, mapping)


def _shared(columns: Columns, rows: Iterable[Row], number: int, mapping) -> Iterator[pa.RecordBatch]:
    context = multiprocessing.get_context("spawn")
    workers: list[tuple[Any, Connection]] = []
    try:
        for _ in range(number):
            here, there = context.Pipe()
            arguments = (there, columns.connector.name, mapping, columns.facts, columns.languages)
            worker = context.Process(target=_work, args=arguments, daemon=True)
            worker.start()
            there.close()
            workers.append((worker, here))
        busy: deque[Connection] = deque()
        rows = iter(rows)
        for turn in _turns(workers):
            chunk = list(islice(rows, BATCH))
            if not chunk:
                break
            packed = _packed(chunk)
            # A worker gets its next share only after its answer was taken: two full pipes would wait for each other.
            if len(busy) >= number:
                yield from _answer(busy.popleft(), columns)
            turn.send_bytes(packed)
            busy.append(turn)
        while busy:
            yield from _answer(busy.popleft(), columns)
        columns.finish()
    finally:
        for worker, here in workers:
            here.close()
            worker.join(timeout=5)
            if worker.is_alive():
                worker.kill()


def _turns(workers) -> Iterator[Connection]:
    while True:
        yield from (here for _, here in workers)


def _packed(chunk: list[Row]) -> bytes:
    """Rows for another process: JSON where JSON can say it, which is several times faster."""
    plain = [(row.line, row.raw, row.reason, row.problem) for row in chunk]
    try:
        return b"J" + orjson.dumps(plain)
    except (TypeError, ValueError, RecursionError):
        return b"P" + pickle.dumps(plain)


def _answer(worker: Connection, columns: Columns) -> Iterator[pa.RecordBatch]:
    try:
        stream, counts, shapes = worker.recv()
    except EOFError:
        raise BesaError(
            "A process that was reading the file died.", remedy="Import the file again; nothing was written."
        ) from None
    columns.take_over(counts, shapes)
    yield from pa.ipc.open_stream(stream)


def _work(
    parent: Connection,
    name: str,
    mapping: Mapping[str, Any] | None,
    facts: Mapping[str, Any],
    languages: tuple[str, ...],
) -> None:
    """Read chunks until the parent hangs up (or is no more)."""
    found = mapped_connector(mapping) if mapping is not None else connector(name)
    while True:
        try:
            data = parent.recv_bytes()
        except EOFError:
            return
        plain = orjson.loads(data[1:]) if data[:1] == b"J" else pickle.loads(data[1:])
        columns = Columns(found, facts, languages=languages)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, OBSERVATIONS) as out:
            for batch in columns.batches(Row(*fields) for fields in plain):
                out.write_batch(batch)
        try:
            parent.send((sink.getvalue().to_pybytes(), columns.counts, columns.shapes))
        except (BrokenPipeError, ConnectionResetError):
            return
