"""Signing, withdrawing, grading: allowed or refused, and each in the ledger."""

from __future__ import annotations

from datetime import date

import pytest

from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.base.words import SignatoryStatus
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.pledge import actions, queries
from besa.pledge.models import Account, Actor, Area, Identity, Signatory, Signature


def actor(election, slug="ana-pl"):
    return Actor.objects.get(election=election, slug=slug)


def test_a_late_signature_binds_from_its_day_and_names_the_text(election, users):
    made = actions.sign(
        by=users["coordinator"], actor=actor(election), signed_on=date(2027, 9, 10), kind="late",
        keeper_office="Campaign office", keeper_email="keeper@ana.example",
    )  # fmt: skip
    assert made.text_sha256 == queries.active_code(election).sha256
    assert queries.status_of(actor(election), date(2027, 9, 9)) == SignatoryStatus.NOT_YET
    assert queries.status_of(actor(election), date(2027, 9, 10)) == SignatoryStatus.LATE_SIGNED
    assert Entry.objects.last().act == "signatory.sign"
    assert not list(problems())


def test_nobody_signs_twice_or_in_the_future(election, users):
    party = actor(election, "pl")
    with pytest.raises(Conflict, match="already signed"):
        actions.sign(by=users["coordinator"], actor=party, signed_on=date(2027, 9, 2))
    with pytest.raises(BadInput, match="future"):
        actions.sign(by=users["coordinator"], actor=actor(election), signed_on=date(2027, 9, 16))
    assert Signature.objects.count() == 2


def test_withdraw_and_sign_again_keep_the_whole_story(election, users, at):
    by, signatory = users["coordinator"], Signatory.objects.get(actor__slug="pl")
    with pytest.raises(Conflict, match="is a signatory"):
        actions.rejoin(by=by, signatory=signatory, signed_on=date(2027, 9, 12))
    with pytest.raises(BadInput, match="before the signature"):
        actions.withdraw(by=by, signatory=signatory, withdrawn_on=date(2027, 8, 31))
    actions.withdraw(by=by, signatory=signatory, withdrawn_on=date(2027, 9, 10), reason="Their own words.")
    with pytest.raises(Conflict, match="no signature in force"):
        actions.withdraw(by=by, signatory=signatory, withdrawn_on=date(2027, 9, 11))
    with pytest.raises(BadInput, match="before the withdrawal"):
        actions.rejoin(by=by, signatory=signatory, signed_on=date(2027, 9, 9))
    actions.rejoin(by=by, signatory=signatory, signed_on=date(2027, 9, 14))
    status = [queries.status_of(signatory.actor, date(2027, 9, day)) for day in (1, 9, 10, 13, 14)]
    assert status == ["signed", "signed", "withdrawn", "withdrawn", "late_signed"]
    assert [row.kind for row in queries.signatures_of(signatory)] == ["ceremony", "rejoined"]
    assert not list(problems())


@pytest.mark.parametrize("role", ["coder", "adjudicator", "editor", "data_protection"])
def test_roles_that_may_not_are_refused_and_nothing_is_written(election, users, role):
    before = Entry.objects.count()
    with pytest.raises(Refused):
        actions.sign(by=users[role], actor=actor(election), signed_on=date(2027, 9, 10))
    with pytest.raises(Refused):
        actions.choose_areas(by=users[role], election=election, monitored=[])
    assert Entry.objects.count() == before


def test_an_identity_is_confirmed_by_two_proofs_only(election, users):
    account, by = Account.objects.get(key="facebook:@ana.pl"), users["analyst"]
    other = actor(election, "ben-pl")
    with pytest.raises(BadInput, match="two independent proofs"):
        actions.grade_identity(by=by, account=account, actor=other, grade="confirmed", how_known="her own page")
    actions.grade_identity(by=by, account=account, actor=other, grade="confirmed", how_known="his letter; his page")
    assert queries.identity_of(account, date(2027, 9, 14)) == (actor(election, "ana-pl"), "confirmed")
    claim = Identity.objects.get(account=account, actor=other)
    assert (claim.grade, claim.proposed_by) == ("probable", "analyst"), "one pair of eyes proposes"
    with pytest.raises(Refused, match="own work"):
        actions.confirm(by=by, election=election, identities=[claim.pk])
    actions.grade_identity(by=by, account=account, actor=other, grade="confirmed", how_known="his letter; his page")
    claim.refresh_from_db()
    assert claim.grade == "probable", "nobody is two people"
    actions.confirm(by=users["adjudicator"], election=election, identities=[claim.pk])
    found, grade = queries.identity_of(account, date(2027, 9, 14))
    assert grade == "disputed" and found is not None
    with pytest.raises(Conflict, match="no longer waits"):
        actions.confirm(by=users["coordinator"], election=election, identities=[claim.pk])
    actions.grade_identity(by=by, account=account, actor=other, grade="unknown")
    assert queries.identity_of(account, date(2027, 9, 14)) == (actor(election, "ana-pl"), "confirmed")
    assert Identity.objects.filter(account=account).count() == 2
    assert not list(problems())


