from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

import make
from besa.evidence import actions, queries
from besa.evidence.models import Custody, Exhibit
from besa.ledger.chain import head
from besa.ledger.verify import problems
from besa.people.policy import BELT
from besa.triage import actions as triage
from triage.posts import bring, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(home, election):
    bring([post(1, "Ju jeni <b>tradhtarë</b>", raw='{"id": 1}')])
    return triage.put(by=BELT, election=election, post_key="facebook:1", reason="asked for")


def test_the_page_shows_the_post_escaped_and_what_is_kept(item, election, users, client):
    client.force_login(users["adjudicator"])
    page = client.get(reverse("docket_item", args=[item.pk])).content.decode()
    assert "&lt;b&gt;tradhtarë&lt;/b&gt;" in page and "Nothing is preserved yet" in page
    actions.preserve_pending(by=BELT, election=election)
    exhibit = queries.exhibits(item)[0]
    assert exhibit.sha256 in client.get(reverse("docket_item", args=[item.pk])).content.decode()


def test_a_screenshot_goes_up_and_comes_down_as_a_file_that_cannot_run(item, users, client, at):
    client.force_login(users["adjudicator"])
    data = b"\x89PNG\r\n\x1a\n" + b"\1" * 30
    sent = client.post(reverse("evidence_add", args=[item.pk]), {"file": SimpleUploadedFile("s.png", data)})
    assert sent.status_code == 302
    place = reverse("evidence_file", args=[Exhibit.objects.get().pk])
    assert client.get(place).status_code == 403, "nobody sees it without custody saying so"
    assert client.post(reverse("evidence_view", args=[Exhibit.objects.get().pk])).status_code == 302
    before = head()
    got = client.get(place)
    assert got.content == data and got["Content-Type"] == "image/png"
    assert got["Content-Disposition"].startswith("attachment") and "sandbox" in got["Content-Security-Policy"]
    assert got["X-Content-Type-Options"] == "nosniff"
    assert head() == before, "looking writes nothing"
    assert client.post(place).content == data and client.post(place).content == data
    client.post(reverse("evidence_view", args=[Exhibit.objects.get().pk]))
    entries = list(Custody.objects.values_list("act", "by"))
    assert entries == [("captured", "adjudicator"), ("viewed", "adjudicator"), ("copied", "adjudicator")], "once a day"
    at.advance(days=1)
    assert client.get(place).status_code == 403
    client.post(place)
    assert Custody.objects.filter(act="copied").count() == 2 and list(problems()) == []
    bad = client.post(reverse("evidence_add", args=[item.pk]), {"file": SimpleUploadedFile("s.png", b"<html>")})
    assert bad.status_code == 400 and Exhibit.objects.count() == 1


def test_a_post_of_another_election_is_not_found(item, users, client):
    client.force_login(users["adjudicator"])
    assert client.get(reverse("docket_item", args=[item.pk + 99])).status_code == 404


def test_a_page_of_work_shows_its_file_to_its_reader_alone(home, election, users, client):
    from besa.evidence.views import address_of

    one = actions.add_file(
        by=users["coder"], item=make.docket_item(election), kind="screenshot", media_type="image/png",
        file_name="a.png", data=b"\x89PNG\r\n\x1a\n" + b"x" * 40,
    )  # fmt: skip
    plain, address = reverse("evidence_file", args=[one.pk]), address_of(one, users["coder"])
    client.force_login(users["coder"])
    assert client.get(plain).status_code == 403
    assert client.get(address).status_code == 200
    assert client.get(address[:-1] + ("A" if address[-1] != "A" else "B")).status_code == 403
    client.force_login(users["coder2"])
    assert client.get(address).status_code == 403
