"""The tables are what the models say, and a room rests on earlier rooms only."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOMS = ["ledger", "outbox", "people", "pledge", "collect", "triage", "evidence", "coding", "reply", "report",
         "retention"]  # fmt: skip
OTHERS = {"auth", "contenttypes"}


def _models():
    return [model for model in apps.get_models() if model.__module__.startswith("besa.")]


def test_every_room_with_tables_is_looked_at():
    assert {model._meta.app_label for model in _models()} == set(ROOMS)


@pytest.mark.django_db
def test_no_migration_is_pending():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.parametrize("room", ROOMS)
def test_migrations_rest_on_earlier_rooms_only(room):
    loader = MigrationLoader(connection=None)
    own = {key: migration for key, migration in loader.disk_migrations.items() if key[0] == room}
    assert own
    earlier = {*ROOMS[: ROOMS.index(room) + 1], *OTHERS}
    wanted = {app if app != "__setting__" else "people" for found in own.values() for app, _ in found.dependencies}
    assert wanted <= earlier


def test_tables_point_to_earlier_rooms_only():
    later, accessors = [], []
    for model in _models():
        place = ROOMS.index(model._meta.app_label)
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if not field.is_relation:
                continue
            aim = field.related_model._meta.app_label
            if aim not in ROOMS[: place + 1] and aim not in OTHERS:
                later.append(f"{model.__name__}.{field.name}")
            if aim not in OTHERS and field.remote_field.related_name != "+":
                accessors.append(f"{model.__name__}.{field.name}")
    assert later == [] and accessors == []