def test_an_affiliation_needs_a_party_and_a_proof(election, users):
    by, ana = users["analyst"], actor(election)
    with pytest.raises(BadInput, match="not a party"):
        actions.grade_affiliation(by=by, actor=ana, party=actor(election, "ben-pl"), grade="probable")
    with pytest.raises(BadInput, match="needs a proof"):
        actions.grade_affiliation(by=by, actor=ana, party=actor(election, "pl"), grade="confirmed")
    actions.grade_affiliation(
        by=by, actor=ana, party=actor(election, "pl"), grade="confirmed", how_known="list", last=date(2027, 9, 5)
    )
    assert queries.affiliation_of(ana, date(2027, 9, 5)) == (actor(election, "pl"), "confirmed", "list")
    assert queries.affiliation_of(ana, date(2027, 9, 6)) == (None, "unknown", "")
    assert not list(problems())


def test_a_status_other_than_authentic_needs_evidence(election, users):
    account = Account.objects.get(key="facebook:@ana.pl")
    with pytest.raises(BadInput, match="needs evidence"):
        actions.set_account_status(by=users["analyst"], account=account, status="parody", evidence="  ")
    actions.set_account_status(by=users["analyst"], account=account, status="parody", evidence="says so itself")
    account.refresh_from_db()
    assert (account.status, account.status_evidence) == ("parody", "says so itself")
    assert not list(problems())


def test_what_two_confirmed_may_be_narrowed_by_one_and_widened_by_two(election, users):
    account, ana = Account.objects.get(key="facebook:@ana.pl"), actor(election)
    given = {"account": account, "actor": ana, "grade": "confirmed", "how_known": "one; two"}
    actions.grade_identity(by=users["analyst"], last=date(2027, 9, 20), **given)
    assert queries.identity_of(account, date(2027, 9, 14)) == (ana, "confirmed")
    actions.grade_identity(by=users["analyst"], last=date(2027, 9, 30), **given)
    assert queries.identity_of(account, date(2027, 9, 14)) == (ana, "probable")
    actions.grade_identity(by=users["coordinator"], last=date(2027, 9, 30), **given)
    claim = Identity.objects.get(account=account)
    assert (claim.grade, claim.proposed_by, claim.confirmed_by) == ("confirmed", "analyst", "coordinator")
    assert [change.after["grade"] for change in queries.history(account)] == ["confirmed", "probable", "confirmed"]
    assert not list(problems())


def test_a_hacked_account_is_authentic_outside_its_days(election, users):
    account = Account.objects.get(key="facebook:@ana.pl")
    actions.set_account_status(
        by=users["analyst"], account=account, status="claimed_hacked", evidence="her own post",
        first=date(2027, 9, 10), last=date(2027, 9, 12),
    )  # fmt: skip
    assert [queries.account_status(account, date(2027, 9, day)) for day in (9, 10, 12, 13)] == [
        "authentic", "claimed_hacked", "claimed_hacked", "authentic",
    ]  # fmt: skip


def test_an_account_that_is_gone_is_no_longer_watched(election, users):
    account = Account.objects.get(key="facebook:@ana.pl")
    with pytest.raises(BadInput, match="what was seen"):
        actions.mark_gone(by=users["analyst"], account=account, gone_on=date(2027, 9, 14))
    actions.mark_gone(by=users["analyst"], account=account, gone_on=date(2027, 9, 14), evidence="not available")
    assert not account.watched and queries.history(account)[0].after["gone_on"] == "2027-09-14"
    actions.mark_gone(by=users["analyst"], account=account, gone_on=None)
    assert account.watched and account.gone_on is None and not list(problems())


def test_the_choice_of_areas_is_recorded_once(election, users):
    by = users["coordinator"]
    with pytest.raises(NotFound, match="nowhere"):
        actions.choose_areas(by=by, election=election, monitored=["nowhere"])
    assert [area.slug for area in actions.choose_areas(by=by, election=election, monitored=[])] == ["lumas"]
    entries = Entry.objects.count()
    assert actions.choose_areas(by=by, election=election, monitored=[]) == []
    assert Entry.objects.count() == entries
    assert not Area.objects.filter(monitored=True).exists()
    assert not list(problems())
