"""The index gives what a look at every post would give, however it came to be."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.text import folded
from besa.corpus import Corpus
from besa.corpus.index import keeping
from besa.corpus.index.keeping import Families, Index
from besa.corpus.index.reading import Watch
from besa.corpus.index.search import Query
from besa.corpus.index.segment import id_of
from besa.corpus.index.words import WORD, parse, spans
from besa.corpus.schema import OBSERVATIONS, SIGNALS

FIRST = datetime(2027, 9, 14, 8, 0, tzinfo=UTC)
TEXTS = (
    "Votoni nesër për ujin dhe rrugët!", "ВОТОНИ nesër", "Građani traže vodu", "Грађани траже воду и пут",
    "i d i o t budalla", "Kësaj here jo", "kesaj HERE po", "", "🐀 jashtë", "ujin, ujin ujin", "Гласајте за реку",
    "rruget dhe ujin", "Çka po ndodh me ujin?", "cka po ndodh", "budall4 e qytetit", "tradhtar",
    "tradhtarët e popullit",
)  # fmt: skip
ASKED = (
    "ujin", "UJIN -dhe", '"dhe ujin"', '"ujin dhe"', "grad*", "*adja*", "voto* -neser", "gradjani", "грађани", "idiot",
    '"kesaj here" -po', "🐀", "*dhtar", "*dhtar*", '"*in dhe rr*"', "-ujin", "xyzzy", '"ujin ujin"', "*u*", "cka",
    '"po ndodh me"',
)  # fmt: skip


def row(number: int, text: str, **fields) -> dict:
    made = {
        "post_key": f"facebook:{number}", "platform": "facebook", "kind": "post", "channel": "public",
        "account_key": f"facebook:a{number % 7}", "account_handle": f"Page{number % 7}", "text": text,
        "posted_at": FIRST + timedelta(minutes=7 * (number * 7919 % 5000)), "observed_at": FIRST, "election": "e",
        "language": "sq",
    } | fields  # fmt: skip
    key = f"{made['post_key']} {made['observed_at']} {made['text']} {made['channel']}"
    return made | {"observation_id": hashlib.sha256(key.encode()).hexdigest()}


def bring(corpus: Corpus, rows: list[dict], name: str) -> None:
    corpus.append([pa.RecordBatch.from_pylist(rows, schema=OBSERVATIONS)], import_id=name)


def signals(corpus: Corpus, told: list[tuple[str, str]], run: str) -> None:
    rows = [{"signal_id": f"{run}{at}", "post_key": key, "concern": concern} for at, (key, concern) in enumerate(told)]
    corpus.add_signals([pa.RecordBatch.from_pylist(rows, schema=SIGNALS)], run_id=run)


@pytest.fixture
def made(tmp_path):
    corpus = Corpus(tmp_path / "corpus")
    return corpus, Index(tmp_path / "index", corpus)


def keys(index: Index, query: Query, watch: Watch | None = None) -> list[str]:
    found = index.find(query, watch)
    held = [segment.post(at)["post_key"] for segment, at in found.newest(10_000)]
    assert len(held) == found.count
    return held


def scanned(corpus: Corpus, typed: str) -> list[str]:
    """A look at every post, with the same folding and nothing else of the index."""

    def stands(text: str, sought) -> bool:
        said, run = WORD.findall(folded(text)), sought.pieces
        return any(
            all(_fits(said[at + step], piece) for step, piece in enumerate(run))
            for at in range(len(said) - len(run) + 1)
        )

    rows = corpus.rows("SELECT post_key, posted_at, text FROM posts WHERE channel = 'public'")
    fits = [one for one in rows if all(stands(one["text"] or "", part) != part.absent for part in parse(typed))]
    fits.sort(key=lambda one: (-int(one["posted_at"].timestamp()), id_of(one["post_key"])))
    return [one["post_key"] for one in fits]


def _fits(word: str, piece) -> bool:
    if piece.before and piece.after:
        return piece.text in word
    if piece.before:
        return word.endswith(piece.text)
    return word.startswith(piece.text) if piece.after else word == piece.text


@pytest.mark.parametrize("typed", ASKED)
def test_what_is_found_is_what_stands_there(made, typed):
    corpus, index = made
    bring(corpus, [row(at, text) for at, text in enumerate(TEXTS * 3)], "a")
    index.refresh()
    assert keys(index, Query(parse(typed))) == scanned(corpus, typed)


def test_the_cases_of_folding(made):
    corpus, index = made
    bring(corpus, [row(at, text) for at, text in enumerate(TEXTS)], "a")
    index.refresh()
    count = {typed: index.find(Query(parse(typed))).count for typed in ASKED}
    assert count["gradjani"] == count["грађани"] == 2 and count["cka"] == 2 and count["idiot"] == 1
    assert count["*dhtar*"] == 2 and count["*dhtar"] == 1 and count["xyzzy"] == 0
    assert index.find(Query(parse("budalla"))).count == 2


_word = st.sampled_from(["ujë", "uje", "вода", "Voda", "ŠKOLA", "skola", "a", "i", "1d10t", "🐀", "dh", "шта", "e-e"])
_text = st.lists(_word, max_size=8).map(" ".join)


@settings(max_examples=25)
@given(
    parts=st.lists(
        st.lists(st.tuples(st.integers(0, 12), _text, st.integers(0, 3)), max_size=8), min_size=1, max_size=4
    ),
    asked=st.lists(
        st.tuples(st.sampled_from(["", "-"]), st.lists(_word, min_size=1, max_size=3), st.sampled_from(["", "*"]))
        .map(lambda one: f'{one[0]}"{one[2]}{" ".join(one[1])}{one[2]}"'),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_added_in_parts_it_is_as_made_at_once(tmp_path_factory, parts, asked):
    place = tmp_path_factory.mktemp("index")
    corpus = Corpus(place / "corpus")
    grown, anew = Index(place / "grown", corpus), Index(place / "anew", corpus)
    for number, part in enumerate(parts):
        rows = [row(post, text, observed_at=FIRST + timedelta(hours=hour)) for post, text, hour in part]
        bring(corpus, rows, f"a{number}") if rows else None
        signals(corpus, [(f"facebook:{post}", "hate") for post, _, hour in part if hour > 1], f"s{number}")
        grown.refresh()
    anew.rebuild()
    for typed in [*asked, ""]:
        expected = scanned(corpus, typed) if parts and corpus.version() >= 0 else []
        assert keys(grown, Query(parse(typed))) == keys(anew, Query(parse(typed))) == expected
    bit = 1 << 0
    assert sorted(keys(grown, Query(marks=bit))) == sorted(keys(anew, Query(marks=bit)))
    assert not grown.waiting()


def test_counts_are_those_of_the_corpus(made):
    corpus, index = made
    rows = [
        row(at, TEXTS[at % len(TEXTS)], platform=("facebook", "tiktok")[at % 2], language=("sq", "sr", None)[at % 3],
            account_key=f"facebook:a{at % 5}" if at % 4 else None)
        for at in range(400)
    ]  # fmt: skip
    rows += [row(at, "later", observed_at=FIRST + timedelta(hours=1), platform="x") for at in range(0, 400, 9)]
    rows += [row(900, "ujin closed", channel="closed")]
    bring(corpus, rows, "a")
    signals(corpus, [(f"facebook:{at}", ("hate", "ad")[at % 2]) for at in range(0, 400, 3)], "s")
    index.refresh()
    watch = Watch({"facebook:a1": 1, "facebook:a2": 2, "facebook:@page3": 3, "tiktok:@page3": 3})
    of = np.array([0, 1, 1, 2], np.uint8)
    edges = [int((FIRST + timedelta(days=day)).timestamp()) for day in range(-1, 26)]
    for typed in ("", "ujin"):
        query = Query(parse(typed))
        wanted = set(scanned(corpus, typed))
        held = [one for one in corpus.rows("SELECT * FROM posts WHERE channel = 'public'") if one["post_key"] in wanted]

        def account(one) -> int:
            known = {"facebook:a1": 1, "facebook:a2": 2}
            return known.get(one["account_key"]) or 3 * (
                one["account_handle"] == "Page3" and one["platform"] in ("facebook", "tiktok")
            )

        found = index.find(query)
        assert found.by("platform") == dict(Counter(one["platform"] for one in held))
        assert found.by("language") == dict(Counter(one["language"] or "und" for one in held))
        assert found.by_account(watch).tolist() == [
            Counter(map(account, held)).get(number, 0) for number in range(watch.size)
        ]
        cells = Counter(
            ((one["posted_at"] - FIRST).days + 1, one["platform"], int(of[account(one)])) for one in held
        )  # fmt: skip
        assert found.cross(edges, "platform", watch, of) == dict(cells)
        assert found.by_span(edges).sum() == len(held)
    told = {(one["post_key"], one["concern"]) for one in corpus.rows("SELECT post_key, concern FROM signals")}
    public = {one["post_key"] for one in corpus.rows("SELECT post_key FROM posts WHERE channel = 'public'")}
    concerns = index.state().concerns
    assert dict(zip(concerns, index.find(Query()).by_mark(len(concerns)), strict=True)) == dict(
        Counter(concern for key, concern in told if key in public)
    )


def test_a_filter_leaves_what_it_says(made):
    corpus, index = made
    bring(corpus, [row(at, "ujin", platform=("x", "facebook")[at % 2]) for at in range(30)], "a")
    index.refresh()
    watch = Watch({"facebook:a1": 1})
    assert index.find(Query(equal=(("platform", "x"),))).count == 15
    assert index.find(Query(equal=(("platform", "tiktok"),))).count == 0
    assert set(keys(index, Query(accounts=frozenset([1])), watch)) == {
        f"facebook:{at}" for at in range(30) if at % 7 == 1
    }
    middle = sorted(row(at, "")["posted_at"] for at in range(30))[15]
    span = (0, int(middle.timestamp()))
    assert index.find(Query(spans=(span,))).count == index.find(Query(parse("ujin"), spans=(span,))).count == 15


def test_threads_and_copies_stand_together(made):
    corpus, index = made
    rows = [row(1, "root")] + [row(at, "reply", kind="comment", root_key="facebook:1") for at in range(2, 60)]
    rows += [row(at, "copied text") for at in range(100, 140)] + [row(at, f"alone {at}") for at in range(200, 230)]
    bring(corpus, rows, "a")
    copies = pa.table({"post_key": [f"facebook:{at}" for at in range(100, 140)], "family": ["f"] * 40})
    index.refresh(families=Families("1", lambda: copies))
    found = index.find(Query())
    cards, more = found.page(0, 20)
    rest, none = found.page(20, 20)
    assert more and not none and len(cards) == 20 and len(rest) == 12
    sizes = sorted(card.posts for card in cards + rest)
    assert sizes == [1] * 30 + [40, 59]
    thread = next(card for card in cards + rest if card.posts == 59)
    assert index.find(Query(group=thread.group)).count == 59
    assert len(found.page(0, 500, together=False)[0]) == 129
    # other copies are known later: the posts are the same
    index.refresh(families=Families("2", lambda: copies.slice(0, 10)))
    assert sorted(card.posts for card in index.find(Query()).page(0, 99)[0]) == [1] * 60 + [10, 59]


def test_small_parts_are_laid_together(made):
    corpus, index = made
    for at in range(12):
        bring(corpus, [row(at, f"ujin {at}")], f"a{at}")
        signals(corpus, [(f"facebook:{at}", "hate")], f"s{at}")
        index.refresh()
    assert len(index.state().segments) < 8
    assert index.find(Query(parse("ujin"))).count == index.find(Query(marks=1)).count == 12
    folders = {path.name for path in index.root.glob("segment-*")}
    assert folders == {one["name"] for one in index.state().segments}


def test_what_is_forgotten_leaves_no_word(made):
    corpus, index = made
    bring(corpus, [row(1, "sekretfjala ujin"), row(2, "ujin"), row(3, "sekretfjala")], "a")
    index.refresh()
    assert index.forget(["facebook:1", "facebook:77"]) == 1
    assert keys(index, Query(parse("sekretfjala"))) == ["facebook:3"] and index.post(id_of("facebook:1")) is None
    assert index.forget(["facebook:3"]) == 1 and index.find(Query(parse("ujin"))).count == 1
    left = [path for path in index.root.rglob("*") if path.is_file() and b"sekretfjala" in path.read_bytes()]
    assert left == []
    assert index.forget(["facebook:3"]) == 0 and not index.waiting()


def test_a_post_by_its_number(made):
    corpus, index = made
    bring(corpus, [row(1, "first")], "a")
    index.refresh()
    bring(corpus, [row(1, "second", observed_at=FIRST + timedelta(hours=1)), row(2, "x", channel="closed")], "b")
    assert index.waiting()
    index.refresh()
    assert index.post(id_of("facebook:1"))["text"] == "second"
    assert index.post(id_of("facebook:2")) is None and index.post(5) is None


def test_spans_stand_where_the_words_stood():
    text = "Ата су Грађани, i d i o t!"
    found = [text[start:end] for start, end in spans(text, parse("gradjani idiot -ata"))]
    assert found == ["Грађани", "i d i o t"]


_BUILD = """
import sys
from pathlib import Path
from besa.corpus import Corpus
from besa.corpus.index import segment, keeping
write = segment.write
def slow(posts, folder):
    done = write(posts, folder)
    print("written", flush=True)
    import time
    time.sleep(60)
    return done
import besa.corpus.index.building as building
building.write = slow
place = Path(sys.argv[1])
keeping.Index(place / "index", Corpus(place / "corpus")).rebuild()
"""


def test_killed_while_it_was_made_anew_the_old_one_serves(made, tmp_path):
    corpus, index = made
    bring(corpus, [row(at, "ujin") for at in range(5)], "a")
    index.refresh()
    before = index.state()
    bring(corpus, [row(at, "ujin") for at in range(5, 9)], "b")
    source = str(Path(keeping.__file__).parents[3])
    child = subprocess.Popen(
        [sys.executable, "-c", _BUILD, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": source}
    )
    assert child.stdout.readline() == b"written\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert index.state() == before and index.find(Query(parse("ujin"))).count == 5
    began = time.monotonic()
    index.refresh()
    assert time.monotonic() - began < 30 and index.find(Query(parse("ujin"))).count == 9
    assert {path.name for path in index.root.glob("segment-*")} == {one["name"] for one in index.state().segments}
