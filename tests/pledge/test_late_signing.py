"""Somebody asks to sign, is verified, and signs through a link that opens once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from besa.base.errors import BadInput, Conflict, NotFound, Refused
from besa.base.ids import sha256_hex
from besa.edition import receipt
from besa.ledger import verify
from besa.ledger.chain import head, row_hash
from besa.outbox.models import Message
from besa.pledge import actions, queries
from besa.pledge.door import COOKIE, MOST_GUESSES, MOST_SENT
from besa.pledge.models import Actor, Clause, Invitation, Signatory, Signature
from pledge.pledge_made import ASKED, invited, token_of_mail, whole_code


@pytest.fixture
def code(home, election):
    return whole_code(election)


def opened(token: str) -> Client:
    client = Client()
    assert client.post(reverse("door_sign_redeem", args=[token])).status_code == 302
    return client


def test_from_the_request_to_the_receipt(code, election, users, at):
    visitor, desk = Client(), Client()
    assert visitor.post(reverse("door_sign"), ASKED).status_code == 302
    asked = Invitation.objects.get()
    desk.force_login(users["coordinator"])
    assert ASKED["body"] in desk.get(reverse("sign_requests")).content.decode()
    decide = reverse("sign_request", args=[asked.pk])
    assert desk.post(decide, {"act": "invite", "actor": "ana-pl", "reason": ""}).status_code == 422
    assert desk.post(decide, {"act": "invite", "actor": "ana-pl", "reason": "Called them."}).status_code == 302
    token = token_of_mail()
    assert mail.outbox[-1].to == [ASKED["email"]]
    asked.refresh_from_db()
    assert asked.token_sha256 == sha256_hex(token) and token not in str(Message.objects.values())

    before = head()
    for _ in range(3):  # a mail scanner
        assert Client().get(reverse("door_sign_link", args=[token])).status_code == 200
    assert head() == before
    client = opened(token)
    cookie = client.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/door/sign/"
    page = client.get(reverse("door_sign_text")).content.decode()
    assert "No hate, no threats." in page and code.sha256 in page and "4 clauses bind you" in page
    given = {"sha256": code.sha256, "signer": "Ana Example, Secretary", "confirm": "on", "keeper_office": "Office"}
    assert client.post(reverse("door_sign_text"), {**given, "confirm": ""}).status_code == 422
    assert client.post(reverse("door_sign_text"), given).status_code == 302
    signature = Signature.objects.get(signatory__actor__slug="ana-pl")
    assert (signature.kind, signature.signed_on) == ("late", date(2027, 9, 15))
    assert "You have signed" in client.get(reverse("door_sign_text")).content.decode()
    held = client.get(reverse("door_sign_receipt")).json()
    text = client.get(reverse("door_sign_code")).content.decode()
    assert list(receipt.problems(held, text)) == [] and held["receipt"]["signatory"]["slug"] == "ana-pl"
    assert list(verify.problems()) == []
    at.advance(minutes=61)
    assert client.get(reverse("door_sign_receipt")).status_code == 404


def test_a_link_opens_once_and_not_for_ever(code, election, users, at):
    _, token = invited(election, users)
    opened(token)
    with pytest.raises(Conflict):
        actions.redeem(token=token)
    _, other = invited(election, users, "ben-pl")
    at.advance(days=14)
    with pytest.raises(Conflict):
        actions.redeem(token=other)
    with pytest.raises(NotFound):
        actions.redeem(token="")  # rows without a link hold ''


def test_a_new_link_ends_the_one_before_and_its_session(code, election, users):
    held, token = invited(election, users)
    client = opened(token)
    actions.invite(by=users["coordinator"], invitation=held, actor=held.actor, authority="Called again.")
    assert client.get(reverse("door_sign_text")).status_code == 404
    with pytest.raises(NotFound):
        actions.redeem(token=token)


@pytest.mark.parametrize("how", ["taken back", "withdrawn"])
def test_a_link_dies_when_it_is_taken_back_or_the_signatory_withdraws(code, election, users, how):
    held, token = invited(election, users)
    client = opened(token)
    if how == "taken back":
        actions.take_back(by=users["coordinator"], invitation=held, reason="They changed their mind.")
    else:
        actions.sign(by=users["coordinator"], actor=held.actor, signed_on=date(2027, 9, 15), kind="late")
        actions.withdraw(
            by=users["coordinator"], signatory=Signatory.objects.get(actor=held.actor), withdrawn_on=date(2027, 9, 15)
        )
    count = Signature.objects.count()
    given = {"sha256": code.sha256, "signer": "Ana", "confirm": "on"}
    assert client.post(reverse("door_sign_text"), given).status_code == 404
    with pytest.raises(NotFound):
        actions.redeem(token=token)
    with pytest.raises(Conflict):
        actions.sign_self(invitation=held, sha256=code.sha256, signer="Ana", language="en")
    assert Signature.objects.count() == count
    assert list(verify.problems()) == []


def test_only_the_text_that_was_shown_is_signed(code, election, users):
    held, token = invited(election, users)
    client = opened(token)
    given = {"sha256": "0" * 64, "signer": "Ana", "confirm": "on"}
    assert client.post(reverse("door_sign_text"), given).status_code == 422
    Clause.objects.filter(slug="hate").update(texts={"en": "No hate no threats."})
    given["sha256"] = code.sha256
    assert client.post(reverse("door_sign_text"), given).status_code == 409
    assert not Signature.objects.filter(signatory__actor=held.actor).exists()


def test_links_cannot_be_guessed_and_the_form_not_flooded(code, election):
    client = Client()
    codes = [client.get(reverse("door_sign_link", args=[f"guess{n}"])).status_code for n in range(MOST_GUESSES + 1)]
    assert codes == [404] * MOST_GUESSES + [429]
    sent = [client.post(reverse("door_sign"), ASKED).status_code for _ in range(MOST_SENT + 1)]
    assert sent == [302] * MOST_SENT + [429]
    assert Client(REMOTE_ADDR="192.0.2.9").post(reverse("door_sign"), {**ASKED, "website": "x"}).status_code == 422
    assert Invitation.objects.count() == MOST_SENT


def test_only_the_coordinator_decides_and_with_a_reason(code, election, users):
    asked = actions.ask(election=election, language="sq", **ASKED)
    actor = Actor.objects.get(slug="ana-pl")
    with pytest.raises(Refused):
        actions.invite(by=users["analyst"], invitation=asked, actor=actor, authority="x")
    with pytest.raises(BadInput):
        actions.refuse(by=users["coordinator"], invitation=asked, reason=" ")
    with pytest.raises(Conflict):
        actions.invite(
            by=users["coordinator"], invitation=asked, actor=Actor.objects.get(slug="pl"), authority="signed already"
        )
    actions.refuse(by=users["coordinator"], invitation=asked, reason="Nobody there knows her.")
    with pytest.raises(Conflict):
        actions.invite(by=users["coordinator"], invitation=asked, actor=actor, authority="x")


def test_whoever_withdrew_signs_again_from_afar(code, election, users, at):
    signatory = Signatory.objects.select_related("actor__election").get(actor__slug="pl")
    actions.withdraw(by=users["coordinator"], signatory=signatory, withdrawn_on=date(2027, 9, 10))
    held, token = invited(election, users, "pl")
    opened(token)
    held.refresh_from_db()
    made = actions.sign_self(invitation=held, sha256=code.sha256, signer="Ana", language="sq")
    assert made.kind == "rejoined"
    days = [date(2027, 9, 9), date(2027, 9, 10), date(2027, 9, 14), date(2027, 9, 15)]
    assert [queries.status_of(held.actor, day) for day in days] == ["signed", "withdrawn", "withdrawn", "late_signed"]


def test_a_pledge_goes_on_when_parties_merge(code, election, users):
    lake = Signatory.objects.select_related("actor__election").get(actor__slug="pl")
    new = Actor.objects.create(election=election, slug="union", kind="party", name="Union")
    on = date(2027, 9, 12)
    with pytest.raises(BadInput):
        actions.carry(by=users["coordinator"], signatory=lake, to=new, on=date(2027, 8, 31), reason="Congress")
    made = actions.carry(by=users["coordinator"], signatory=lake, to=new, on=on, reason="Congress of 12 September")
    assert made.text_sha256 == code.sha256 and made.carried_from.signatory == lake
    assert [queries.status_of(new, on + timedelta(days=n)) for n in (-1, 0)] == ["not_yet", "signed"]
    assert queries.status_of(lake.actor, on) == "signed", "what it did and does stays judged"
    with pytest.raises(Conflict):
        actions.carry(by=users["coordinator"], signatory=lake, to=new, on=on, reason="Again")


def test_the_desk_carries_over(code, election, users, client):
    client.force_login(users["coordinator"])
    make_page = reverse("signatory_carry", args=["pl"])
    assert client.get(make_page).status_code == 200
    given = {"to": "ana-pl", "on": "2027-09-12", "reason": "Congress"}
    assert client.post(make_page, given).status_code == 302
    assert "Carried over from" in client.get(reverse("signatory", args=["ana-pl"])).content.decode()


def test_signatures_from_before_are_vouched_for_as_before(election):
    """A field that came later and says nothing leaves the hash of a row as it was."""
    held = Signature.objects.filter(signatory__actor__election=election).first()
    own = row_hash(held, "salt")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Signature, "LEDGER_EXEMPT", ("carried_from_id",), raising=False)
        assert row_hash(held, "salt") == own
