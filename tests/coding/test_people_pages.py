"""One's own settings, those of others for the coordinator, and giving a post back for good."""

from __future__ import annotations

from coding_book import post
from django.test import Client
from django.urls import reverse

from besa.coding.models import Preference, Recusal, Tie


def _as(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_ties_and_preferences_are_set_on_the_page(desk, election):
    coder, page = _as(desk["coder"]), reverse("coding_mine")
    said = {"form": "tie", "actor": "Party of the Lake (pl)", "kind": "family", "note": "A cousin."}
    assert coder.post(page, said, follow=True).status_code == 200
    assert coder.post(page, {**said, "actor": "Nobody"}).status_code == 400
    assert Tie.objects.get().actor.slug == "pl"
    coder.post(page, {"form": "preference", "topics": ["hate"], "languages": ["sr"]})
    assert Preference.objects.get().topics == ["hate"]
    assert "A cousin." in coder.get(page).text
    other = reverse("coding_person", args=[desk["coder"].pk])
    assert coder.get(other).status_code == 403 and _as(desk["editor"]).get(other).status_code == 403
    boss = _as(desk["coordinator"])
    assert "A cousin." in boss.get(other).text and boss.get(reverse("coding_people")).status_code == 200
    boss.post(reverse("coding_end_tie", args=[Tie.objects.get().pk]), {"reason": "Over."})
    assert Tie.objects.get().last is not None


def test_whoever_knows_somebody_gives_the_post_back_for_good(desk, election):
    item, coder = post(election), _as(desk["coder"])
    page = coder.post(reverse("coding_take", args=["screen"]), follow=True)
    assert "I know somebody in this" in page.text
    coder.post(reverse("coding_recuse", args=["screen", item.pk]), {"reason": "My uncle."})
    assert Recusal.objects.get().reason == "My uncle."
    page = coder.post(reverse("coding_take", args=["screen"]), follow=True)
    assert item.text not in page.text
    assert item.text in _as(desk["coder2"]).post(reverse("coding_take", args=["screen"]), follow=True).text
