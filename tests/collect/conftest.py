"""A file of a tool that nobody knows: JSON lines with fields two levels deep."""

from __future__ import annotations

import json
from pathlib import Path

import pytest


@pytest.fixture
def unknown_file(tmp_path) -> Path:
    """40 rows."""
    path = tmp_path / "listened.jsonl"
    path.write_text("".join(json.dumps(_row(number)) + "\n" for number in range(40)), "utf-8")
    return path


def _row(number: int) -> dict:
    return {
        "id": str(1380242600000000000 + number),
        "seen_at": "2027-09-15T08:00:00Z",
        "text": f"Nesër flasim për ujin {number}. #Lumas",
        "created_at": f"2027-09-14T19:{number:02}:13.000Z",
        "author": {"id": str(9000 + number), "username": f"lumas_{number}", "name": f"Lumas {number}", "bot": False},
        "figures": {"likes": number, "answers": 0},
        "found": {"tags": [{"tag": "Lumas"}]},
        "lang": "sq",
    }
