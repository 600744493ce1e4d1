"""Columns whose values are words of `besa.base.words`, held to by the database itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models


class WordField(models.CharField):
    """A text column with a CHECK that it holds one of the given words (or '' where `blank`)."""

    def __init__(self, words: Iterable[str] = (), **options):
        self.words = tuple(str(word) for word in words)
        options.setdefault("max_length", 40)
        super().__init__(**options)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "words": self.words}

    def db_check(self, connection):
        allowed = (*self.words, "") if self.blank else self.words
        quoted = ", ".join("'" + word.replace("'", "''") + "'" for word in allowed)
        return f"{connection.ops.quote_name(self.column)} IN ({quoted})"
