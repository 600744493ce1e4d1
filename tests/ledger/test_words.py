"""What a field of words allows is what the database checks, on SQLite and on PostgreSQL."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection

from besa.ledger.fields import WordField

pytestmark = pytest.mark.django_db
_FIELDS = [
    (model, field)
    for model in apps.get_models()
    for field in model._meta.local_fields
    if isinstance(field, WordField) and field.words
]


def _checks(table: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass",
                [table],
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        return re.findall(r'CHECK \(("\w+" IN \([^)]*\))\)', cursor.fetchone()[0])


@pytest.mark.parametrize(("model", "field"), _FIELDS, ids=lambda value: getattr(value, "__name__", value))
def test_the_database_allows_the_words_of_the_field_and_no_other(model, field):
    mine = [one for one in _checks(model._meta.db_table) if re.search(rf"\b{field.column}\b", one.split("'")[0])]
    assert len(mine) == 1
    assert set(re.findall(r"'([^']*)'", mine[0])) == {*field.words, *([""] if field.blank else [])}
