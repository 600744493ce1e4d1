"""The table of candidates and accounts in the languages of the desk: headings, words, an empty one to fill in."""

from __future__ import annotations

import io

from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from besa.base.languages import INTERFACE
from besa.base.words import LABELS
from besa.edition.spreadsheet import csv_bytes
from besa.pledge.rules.plan import WORDS
from besa.pledge.rules.sheet import COLUMNS, plain

HEADINGS = {
    "id": gettext_lazy("Id"),
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind"),
    "party": gettext_lazy("Party"),
    "affiliation": gettext_lazy("How sure of the party"),
    "how_affiliated": gettext_lazy("How the party is known"),
    "municipality": gettext_lazy("Municipality"),
    "gender": gettext_lazy("Gender"),
    "gender_source": gettext_lazy("Where the gender is known from"),
    "email": gettext_lazy("E-mail for notices"),
    "also_called": gettext_lazy("Also called"),
    "platform": gettext_lazy("Platform"),
    "account": gettext_lazy("Account"),
    "account_name": gettext_lazy("Name of the account as shown"),
    "identity": gettext_lazy("How sure of the account"),
    "how_known": gettext_lazy("How the account is known"),
    "first": gettext_lazy("From"),
    "last": gettext_lazy("Until (included)"),
    "status": gettext_lazy("Status of the account"),
    "status_evidence": gettext_lazy("Evidence of the status"),
}
#: One line that shows how; it is taken out again before the table is sent in.
_EXAMPLE = {
    "name": gettext_lazy("Example: Ana of the Lake"), "kind": "council_candidate", "account": "https://www.facebook.com/ana.example",
    "platform": "facebook", "identity": "probable", "how_known": gettext_lazy("linked from the party's page"),
}  # fmt: skip


def headings() -> dict[str, str]:
    """What a heading may be called, in any of our languages -> its column."""
    found = {plain(column): column for column in COLUMNS}
    for code in INTERFACE.values():
        with translation.override(code):
            found |= {plain(str(HEADINGS[column])): column for column in COLUMNS}
    return found


def words() -> dict[str, dict[str, str]]:
    """column -> what a value may be called, in any of our languages -> the value."""
    found = {column: {plain(str(word)): str(word) for word in kind} for column, kind in WORDS.items()}
    for code in INTERFACE.values():
        with translation.override(code):
            for column, kind in WORDS.items():
                found[column] |= {plain(gettext(label)): word for word, label in LABELS[kind].items()}
    return found


def template(form: str) -> bytes:
    """An empty table with headings and words in the reader's language: `form` csv or xlsx."""
    heads = [str(HEADINGS[column]) for column in COLUMNS]
    example = [_shown(column, _EXAMPLE.get(column, "")) for column in COLUMNS]
    if form == "csv":
        return csv_bytes(heads, [example])
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet, lists = book.add_worksheet(gettext("Watch-list")[:31]), book.add_worksheet(gettext("Words")[:31])
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for at, (column, head) in enumerate(zip(COLUMNS, heads, strict=True)):
        sheet.set_column(at, at, max(14, len(head) + 2))
        sheet.write_string(0, at, head, bold)
        sheet.write_string(1, at, example[at])
        if column in WORDS:
            choices = [gettext(label) for label in LABELS[WORDS[column]].values()]
            place = list(WORDS).index(column)
            lists.write_string(0, place, head, bold)
            lists.set_column(place, place, 28)
            for row, choice in enumerate(choices, 1):
                lists.write_string(row, place, choice)
            letter = chr(ord("A") + place)
            sheet.data_validation(
                1, at, 5_000, at,
                {"validate": "list", "source": f"='{lists.get_name()}'!${letter}$2:${letter}${len(choices) + 1}",
                 "error_type": "warning"},
            )  # fmt: skip
    book.close()
    return out.getvalue()


def _shown(column: str, value) -> str:
    return gettext(LABELS[WORDS[column]][value]) if column in WORDS and value else str(value)
