import django.db.models.deletion
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("coding", "0001_initial"),
        ("outbox", "0001_initial"),
        ("pledge", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_party", models.BooleanField(default=False)),
                ("language", models.CharField(max_length=10)),
                ("address", models.EmailField(blank=True, max_length=254)),
                (
                    "state",
                    besa.ledger.fields.WordField(
                        default="intent", max_length=40, words=("intent", "served", "unreachable")
                    ),
                ),
                ("token_sha256", models.CharField(blank=True, db_index=True, max_length=64)),
                ("served_at", models.DateTimeField(blank=True, null=True)),
                ("deadline_at", models.DateTimeField(blank=True, null=True)),
                ("redeemed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.finding"
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outbox.message",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.actor"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DoorSession",
            fields=[
                ("key_sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("until", models.DateTimeField()),
                (
                    "notice",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reply.notice"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Remedy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40, words=("removed", "corrected", "apologised", "disowned", "disciplined")
                    ),
                ),
                (
                    "gone_cause",
                    besa.ledger.fields.WordField(
                        blank=True,
                        max_length=40,
                        words=("author", "platform", "expired", "account_gone", "hidden", "unknown"),
                    ),
                ),
                ("vantage_points", models.PositiveSmallIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                ("note", models.TextField(blank=True)),
                ("by", models.CharField(max_length=150)),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.finding"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=("answer", "correction", "not_my_account", "hacked", "not_our_member", "out_of_context"),
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "notice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reply.notice"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReplyDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", besa.ledger.fields.WordField(max_length=40, words=("upheld", "set_aside"))),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "reply",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reply.reply"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(fields=("finding", "recipient"), name="one_notice_each"),
        ),
    ]
