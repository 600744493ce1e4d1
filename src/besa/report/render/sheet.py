"""The report's tables as a workbook: one sheet each, text never a formula."""

from __future__ import annotations

import io
from datetime import datetime

import xlsxwriter

from besa.report.document.blocks import Document


def render(document: Document) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties(
        {"title": document.title, "subject": document.footer, "created": datetime.fromisoformat(document.date)}
    )
    bold, wrap = (
        book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
        book.add_format({"text_wrap": True}),
    )
    share = book.add_format({"num_format": '0.0" %"'})
    for section in document.sections:
        for block in section.blocks:
            if block.kind != "table":
                continue
            sheet = book.add_worksheet(f"{block.number} {block.table.name}"[:31])
            sheet.write_string(0, 0, f"{document.words['table']} {block.number}. {block.table.title}", bold)
            sheet.set_column(0, 0, 42, wrap)
            sheet.set_column(1, len(block.table.columns), 14)
            for index, column in enumerate(block.table.columns):
                sheet.write_string(2, index, column.label, bold)
            rows = [*block.table.rows, *([block.table.total] if block.table.total else [])]
            for number, row in enumerate(rows, 3):
                for index, column in enumerate(block.table.columns):
                    value = row.get(column.key)
                    if isinstance(value, str):
                        sheet.write_string(number, index, value)
                    elif value is not None:
                        sheet.write_number(number, index, value, share if column.kind == "percent" else None)
            for number, line in enumerate(block.lines, len(rows) + 4):
                sheet.write_string(number, 0, line)
    book.close()
    return out.getvalue()
