import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pledge", "0001_initial"),
        ("triage", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Adjudication",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decision",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "violation",
                            "compliance",
                            "harsh_but_permitted",
                            "borderline",
                            "no_issue",
                            "cannot_judge",
                            "out_of_scope",
                        ),
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("seconds", models.FloatField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "adjudicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Codebook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=20)),
                ("body", models.JSONField()),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Coding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveSmallIntegerField()),
                ("answers", models.JSONField()),
                (
                    "verdict",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "violation",
                            "compliance",
                            "harsh_but_permitted",
                            "borderline",
                            "no_issue",
                            "cannot_judge",
                            "out_of_scope",
                        ),
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("alpha_share", models.BooleanField(default=False)),
                ("seconds", models.FloatField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "codebook",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.codebook"
                    ),
                ),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answers", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=80)),
                ("decision", besa.ledger.fields.WordField(max_length=40, words=("violation", "compliance"))),
                (
                    "type",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "hate_speech",
                            "personal_bullying",
                            "disinformation",
                            "incitement",
                            "untransparent_ad",
                            "false_voting_information",
                            "fake_identity",
                            "undeclared_ai",
                            "privacy_breach",
                            "other_violation",
                            "constructive_dialogue",
                            "inclusion",
                            "labelled_ad",
                            "spoke_out",
                            "cooperation",
                        ),
                    ),
                ),
                ("other_clauses", models.JSONField(blank=True, default=list)),
                ("severity", models.PositiveSmallIntegerField(default=0)),
                ("content", models.CharField(max_length=64)),
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
                ("language", models.CharField(max_length=10)),
                ("route", models.CharField(max_length=40)),
                ("sample", models.CharField(max_length=40)),
                ("posted_at", models.DateTimeField()),
                ("week", models.CharField(max_length=8)),
                ("phase", models.CharField(max_length=40)),
                (
                    "source_class",
                    besa.ledger.fields.WordField(
                        default="unknown",
                        max_length=40,
                        words=(
                            "party",
                            "coalition",
                            "mayor_candidate",
                            "council_candidate",
                            "party_official",
                            "national_leader",
                            "minister",
                            "member_of_parliament",
                            "incumbent",
                            "media",
                            "analyst",
                            "civil_society",
                            "institution",
                            "page_administrator",
                            "diaspora_page",
                            "influencer",
                            "supporter",
                            "anonymous_page",
                            "unknown",
                        ),
                    ),
                ),
                (
                    "source_gender",
                    besa.ledger.fields.WordField(
                        default="unknown", max_length=40, words=("woman", "man", "other", "unknown")
                    ),
                ),
                (
                    "identity_grade",
                    besa.ledger.fields.WordField(
                        default="unknown", max_length=40, words=("confirmed", "probable", "unknown", "disputed")
                    ),
                ),
                (
                    "account_status",
                    besa.ledger.fields.WordField(
                        default="authentic",
                        max_length=40,
                        words=("authentic", "claimed_hacked", "impersonation", "parody", "administrator_unknown"),
                    ),
                ),
                (
                    "affiliation_grade",
                    besa.ledger.fields.WordField(
                        default="unknown", max_length=40, words=("confirmed", "probable", "unknown", "disputed")
                    ),
                ),
                ("how_affiliated", models.TextField(blank=True)),
                (
                    "signatory_status",
                    besa.ledger.fields.WordField(
                        default="never", max_length=40, words=("signed", "late_signed", "not_yet", "withdrawn", "never")
                    ),
                ),
                (
                    "party_signatory_status",
                    besa.ledger.fields.WordField(
                        default="never", max_length=40, words=("signed", "late_signed", "not_yet", "withdrawn", "never")
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                (
                    "adjudication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.adjudication"
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.area",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.clause"
                    ),
                ),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.actor",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.actor",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="FindingTarget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40, words=("person", "party", "group", "institution", "journalist", "voters")
                    ),
                ),
                (
                    "actor_kind",
                    besa.ledger.fields.WordField(
                        default="unknown",
                        max_length=40,
                        words=(
                            "party",
                            "coalition",
                            "mayor_candidate",
                            "council_candidate",
                            "party_official",
                            "national_leader",
                            "minister",
                            "member_of_parliament",
                            "incumbent",
                            "media",
                            "analyst",
                            "civil_society",
                            "institution",
                            "page_administrator",
                            "diaspora_page",
                            "influencer",
                            "supporter",
                            "anonymous_page",
                            "unknown",
                        ),
                    ),
                ),
                (
                    "gender",
                    besa.ledger.fields.WordField(
                        default="unknown", max_length=40, words=("woman", "man", "other", "unknown")
                    ),
                ),
                ("community", models.CharField(blank=True, max_length=80)),
                ("ground", models.CharField(blank=True, max_length=60)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.actor",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="coding.finding"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledge.actor",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("task", besa.ledger.fields.WordField(max_length=40, words=("screen", "code", "adjudicate"))),
                ("place", models.PositiveSmallIntegerField(default=1)),
                ("until", models.DateTimeField()),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", besa.ledger.fields.WordField(max_length=40, words=("nothing", "look", "urgent"))),
                ("seconds", models.FloatField(default=0)),
                ("at", models.DateTimeField()),
                (
                    "coder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="triage.docketitem"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="adjudication",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="decision_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="codebook",
            constraint=models.UniqueConstraint(fields=("election", "version"), name="codebook_version_once"),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.UniqueConstraint(fields=("item", "coder"), name="one_coding_per_coder"),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.UniqueConstraint(fields=("item", "place"), name="one_coding_per_place"),
        ),
        migrations.AddConstraint(
            model_name="coding",
            constraint=models.CheckConstraint(condition=models.Q(("place__in", [1, 2])), name="two_codings_at_most"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=("coder", "item"), name="one_draft"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("election", "number"), name="finding_number_once"),
        ),
        migrations.AddConstraint(
            model_name="lease",
            constraint=models.UniqueConstraint(fields=("item", "task", "place"), name="one_lease_per_place"),
        ),
    ]
