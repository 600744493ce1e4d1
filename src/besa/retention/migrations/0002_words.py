"""On PostgreSQL the words that were given to fields since they were made; see `settle_checks`."""

from django.db import migrations

from besa.ledger.fields import settle_checks


class Migration(migrations.Migration):
    dependencies = [
        ("retention", "0001_initial"),
        ("collect", "0010_legal_concern"),
        ("triage", "0009_explorer"),
        ("evidence", "0005_erased"),
    ]

    operations = [migrations.RunPython(settle_checks, migrations.RunPython.noop)]
