"""The document: every figure of the prose in a table, charts that stay the same, languages, accessibility."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

import casework
import pytest
from docx import Document as WordFile
from docx.oxml.ns import qn
from pypdf import PdfReader
from selectolax.lexbor import LexborHTMLParser

from besa.report.charts import draw, png
from besa.report.document import build, compute_all
from besa.report.document.build import cell_words
from besa.report.document.markdown import blocks_of
from besa.report.facts import gather
from besa.report.facts.findings import excerpt
from besa.report.render import renderer
from besa.report.speech import Speech

pytestmark = pytest.mark.django_db
TAGS = ("sq", "sr-Latn", "sr-Cyrl", "en")


@pytest.fixture
def facts(home, election, users, at):
    at.move_to(datetime(2027, 10, 1, tzinfo=UTC))
    casework.more_people(election)
    casework.findings(election, users, 30, seed=8)
    return gather(election, at=at.now(), week="2027-W37")


@pytest.mark.parametrize("tag", TAGS)
def test_every_figure_of_the_prose_stands_in_a_table(facts, tag):
    say = Speech(tag)
    tables = compute_all(facts, say, week=facts.week)
    printed = {block.table.name for section in build(facts, say).sections for block in section.blocks
               if block.kind == "table"} | {"first-page"}  # fmt: skip
    paragraphs = [
        block for section in build(facts, say).sections for block in section.blocks
        if block.kind == "paragraph" and block.cells
    ]  # fmt: skip
    assert len(paragraphs) >= 8
    for paragraph in paragraphs:
        text = paragraph.text
        for cell, written in zip(paragraph.cells, paragraph.values, strict=True):
            assert cell[0] in printed
            assert written == cell_words(tables[cell[0]], cell, say) and written in text
        for written in sorted(paragraph.values, key=len, reverse=True):
            text = text.replace(written, "", 1)
        assert not re.search(r"\d", text), text


def test_charts_are_the_same_bytes_and_say_what_they_show(facts):
    say = Speech("en")
    tables = compute_all(facts, say, week=facts.week)
    first, second = draw(facts, tables, say), draw(facts, tables, say)
    assert [chart.svg for chart in first] == [chart.svg for chart in second]
    assert {"funnel", "weeks", "types", "platforms", "parties", "signatories"} <= {chart.name for chart in first}
    assert png(first[0]) == png(second[0])
    types = next(chart for chart in first if chart.name == "types")
    for row in tables["findings-by-type"].rows:
        if row["count"]:
            assert f"{row['label']}: {row['count']}" in types.alt
    for chart in first:
        assert "<script" not in chart.svg and chart.alt and LexborHTMLParser(chart.svg).css_first("desc")


@pytest.mark.parametrize("name", ["html", "pdf", "docx", "xlsx"])
def test_the_same_document_is_the_same_bytes(facts, name):
    document = build(facts, Speech("sr-Cyrl"), prose="Reč *urednika*.")
    assert renderer(name)(document) == renderer(name)(build(facts, Speech("sr-Cyrl"), prose="Reč *urednika*."))


def test_html_has_headings_captions_and_alternative_texts(facts):
    page = LexborHTMLParser(renderer("html")(build(facts, Speech("sq"))).decode())
    assert page.css_first("html").attributes["lang"] == "sq"
    assert all(image.attributes.get("alt") for image in page.css("img"))
    assert len(page.css("table")) == len(page.css("caption")) > 15
    assert all(table.css_first("thead th[scope=col]") for table in page.css("table"))
    assert not page.css("script") and "http" not in re.sub(r"data:[^\"]+", "", page.html)


def test_post_text_cannot_become_markup(facts):
    document = build(facts, Speech("en"), prose="<script>alert(1)</script> **bold** [x](javascript:1)")
    page = renderer("html")(document).decode()
    assert "<script" not in page and "&lt;script&gt;" in page
    assert renderer("pdf")(document).startswith(b"%PDF") and renderer("docx")(document)[:2] == b"PK"


def test_pdf_is_tagged_and_says_its_language(facts):
    for tag, language in (("sq", "sq"), ("sr-Cyrl", "sr"), ("en", "en")):
        pdf = PdfReader(io.BytesIO(renderer("pdf")(build(facts, Speech(tag)))))
        root = pdf.trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith(language)
        assert pdf.metadata.title and "2027" in str(pdf.metadata.creation_date)
    assert "F-0" in "".join(page.extract_text() for page in pdf.pages)


def test_docx_has_styles_headers_captions_and_alternative_texts(facts):
    data = renderer("docx")(build(facts, Speech("sr-Latn")))
    file = WordFile(io.BytesIO(data))
    styles = {paragraph.style.name for paragraph in file.paragraphs}
    assert {"Title", "Heading 1", "Heading 2", "Caption"} <= styles
    assert file.core_properties.language == "sr-Latn"
    assert file.core_properties.created.date().isoformat() == "2027-09-19"
    described = [inline.docPr.get("descr") for shape in file.inline_shapes for inline in [shape._inline]]
    assert described and all(described)
    heads = [table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None for table in file.tables]
    assert sum(heads) == len(file.tables) - 1
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {member.date_time for member in package.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_figures_and_dates_are_written_as_each_language_writes_them():
    assert Speech("en").number(12345) == "12,345" and Speech("sq").number(12345) != "12,345"
    assert Speech("sr-Latn").percent(33.3) == "33,3 %" and Speech("en").percent(33.3) == "33.3 %"
    assert Speech("sr-Cyrl").day("2027-09-19").startswith("19. септемб")
    assert Speech("sr-Cyrl").pick({"sr-Latn": "Izbori", "en": "Election"}) == "Избори"
    assert Speech("sq").pick({"": "Any"}) == "Any" and Speech("sq").pick(None) == ""


def test_excerpts_leave_bystanders_out():
    text = "See https://x.example/a?b=1 and @somebody.else or call +383 44 123 456, mail a.b@c.example " + "word " * 100
    quoted = excerpt(text)
    assert len(quoted) <= 280 and quoted.endswith("…")
    for private in ("http", "somebody", "123", "c.example"):
        assert private not in quoted


def test_markdown_becomes_plain_blocks():
    kinds = [
        block.kind for block in blocks_of("# A\n\nText with `code` and [link](https://x.example).\n\n- one\n- two")
    ]
    assert kinds == ["heading", "paragraph", "bullets"]
