"""What every connector must stand: its own examples, and its examples spoilt in every way."""

from __future__ import annotations

import copy
import csv
import io
import json
import tomllib

import orjson
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.errors import BadInput
from besa.base.words import Channel, Platform, PostKind
from besa.collect.actions.opening import source_of
from besa.collect.actions.reading import rows
from besa.collect.connectors import NAMES, connector, detect, folder, mapped_connector
from besa.collect.rules.columns import Columns
from besa.collect.rules.mapping import checked
from besa.collect.types import Post, Row, Skip
from besa.corpus.schema import OBSERVATIONS

HUGE = 10**400
HOSTILE = [
    None, True, False, 0, -1, 2**63, 2**64, HUGE, -HUGE, 1e308, 0.5, "", " ", "\x00", "a\x00b", "\ud800", "ok \udfff",
    "\u202eesrever", "شهادة", "9" * 400, "1,234", "≤100", "N/A", "NaN", "2027-13-45", "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-23:59", "[1", "[" * 3000, [], {}, [[]], [None], [{"a": []}], {"": None}, "x" * 100_000,
    {"id": {"id": {}}}, ["\ud800"], [HUGE],
]  # fmt: skip


def examples():
    for name in NAMES:
        for path in sorted((folder(name) / "examples").iterdir()):
            if path.suffix != ".toml":
                yield pytest.param(name, path, id=f"{name}-{path.name}")


EXAMPLES = list(examples())


def reading(name, path):
    if name != "generic":
        return connector(name)
    said = tomllib.loads(path.with_suffix(".mapping.toml").read_text("utf-8"))
    said.pop("name")
    return mapped_connector(checked(said))


def raws(path) -> list[dict]:
    return [row.raw for row in rows(source_of(path))]


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_says_what_to_expect(name):
    manifest = connector(name).manifest
    assert manifest.name == name and manifest.title and manifest.obtained and manifest.legal_basis and manifest.limits
    assert set(manifest.platforms) <= set(Platform)
    assert not manifest.mapped & manifest.ignored
    assert list((folder(name) / "examples").iterdir()), "a connector ships its examples"


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_an_example_is_known_and_read_whole(name, path):
    source = source_of(path)
    offers = detect(source.head, source.name)
    if name == "generic":
        assert offers == []
    else:
        assert offers[0][1].name == name and offers[0][0] >= 0.9 and len(offers) == 1
    columns = Columns(reading(name, path), {})
    batches = list(columns.batches(rows(source)))
    assert columns.counts.problems == [] and sum(batch.num_rows for batch in batches) > 0
    table = pa.Table.from_batches(batches, OBSERVATIONS)
    assert set(table["platform"].to_pylist()) <= set(reading(name, path).manifest.platforms or Platform)
    assert set(table["kind"].to_pylist()) <= set(PostKind) and set(table["channel"].to_pylist()) <= set(Channel)
    assert len(set(table["observation_id"].to_pylist())) == table.num_rows


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_no_key_of_an_example_goes_unnoticed(name, path):
    columns = Columns(reading(name, path), {})
    list(columns.batches(rows(source_of(path))))
    left = [key for key in columns.counts.unmapped_keys if not key.startswith("Overperforming Score")]
    assert left == [], "say in the manifest that these are mapped or ignored"


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_parse_is_pure(name, path):
    parse = reading(name, path).parse
    for raw in raws(path):
        before = copy.deepcopy(raw)
        assert parse(raw) == parse(raw) and raw == before


