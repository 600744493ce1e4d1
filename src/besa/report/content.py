"""Everything that an edition holds, written under its content/ folder from one freeze."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import polars as pl

from besa.base import languages, words
from besa.base.ids import canonical_json
from besa.base.script import to_cyrillic
from besa.edition import format as published
from besa.edition.format import Table
from besa.edition.spreadsheet import csv_bytes
from besa.reply.types import WHY
from besa.report.charts import draw
from besa.report.document import build, compute_all, stats
from besa.report.document.build import UNITS, method_text
from besa.report.facts.store import parquet_bytes
from besa.report.render import renderer
from besa.report.speech import Speech
from besa.report.tables.shape import names
from besa.report.types import AWAITING, NAMED, Facts

FORMATS = ("html", "pdf", "docx")
_NOT_FOR_READERS = {"role"}


def fill(content: Path, facts: Facts, freeze: str, prose: dict[str, str]) -> None:
    """Write edition.json, data/, figures/ and reports/. Same facts and words, same bytes."""
    tags = [tag for tag in facts.meta["languages"] if tag in languages.INTERFACE] or ["en"]
    week = facts.week if facts.meta["kind"] == "weekly" else ""
    tables: dict[str, dict[str, Table]] = {}
    first_page, titles, alts, files, documents = {}, {}, {}, {}, []
    of_table: dict[str, str] = {}
    for tag in tags:
        say = Speech(tag)
        tables[tag] = compute_all(facts, say, week=week)
        first_page[tag] = stats(tables[tag], say)
        charts = draw(facts, tables[tag], say)
        for chart in charts:
            path = f"figures/{tag}/{chart.name}.svg"
            _write(content / path, chart.svg.encode())
            of_table[chart.name] = chart.table
            titles.setdefault(chart.name, {})[tag] = chart.title
            alts.setdefault(chart.name, {})[tag] = chart.alt
            files.setdefault(chart.name, {})[tag] = path
        document = build(facts, say, prose=prose.get(tag, ""), tables=tables[tag], charts=charts)
        for name in FORMATS:
            data = renderer(name)(document)
            path = f"reports/{tag}/{facts.meta['kind']}.{name}"
            _write(content / path, data)
            documents.append(published.Document(tag, facts.meta["kind"], name, path, len(data)))
    findings = public_findings(facts)
    edition = published.Edition(
        format=published.FORMAT,
        meta=_meta(facts, freeze, tags),
        labels={tag: labels(Speech(tag)) for tag in tags},
        first_page=first_page,
        code=_code(facts),
        register=_register(facts),
        actors={slug: every(texts) for slug, texts in names(facts, "actors").items()},
        areas={slug: every(texts) for slug, texts in names(facts, "areas").items()},
        tables=tables,
        figures=[
            published.Figure(name, of_table[name], titles[name], alts[name], files[name]) for name in sorted(files)
        ],
        findings=findings,
        documents=documents,
        data=_data(content, facts, tables, tags, findings),
        method={
            tag: "\n\n".join(
                text for name in ("method", "limits", "about") if (text := method_text(facts, Speech(tag), name))
            )
            for tag in tags
        },
        prose={tag: text for tag, text in prose.items() if text and tag in tags},
        errata=facts.meta["errata"],
    )
    _write(content / "edition.json", canonical_json(dataclasses.asdict(edition)).encode())


def every(texts: dict[str, str] | None) -> dict[str, str]:
    """Texts with Serbian in Cyrillic made from Latin where it is not there, and '' (any language) spread out."""
    texts = dict(texts or {})
    if texts.get("sr-Latn") and not texts.get("sr-Cyrl"):
        texts["sr-Cyrl"] = to_cyrillic(texts["sr-Latn"])
    any_language = texts.pop("", "")
    return ({tag: any_language for tag in languages.INTERFACE} if any_language else {}) | {
        tag: text for tag, text in texts.items() if text
    }


def labels(say: Speech) -> dict[str, dict[str, str]]:
    """The words of the method in one language, so that readers of the edition need no list of their own."""
    out = {
        kind: {value: say.say(text) for value, text in of.items()}
        for kind, of in words.BY_NAME.items()
        if kind not in _NOT_FOR_READERS
    }
    out["why"] = {str(why): say.say(text) for why, text in WHY.items()}
    out["unit"] = {unit: say.say(text) for unit, text in UNITS.items()}
    out["language"] = {code: say.language(code) for code in languages.POST}
    return out


def public_findings(facts: Facts) -> list[published.Finding]:
    """All findings but those that await a reply; without anything that could point at somebody where unattributed."""
    targets: dict[str, list[published.Target]] = {}
    for row in facts["targets"].iter_rows(named=True):
        targets.setdefault(row["number"], []).append(
            published.Target(row["kind"], row["actor_kind"], row["party"], row["gender"])
        )
    replies: dict[str, list[published.Reply]] = {}
    for row in facts["replies"].sort("day").iter_rows(named=True):
        replies.setdefault(row["number"], []).append(
            published.Reply(row["kind"], row["text"], row["day"], row["as_party"])
        )
    remedies: dict[str, list[published.Remedy]] = {}
    for row in facts["remedies"].filter(pl.col("counts")).iter_rows(named=True):
        remedies.setdefault(row["number"], []).append(published.Remedy(row["kind"], row["day"]))
    out = []
    for row in facts["findings"].filter(pl.col("standing") != AWAITING).sort("number").iter_rows(named=True):
        number, named = row["number"], row["standing"] == NAMED
        more = (
            {
                "day": row["day"],
                "area": row["area"],
                "source": row["source"],
                "source_class": row["source_class"],
                "party": row["party"],
                "signatory_status": row["signatory_status"],
                "party_signatory_status": row["party_signatory_status"],
                "targets": targets.get(number, []),
                "excerpt": row["excerpt"] or "",
                "replies": replies.get(number, []),
                "remedies": remedies.get(number, []),
            }
            if named
            else {}
        )
        out.append(
            published.Finding(
                number=number,
                decision=row["decision"],
                type=row["type"],
                clause=row["clause"],
                other_clauses=json.loads(row["other_clauses"]),
                platform=row["platform"],
                language=row["language"],
                week=row["week"],
                phase=row["phase"],
                attributed=named,
                why_unattributed="" if named else row["why"],
                **more,
            )
        )
    return out


def _meta(facts: Facts, freeze: str, tags: list[str]) -> published.Meta:
    meta = facts.meta
    return published.Meta(
        election=meta["election"],
        names=every(meta["names"]),
        country=every(meta["country"]),
        operator=every(meta["operator"]),
        timezone=meta["timezone"],
        demo=meta["demo"],
        kind=meta["kind"],
        week=meta["week"],
        first=meta["first"],
        last=meta["last"],
        weeks=meta["weeks"],
        languages=tags,
        phases=[
            published.Phase(phase["kind"], every(phase["names"]), phase["first"], phase["last"])
            for phase in meta["phases"]
        ],
        freeze=freeze,
        corpus_version=meta["corpus_version"],
    )


def _code(facts: Facts) -> published.Code | None:
    code = facts.meta["code"]
    if code is None:
        return None
    return published.Code(
        version=code["version"],
        titles=every(code["titles"]),
        preambles=every(code["preambles"]),
        source=code["source"],
        sha256=code["sha256"],
        effective_from=code["effective_from"],
        principles=[
            published.Principle(row["slug"], every(row["names"]), every(row["texts"])) for row in code["principles"]
        ],
        clauses=[
            published.Clause(
                row["slug"], row["principle"], every(row["titles"]), every(row["texts"]), row["bound_kinds"],
                row["duty"], row["reconstructed"],
            )
            for row in code["clauses"]
        ],
    )  # fmt: skip


def _register(facts: Facts) -> list[published.Signatory]:
    named = facts["findings"].filter(pl.col("standing") == NAMED)
    label = names(facts, "actors")

    def count(decision: str, slug: str) -> int:
        of = (pl.col("source") == slug) | (pl.col("party") == slug)
        return named.filter((pl.col("decision") == decision) & of).height

    return [
        published.Signatory(
            slug=row["slug"],
            names=every(label.get(row["slug"])),
            kind=row["kind"],
            status=row["status"],
            spans=[published.Span(**span) for span in json.loads(row["spans"])],
            violations=count("violation", row["slug"]),
            compliance=count("compliance", row["slug"]),
        )
        for row in facts["signatories"].sort("slug").iter_rows(named=True)
    ]


def _data(content: Path, facts: Facts, tables, tags: list[str], findings) -> list[published.DataFile]:
    """Open data: the findings as published, and each table as it stands in the report."""
    out = []

    def put(name: str, columns: list[str], rows: list[list], table: str = "") -> None:
        frame = pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)
        for kind, data in (("csv", csv_bytes(columns, rows)), ("parquet", parquet_bytes(frame))):
            path = f"data/{name}.{kind}"
            _write(content / path, data)
            out.append(published.DataFile(name, kind, path, len(rows), len(data), table))

    columns = ["number", "decision", "type", "clause", "other_clauses", "platform", "language", "week", "phase",
               "attributed", "why_unattributed", "day", "area", "source", "source_class", "party", "signatory_status",
               "party_signatory_status", "targets", "excerpt", "remedies"]  # fmt: skip

    def cell(finding, name: str):
        value = getattr(finding, name)
        if name == "targets":
            return " | ".join("/".join(part or "" for part in (t.kind, t.actor_kind, t.party, t.gender)) for t in value)
        if name == "remedies":
            return " | ".join(f"{remedy.kind}/{remedy.date}" for remedy in value)
        if name == "other_clauses":
            return " | ".join(value)
        return value

    put("findings", columns, [[cell(finding, name) for name in columns] for finding in findings])
    tag = "en" if "en" in tags else tags[0]
    for name, table in sorted(tables[tag].items()):
        keys = ["key", *[column.key for column in table.columns]]
        rows = [*table.rows, *([table.total] if table.total else [])]
        put(name, keys, [[row.get(key) for key in keys] for row in rows], table=name)
    return out


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
