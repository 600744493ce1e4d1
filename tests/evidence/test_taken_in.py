"""Web archives that were made elsewhere come in by the same door as other files, and only whole ones."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

import make
from besa.base import clock
from besa.base.errors import BadInput
from besa.evidence.actions import add_file
from besa.evidence.archive.writer import Exchange, Page, write
from besa.ledger import verify

URL = "http://lumas.example/1"


def _wacz() -> bytes:
    at = clock.now()
    exchange = Exchange(URL, 200, "OK", (("content-type", "text/html"),), b"<p>Postim", at)
    return write([exchange], [Page(URL, "Postim", "Postim", at)], title="Postim", software="another tool")


def _add(by, item, data: bytes, name: str):
    return add_file(by=by, item=item, kind="screenshot", data=data, media_type="", file_name=name)


@pytest.mark.django_db
def test_a_whole_archive_is_kept_and_a_damaged_one_is_named(home, election, users):
    by, item, data = users["coder"], make.docket_item(election), _wacz()
    kept = _add(by, item, data, "made elsewhere.wacz")
    assert (kept.kind, kept.media_type, kept.file_name) == ("archive", "application/wacz", "made elsewhere.wacz")
    place = data.index(b"Postim")
    with pytest.raises(BadInput, match="not whole"):
        _add(by, item, data[:place] + b"X" + data[place + 1 :], "x.wacz")
    for wrong in (data[: len(data) // 2], b"PK\x03\x04 no zip", gzip.compress(b"no warc at all"), b"\x1f\x8bx"):
        with pytest.raises(BadInput):
            _add(by, item, wrong, "x.wacz")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        packed_warc = packed.read("archive/data.warc.gz")
    warc = gzip.decompress(packed_warc)
    assert (
        _add(by, item, warc, "x.warc").media_type
        == _add(by, item, packed_warc, "x.gz").media_type
        == "application/warc"
    )
    with pytest.raises(BadInput, match="not whole"):
        _add(by, item, warc.replace(b"<p>Postim", b"<p>Xostim"), "x.warc")
    assert list(verify.problems()) == [] and not list(home.staging.glob("archive-*"))


@pytest.mark.django_db
def test_archives_of_other_tools_are_taken_as_they_are(home, election, users, samples):
    item, taken, refused = make.docket_item(election), [], []
    for path in sorted((samples / "warc-wacz").rglob("*")):
        if path.suffix not in (".wacz", ".warc", ".gz") or path.stat().st_size > 10 << 20:
            continue
        try:
            taken.append(_add(users["coder"], item, path.read_bytes(), path.name).media_type)
        except BadInput:
            refused.append(path.name)
    assert {"application/wacz", "application/warc"} <= set(taken)
    assert refused and not any("valid-" in name and "invalid" not in name for name in refused), refused