def places(value, path=()):
    """Every place in a row at which something else might stand."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def put(raw, path, value):
    raw = copy.deepcopy(raw)
    place = raw
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return raw


def drop(raw, path):
    raw = copy.deepcopy(raw)
    place = raw
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return raw


def stands(found, raw_rows) -> None:
    """All rows are counted, none is unreadable, and what is read can be written to the corpus and to JSON."""
    columns = Columns(found, {"route": "hand", "election": "e", "import_id": "i"})
    batches = list(columns.batches(Row(number, raw) for number, raw in enumerate(raw_rows, 1)))
    mapped = sum(batch.num_rows for batch in batches)
    counts = columns.counts
    assert counts.read == len(raw_rows) == mapped + sum(counts.skipped.values())
    assert "unreadable" not in counts.skipped, counts.problems
    for batch in batches:
        batch.validate(full=True)
        for raw in batch.column("raw").to_pylist():
            json.loads(raw)
        for name in ("text", "text_normal", "account_name", "native_id", "title", "url"):
            assert not any("\x00" in (text or "") for text in batch.column(name).to_pylist())
    json.dumps(counts.unmapped_keys).encode()


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_whatever_stands_at_any_place_is_survived(name, path):
    found = reading(name, path)
    spoilt = []
    for raw in raws(path):
        for number, place in enumerate(places(raw)):
            spoilt.append(drop(raw, place))
            spoilt.append(put(raw, place, HOSTILE[number % len(HOSTILE)]))
            spoilt.append(put(raw, place, HOSTILE[(number * 7 + 3) % len(HOSTILE)]))
        spoilt.append({**raw, "new key": 1, "\ud800": 2, "": 3, "k" * 500: [4]})
        spoilt += [None, [], "text", 7, [raw]]
    stands(found, spoilt)


#: Each way of spoiling a value, by name: what stands there goes in, what should not stand there comes out.
SPOILT = {
    "null": lambda value: None,
    "another type": lambda value: {"text": value} if isinstance(value, str) else "7",
    "a list": lambda value: [value],
    "huge": lambda value: value * 5_000 if isinstance(value, str) else HUGE,
    "NUL bytes": lambda value: f"\x00{value or 7}\x00",
    "lone surrogates": lambda value: f"\udfff{value or 7}\ud800",
    "right to left": lambda value: f"\u202e{value or 7}\u2066",
    "blank": lambda value: " ",
}


@pytest.mark.parametrize("way", SPOILT)
@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_every_value_spoilt_in_every_way_is_counted_and_nothing_is_guessed(name, path, way):
    found, seen, spoilt = reading(name, path), set(), []
    for raw in raws(path):
        for place in places(raw):
            kind = tuple("*" if isinstance(step, int) else step for step in place)
            if kind not in seen:
                seen.add(kind)
                value = raw
                for step in place:
                    value = value[step]
                spoilt.append(put(raw, place, SPOILT[way](value)))
    stands(found, spoilt)
    for raw in spoilt:
        read = found.parse(raw)
        if isinstance(read, Post):
            told = (read.native_id, read.parent_key, read.root_key, read.account_key, read.host_account_key)
            assert read.native_id and not any("None" in (key or "") for key in told), "no key is made of nothing"


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_a_key_that_came_new_is_counted(name, path):
    found = Columns(reading(name, path), {})
    list(found.batches(Row(number, {**raw, "key of tomorrow": 1}) for number, raw in enumerate(raws(path), 1)))
    assert found.counts.unmapped_keys["key of tomorrow"] == found.counts.read


values = st.recursive(
    st.one_of(st.sampled_from(HOSTILE), st.text(), st.integers(), st.floats()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
@settings(max_examples=25)
@given(data=st.data())
def test_anything_at_all_is_survived(name, path, data):
    raw = data.draw(st.sampled_from(raws(path)))
    for place in data.draw(st.lists(st.sampled_from(list(places(raw))), min_size=1, max_size=4)):
        try:
            raw = put(raw, place, data.draw(values))
        except (KeyError, IndexError, TypeError):
            continue
    result = reading(name, path).parse(raw)
    assert isinstance(result, Post | Skip)
    stands(reading(name, path), [raw])


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_the_order_of_keys_does_not_make_another_observation(name, path):
    found = Columns(reading(name, path), {})
    for number, raw in enumerate(raws(path), 1):
        turned = dict(reversed(raw.items()))
        first, second = found.take(Row(number, raw)), found.take(Row(number, turned))
        assert (first and first[1]) == (second and second[1])


@pytest.mark.parametrize(("name", "path"), EXAMPLES)
def test_a_file_cut_anywhere_never_crashes(name, path, tmp_path):
    data = path.read_bytes()
    found = reading(name, path)
    for cut in range(4, len(data), max(1, len(data) // 40)):
        short = tmp_path / path.name
        short.write_bytes(data[:cut])
        columns = Columns(found, {})
        try:
            source = source_of(short)
        except BadInput:
            assert path.suffix == ".wacz", "only a ZIP file is refused whole when its end is missing"
            continue
        mapped = sum(batch.num_rows for batch in columns.batches(rows(source)))
        assert columns.counts.read == mapped + sum(columns.counts.skipped.values())


def test_csv_cells_and_json_values_of_the_same_row_are_read_alike():
    path = folder("crowdtangle") / "examples" / "facebook.csv"
    parse = connector("crowdtangle").parse
    text = path.read_text("utf-8")
    for row, raw in zip(csv.DictReader(io.StringIO(text)), raws(path), strict=True):
        assert parse(row) == parse(orjson.loads(orjson.dumps(raw)))
