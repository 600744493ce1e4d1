from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("triage", "0003_clocks")]

    operations = [
        migrations.AddField(model_name="term", name="retired_at", field=models.DateTimeField(blank=True, null=True)),
    ]
