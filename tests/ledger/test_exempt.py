"""The list of tables without entries is the list of tables that there are."""

from django.apps import apps

from besa.ledger.verify import EXEMPT


def test_exempt_tables_exist_and_hold_nothing_that_was_decided():
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    assert EXEMPT - {"django_migrations"} <= tables.keys()
    decided = {"coding", "triage", "reply", "report", "evidence", "pledge", "collect", "people"}
    ours = {table for table in EXEMPT if table.split("_")[0] in decided}
    assert ours == {"coding_lease", "coding_draft", "reply_doorsession", "collect_upload"}
