"""At the ceremony each body signs through its own sheet; afterwards reminders are noted."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from besa.base.errors import BadInput, NotFound
from besa.ledger import verify
from besa.pledge import actions
from besa.pledge.models import Actor, Signatory, Signature
from pledge.pledge_made import whole_code


@pytest.fixture
def code(home, election):
    return whole_code(election)


def test_from_the_sheet_to_the_signature(code, election, users, client, at):
    Actor.objects.create(election=election, slug="radio", kind="media", name="Radio of the Lake", language="sr")
    client.force_login(users["coordinator"])
    given = {"actors": ["radio"], "authority": "Mandate shown."}
    assert client.post(reverse("ceremony"), {**given, "actors": ["pl"]}).status_code == 422, "it has signed"
    first = client.post(reverse("ceremony"), given).content.decode()
    page = client.post(reverse("ceremony"), given).content.decode()
    assert page.count("data:image/svg+xml;base64,") == 1
    old, token = (re.search(r"/door/sign/link/([^/\s<]+)/", text)[1] for text in (first, page))
    with pytest.raises(NotFound):
        actions.redeem(token=old)
    phone = Client()
    assert phone.post(reverse("door_sign_redeem", args=[token])).status_code == 302
    answer = phone.get(reverse("door_sign_text"))
    assert answer.headers["Content-Language"] == "sr-Latn"
    given = {"sha256": code.sha256, "signer": "Editor", "confirm": "on"}
    assert phone.post(reverse("door_sign_text"), given).status_code == 302
    made = Signature.objects.get(signatory__actor__slug="radio")
    assert (made.kind, made.text_sha256) == ("ceremony", code.sha256)
    assert [one for one in verify.problems() if "actor" not in one["where"]] == []


def test_a_sheet_opens_nothing_on_the_day_after(code, election, users, at):
    ana = Actor.objects.get(slug="ana-pl")
    ((_, link),) = actions.call_up(by=users["coordinator"], election=election, actors=[ana], authority="Known.")
    at.advance(hours=12)
    assert Client().post(link[link.index("/door/") :] + "open/").status_code == 409


def test_reminders_are_of_days_on_which_they_were_bound(code, election, users, client):
    lake = Signatory.objects.select_related("actor__election").get(actor__slug="pl")
    for day in (date(2027, 8, 31), date(2027, 9, 16)):
        with pytest.raises(BadInput):
            actions.acknowledge(by=users["coordinator"], signatory=lake, on=day, how="Letter")
    client.force_login(users["coordinator"])
    given = {"on": "2027-09-02", "how": "Letter of 2 September", "acknowledged_by": "Secretary"}
    assert client.post(reverse("signatory_remind", args=["pl"]), given).status_code == 302
    assert "Letter of 2 September" in client.get(reverse("signatory", args=["pl"])).content.decode()
    assert list(verify.problems()) == []
