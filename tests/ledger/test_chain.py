"""The chain names what was changed, in itself and in the rows that it vouches for."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

import make
from besa.ledger.chain import head, record, row_hash
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.people.policy import BELT


def _sql(statement: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _found() -> list[str]:
    return [f"{fault['where']}: {fault['problem']}" for fault in problems()]


@pytest.fixture
def item(election):
    return make.docket_item(election)


def test_an_untouched_ledger_is_whole(item):
    assert _found() == []


def test_a_changed_row_is_named(item):
    _sql("UPDATE triage_docketitem SET text = 'something else' WHERE id = %s", item.pk)
    assert _found() == [f"triage_docketitem row {item.pk}: differs from what the ledger vouches for"]


def test_a_deleted_row_is_named(item):
    _sql("DELETE FROM triage_docketitem WHERE id = %s", item.pk)
    assert _found() == [f"triage_docketitem row {item.pk}: is missing"]


def test_a_row_slipped_in_is_named(item):
    item.pk, item.post_key = None, "facebook:other"
    item.save(force_insert=True)
    assert _found() == [f"triage_docketitem row {item.pk}: is not in the ledger"]


def test_a_changed_entry_is_named(item):
    _sql("UPDATE ledger_entry SET reason = 'no reason' WHERE seq = 1")
    assert "ledger entry 1: was changed after it was written" in _found()


def test_a_removed_entry_is_named(item):
    _sql("DELETE FROM ledger_salt")
    _sql("DELETE FROM ledger_trace WHERE entry_id = 1")
    _sql("DELETE FROM ledger_entry WHERE seq = 1")
    assert "ledger entry 1: missing" in _found()


def test_a_cut_tail_is_seen_from_the_published_head(item):
    published = head()
    _sql(
        "DELETE FROM ledger_salt WHERE trace_id IN (SELECT id FROM ledger_trace WHERE entry_id = %s)",
        published[0],
    )
    _sql("DELETE FROM ledger_trace WHERE entry_id = %s", published[0])
    _sql("DELETE FROM ledger_entry WHERE seq = %s", published[0])
    assert any("published head" in fault["problem"] for fault in problems(known_head=published))


def test_an_erased_salt_hides_the_row_but_keeps_the_chain(item):
    _sql("DELETE FROM ledger_salt")
    assert _found() == []


def test_record_needs_a_transaction(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        record(by=BELT, act="test")
    assert Entry.objects.count() == 0


def test_a_field_that_came_later_breaks_no_old_row_and_is_vouched_for_once_filled(election):
    from besa.pledge.models import Identity

    claim = Identity.objects.first()
    salt = "00"
    assert row_hash(claim, salt) == row_hash(Identity.objects.defer(*Identity.LEDGER_LATER).get(pk=claim.pk), salt)
    empty = row_hash(claim, salt)
    claim.proposed_by = "somebody"
    assert row_hash(claim, salt) != empty
    Identity.objects.filter(pk=claim.pk).update(confirmed_by="nobody")
    assert [problem["where"] for problem in problems()] == [f"pledge_identity row {claim.pk}"]
