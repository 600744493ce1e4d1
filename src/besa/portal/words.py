"""What the portal's templates may call. The page's context holds `edition`, `tag` and `root`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext

from besa.base import languages, words

register = template.Library()


@register.simple_tag(takes_context=True)
def word(context, value: str | None, kind: str) -> str:
    """A word of the method in the page's language: as the edition has it, else as Besa has it."""
    if not value:
        return "–"
    own = context["edition"].labels.get(context["tag"], {}).get(kind, {})
    return own.get(value) or gettext(words.label(kind, value) if kind in words.BY_NAME else value)


@register.simple_tag(takes_context=True)
def text(context, texts: dict | None) -> str:
    return languages.pick(texts, context["tag"])


@register.simple_tag(takes_context=True)
def actor(context, slug: str | None) -> str:
    """The name of a party, signatory or named source."""
    return languages.pick(context["edition"].actors.get(slug or ""), context["tag"]) or (slug or "–")


@register.simple_tag(takes_context=True)
def area(context, slug: str | None) -> str:
    return languages.pick(context["edition"].areas.get(slug or ""), context["tag"]) or (slug or "–")


@register.simple_tag(takes_context=True)
def clause(context, slug: str) -> str:
    """The title of a clause; its short name where the edition carries no Code."""
    code = context["edition"].code
    titles = next((clause.titles for clause in code.clauses if clause.slug == slug), None) if code else None
    return languages.pick(titles, context["tag"]) or slug


@register.filter
def named_column(table):
    """The column that only repeats the rows' labels: its heading is theirs. None where there is none."""
    first = table.columns[0] if table.columns else None
    repeats = first and first.kind == "text" and all(row.get(first.key) == row.get("label") for row in table.rows)
    return first if repeats else None


@register.filter
def other_columns(table) -> list:
    return table.columns[1:] if named_column(table) else table.columns


@register.filter
def day(iso: str | None) -> str:
    """An ISO date in words of the language."""
    return date_format(date.fromisoformat(iso[:10]), "DATE_FORMAT") if iso else "–"


@register.simple_tag(takes_context=True)
def moment(context, iso: str) -> str:
    """An ISO moment as local date and time of the election."""
    zone = ZoneInfo(context["edition"].meta.timezone)
    return date_format(datetime.fromisoformat(iso).astimezone(zone), "DATETIME_FORMAT")


@register.filter
def figure(value: Any) -> str:
    """A number as the language writes it; a dash where it is not known."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return number_format(value, use_l10n=True, force_grouping=True)


@register.simple_tag
def cell(row: dict[str, Any], column) -> str:
    """One cell of a table by its column's kind: shares with one decimal, other measures with two."""
    value = row.get(column.key)
    if isinstance(value, float):
        places = 1 if column.kind == "percent" or value == round(value, 1) else 2
        shown = number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True)
    else:
        shown = figure(value)
    return f"{shown} %" if column.kind == "percent" and shown != "–" else shown


@register.filter
def size(count: int) -> str:
    """Bytes in kB or MB."""
    if count < 1000:
        return f"{count} B"
    amount, unit = (count / 1000, "kB") if count < 1_000_000 else (count / 1_000_000, "MB")
    return f"{number_format(round(amount, 1), use_l10n=True)} {unit}"


@register.filter
def item(mapping: dict, key: str) -> Any:
    return mapping.get(key)


@register.filter
def numeric(column) -> bool:
    return column.kind != "text"


@register.filter
def anchor(key: Any) -> str:
    """A row's key as the name of a place on the page."""
    return "row-" + "".join(c if c.isalnum() or c in "-_" else "-" for c in str(key))
