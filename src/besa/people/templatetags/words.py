"""What templates of all rooms need: labels of words, texts by language, local times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale
from django import template
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from besa.base import languages, words

register = template.Library()


@register.filter
def label(value: str, kind: str) -> str:
    """`{{ finding.type|label:"findingtype" }}`: the translated label of a word."""
    text = words.label(kind, value)
    return gettext(text) if text else ""


@register.filter
def pick(texts: dict | None) -> str:
    """`{{ clause.titles|pick }}`: the text in the reader's language."""
    return languages.pick(texts, languages.tag_of(get_language() or "en"))


@register.filter
def language(code: str) -> str:
    """`{{ item.language|language }}`: the name of a language, in the reader's language."""
    if code in ("", "und"):
        return gettext("Language not known")
    tag = languages.tag_of(get_language() or "en")
    return capfirst(Locale.parse(tag, sep="-").languages.get(code, code))


@register.simple_tag
def interface_languages() -> list[tuple[str, str]]:
    """Django's code and the name of each language of the desk, in that language itself."""
    return [(languages.django_code(tag), name) for tag, name in languages.NAMES.items()]


@register.simple_tag(takes_context=True)
def local_time(context, at: datetime | None, form: str = "SHORT_DATETIME_FORMAT") -> str:
    """A moment in the election's time zone."""
    if not at:
        return "–"
    election = context.get("election")
    return date_format(at.astimezone(ZoneInfo(election.timezone if election else "UTC")), form)
