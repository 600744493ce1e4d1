from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("triage", "0007_checked_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="again",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
