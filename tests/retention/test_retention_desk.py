"""The pages: looking changes nothing, a hold is set and lifted, an erasure is seen before it is done."""

from __future__ import annotations

import pytest
from canary import HANDLE, TEXT, fill, hits, ruled
from django.urls import reverse

from besa.base.errors import NotFound
from besa.evidence.models import Exhibit
from besa.ledger.chain import head
from besa.retention.models import Erasure, Hold
from besa.retention.queries.telling import subject_of


@pytest.fixture
def desk(home, election, users, client):
    fill(home, election, users["coder"])
    ruled(election)
    client.force_login(users["data_protection"])
    return client


def test_what_would_go_is_seen_first_and_then_goes(desk, home):
    page = desk.get(reverse("retention")).content.decode()
    assert "Working times of coders" in page and "No longer needed." in page
    asked = {"what": "account", "ground": "person", "key": f"facebook:@{HANDLE}"}
    before = head()
    seen = desk.get(reverse("retention_preview"), asked).content.decode()
    assert "<b>2</b><span>posts" in seen and "Erase it" in seen and head() == before and hits(home, TEXT)
    short = desk.post(reverse("erase"), asked | {"reason": "short"})
    assert short.status_code == 422 and not Erasure.objects.exists()
    done = desk.post(reverse("erase"), asked | {"reason": "Letter 12 of 3 March"}, follow=True).content.decode()
    assert "Letter 12 of 3 March" in done and HANDLE not in done and hits(home, TEXT, HANDLE) == []
    assert "Letter 12" in desk.get(reverse("retention")).content.decode()


def test_a_hold_is_set_and_lifted_with_a_reason(desk):
    hold = {"kind": "post", "key": "facebook:900011112222", "reason": "The court asked for it."}
    assert desk.post(reverse("hold_set"), hold | {"key": "facebook:0"}).status_code == 422
    assert desk.post(reverse("hold_set"), hold).status_code == 302
    seen = desk.get(reverse("retention_preview"), {"what": "post", "ground": "court", "key": hold["key"]})
    assert "The court asked for it." in seen.content.decode() and "Erase it" not in seen.content.decode()
    place = reverse("hold_lift", args=[Hold.objects.get().pk])
    desk.post(place, {"reason": "no"})
    assert Hold.objects.get().lifted_at is None
    desk.post(place, {"reason": "The court is done with it."})
    assert Hold.objects.get().lifted_by == "data_protection"


def test_a_post_or_evidence_that_is_not_here_cannot_be_asked_for(desk, election):
    for what, key in (("post", "facebook:0"), ("post", "Facebook:900011112222"), ("exhibit", "E-0")):
        with pytest.raises(NotFound):
            subject_of(election, what, key)
    assert subject_of(election, "post", "facebook:778") == {"posts": ["facebook:778"]}, "in the corpus alone"
    one = Exhibit.objects.first()
    assert subject_of(election, "exhibit", f"e-{one.pk}") == {"exhibits": [one.pk]}
    wrong = {"kind": "post", "key": "Facebook:900011112222", "reason": "The court asked for it."}
    assert desk.post(reverse("hold_set"), wrong).status_code == 422, "it would hold nothing"
