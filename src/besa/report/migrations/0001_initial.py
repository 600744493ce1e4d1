import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pledge", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Freeze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, unique=True)),
                ("kind", besa.ledger.fields.WordField(max_length=40, words=("weekly", "final"))),
                ("week", models.CharField(max_length=8)),
                ("corpus_version", models.BigIntegerField()),
                ("ledger_seq", models.BigIntegerField()),
                ("ledger_head", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField()),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Prose",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("text", models.TextField(blank=True)),
                (
                    "freeze",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="report.freeze"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("freeze", "language"), name="one_prose")],
            },
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("edition", models.CharField(max_length=64, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("previous", models.CharField(blank=True, max_length=64)),
                ("change_note", models.TextField(blank=True)),
                ("path", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "freeze",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="report.freeze"
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="editions_from_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "freeze",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="report.freeze"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("freeze", "by"), name="one_sign_off_each")],
            },
        ),
    ]
