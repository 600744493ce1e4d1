"""The desk pages of the room: who sees them, what they do, what they say."""

from __future__ import annotations

from datetime import UTC, datetime

import casework
import pytest
from django.urls import reverse

from besa.base import languages
from besa.report import actions
from besa.report.models import Freeze, Prose, Publication, SignOff

pytestmark = pytest.mark.django_db
WEEK = "2027-W36"


@pytest.fixture
def case(home, election, users, at):
    at.move_to(datetime(2027, 10, 1, tzinfo=UTC))
    casework.in_languages(election, "sq")
    casework.more_people(election)
    casework.findings(election, users, 16, seed=6)
    return election


def as_user(client, user):
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_week_goes_through_the_browser_to_an_edition(case, users, client):
    as_user(client, users["analyst"])
    page = client.get(reverse("reports"))
    assert page.status_code == 200 and WEEK in page.content.decode()
    name = client.post(reverse("freeze"), {"kind": "weekly", "week": WEEK}).url.split("/")[-2]
    held = Freeze.objects.get()
    assert held.name.startswith(name)
    as_user(client, users["editor"])
    client.post(reverse("write_prose", args=[name]), {"language": "sq", "text": "<b>Fjalë</b>"})
    assert Prose.objects.get().text == "<b>Fjalë</b>"
    client.post(reverse("sign_off", args=[name]), {"note": "read"})
    page = client.get(reverse("report", args=[name])).content.decode()
    assert "&lt;b&gt;Fjalë" in page and "one more sign-off" in page
    assert client.post(reverse("publish", args=[name])).status_code == 409
    client.post(reverse("sign_off", args=[name]), {})
    assert SignOff.objects.count() == 1
    as_user(client, users["editor2"])
    client.post(reverse("sign_off", args=[name]), {})
    assert client.post(reverse("publish", args=[name]), {"change_note": ""}).url == reverse("editions")
    made = Publication.objects.get()
    assert made.edition[:16] in client.get(reverse("editions")).content.decode()
    assert "edition 1" in client.get(reverse("reports")).content.decode()


@pytest.mark.parametrize("tag", languages.INTERFACE)
def test_every_page_in_every_language(case, users, client, tag):
    held = actions.freeze(by=users["analyst"], election=case, week=WEEK)
    as_user(client, users["editor"])
    client.cookies["django_language"] = languages.django_code(tag)
    for address in (
        reverse("reports"), reverse("report", args=[held.name[:16]]), reverse("tables"), reverse("editions"),
        reverse("table", args=["findings-by-type"]) + f"?week={WEEK}&phase=campaign",
        reverse("table", args=["coverage"]),
    ):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        assert f'lang="{languages.django_code(tag)}"' in page.content.decode()
    figure = client.get(reverse("report_figure", args=[held.name[:16], "types"]))
    assert figure["Content-Type"] == "image/svg+xml"
    assert client.get(reverse("report_file", args=[held.name[:16], tag, "html"])).content.startswith(b"<!doctype html>")
    assert client.get(reverse("report_file", args=[held.name[:16], "xx", "html"])).status_code == 404


def test_coders_see_none_of_it(case, users, client):
    as_user(client, users["coder"])
    assert client.get(reverse("reports")).status_code == 403
    assert client.post(reverse("freeze"), {"kind": "weekly", "week": WEEK}).status_code == 403
    assert Freeze.objects.count() == 0


def test_reading_writes_nothing(case, users, client):
    as_user(client, users["editor"])
    for name in ("freeze",):
        assert client.get(reverse(name)).status_code in (404, 405)
    assert Freeze.objects.count() == 0
