from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("to", models.EmailField(max_length=254)),
                ("subject", models.CharField(max_length=300)),
                ("body", models.TextField()),
                ("link", models.CharField(blank=True, max_length=500)),
                ("language", models.CharField(default="en", max_length=10)),
                ("state", models.CharField(default="intent", max_length=10)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("written_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "due_at"], name="message_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["intent", "sent", "failed"])), name="message_state_is_known"
                    )
                ],
            },
        ),
    ]
