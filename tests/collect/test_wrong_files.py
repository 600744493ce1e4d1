"""Files that people hand in by mistake: each is refused by name, with what to do next."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from besa.base.errors import BadInput, UnknownFormat
from besa.collect.actions.opening import source_of

_NOBODY = 65534


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        (b"SQLite format 3\0", "SQLite"),
    ],
)
def test_what_is_no_table_is_called_by_its_name(tmp_path, start, said):
    path = tmp_path / "posts.csv"
    path.write_bytes(start + b"id,text\n1,a\n" * 9)
    with pytest.raises(UnknownFormat) as caught:
        source_of(path)
    assert said in str(caught.value) and "posts.csv" in str(caught.value) and caught.value.remedy


def test_a_folder_is_a_folder(tmp_path):
    with pytest.raises(BadInput, match="folder"):
        source_of(tmp_path)


def test_a_file_that_may_not_be_read():
    """Root may read everything, so where the tests run as root this one reads as nobody."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = Path(folder) / "posts.csv"
        path.write_text("id,text\n1,a\n")
        path.chmod(0)
        if root:
            os.seteuid(_NOBODY)
        try:
            with pytest.raises(BadInput, match="Permission denied"):
                source_of(path)
        finally:
            if root:
                os.seteuid(0)
