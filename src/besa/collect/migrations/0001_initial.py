import django.db.models.deletion
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Mapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.SlugField(max_length=80)),
                ("version", models.PositiveIntegerField(default=1)),
                ("body", models.JSONField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "version"), name="mapping_once")],
            },
        ),
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("import_id", models.CharField(max_length=40, unique=True)),
                ("election", models.CharField(max_length=60)),
                ("file_name", models.CharField(max_length=255)),
                ("file_sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("connector", models.CharField(max_length=60)),
                ("connector_version", models.CharField(max_length=20)),
                (
                    "route",
                    besa.ledger.fields.WordField(
                        max_length=40, words=("watch_list", "random", "keyword", "alert", "tip", "complaint", "hand")
                    ),
                ),
                (
                    "state",
                    besa.ledger.fields.WordField(
                        default="intent", max_length=40, words=("intent", "done", "failed", "held")
                    ),
                ),
                ("read", models.PositiveIntegerField(default=0)),
                ("mapped", models.PositiveIntegerField(default=0)),
                ("duplicate", models.PositiveIntegerField(default=0)),
                ("skipped", models.JSONField(default=dict)),
                ("unmapped_keys", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("corpus_version", models.BigIntegerField(blank=True, null=True)),
                ("seconds", models.FloatField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("by", models.CharField(max_length=150)),
                (
                    "mapping",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="collect.mapping",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
    ]
