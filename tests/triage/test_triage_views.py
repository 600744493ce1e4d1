from __future__ import annotations

import pytest
from django.urls import reverse

from besa.ledger.chain import head
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.models import DocketItem, Run
from triage.posts import bring, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(home, election, lexicon):
    bring([post(number) for number in range(40)]
          + [post(100 + number, f"Tradhtarë <i>të</i> {number}") for number in range(30)])  # fmt: skip
    actions.run(by=BELT, election=election)


@pytest.mark.parametrize("name", ["docket", "lexicon", "triage_runs", "docket_put"])
def test_pages_open_for_the_coordinator_and_write_nothing(filled, users, client, name):
    client.force_login(users["coordinator"])
    before = head()
    assert client.get(reverse(name)).status_code == 200
    assert head() == before
    client.force_login(users["coder"])
    # coders put on the docket what they find in the corpus; the rest would tell them what machines saw
    assert client.get(reverse(name)).status_code == (200 if name == "docket_put" else 403)


def test_pages_open_before_anything_is_there(home, election, users, client):
    client.force_login(users["coordinator"])
    for name in ["docket", "lexicon", "triage_runs"]:
        assert 'class="empty"' in client.get(reverse(name)).content.decode()


def test_the_docket_shows_reasons_marks_the_words_and_blurs_the_text(filled, users, client):
    client.force_login(users["coordinator"])
    page = client.get(reverse("docket"), {"concern": "hate"}).content.decode()
    assert "<mark>Tradhtarë</mark> &lt;i&gt;të&lt;/i&gt;" in page and "post-text blur" in page
    assert page.count("<article") == 25 and "concern=hate&amp;page=2" in page
    assert "Nothing on the docket fits" in client.get(reverse("docket"), {"language": "xx"}).content.decode()


def test_run_and_put_by_button(home, election, lexicon, users, client):
    bring([post(number) for number in range(30)])
    client.force_login(users["coordinator"])
    assert client.get(reverse("triage_run")).status_code == 405
    assert client.post(reverse("triage_run")).status_code == 302
    assert Run.objects.get().posts == 30
    key = next(f"facebook:{n}" for n in range(30) if not DocketItem.objects.filter(post_key=f"facebook:{n}").exists())
    assert client.post(reverse("docket_put"), {"post_key": key, "reason": ""}).status_code == 400
    assert client.post(reverse("docket_put"), {"post_key": key, "reason": "A tip"}).status_code == 302
    twice = client.post(reverse("docket_put"), {"post_key": key, "reason": "A tip"})
    assert twice.status_code == 400 and "on the docket already" in twice.content.decode()
