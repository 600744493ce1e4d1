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


def settle_checks(apps, editor) -> None:
    """For RunPython, after an AlterField that gives a WordField other words: SQLite makes the table anew, but on
    PostgreSQL Django leaves the old CHECK of a field of our own as it was, so that it would refuse the new words."""
    if editor.connection.vendor != "postgresql":
        return
    for model in apps.get_models():
        named = {constraint.name for constraint in model._meta.constraints}
        for field in model._meta.local_fields:
            if not isinstance(field, WordField):
                continue
            for old in editor._constraint_names(model, [field.column], check=True, exclude=named):
                editor.execute(editor._delete_check_sql(model, old))
            new = editor._create_index_name(model._meta.db_table, [field.column], suffix="_check")
            editor.execute(editor._create_check_sql(model, new, field.db_check(editor.connection)))
