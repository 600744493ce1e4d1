"""One segment of the index: posts, oldest first, that are written once and read as they lie on the disk.

Its files: `posts.arrow` (the columns of COLUMNS), `ids.npy` and `id_rows.npy` (ids in their order, and the row of
each), `words.txt` and `words.npy` (the vocabulary in its order, and where each word begins), `postings.npy` and
`posting_starts.npy` (rows that hold each word), `tokens.npy` and `token_starts.npy` (the words of each row in the
order in which they stand).
"""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix

from besa.base.text import fold_all
from besa.corpus.index.words import WORD

_FEW = pa.dictionary(pa.int32(), pa.string())
#: `at`: seconds since 1970, 0 where not known. `thread`: the id of the post with which its thread begins.
COLUMNS = pa.schema(
    [
        ("id", pa.uint64()),
        ("at", pa.uint32()),
        ("thread", pa.uint64()),
        ("election", _FEW),
        ("platform", _FEW),
        ("kind", _FEW),
        ("language", _FEW),
        ("account_key", _FEW),
        ("account_at", _FEW),
        ("account_handle", _FEW),
        ("account_name", _FEW),
        ("host_account_key", _FEW),
        ("post_key", pa.large_string()),
        ("observation_id", pa.large_string()),
        ("observed_at", pa.int64()),
        ("parent_key", pa.large_string()),
        ("url", pa.large_string()),
        ("title", pa.large_string()),
        ("text", pa.large_string()),
        ("gone_cause", _FEW),
        ("reactions", pa.int64()),
        ("comments", pa.int64()),
        ("shares", pa.int64()),
        ("views", pa.int64()),
    ]
)
_SLICE = 20_000


def id_of(post_key: str) -> int:
    """The number by which the index knows a post; it spells nobody's name."""
    return int.from_bytes(hashlib.md5(post_key.encode(), usedforsecurity=False).digest()[8:], "little")


def write(posts: pa.Table, folder: Path) -> int:
    """Write the posts (columns of COLUMNS, each post once, any order) as a segment; returns how many there are."""
    folder.mkdir(parents=True)
    order = np.lexsort((~posts["id"].to_numpy(), posts["at"].to_numpy()))
    posts = posts.take(pa.array(order)).unify_dictionaries().combine_chunks()
    tokens, starts, vocabulary = _tokens(posts)
    postings, posting_starts = _postings(tokens, starts, len(vocabulary))
    coded = [word.encode() for word in vocabulary]
    ids = posts["id"].to_numpy()
    by_id = np.argsort(ids, kind="stable").astype(np.uint32)
    arrays = {
        "tokens": tokens, "token_starts": starts, "postings": postings, "posting_starts": posting_starts,
        "words": np.concatenate([[0], np.cumsum([len(word) + 1 for word in coded], dtype=np.int64)]).astype(np.uint32),
        "ids": ids[by_id], "id_rows": by_id,
    }  # fmt: skip
    with pa.OSFile(str(folder / "posts.arrow"), "wb") as out, pa.ipc.new_file(out, COLUMNS) as file:
        file.write_table(posts)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    (folder / "words.txt").write_bytes(b"".join(word + b"\n" for word in coded))
    for path in folder.iterdir():
        _to_disk(path)
    return posts.num_rows


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _tokens(posts: pa.Table) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """(word numbers one after another, where each row begins, the vocabulary in the order of its letters)."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    runs, lengths = [np.empty(0, np.uint32)], [0]
    for start in range(0, posts.num_rows, _SLICE):
        piece = posts.slice(start, _SLICE)
        pairs = zip(piece["title"].to_pylist(), piece["text"].to_pylist(), strict=True)
        found = [WORD.findall(text) for text in fold_all([said(*pair) for pair in pairs])]
        lengths += map(len, found)
        runs.append(np.fromiter(map(number.__getitem__, chain.from_iterable(found)), np.uint32, sum(map(len, found))))
    vocabulary = sorted(number)
    place = np.empty(len(vocabulary), np.uint32)
    place[[number[word] for word in vocabulary]] = np.arange(len(vocabulary), dtype=np.uint32)
    return place[np.concatenate(runs)], np.cumsum(lengths).astype(np.uint32), vocabulary


def said(title: str | None, text: str | None) -> str:
    """What is searched in a post: its title, then its text."""
    return f"{title}\n{text or ''}" if title else text or ""


def _postings(tokens: np.ndarray, starts: np.ndarray, words: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows of each word in turn, each once and in order; where those of each word begin)."""
    rows = len(starts) - 1
    held = csr_matrix((np.ones(len(tokens), np.int8), tokens.astype(np.int32), starts), shape=(rows, words)).tocsc()
    row, start = held.indices, held.indptr
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    first[start[:-1]] = True  # no word of the vocabulary is without a row
    counted = np.concatenate([[0], np.cumsum(first)])
    return row[first].astype(np.uint32), counted[start].astype(np.uint32)
