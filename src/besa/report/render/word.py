"""The report as DOCX with true styles, captions, table headers and alternative texts.

The frame (styles, pictures, properties) is python-docx's; the body is written as text and parsed once,
because building it element by element takes most of the time of an edition.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from docx import Document as WordFile
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import serialize_for_reading
from docx.shared import Cm, Pt, RGBColor

from besa.report.charts import png
from besa.report.document.blocks import Document

_ACCENT, _MUTED, _INK = RGBColor(0x12, 0x50, 0x7B), RGBColor(0x5B, 0x66, 0x70), RGBColor(0x1D, 0x23, 0x29)
_TAGS = {"sq": "sq-AL", "sr-Latn": "sr-Latn-RS", "sr-Cyrl": "sr-Cyrl-RS", "en": "en-GB"}
#: Width of the text, in twentieths of a point: A4 less two margins of 2 cm.
_WIDTH = 9638
_STYLES = ("Title", "Subtitle", "Muted", "Heading 1", "Heading 2", "List Bullet", "Caption", "Quote", "Intense Quote",
           "Table Grid")  # fmt: skip


@dataclass
class _Body:
    """What is written so far, and the ids of the styles by their names."""

    file: object
    document: Document
    styles: dict[str, str]
    parts: list[str] = field(default_factory=list)


def render(document: Document) -> bytes:
    file = WordFile()
    _styles(file, document)
    _properties(file, document)
    body = _Body(file, document, {name: file.styles[name].style_id for name in _STYLES})
    _put(body, document.title, "Subtitle")
    _put(body, document.subtitle, "Title")
    for line in document.lines:
        if line:
            _put(body, line, "Muted")
    for section in document.sections:
        _put(body, section.title, "Heading 1")
        for block in section.blocks:
            _WRITERS[block.kind](body, block)
    element = file.element.body
    written = parse_xml(f"<w:body {nsdecls('w', 'wp', 'a', 'pic', 'r')}>{''.join(body.parts)}</w:body>")
    for number, child in enumerate(list(written)):
        element.insert(number, child)
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


def _paragraph(body: _Body, block) -> None:
    _put(body, block.text)


def _heading(body: _Body, block) -> None:
    _put(body, block.text, "Heading 2")


def _bullets(body: _Body, block) -> None:
    for item in block.items:
        _put(body, item, "List Bullet")


def _stats(body: _Body, block) -> None:
    rows = [
        [_cell(stat.label), _cell(stat.value, right=True, bold=True, size=13, color=_ACCENT),
         _cell(stat.note, size=8.5, color=_MUTED)]
        for stat in block.items
    ]  # fmt: skip
    _grid(body, rows, [4309, 1474, 3855])
    _put(body, "")


def _table(body: _Body, block) -> None:
    _caption(body, body.document.words["table"], block.number, block.table.title)
    columns = block.table.columns
    size = 7.5 if len(columns) > 7 else 8.5
    rows = [[_cell(column.label, right=column.kind != "text", bold=True, size=size, color=_MUTED)
             for column in columns]]  # fmt: skip
    for number, values in enumerate(block.cells):
        last = block.total and number == len(block.cells) - 1
        rows.append(
            [_cell(value, right=column.kind != "text", bold=last, size=size)
             for value, column in zip(values, columns, strict=True)]
        )  # fmt: skip
    first = max(2400, _WIDTH // (len(columns) + 1))
    rest = (_WIDTH - first) // max(1, len(columns) - 1)
    _grid(body, rows, [first] + [rest] * (len(columns) - 1), head=True, title=block.table.title,
          text=block.lines[0] if block.lines else "")  # fmt: skip
    for line in block.lines:
        _put(body, line, "Muted")


def _figure(body: _Body, block) -> None:
    part = body.file.part
    inline = part.new_pic_inline(io.BytesIO(png(block.chart)), width=Cm(17))
    described = inline.docPr
    described.set("id", str(block.number))
    described.set("descr", _xml(block.chart.alt))
    described.set("name", block.chart.name)
    described.set("title", _xml(block.chart.title))
    body.parts.append(f"<w:p><w:r><w:drawing>{serialize_for_reading(inline)}</w:drawing></w:r></w:p>")
    _caption(body, body.document.words["figure"], block.number, block.chart.title)


def _case(body: _Body, block) -> None:
    words = body.document.words
    _put(body, block.title, "Heading 2")
    for name, value in block.facts:
        body.parts.append(_p(body.styles["Muted"], _run(f"{name}: ") + _run(value, color=_INK)))
    if block.excerpt:
        _put(body, words["excerpt"], "Muted")
        _put(body, block.excerpt, "Quote")
    for name, text in block.replies:
        _put(body, f"{words['reply']} ({name})", "Muted")
        _put(body, text, "Intense Quote")
    for remedy in block.remedies:
        _put(body, f"{words['remedy']}: {remedy}")


_WRITERS = {
    "paragraph": _paragraph, "heading": _heading, "bullets": _bullets, "stats": _stats, "table": _table,
    "figure": _figure, "case": _case,
}  # fmt: skip


def _put(body: _Body, text: str, style: str = "") -> None:
    body.parts.append(_p(body.styles[style] if style else "", _run(text)))


def _p(style: str, runs: str, more: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{named}{more}</w:pPr>{runs}</w:p>"


def _run(text: str, *, bold: bool = False, size: float = 0, color: RGBColor | None = None) -> str:
    if not text:
        return ""
    look = ("<w:b/>" if bold else "") + (f'<w:color w:val="{color}"/>' if color is not None else "")
    look += f'<w:sz w:val="{round(size * 2)}"/>' if size else ""
    lines = '</w:t><w:br/><w:t xml:space="preserve">'.join(escape(_xml(line)) for line in text.split("\n"))
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{lines}</w:t></w:r>'


def _cell(text: str, *, right: bool = False, bold: bool = False, size: float = 0, color: RGBColor = _INK) -> str:
    shape = f'<w:spacing w:after="20"/><w:jc w:val="{"right" if right else "left"}"/>'
    return _p("", _run(text, bold=bold, size=size, color=color), shape)


def _grid(body: _Body, rows, widths: list[int], *, head: bool = False, title: str = "", text: str = "") -> None:
    """A table with thin lines between rows only; a head is repeated on each page, and no row is torn."""
    edges = "".join(
        f'<w:{side} w:val="{"single" if side in ("top", "bottom", "insideH") else "nil"}" w:sz="4" w:color="C9D0D6"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    told = (f"<w:tblCaption w:val={_quoted(title)}/>" if title else "") + (
        f"<w:tblDescription w:val={_quoted(text)}/>" if text else ""
    )
    body.parts.append(
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{body.styles["Table Grid"]}"/><w:tblW w:type="dxa" w:w="{sum(widths)}"/>'
        f'<w:jc w:val="left"/><w:tblBorders>{edges}</w:tblBorders><w:tblLook w:firstRow="{int(head)}" '
        f'w:firstColumn="1" w:noVBand="1"/>{told}</w:tblPr><w:tblGrid>'
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid>"
    )
    for number, cells in enumerate(rows):
        header = "<w:tblHeader/>" if head and number == 0 else ""
        body.parts.append(
            f"<w:tr><w:trPr><w:cantSplit/>{header}</w:trPr>"
            + "".join(
                f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>{cell}</w:tc>'
                for cell, width in zip(cells, widths, strict=True)
            )
            + "</w:tr>"
        )
    body.parts.append("</w:tbl>")


def _caption(body: _Body, word: str, number: int, title: str) -> None:
    """A caption with a real sequence field, so that a list of tables or figures can be made."""
    field_code = f" SEQ {word.replace(' ', '_')} \\* ARABIC "
    counted = f"<w:fldSimple w:instr={_quoted(field_code)}><w:r><w:t>{number}</w:t></w:r></w:fldSimple>"
    body.parts.append(_p(body.styles["Caption"], _run(f"{word} ") + counted + _run(f". {title}"), "<w:keepNext/>"))


def _quoted(text: str) -> str:
    return quoteattr(_xml(text))


def _xml(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(
        char for char in text
        if char in "\t\n" or (ord(char) >= 32 and not 0xD800 <= ord(char) <= 0xDFFF and char not in "\ufffe\uffff")
    )  # fmt: skip


def _same_bytes(data: bytes) -> bytes:
    """The same package with the dates of its members fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda member: (member != "[Content_Types].xml", member)):
            member = zipfile.ZipInfo(name, date_time=(2000, 1, 1, 0, 0, 0))
            member.compress_type, member.external_attr, member.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(member, old.read(name))
    return out.getvalue()
