from datetime import UTC, datetime

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_initial")]

    operations = [
        migrations.AddField("message", "link", models.CharField(blank=True, max_length=500)),
        migrations.AddField(
            "message", "written_at", models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC)), False
        ),
        migrations.AddIndex("message", models.Index(fields=["state", "due_at"], name="message_due")),
    ]
