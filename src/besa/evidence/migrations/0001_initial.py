import django.db.models.deletion
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("triage", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Exhibit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40, words=("raw", "screenshot", "recording", "archive", "document")
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("media_type", models.CharField(max_length=100)),
                ("file_name", models.CharField(blank=True, max_length=255)),
                ("captured_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Custody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=("captured", "viewed", "copied", "exported", "handed_over", "sealed", "erased"),
                    ),
                ),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField(blank=True)),
                (
                    "exhibit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.exhibit"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="exhibit",
            constraint=models.UniqueConstraint(fields=("item", "sha256"), name="exhibit_once"),
        ),
    ]
