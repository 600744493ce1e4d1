"""The house keeps its order: small modules, the same furniture in each room, pure rules, no loose ends."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import besa

HOUSE = Path(besa.__file__).parent
ROOT = HOUSE.parent.parent
ROOMS = ("pledge", "collect", "triage", "evidence", "coding", "reply", "report", "portal", "retention")
FLOORS = ("base", "net", "ledger", "vault", "corpus", "edition", "outbox", "people")
FURNITURE = {
    "README.md", "__init__.py", "models", "types", "rules", "actions", "queries", "pack", "forms", "views", "door",
    "urls", "apps", "templates", "templatetags", "static", "migrations",
}  # fmt: skip
#: What a room has beyond the furniture; each is named in its README or its first line.
MORE = {
    "pledge": {"door_urls"},
    "collect": {"connectors", "coverage", "gate_urls", "live", "names", "phone_urls"},
    "coding": {"codebook", "names_read"},
    "triage": {"detectors", "evaluation", "learning", "mentions"},
    "evidence": {"archive", "authorities", "capturers", "dossier", "verifier"},
    "reply": {"door_urls", "dossier", "wording"},
    "retention": {"keys"},
    "report": {"charts", "content", "document", "facts", "render", "speech", "tables"},
}
#: Documents that are handed over as one file, not pages of a site: they carry their style inside.
STANDALONE = {"report/templates/report/document.html"}
_CLOCKS = {"now", "utcnow", "today", "time", "monotonic"}
_CHANCE = {"random", "secrets", "uuid"}
_OUTSIDE = {"socket", "httpx", "requests", "urllib.request", "http.client", "subprocess"}


def _python(folder: Path = HOUSE) -> list[Path]:
    return [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]


def _templates() -> list[Path]:
    return sorted(HOUSE.rglob("templates/**/*.html"))


def _name(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def _pure() -> list[Path]:
    """Rules, types, parsers and detectors: they are told the time, the seed and the resources."""
    found: list[Path] = []
    for room in ROOMS:
        for stem in ("rules", "types"):
            place = HOUSE / room / stem
            found += _python(place) if place.is_dir() else [place.with_suffix(".py")]
    found += sorted((HOUSE / "collect" / "connectors").rglob("parse.py"))
    found += _python(HOUSE / "triage" / "detectors")
    return [path for path in found if path.exists()]


def test_no_module_is_longer_than_400_lines():
    files = [*_python(), *sorted((ROOT / "tools").glob("*.py"))]
    assert len(files) > 60
    long = {str(path.relative_to(ROOT)): n for path in files if (n := path.read_text().count("\n")) > 400}
    assert long == {}


@pytest.mark.parametrize("name", ROOMS + FLOORS)
def test_every_room_and_floor_says_what_it_is(name):
    readme = HOUSE / name / "README.md"
    assert readme.exists() and len(readme.read_text().split()) > 25


def test_only_the_furniture_of_the_house():
    strange = []
    for room in ROOMS:
        for path in sorted((HOUSE / room).iterdir()):
            known = FURNITURE | MORE.get(room, set())
            if path.name != "__pycache__" and path.name not in known and path.stem not in known and room != "portal":
                strange.append(_name(path))
    assert strange == []


def test_the_list_of_rooms_is_whole():
    folders = {path.name for path in HOUSE.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {*ROOMS, *FLOORS, "site", "packs", "locale"}


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _impure(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    for name in _imports(tree):
        top = name.split(".")[0]
        if top in ("django", *_CHANCE) or name in _OUTSIDE or top in _OUTSIDE or name == "besa.base.clock":
            yield f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CLOCKS:
            owner = ast.unparse(node.func.value)
            if owner in ("datetime", "date", "time", "datetime.datetime", "datetime.date", "clock", "timezone"):
                yield f"asks {owner}.{node.func.attr}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "hash", "id"):
            yield f"calls {node.func.id}"


def test_rules_types_parsers_and_detectors_are_pure():
    assert len(_pure()) >= 8
    assert {_name(path): faults for path in _pure() if (faults := list(_impure(path)))} == {}


@pytest.mark.parametrize(
    "source",
    ["from datetime import datetime\ndatetime.now()", "import random", "from django.db import models",
     "from besa.base import clock\nclock.now()", "import time\ntime.time()", "open('x')"],
)  # fmt: skip
def test_the_look_at_purity_sees(tmp_path, source):
    path = tmp_path / "rules.py"
    path.write_text(source)
    assert list(_impure(path))


def test_time_comes_from_the_clock_alone():
    pattern = re.compile(r"\b(datetime\.(now|utcnow)|date\.today|timezone\.now|time\.time)\(")
    loose = [
        f"{_name(path)}:{number}"
        for path in _python()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line) and _name(path) != "base/clock.py"
    ]
    assert loose == []


def test_text_is_always_escaped():
    pattern = re.compile(r"mark_safe|format_html_join\(|\|\s*safe\b|autoescape\s+off|SafeString|html_safe")
    loose = [_name(path) for path in [*_python(), *_templates()] if pattern.search(path.read_text())]
    assert loose == []


def test_pages_carry_no_script_or_style_of_their_own():
    inline = re.compile(
        r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son(click|load|error|change|submit)=|javascript:", re.I
    )
    assert len(_templates()) > 15
    loose = [
        f"{_name(path)}: {found[0]}"
        for path in _templates()
        if _name(path) not in STANDALONE and (found := inline.search(path.read_text()))
    ]
    assert loose == []


def test_every_form_of_a_page_has_its_token():
    form = re.compile(r"<form\b[^>]*method=[\"']post[\"'][^>]*>(.*?)</form>", re.I | re.S)
    loose = [
        _name(path) for path in _templates() for found in form.findall(path.read_text()) if "csrf_token" not in found
    ]
    assert loose == []


def test_no_signals_no_save_overrides_no_loose_names():
    loose = []
    for path in _python():
        text = path.read_text()
        if re.search(r"django\.(db\.models\.signals|dispatch)|def save\(self", text):
            loose.append(_name(path))
        if path.stem in ("utils", "helpers", "manager", "handlers", "misc", "common"):
            loose.append(_name(path))
        if re.search(r"#.*\b(TODO|FIXME|XXX)\b", text):
            loose.append(f"{_name(path)}: left to do")
    assert loose == []


def test_foreign_keys_leave_no_accessor_that_reads_upward():
    from django.apps import apps

    loose = []
    for model in apps.get_models():
        if not model.__module__.startswith("besa."):
            continue
        for field in model._meta.get_fields():
            if field.auto_created and not field.concrete and field.related_model.__module__.startswith("besa."):
                loose.append(f"{model.__name__}.{field.get_accessor_name()}")
    assert [name for name in loose if not name.endswith(".None")] == []
