"""What the pages of the project name must be there: files, commands, options and targets of `make`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from besa.site.cli import COMMANDS, parser_for

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "HOUSE.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"(?<![\w.-])(?:\.venv/bin/)?besa ([a-z-]+)((?: [^`\n]*)?)")
_MAKE = re.compile(r"(?:`|^ *)make ([a-z][a-z-]*)", re.MULTILINE)
CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())


def _code(page: Path) -> str:
    return "\n".join(CODE.findall(page.read_text(encoding="utf-8")))


def test_links_lead_somewhere(page):
    targets = [target.split("#")[0] for target in _LINK.findall(page.read_text(encoding="utf-8"))]
    here = [target for target in targets if target and not re.match(r"[a-z]+:", target)]
    assert [target for target in here if not (page.parent / target).exists()] == []


def test_commands_exist_with_their_options(page):
    wrong = []
    for command, rest in _COMMAND.findall(_code(page)):
        if command not in COMMANDS:
            wrong.append(f"besa {command}")
            continue
        parser = parser_for(command)
        known = set(parser._option_string_actions)
        for action in parser._subparsers._group_actions if parser._subparsers else ():
            known |= {option for part in action.choices.values() for option in part._option_string_actions}
        said = rest.split("#")[0]
        wrong += [f"besa {command} {option}" for option in re.findall(r"(?<= )--[a-z-]+", said) if option not in known]
    assert wrong == []


def test_targets_of_make_exist(page):
    there = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert [target for target in _MAKE.findall(_code(page)) if target not in there] == []
