"""Time codes, quotes and the share that was watched: pure rules."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput
from besa.collect.rules import video

moments = st.integers(0, int(video.LONGEST) * 1000).map(lambda thousandths: thousandths / 1000)
spans = st.tuples(moments, moments).map(sorted)
words = st.text(min_size=1, max_size=60).filter(lambda text: text.strip())


@pytest.mark.parametrize(
    ("text", "total"), [("12", 12), ("0:12", 12), ("1:02:03", 3723), ("0:12.5", 12.5), ("2:00,25", 120.25), ("90", 90)]
)
def test_a_time_code_is_seconds(text, total):
    assert video.seconds(text) == total


@pytest.mark.parametrize("text", ["", "a", "1:60", "0:0:61", "-1", "1:2:3:4", "25:00:00", "1e3", "٣"])
def test_what_is_no_time_code_is_refused(text):
    with pytest.raises(BadInput):
        video.seconds(text)


@given(moments)
def test_a_time_code_is_read_back(total):
    assert video.seconds(video.code(total)) == total


@given(st.lists(spans, max_size=12))
def test_the_share_is_that_of_the_seconds_seen_at_least_once(watched):
    kept = video.checked({"length": video.LONGEST, "watched": watched})
    assert 0 <= video.share(kept) <= 1
    marks = sorted({edge for span in watched for edge in span})
    seen = sum(b - a for a, b in itertools.pairwise(marks) if any(s <= a and b <= e for s, e in watched))
    assert video.seen(kept) == pytest.approx(seen, abs=0.01)
    assert all(a[1] < b[0] for a, b in zip(kept["watched"], kept["watched"][1:], strict=False)), "in order, apart"


@given(st.lists(spans, max_size=6), st.lists(st.tuples(spans, words), max_size=6), st.booleans())
def test_what_is_kept_is_kept_again_unchanged_and_reads_back(watched, quotes, measured):
    said = {
        "length": video.LONGEST, "watched": watched, "measured": measured,
        "quotes": [{"start": start, "end": end, "text": text} for (start, end), text in quotes],
    }  # fmt: skip
    kept = video.checked(said)
    assert video.checked(kept) == kept
    again = video.read(**video.texts(kept), measured=kept["measured"])
    assert [again["length"], again["watched"]] == [kept["length"], kept["watched"]]
    assert [(q["start"], q["end"]) for q in again["quotes"]] == [(q["start"], q["end"]) for q in kept["quotes"]]


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["length", "watched", "quotes", "start", "end", "text"]), inner, max_size=4
            )
        ),
    )
)
def test_anything_at_all_is_kept_or_refused(value):  # fmt: skip
    said = value if isinstance(value, dict) else {"watched": value, "quotes": value, "length": value}
    try:
        kept = video.checked(said)
    except BadInput:
        return
    assert kept == {} or set(kept) == {"length", "watched", "measured", "quotes"}


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=60))
def test_any_typed_text_is_read_or_refused(length, watched, quotes):
    try:
        video.read(length, watched, quotes)
    except BadInput as error:
        assert error.message


def test_lines_are_read_as_people_type_them():
    kept = video.read("10:00", "0:00-3:20, 3:00–5:00; 9:00-9:30", "0:12-0:20 Ata erdhën.\n\n4:01 Тачно тако")
    assert kept["watched"] == [[0, 300], [540, 570]]
    assert video.share(kept) == pytest.approx(0.55)
    assert kept["quotes"][1] == {"start": 241, "end": 241, "text": "Тачно тако"}


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"quotes": "0:12-0:10 words"}, "0:12-0:10"),
        ({"quotes": "0:01 fine\nwords alone"}, "line 2"),
        ({"length": "1:00", "watched": "0:00-1:01"}, "1:01"),
        ({"watched": "3:20"}, "3:20"),
    ],
)
def test_what_cannot_be_names_its_place(said, where):
    with pytest.raises(BadInput) as caught:
        video.read(**said)
    assert where in caught.value.where


def test_without_a_length_there_is_no_share_and_nothing_said_is_nothing():
    assert video.share(video.read("", "0:00-1:00")) is None
    assert video.read() == {} and video.share({}) is None
