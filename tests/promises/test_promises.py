"""What is promised in docs/promises.md has a proof, and each proof kept for promises is named there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "promises.md").read_text(encoding="utf-8")
PROVED = TEXT.partition("## Not claimed yet")[0]
PROOFS = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PROVED)


def _tests(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_each_promise_has_a_number_of_its_own_and_a_proof():
    rows = re.findall(r"^\| (\d+) \| (.+?) \| (.+) \|$", PROVED, flags=re.MULTILINE)
    numbers = [int(number) for number, _, _ in rows]
    assert len(rows) > 20 and numbers == sorted(set(numbers))
    assert [number for number, _, proof in rows if "::test_" not in proof] == []


def test_each_proof_is_there_and_drills_are_said_to_be_drills():
    wrong = []
    for file, name in PROOFS:
        found = _tests(ROOT / file).get(name) if (ROOT / file).is_file() else None
        if found is None:
            wrong.append(f"{file}::{name} is not there")
            continue
        drill = any("drill" in ast.unparse(mark) for mark in found.decorator_list)
        if drill != (f"{name}` (*drill*)" in PROVED):
            wrong.append(f"{file}::{name} is a drill and not said to be one, or the other way round")
    assert wrong == []


def test_no_proof_is_left_unnamed():
    kept = {
        path.relative_to(ROOT).as_posix()
        for folder in ("promises", "drills")
        for path in (ROOT / "tests" / folder).glob("test_*.py")
    }
    named = {file for file, _ in PROOFS}
    assert kept - named - {Path(__file__).relative_to(ROOT).as_posix()} == set()
