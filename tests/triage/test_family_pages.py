"""What people see of families: how far a text went, and no names of private persons."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from posts import FIRST, bring, post

import make
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.models import DocketItem, Family

TEXT = "Të gjithë nesër në liqen, merrni fqinjët me vete dhe mos e lini askënd në shtëpi atë ditë"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def family(home, election, users, at):
    bring(
        [
            post(
                number, TEXT + " ejani" * (number % 2), kind="comment", posted_at=FIRST + timedelta(days=number),
                account_key=f"facebook:{number}", account_handle=f"secret{number}", account_name=f"Secret {number}",
            )
            for number in range(12)
        ]
    )  # fmt: skip
    actions.run(by=BELT, election=election)
    return Family.objects.get()


def test_the_list_and_the_page(family, users, client):
    client.force_login(users["coordinator"])
    page = client.get(reverse("families")).text
    assert "6 posts this week" in page and "12 posts by 12 accounts" in page
    assert page.count("<rect") == 6 and TEXT in page
    page = client.get(reverse("families"), {"week": ""}).text
    assert page.count("<rect") == 12
    page = client.get(reverse("family", args=[family.key])).text
    assert page.count("<tr>") == 13 and page.count("ejani") == 6
    number = DocketItem.objects.get(post_key="facebook:3").pk
    assert reverse("docket_item", args=[number]) in page
    assert client.get(reverse("family", args=["0" * 64])).status_code == 404


def test_private_persons_are_codes(family, users, client):
    client.force_login(users["coordinator"])
    page = client.get(reverse("family", args=[family.key])).text
    assert "Secret" not in page and "secret" not in page and page.count("Account ") >= 12


def test_a_docketed_post_says_where_else_it_stands(family, users, client):
    client.force_login(users["coordinator"])
    item = DocketItem.objects.order_by("posted_at").first()
    page = client.get(reverse("docket_item", args=[item.pk])).text
    assert "Where else it stands" in page and reverse("family", args=[family.key]) in page


def test_coders_are_not_told(family, users):
    coder = Client()
    coder.force_login(users["coder"])
    for address in (reverse("families"), reverse("family", args=[family.key])):
        assert coder.get(address).status_code == 403


def test_nothing_yet(election, users, client):
    client.force_login(users["analyst"])
    assert "No family yet" in client.get(reverse("families")).text
    make.docket_item(election)
    assert "Where else" not in client.get(reverse("docket_item", args=[DocketItem.objects.get().pk])).text
