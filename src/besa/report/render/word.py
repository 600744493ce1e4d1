"""The report as DOCX with true styles, captions, table headers and alternative texts."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from docx import Document as WordFile
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from besa.report.charts import png
from besa.report.document.blocks import Document

_ACCENT, _MUTED, _INK = RGBColor(0x12, 0x50, 0x7B), RGBColor(0x5B, 0x66, 0x70), RGBColor(0x1D, 0x23, 0x29)
_TAGS = {"sq": "sq-AL", "sr-Latn": "sr-Latn-RS", "sr-Cyrl": "sr-Cyrl-RS", "en": "en-GB"}


def render(document: Document) -> bytes:
    file = WordFile()
    _styles(file, document)
    _properties(file, document)
    file.add_paragraph(document.title, style="Subtitle")
    file.add_paragraph(document.subtitle, style="Title")
    for line in document.lines:
        if line:
            file.add_paragraph(line, style="Muted")
    for section in document.sections:
        file.add_heading(section.title, level=1)
        for block in section.blocks:
            _WRITERS[block.kind](file, document, block)
    out = io.BytesIO()
    file.save(out)
    return _same_bytes(out.getvalue())


def _styles(file, document: Document) -> None:
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size, normal.font.color.rgb = "Calibri", Pt(10.5), _INK
    _language(normal, _TAGS.get(document.language, "en-GB"))
    for name, size, color in (
        ("Title", 24, _INK), ("Subtitle", 12, _ACCENT), ("Heading 1", 16, _ACCENT), ("Heading 2", 12, _INK),
        ("Caption", 9.5, _INK),
    ):  # fmt: skip
        style = file.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), color
        fonts = style.element.rPr.rFonts
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    muted = file.styles.add_style("Muted", 1)
    muted.base_style, muted.font.size, muted.font.color.rgb = normal, Pt(8.5), _MUTED
    muted.paragraph_format.space_after = Pt(2)
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2)
    footer = page.footer.paragraphs[0]
    footer.text, footer.style = document.footer, muted


def _language(style, tag: str) -> None:
    properties = style.element.get_or_add_rPr()
    lang = OxmlElement("w:lang")
    for name in ("val", "eastAsia", "bidi"):
        lang.set(qn(f"w:{name}"), tag)
    properties.append(lang)


def _properties(file, document: Document) -> None:
    """Dates are those of the period: a freeze has no clock, and the same freeze gives the same file."""
    moment = datetime.fromisoformat(document.date).replace(tzinfo=UTC)
    core = file.core_properties
    core.title, core.subject, core.author = f"{document.title}: {document.subtitle}", document.footer, "Besa"
    core.language, core.last_modified_by, core.comments, core.keywords = document.language, "Besa", "", ""
    core.created = core.modified = core.last_printed = moment
    core.revision = 1


def _paragraph(file, document: Document, block) -> None:
    file.add_paragraph(_xml(block.text))


def _heading(file, document: Document, block) -> None:
    file.add_heading(_xml(block.text), level=2)


def _bullets(file, document: Document, block) -> None:
    for item in block.items:
        file.add_paragraph(_xml(item), style="List Bullet")


def _stats(file, document: Document, block) -> None:
    table = file.add_table(rows=0, cols=3)
    table.style = "Table Grid"
    _borders(table)
    for stat in block.items:
        cells = table.add_row().cells
        cells[0].text, cells[2].text = stat.label, stat.note
        run = cells[1].paragraphs[0].add_run(stat.value)
        run.bold, run.font.size, run.font.color.rgb = True, Pt(13), _ACCENT
        cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for run in cells[2].paragraphs[0].runs:
            run.font.size, run.font.color.rgb = Pt(8.5), _MUTED
    for row in table.rows:
        for cell, width in zip(row.cells, (Cm(7.6), Cm(2.6), Cm(6.8)), strict=True):
            cell.width = width
    file.add_paragraph()


def _table(file, document: Document, block) -> None:
    _caption(file, document.words["table"], block.number, block.table.title)
    table = file.add_table(rows=1, cols=len(block.table.columns))
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.LEFT
    _borders(table)
    _describe(table, block.table.title, block.lines[0] if block.lines else "")
    head = table.rows[0]
    _repeat(head)
    small = Pt(7.5 if len(block.table.columns) > 7 else 8.5)
    for cell, column in zip(head.cells, block.table.columns, strict=True):
        _cell(cell, column.label, column.kind != "text", small, bold=True, color=_MUTED)
    for number, values in enumerate(block.cells):
        row = table.add_row()
        _together(row)
        last = block.total and number == len(block.cells) - 1
        for cell, value, column in zip(row.cells, values, block.table.columns, strict=True):
            _cell(cell, value, column.kind != "text", small, bold=last)
    for line in block.lines:
        file.add_paragraph(_xml(line), style="Muted")


def _figure(file, document: Document, block) -> None:
    picture = file.add_picture(io.BytesIO(png(block.chart)), width=Cm(17))
    described = picture._inline.docPr
    described.set("descr", _xml(block.chart.alt))
    described.set("name", block.chart.name)
    described.set("title", _xml(block.chart.title))
    _caption(file, document.words["figure"], block.number, block.chart.title)


def _case(file, document: Document, block) -> None:
    file.add_heading(_xml(block.title), level=2)
    for name, value in block.facts:
        line = file.add_paragraph(style="Muted")
        line.add_run(f"{_xml(name)}: ")
        run = line.add_run(_xml(value))
        run.font.color.rgb = _INK
    if block.excerpt:
        file.add_paragraph(document.words["excerpt"], style="Muted")
        file.add_paragraph(_xml(block.excerpt), style="Quote")
    for name, text in block.replies:
        file.add_paragraph(f"{document.words['reply']} ({_xml(name)})", style="Muted")
        file.add_paragraph(_xml(text), style="Intense Quote")
    for remedy in block.remedies:
        file.add_paragraph(f"{document.words['remedy']}: {_xml(remedy)}")


_WRITERS = {
    "paragraph": _paragraph, "heading": _heading, "bullets": _bullets, "stats": _stats, "table": _table,
    "figure": _figure, "case": _case,
}  # fmt: skip


def _cell(cell, text: str, figure: bool, size, *, bold: bool = False, color=_INK) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if figure else WD_ALIGN_PARAGRAPH.LEFT
    run = paragraph.add_run(_xml(text))
    run.bold, run.font.size, run.font.color.rgb = bold, size, color


def _caption(file, word: str, number: int, title: str) -> None:
    """A caption with a real sequence field, so that a list of tables or figures can be made."""
    paragraph = file.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{_xml(word)} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" SEQ {word.replace(' ', '_')} \\* ARABIC ")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = str(number)
    run.append(text)
    field.append(run)
    paragraph._p.append(field)
    paragraph.add_run(f". {_xml(title)}")


def _repeat(row) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(header)


def _together(row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _describe(table, title: str, text: str) -> None:
    properties = table._tbl.tblPr
    for name, value in (("w:tblCaption", title), ("w:tblDescription", text)):
        element = OxmlElement(name)
        element.set(qn("w:val"), _xml(value))
        properties.append(element)


def _borders(table) -> None:
    """Thin lines between rows only."""
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:val"), "single" if side in ("top", "bottom", "insideH") else "nil")
        edge.set(qn("w:sz"), "4")
        edge.set(qn("w:color"), "C9D0D6")
        borders.append(edge)
    table._tbl.tblPr.append(borders)


def _xml(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF))


def _same_bytes(data: bytes) -> bytes:
    """The same package with the dates of its members fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda member: (member != "[Content_Types].xml", member)):
            member = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(member, old.read(name))
    return out.getvalue()
