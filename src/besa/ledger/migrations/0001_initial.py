import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("seq", models.PositiveBigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=150)),
                ("act", models.CharField(max_length=80)),
                ("election", models.CharField(blank=True, max_length=60)),
                ("reason", models.TextField(blank=True)),
                ("demo_time", models.BooleanField(default=False)),
                ("rows_digest", models.CharField(max_length=64)),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=80)),
                ("pk_text", models.CharField(max_length=80)),
                ("row_hash", models.CharField(blank=True, max_length=64)),
                (
                    "entry",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.entry"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Salt",
            fields=[
                (
                    "trace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="ledger.trace",
                    ),
                ),
                ("salt", models.CharField(max_length=32)),
            ],
        ),
        migrations.AddIndex(
            model_name="trace",
            index=models.Index(fields=["table", "pk_text", "-entry"], name="trace_of_row"),
        ),
    ]
