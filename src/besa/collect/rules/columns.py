"""Rows to columns: redact, name by hash, parse, and build batches for the corpus."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import pyarrow as pa

from besa.base.language import detect
from besa.base.script import script_of
from besa.base.text import normal
from besa.collect.rules.change import added, filled_of
from besa.collect.rules.redaction import REDACTED, redactor, suspecter
from besa.collect.types import Connector, Counts, Post, Row, Skip
from besa.corpus.schema import OBSERVATIONS

#: A batch is a row group of the corpus: so many rows, or bytes of raw rows (from 32 MB on, the allocator would give
#: the memory of each batch back to the system, and ask for it again).
BATCH = 10_000
_BATCH_BYTES = 24 << 20
PROBLEMS_KEPT = 100
#: So many rows, or bytes of them, are looked through for secrets at once.
_LOT, _LOT_BYTES = 5_000, 4 << 20
#: What sources say where they cannot tell the language (X has a code each for tags, links and pictures only).
_UNTOLD = frozenset({None, "", "und", "un", "mul", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})


class _Read(NamedTuple):
    """A row as it was read: the post, or why there is none, and its canonical JSON; nothing of it is counted yet."""

    line: int
    found: Post | Skip | Exception
    data: bytes = b""
    redacted: bool = False
    problem: str = ""


class Columns:
    """Turns rows into record batches and keeps count of everything that was read.

    `facts`: the values of route, election, import_id that all rows of the import share, and `looked_at`, the time of
    looking for posts that do not tell it. `languages`: those that the election's posts are written in; with them,
    the language is told where the source does not.
    """

    def __init__(
        self,
        connector: Connector,
        facts: Mapping[str, Any],
        *,
        languages: Sequence[str] = (),
        seen: Callable[[int], None] | None = None,
    ):
        self.connector, self.languages, self.seen = connector, tuple(languages), seen
        self.facts = {"route": None, "election": None, "import_id": None, **facts}
        self.counts = Counts()
        self._redact = _redactor(connector.manifest.redact)
        self._strip = redactor(connector.manifest.redact_parameters)
        self._suspects = suspecter(connector.manifest.redact_parameters)
        self._seed = hashlib.sha256(f"{connector.name}\n{connector.salt}\n".encode())
        self.shapes: Counter[tuple[str, ...]] = Counter()
        self._waiting: list[tuple[Post, str, bytes]] = []
        self._size = 0

    def batches(self, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
        """Record batches of the corpus's schema, a few thousand rows each, of all rows there are."""
        yield from self.add(rows)
        yield from self.rest()
        self.finish()

    def add(self, rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
        """The batches that are full with these rows; what is over waits for the next, or for `rest`."""
        rows = iter(rows)
        while lot := self._lot(rows):
            for kept in self._sifted(lot):
                self._waiting.append(kept)
                self._size += len(kept[2])
            if len(self._waiting) >= BATCH or self._size >= _BATCH_BYTES:
                yield self._next()
                if self.seen:
                    self.seen(self.counts.read)

    def _lot(self, rows: Iterator[Row]) -> list[_Read]:
        lot, size = [], 0
        for row in rows:
            lot.append(read := self._read(row))
            size += len(read.data)
            if len(lot) >= _LOT or size >= _LOT_BYTES:
                break
        return lot

    def rest(self) -> Iterator[pa.RecordBatch]:
        """The last batch, where rows are waiting."""
        if self._waiting:
            yield self._next()
        if self.seen:
            self.seen(self.counts.read)

    def finish(self) -> Counts:
        """The counts, complete: call it after the last row."""
        self.counts.unmapped_keys = unmapped(self.connector, self.shapes)
        return self.counts

    def take(self, row: Row) -> tuple[Post, str, bytes] | None:
        """The post, its observation id and its raw text (UTF-8); None where the row was left out (and counted)."""
        return next(self._sifted([self._read(row)]), None)

    def _read(self, row: Row) -> _Read:
        """What the connector makes of a row, while it is at hand; its secrets may still be in it."""
        line, raw, reason, problem, _ = row
        if reason or not isinstance(raw, dict):
            return _Read(line, Skip(reason or "not_a_record"), problem=problem or "A row must be a JSON object.")
        self.shapes[shape(self.connector, raw)] += 1
        without = self._redact(raw)
        return _Read(line, self._parsed(without), canonical(without), without is not raw and without != raw)

    def _parsed(self, raw: dict[str, Any]) -> Post | Skip | Exception:
        try:
            return self.connector.parse(raw)
        except Exception as error:
            return error

    def _sifted(self, lot: Sequence[_Read]) -> Iterator[tuple[Post, str, bytes]]:
        """What `take` gives, of many rows: those that may hold a secret are found among them at once, and read anew."""
        suspects = iter(self._suspects([read.data for read in lot if read.data]))
        for line, found, data, redacted, problem in lot:
            self.counts.read += 1
            if data and next(suspects) and (kept := self._strip(data, loads(data))) is not data:
                found, data, redacted = self._parsed(loads(kept)), kept, True
            self.counts.redacted += redacted
            if isinstance(found, Skip):
                self._left_out(found.reason, line, problem)
            elif isinstance(found, Exception):
                said = f"The connector could not read this row ({type(found).__name__})."
                self._left_out("unreadable", line, said)
            else:
                digest = self._seed.copy()
                digest.update(data)
                yield found, digest.hexdigest(), data

    def redacted(self, raw: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """The row as it may be stored, and its canonical JSON."""
        without = self._redact(raw)
        data = canonical(without)
        kept = self._strip(data, without)
        self.counts.redacted += kept is not data or without != raw
        return (without, data) if kept is data else (loads(kept), kept)

    def handed_over(self) -> tuple[Counts, Counter[tuple[str, ...]]]:
        """What was counted since it was last asked for: one process's share, for `take_over` in another."""
        counts, shapes = self.counts, self.shapes
        self.counts, self.shapes = Counts(), Counter()
        return counts, shapes

    def take_over(self, counts: Counts, shapes: Mapping[tuple[str, ...], int]) -> None:
        """Add what another process counted of its share of the rows."""
        self.counts.read += counts.read
        self.counts.redacted += counts.redacted
        added(self.counts.filled, counts.filled)
        for reason, number in counts.skipped.items():
            self.counts.skipped[reason] = self.counts.skipped.get(reason, 0) + number
        self.counts.problems.extend(counts.problems[: PROBLEMS_KEPT - len(self.counts.problems)])
        self.shapes.update(shapes)
        if self.seen:
            self.seen(self.counts.read)

    def _left_out(self, reason: str, line: int, problem: str) -> None:
        counts = self.counts
        counts.skipped[reason] = counts.skipped.get(reason, 0) + 1
        if problem and len(counts.problems) < PROBLEMS_KEPT:
            counts.problems.append({"line": line, "reason": reason, "problem": problem})

    def _next(self) -> pa.RecordBatch:
        posts, ids, raws = zip(*self._waiting, strict=True)
        self._waiting, self._size = [], 0
        return self.batch(posts, ids, raws)

    def batch(self, posts: Sequence[Post], ids: Sequence[str], raws: Sequence[bytes]) -> pa.RecordBatch:
        """These posts with these observation ids and raw texts as the corpus holds them."""
        columns: dict[str, Any] = dict(zip(Post._fields, zip(*posts, strict=True), strict=True))
        texts = columns["text"]
        normals = [normal(text) if text else None for text in texts]
        if self.languages:
            columns["language"] = self._languages(columns["language"], texts, normals)
        columns |= {
            "observation_id": ids,
            "post_key": [post.post_key for post in posts],
            "text_normal": normals,
            "script": [(script_of(text) or None) if text else None for text in texts],
            "raw": _joined(raws),
        }
        if looked_at := self.facts.get("looked_at"):
            columns["observed_at"] = [told or looked_at for told in columns["observed_at"]]
        constant = {
            **{name: value for name, value in self.facts.items() if name != "looked_at"},
            "connector": self.connector.name,
            "connector_version": self.connector.manifest.version,
        }
        columns |= {name: [value] * len(posts) for name, value in constant.items()}
        made = pa.RecordBatch.from_arrays(
            [_array(columns[field.name], field.type) for field in OBSERVATIONS], schema=OBSERVATIONS
        )
        added(self.counts.filled, filled_of(made))
        return made

    def _languages(
        self, said: Sequence[str | None], texts: Sequence[str | None], normals: Sequence[str | None]
    ) -> list[str | None]:
        """The source's own word on each text, or ours where it has none; None where there is no text."""
        told = list(said)
        open_places = [at for at, text in enumerate(texts) if text and told[at] in _UNTOLD]
        forms = [normals[at] for at in open_places]
        found = detect([texts[at] for at in open_places], self.languages, normals=forms)
        for at, (language, _) in zip(open_places, found, strict=True):
            told[at] = language
        return told


def _array(values: Sequence[Any] | pa.Array, kind: pa.DataType) -> pa.Array:
    return values if isinstance(values, pa.Array) else pa.array(values, kind)


def _joined(texts: Sequence[bytes]) -> pa.StringArray:
    """Texts that are UTF-8, laid end to end at once: most of what is stored are the raw rows."""
    ends = pa.array(np.cumsum([0, *map(len, texts)]), pa.int32())  # refuses more than fits
    return pa.StringArray.from_buffers(len(texts), ends.buffers()[1], pa.py_buffer(b"".join(texts)))


def loads(data: bytes | str) -> Any:
    """JSON as `canonical` writes it."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:  # as in `canonical`
        return json.loads(data)


def canonical(raw: Mapping[str, Any]) -> bytes:
    """The row as JSON in one form only: sorted keys, no spaces, UTF-8."""
    try:
        return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError, RecursionError):
        # Lone surrogates and numbers beyond 64 bits: kept as the escapes and digits that were received.
        return json.dumps(raw, sort_keys=True, separators=(",", ":"), default=str).encode("ascii")


def _redactor(paths: tuple[str, ...]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that gives the row without what stands at the paths (dotted, or a column's own name)."""
    if not paths:
        return lambda raw: raw

    def redact(raw: dict[str, Any]) -> dict[str, Any]:
        raw = dict(raw)
        for path in paths:
            if path in raw:
                if raw[path] is not None:
                    raw[path] = REDACTED
                continue
            *above, last = path.split(".")
            place = raw
            for step in above:
                inner = place.get(step)
                if not isinstance(inner, dict):
                    break
                place[step] = place = dict(inner)
            else:
                if above and place.get(last) is not None:
                    place[last] = REDACTED
        return raw

    return redact


def shape(connector: Connector, raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The keys of a row, with those one level down where the connector's records are nested."""
    nested = connector.manifest.nested
    if not nested:
        return tuple(raw)
    if nested != "*":
        inner = raw.get(nested)
        return (*raw, "\n", *inner) if isinstance(inner, dict) else tuple(raw)
    return tuple(
        path
        for key, value in raw.items()
        for path in ([f"{key}.{inner}" for inner in value] if isinstance(value, dict) and value else [key])
    )


def unmapped(connector: Connector, shapes: Mapping[tuple[str, ...], int]) -> dict[str, int]:
    """How often each key came that the connector neither reads nor knowingly leaves."""
    manifest = connector.manifest
    known = manifest.mapped | manifest.ignored
    found: Counter[str] = Counter()
    for keys, times in shapes.items():
        prefix = ""
        for key in keys:
            if key == "\n":
                prefix = f"{manifest.nested}."
                continue
            name = prefix + key
            if name in known or name.partition("/")[0] in known:  # a table of what was nested: `user/name`
                continue
            if not (manifest.nested == "*" and _is_read(name, known)):
                found[_shown(name)] += times
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:500])


def _is_read(name: str, known: Iterable[str]) -> bool:
    """A dotted path that is mapped deeper in, or whose parent is mapped as a whole."""
    return any(
        path == name or path.startswith((f"{name}.", f"{name}[")) or name.startswith(f"{path}.") for path in known
    )


def _shown(name: str) -> str:
    return name[:120].encode("utf-8", "replace").decode().replace("\x00", "")
