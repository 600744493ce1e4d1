"""Files of any bytes: read or refused, never a crash, every row counted."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.errors import BadInput
from besa.collect.actions.opening import source_of
from besa.collect.actions.reading import rows
from besa.collect.connectors import connector, detect, folder
from besa.collect.rules.columns import Columns
from besa.collect.rules.values import moment, whole, words

EXAMPLES = [
    (name, path.read_bytes())
    for name in ("meta_content_library", "crowdtangle", "zeeschuimer")
    for path in sorted((folder(name) / "examples").iterdir())
]

PIECES = [b"", b'"', b"\n", b"\r", b"\x00", b",", b"\\", b"\xff", b"{", b"\xef\xbb\xbf"]


def read(tmp_path_factory, name: str, data: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "file"
    path.write_bytes(data)
    columns = Columns(connector(name), {})
    try:
        source = source_of(path)
        detect(source.head, source.name)
        mapped = sum(batch.num_rows for batch in columns.batches(rows(source)))
    except BadInput as error:
        assert error.where and str(error)
        return
    assert columns.counts.read == mapped + sum(columns.counts.skipped.values())
    assert "unreadable" not in columns.counts.skipped


@settings(max_examples=120)
@given(example=st.sampled_from(EXAMPLES), data=st.data())
def test_bytes_changed_dropped_and_doubled(tmp_path_factory, example, data):
    name, content = example
    spoilt = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(len(spoilt) - 1, 0)))
        piece = data.draw(
            st.sampled_from([b"", b'"', b"\n", b"\r", b"\x00", b",", b"\\", b"\xff", b"{", b"\xef\xbb\xbf"])
        )
        spoilt[at : at + data.draw(st.integers(0, 30))] = piece
    read(tmp_path_factory, name, bytes(spoilt))


@settings(max_examples=60)
@given(name=st.sampled_from(["crowdtangle", "zeeschuimer"]), data=st.binary(max_size=400))
def test_any_bytes(tmp_path_factory, name, data):
    read(tmp_path_factory, name, data)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans(), st.lists(st.integers())))
def test_values_are_read_or_not_known(value):
    number = whole(value)
    assert number is None or 0 <= number < 2**63
    made = moment(value)
    assert made is None or (made.tzinfo is not None and 1990 <= made.year < 2100)
    text = words(value)
    assert text is None or ("\x00" not in text and text.encode())
