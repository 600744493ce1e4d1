import django.db.models.deletion
from django.db import migrations, models

import besa.ledger.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Actor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80)),
                (
                    "kind",
                    besa.ledger.fields.WordField(
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
                ("name", models.CharField(max_length=200)),
                ("names", models.JSONField(blank=True, default=dict)),
                ("short_name", models.CharField(blank=True, max_length=40)),
                ("aliases", models.JSONField(blank=True, default=list)),
                (
                    "gender",
                    besa.ledger.fields.WordField(
                        default="unknown", max_length=40, words=("woman", "man", "other", "unknown")
                    ),
                ),
                ("gender_source", models.CharField(blank=True, max_length=200)),
                ("community", models.CharField(blank=True, max_length=80)),
                ("community_source", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(default="en", max_length=10)),
                ("contact_email", models.EmailField(blank=True, max_length=254)),
            ],
            options={
                "ordering": ["slug"],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("monitored", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["slug"],
            },
        ),
        migrations.CreateModel(
            name="Election",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("names", models.JSONField(default=dict)),
                ("country", models.JSONField(default=dict)),
                ("operator", models.JSONField(default=dict)),
                ("timezone", models.CharField(max_length=60)),
                ("languages", models.JSONField(default=list)),
                ("post_languages", models.JSONField(default=list)),
                ("reply_hours", models.PositiveIntegerField(default=48)),
                ("demo", models.BooleanField(default=False)),
                ("settings", models.JSONField(default=dict)),
                ("pack_digest", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="Affiliation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grade",
                    besa.ledger.fields.WordField(max_length=40, words=("confirmed", "probable", "unknown", "disputed")),
                ),
                ("how_known", models.TextField(blank=True)),
                ("first", models.DateField(blank=True, null=True)),
                ("last", models.DateField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.actor"),
                ),
                (
                    "party",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.actor"),
                ),
            ],
        ),
        migrations.AddField(
            model_name="actor",
            name="area",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.area"
            ),
        ),
        migrations.CreateModel(
            name="Code",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(max_length=20)),
                ("effective_from", models.DateField()),
                ("titles", models.JSONField(default=dict)),
                ("preambles", models.JSONField(default=dict)),
                ("source", models.TextField(blank=True)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="area",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
            ),
        ),
        migrations.AddField(
            model_name="actor",
            name="election",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
            ),
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("key", models.CharField(max_length=200)),
                ("handle", models.CharField(blank=True, max_length=200)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("url", models.URLField(blank=True, max_length=500)),
                (
                    "status",
                    besa.ledger.fields.WordField(
                        default="authentic",
                        max_length=40,
                        words=("authentic", "claimed_hacked", "impersonation", "parody", "administrator_unknown"),
                    ),
                ),
                ("status_evidence", models.TextField(blank=True)),
                ("watched", models.BooleanField(default=True)),
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
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "grade",
                    besa.ledger.fields.WordField(max_length=40, words=("confirmed", "probable", "unknown", "disputed")),
                ),
                ("how_known", models.TextField(blank=True)),
                ("first", models.DateField(blank=True, null=True)),
                ("last", models.DateField(blank=True, null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.account"
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.actor"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LegalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60)),
                ("names", models.JSONField(default=dict)),
                ("article", models.CharField(max_length=200)),
                ("authority", models.CharField(max_length=200)),
                ("deadline_hours", models.PositiveIntegerField()),
                ("deadline_from", besa.ledger.fields.WordField(max_length=40, words=("event", "discovery"))),
                ("phases", models.JSONField(default=list)),
                ("evidence", models.JSONField(default=dict)),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    besa.ledger.fields.WordField(
                        max_length=40,
                        words=(
                            "pre_campaign",
                            "campaign",
                            "silence",
                            "polling_day",
                            "count",
                            "between_rounds",
                            "runoff_campaign",
                            "runoff_day",
                            "after",
                            "outside",
                        ),
                    ),
                ),
                ("names", models.JSONField(default=dict)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("monitored", models.BooleanField(default=True)),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.election"
                    ),
                ),
            ],
            options={
                "ordering": ["first"],
            },
        ),
        migrations.CreateModel(
            name="Principle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40)),
                ("names", models.JSONField(default=dict)),
                ("texts", models.JSONField(default=dict)),
                ("order", models.PositiveIntegerField()),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.code"),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Clause",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=40)),
                ("titles", models.JSONField(default=dict)),
                ("texts", models.JSONField(default=dict)),
                ("bound_kinds", models.JSONField(default=list)),
                ("duty", besa.ledger.fields.WordField(max_length=40, words=("duty", "prohibition"))),
                ("on", models.BooleanField(default=True)),
                ("reconstructed", models.BooleanField(default=False)),
                ("urgent", models.BooleanField(default=False)),
                ("source", models.TextField(blank=True)),
                ("order", models.PositiveIntegerField()),
                (
                    "principle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.principle"
                    ),
                ),
            ],
            options={
                "ordering": ["order"],
            },
        ),
        migrations.CreateModel(
            name="Signatory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("keeper_office", models.CharField(blank=True, max_length=200)),
                ("keeper_email", models.EmailField(blank=True, max_length=254)),
                ("language", models.CharField(default="en", max_length=10)),
                (
                    "actor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.actor"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", besa.ledger.fields.WordField(max_length=40, words=("ceremony", "late", "rejoined"))),
                ("signed_on", models.DateField()),
                ("signer", models.CharField(blank=True, max_length=200)),
                ("language", models.CharField(default="en", max_length=10)),
                ("text_sha256", models.CharField(max_length=64)),
                ("withdrawn_on", models.DateField(blank=True, null=True)),
                ("withdrawal_reason", models.TextField(blank=True)),
                (
                    "code",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.code"),
                ),
                (
                    "signatory",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledge.signatory"
                    ),
                ),
            ],
            options={
                "ordering": ["signed_on"],
            },
        ),
        migrations.AddConstraint(
            model_name="code",
            constraint=models.UniqueConstraint(fields=("election", "version"), name="code_version_once"),
        ),
        migrations.AddConstraint(
            model_name="area",
            constraint=models.UniqueConstraint(fields=("election", "slug"), name="area_once"),
        ),
        migrations.AddConstraint(
            model_name="actor",
            constraint=models.UniqueConstraint(fields=("election", "slug"), name="actor_once"),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(fields=("election", "key"), name="account_once"),
        ),
        migrations.AddConstraint(
            model_name="legalrule",
            constraint=models.UniqueConstraint(fields=("election", "slug"), name="legal_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.UniqueConstraint(fields=("election", "kind", "first"), name="phase_once"),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", models.F("first"))), name="phase_runs_forward"
            ),
        ),
        migrations.AddConstraint(
            model_name="principle",
            constraint=models.UniqueConstraint(fields=("code", "slug"), name="principle_once"),
        ),
        migrations.AddConstraint(
            model_name="clause",
            constraint=models.UniqueConstraint(fields=("principle", "slug"), name="clause_once"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on", None)), fields=("signatory",), name="one_open_signature"
            ),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_on", None), ("withdrawn_on__gte", models.F("signed_on")), _connector="OR"
                ),
                name="withdrawn_after_signing",
            ),
        ),
    ]
