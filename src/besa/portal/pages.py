"""Which pages the public site has, and how they are made of one edition."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.template import Context, Engine
from django.utils import translation

from besa.base import languages
from besa.edition.format import Edition, Envelope
from besa.edition.reader import read, read_envelope
from besa.portal.prose import blocks

_HERE = Path(__file__).resolve().parent
#: How many findings one page of the register holds (a page stays under 100 KB).
PER_PAGE = 40
#: A page stays under 100 KB; the report leaves tables to their own pages where it would not.
_MOST_BYTES = 95_000
#: Tables that stand on the first page, where the edition has them.
_FRONT_TABLES = ("funnel",)


def render(edition_path: Path, out: Path) -> list[Path]:
    """Write the site of the edition at `edition_path` into the folder `out`; returns its files, sorted.

    Reads content/, manifest.json and envelope.json only. Raises NotFound or BadInput.
    """
    _ready()
    edition, envelope = read(edition_path), read_envelope(edition_path)
    manifest = json.loads((edition_path / "manifest.json").read_bytes())
    out.mkdir(parents=True, exist_ok=True)
    shutil.copytree(edition_path / "content", out / "files", dirs_exist_ok=True)
    shutil.copyfile(edition_path / "manifest.json", out / "files" / "manifest.json")
    for name in ("portal.css", "verify.js", "icon.svg"):
        shutil.copyfile(_HERE / "static" / name, out / name)
    engine = _engine()
    everywhere = {
        "edition": edition,
        "envelope": envelope,
        "manifest": manifest,
        "sums": {entry["path"]: entry for entry in manifest},
        "tags": [(tag, languages.NAMES.get(tag, tag)) for tag in edition.meta.languages],
    }
    first = edition.meta.languages[0]
    with translation.override(languages.django_code(first)):
        _write(engine, out / "index.html", "portal/choose.html", {**everywhere, "tag": first, "root": ""})
    for tag in edition.meta.languages:
        with translation.override(languages.django_code(tag)):
            for path, template, context in _pages(edition, envelope, tag):
                depth = path.count("/") + 1
                page = {"tag": tag, "root": "../" * depth, "up": "../" * (depth - 1), "page": path, **context}
                _write(engine, out / tag / path, template, {**everywhere, **page})
    return sorted(path for path in out.rglob("*") if path.is_file())


def _ready() -> None:
    """Outside Besa's own process, just enough of Django for templates and translations."""
    if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure(
            DATABASES={},
            USE_I18N=True,
            LANGUAGE_CODE="en",
            LANGUAGES=[(code, languages.NAMES[tag]) for tag, code in languages.INTERFACE.items()],
            LOCALE_PATHS=[_HERE.parent / "locale"],
            FORMAT_MODULE_PATH=["besa.base.formats"],
        )
        django.setup()


def _engine() -> Engine:
    return Engine(
        dirs=[_HERE / "templates"],
        builtins=["django.templatetags.i18n", "besa.portal.words"],
        libraries={"i18n": "django.templatetags.i18n"},
    )


def _write(engine: Engine, path: Path, template: str, context: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = engine.get_template(template).render(Context(context))
    while context.get("tables_here") and len(text.encode()) > _MOST_BYTES:
        context = {**context, "tables_here": context["tables_here"][:-1]}
        text = engine.get_template(template).render(Context(context))
    lines = (line.strip() for line in text.splitlines()) if path.suffix == ".atom" else text.splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines if line.strip()) + "\n", encoding="utf-8")


