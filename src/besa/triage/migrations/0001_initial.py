import django.db.models.deletion
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pledge", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("run_id", models.CharField(max_length=40, unique=True)),
                (
                    "state",
                    besa.ledger.fields.WordField(default="intent", max_length=40, words=("intent", "done", "failed")),
                ),
                ("from_version", models.BigIntegerField(default=-1)),
                ("corpus_version", models.BigIntegerField()),
                ("seed", models.BigIntegerField()),
                ("posts", models.PositiveIntegerField(default=0)),
                ("flagged", models.PositiveIntegerField(default=0)),
                ("docketed", models.PositiveIntegerField(default=0)),
                ("outside", models.PositiveIntegerField(default=0)),
                ("signals", models.JSONField(default=dict)),
                ("problems", models.JSONField(default=list)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DocketItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("post_key", models.CharField(max_length=300)),
                ("observation_id", models.CharField(max_length=64)),
                ("corpus_version", models.BigIntegerField()),
                (
                    "platform",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "facebook",
                            "instagram",
                            "tiktok",
                            "x",
                            "youtube",
                            "telegram",
                            "threads",
                            "bluesky",
                            "mastodon",
                            "truth_social",
                            "portal",
                            "messaging",
                            "other",
                        ),
                    ),
                ),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "post",
                            "comment",
                            "reply",
                            "share",
                            "story",
                            "video",
                            "live",
                            "article",
                            "ad",
                            "message",
                        ),
                    ),
                ),
                (
                    "channel",
                    besa.ledger.fields.WordField(
                        default="public", max_length=40, words=("public", "closed", "private")
                    ),
                ),
                ("url", models.TextField(blank=True)),
                ("parent_key", models.CharField(blank=True, max_length=300)),
                ("account_key", models.CharField(blank=True, max_length=300)),
                ("account_handle", models.CharField(blank=True, max_length=300)),
                ("account_name", models.CharField(blank=True, max_length=300)),
                ("host_account_key", models.CharField(blank=True, max_length=300)),
                ("title", models.TextField(blank=True)),
                ("text", models.TextField(blank=True)),
                ("language", models.CharField(default="und", max_length=10)),
                ("script", models.CharField(blank=True, max_length=10)),
                ("posted_at", models.DateTimeField()),
                ("reactions", models.BigIntegerField(blank=True, null=True)),
                ("comments", models.BigIntegerField(blank=True, null=True)),
                ("shares", models.BigIntegerField(blank=True, null=True)),
                ("views", models.BigIntegerField(blank=True, null=True)),
                ("media", models.JSONField(blank=True, default=list)),
                ("ad", models.JSONField(blank=True, default=dict)),
                ("family", models.CharField(max_length=64)),
                (
                    "route",
                    besa.ledger.fields.WordField(
                        max_length=40, words=("watch_list", "random", "keyword", "alert", "tip", "complaint", "hand")
                    ),
                ),
                ("sample", besa.ledger.fields.WordField(max_length=40, words=("ranked", "control", "duty", "hand"))),
                ("week", models.CharField(max_length=8)),
                ("phase", models.CharField(max_length=40)),
                ("rank", models.FloatField(default=0)),
                ("reasons", models.JSONField(default=list)),
                ("urgent", models.BooleanField(default=False)),
                ("keep", models.BooleanField(default=True)),
                ("put_at", models.DateTimeField()),
                ("put_reason", models.TextField(blank=True)),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.account",
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="triage.run",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["election", "-urgent", "-rank"], name="docket_rank"),
                    models.Index(fields=["election", "week"], name="docket_week"),
                ],
                "constraints": [models.UniqueConstraint(fields=("election", "post_key"), name="post_docketed_once")],
            },
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(max_length=10)),
                ("term", models.CharField(max_length=120)),
                ("match", besa.ledger.fields.WordField(max_length=40, words=("word", "stem", "phrase"))),
                (
                    "concern",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "hate",
                            "harassment",
                            "gendered_abuse",
                            "incitement",
                            "falsehood",
                            "false_voting",
                            "ad",
                            "coordination",
                            "privacy",
                            "dialogue",
                            "correction",
                        ),
                    ),
                ),
                ("clause", models.SlugField(blank=True, max_length=40)),
                ("strength", models.FloatField(default=0.5)),
                ("note", models.TextField(blank=True)),
                ("counter_examples", models.JSONField(blank=True, default=list)),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("election", "language", "term", "concern"), name="term_once")
                ],
            },
        ),
    ]
