"""Saying things in one language: messages, labels, names, figures and dates. The only door to gettext here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation

from besa.base import languages, words
from besa.base.script import to_cyrillic

_BABEL = {"sq": "sq", "sr-Latn": "sr_Latn", "sr-Cyrl": "sr_Cyrl", "en": "en_GB"}


class Speech:
    """`tag`: BCP 47. Messages without a translation come out in English, Cyrillic ones from Latin where it exists."""

    def __init__(self, tag: str):
        self.tag, self.locale, self._code = tag, _BABEL.get(tag, "en_GB"), languages.django_code(tag)

    def say(self, message: str, **values: Any) -> str:
        """The message in this language; figures among `values` are written as this language writes them."""
        if not message:
            return ""
        with translation.override(self._code):
            text = translation.gettext(message)
        if not values:
            return text
        return text % {
            name: self.number(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
            for name, value in values.items()
        }

    def label(self, kind: str, value: str | None) -> str:
        """The label of a word; `not known` where there is none."""
        return self.say(words.label(kind, value) if value else words.N_("Not known"))

    def pick(self, texts: Mapping[str, str] | None) -> str:
        """The text in this language; Cyrillic is made from Latin. The key '' holds what suits all languages."""
        texts = texts or {}
        if self.tag == "sr-Cyrl" and not texts.get("sr-Cyrl") and texts.get("sr-Latn"):
            return to_cyrillic(texts["sr-Latn"])
        if not texts.get(self.tag) and texts.get(""):
            return texts[""]
        return languages.pick(texts, self.tag)

    def number(self, value: float | None, decimals: int | None = None) -> str:
        if value is None:
            return "–"
        if decimals is None:
            decimals = 0 if isinstance(value, int) else 1
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(value, format=pattern, locale=self.locale)

    def percent(self, value: float | None) -> str:
        """`value` 0 to 100, one decimal."""
        return "–" if value is None else f"{self.number(float(value), 1)} %"

    def cell(self, kind: str, value: Any) -> str:
        """A table cell of this kind as it is printed."""
        if value is None:
            return "–"
        if kind == "percent":
            return self.percent(value)
        if kind == "count":
            return self.number(int(value))
        if kind == "rate":
            return self.number(float(value), 1)
        if kind == "number":
            return self.number(float(value), 2)
        return str(value)

    def day(self, value: str | date, form: str = "long") -> str:
        return format_date(date.fromisoformat(value) if isinstance(value, str) else value, form, locale=self.locale)

    def span(self, first: str, last: str) -> str:
        return f"{self.day(first)} – {self.day(last)}"

    def language(self, code: str) -> str:
        """The name of a language that posts are written in, in this language."""
        from babel import Locale

        if code in ("", "und"):
            return self.say(words.N_("Language not known"))
        return str(Locale.parse(self.locale).languages.get(code, code))