def _pages(edition: Edition, envelope: Envelope, tag: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path within the language's folder, template, context) of every page."""
    named = _named(edition)
    tables = edition.tables.get(tag, {})
    figures = [figure for figure in edition.figures if tag in figure.files]
    by_table: dict[str, list] = {}
    for figure in figures:
        by_table.setdefault(figure.table, []).append(figure)
    parties = {slug for slug in (finding.party for finding in named) if slug}
    yield "index.html", "portal/index.html", {
        "stats": edition.first_page.get(tag, []),
        "figures": figures[:4],
        "front_tables": [tables[name] for name in _FRONT_TABLES if name in tables],
        "latest": named[:6],
        "prose": blocks(edition.prose.get(tag, "")),
    }  # fmt: skip
    clauses: dict[str, list] = {}
    for clause in edition.code.clauses if edition.code else []:
        clauses.setdefault(clause.principle, []).append(clause)
    yield "code.html", "portal/code.html", {"clauses": clauses}
    yield from _clauses(named, edition)
    yield "signatories.html", "portal/signatories.html", {}
    for signatory in edition.register:
        own = [f for f in named if signatory.slug in (f.source, f.party)]
        yield f"signatories/{signatory.slug}.html", "portal/signatory.html", {
            "signatory": signatory,
            "listed": own[:PER_PAGE],
            "more": max(len(own) - PER_PAGE, 0),
            "is_party": signatory.slug in parties,
        }  # fmt: skip
    yield from _register(named, edition)
    yield "report.html", "portal/report.html", {
        "prose": blocks(edition.prose.get(tag, "")),
        "stats": edition.first_page.get(tag, []),
        "tables": list(tables.values()),
                "tables_here": list(tables.values()),
        "figures_of": by_table,
        "documents": [d for d in edition.documents if d.language == tag and d.format != "html"],
    }  # fmt: skip
    yield "tables.html", "portal/tables.html", {"tables": list(tables.values())}
    for table in tables.values():
        yield f"tables/{table.name}.html", "portal/table.html", {
            "table": table,
            "figures": by_table.get(table.name, []),
            "downloads": [data for data in edition.data if data.table == table.name],
        }  # fmt: skip
    yield "method.html", "portal/method.html", {"method": blocks(edition.method.get(tag, ""))}
    yield "data.html", "portal/data.html", {}
    yield "verify.html", "portal/verify.html", {}
    yield "feed.atom", "portal/feed.atom.html", {"latest": named[:30]}


def _clauses(named: list, edition: Edition) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A page per clause: its text in all languages side by side, and the findings that rest on it."""
    if edition.code is None:
        return
    principles = {principle.slug: principle for principle in edition.code.principles}
    for clause in edition.code.clauses:
        own = [finding for finding in named if clause.slug in (finding.clause, *finding.other_clauses)]
        yield f"clauses/{clause.slug}.html", "portal/clause.html", {
            "clause": clause,
            "principle": principles.get(clause.principle),
            "beside": [
                (tag, name, languages.pick(clause.titles, tag), clause.texts[tag])
                for tag, name in languages.NAMES.items()
                if clause.texts.get(tag)
            ],
            "listed": own[:PER_PAGE],
            "more": max(len(own) - PER_PAGE, 0),
        }  # fmt: skip


def _named(edition: Edition) -> list:
    """Findings that may be shown one by one: attributed ones, the newest first."""
    attributed = [finding for finding in edition.findings if finding.attributed]
    return sorted(attributed, key=lambda f: (f.day or f.week, f.number), reverse=True)


def _register(named: list, edition: Edition) -> Iterator[tuple[str, str, dict[str, Any]]]:
    sheets = [named[start : start + PER_PAGE] for start in range(0, len(named), PER_PAGE)] or [[]]
    waiting = Counter((f.why_unattributed, f.decision) for f in edition.findings if not f.attributed)
    reasons = sorted({why for why, _ in waiting})
    unattributed = [
        {"why": why, "violations": waiting[why, "violation"], "compliance": waiting[why, "compliance"]}
        for why in reasons
    ]
    names = ["findings.html", *(f"findings-{number}.html" for number in range(2, len(sheets) + 1))]
    for number, (name, sheet) in enumerate(zip(names, sheets, strict=True), start=1):
        yield name, "portal/findings.html", {
            "listed": sheet,
            "count": len(named),
            "unattributed": unattributed,
            "unattributed_total": sum(waiting.values()),
            "sheet": number,
            "sheets": list(enumerate(names, start=1)),
        }  # fmt: skip
