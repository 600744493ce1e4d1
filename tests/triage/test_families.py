"""Families of near-copies: found by a run, kept, and stable."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from posts import FIRST, bring, post

from besa.ledger.verify import problems
from besa.people.policy import BELT
from besa.triage import actions
from besa.triage.models import DocketItem, Family
from besa.triage.queries import families

FULL = "Të gjithë nesër në liqen, merrni fqinjët me vete dhe mos e lini askënd në shtëpi atë ditë"
BARE = "Te gjithe neser ne liqen, merrni fqinjet me vete dhe mos e lini askend ne shtepi ate dite!"
LATIN = "Sutra se svi vidimo na jezeru, povedite komšije i ponesite zastavu sa žutom zvezdom"
CYRILLIC = "Сутра се сви видимо на језеру, поведите комшије и понесите заставу са жутом звездом"

pytestmark = pytest.mark.django_db(transaction=True)


def said(number: int, text: str, hours: float, **fields) -> dict:
    return post(number, text, posted_at=FIRST + timedelta(hours=hours), account_key=f"x:{number}", **fields)


def run(election):
    return actions.run(by=BELT, election=election)


def test_a_run_keeps_families_across_platforms_scripts_and_diacritics(home, election, at):
    bring(
        [
            said(1, FULL, 1), said(2, BARE, 30, platform="tiktok", language="sq"), said(3, CYRILLIC, 2, language="sr"),
            said(4, LATIN, 3), said(5, LATIN, 4, channel="closed"), post(6),
        ]
    )  # fmt: skip
    run(election)
    albanian, serbian = Family.objects.order_by("first_at")
    assert (albanian.members, serbian.members) == (["facebook:1", "facebook:2"], ["facebook:3", "facebook:4"])
    assert (albanian.accounts, albanian.platforms, albanian.first_at) == (
        2, ["facebook", "tiktok"], FIRST + timedelta(hours=1))  # fmt: skip
    assert albanian.days == {"2027-09-14": 1, "2027-09-15": 1}
    assert set(DocketItem.objects.filter(post_key__in=albanian.members).values_list("family", flat=True)) == {
        albanian.key
    }
    reason = DocketItem.objects.get(post_key="facebook:2").reasons[0]["text"]
    assert reason == "2 copies by 2 accounts on 2 platforms, first seen 2027-09-14 09:00 UTC"
    assert not list(problems())


def test_what_is_posted_later_changes_no_first_post_and_an_earlier_post_does(home, election, at):
    bring([said(2, FULL, 5), said(3, BARE, 6)])
    run(election)
    key = Family.objects.get().key
    bring([said(4, FULL + " ejani", 7)], "b")
    run(election)
    assert (Family.objects.get().key, Family.objects.get().posts) == (key, 3)
    bring([said(1, BARE + " ejani", 1)], "c")
    run(election)
    family = Family.objects.get()
    assert family.key != key and family.first_key == "facebook:1" and family.posts == 4
    assert set(DocketItem.objects.filter(post_key__in=family.members).values_list("family", flat=True)) == {family.key}
    assert not list(problems())


def test_a_docketed_post_that_is_no_copy_of_the_new_first_post_leaves_the_family(home, election, at):
    words = [f"fjala{number}" for number in range(40)]
    first, second, third = (" ".join(words[at : at + 24]) for at in (0, 2, 4))
    bring([said(2, second, 5), said(3, third, 6)])
    run(election)
    key = Family.objects.get().key
    bring([said(1, first, 1)], "b")
    run(election)
    assert Family.objects.get().members == ["facebook:1", "facebook:2"]
    left = DocketItem.objects.get(post_key="facebook:3").family
    assert left not in (key, Family.objects.get().key)
    assert not list(problems())


def test_no_chains_each_member_is_a_copy_of_the_first(home, election, at):
    words = [f"fjala{number}" for number in range(40)]
    steps = [" ".join(words[at : at + 24]) for at in (0, 2, 4, 6)]
    bring([said(number, text, number) for number, text in enumerate(steps)])
    run(election)
    assert sorted(row.members for row in Family.objects.all()) == [
        ["facebook:0", "facebook:1"], ["facebook:2", "facebook:3"],
    ]  # fmt: skip


def test_one_account_alone_makes_no_family_of_the_list_but_its_copies_have_one_key(home, election, at):
    mine = {"account_key": "x:1"}
    bring([said(1, FULL, 1) | mine, said(2, BARE, 2) | mine])
    run(election)
    assert not Family.objects.exists()
    keys = set()
    for key in ("facebook:1", "facebook:2"):
        if not DocketItem.objects.filter(post_key=key).exists():
            actions.put(by=BELT, election=election, post_key=key, reason="look")
        keys.add(DocketItem.objects.get(post_key=key).family)
    bring([said(3, "Krejt diçka tjetër, që askush tjetër nuk e ka thënë", 9)], "b")
    run(election)
    assert len(set(DocketItem.objects.filter(post_key__in=["facebook:1", "facebook:2"]).values_list("family"))) == 1


def test_pictures_that_look_the_same_make_a_family(home, election, at):
    one, other = (f"{random.Random(seed).getrandbits(256):064x}" for seed in (1, 2))
    near = f"{int(one, 16) ^ 0b1011:064x}"

    def shown(number, hours, *hashes):
        media = [{"kind": "image", "url": None, "sha256": None, "pdq": hashed} for hashed in hashes]
        return said(number, "", hours, media=media)

    bring([shown(1, 3, one), shown(2, 2, near), shown(3, 1, other), shown(4, 5, other, None), post(9)])
    run(election)
    assert [row.members for row in Family.objects.filter(kind="picture").order_by("first_at")] == [
        ["facebook:3", "facebook:4"], ["facebook:2", "facebook:1"],
    ]  # fmt: skip
    assert families.family_of(election, "facebook:1", "picture").first_key == "facebook:2"


def test_the_largest_of_a_week_come_first(home, election, at):
    bring(
        [said(number, FULL, number) for number in range(3)]
        + [said(number, LATIN, 24 * 7 + number) for number in range(10, 12)]
        + [said(20, FULL, 24 * 7)]
    )
    run(election)
    posts = {row.pk: row.posts for row in Family.objects.all()}

    def shown(week):
        week, weeks, listed = families.largest(election, week)
        assert weeks == ["2027-W37", "2027-W38"]
        return week, [(posts[one.pk], one.posts) for one in listed]

    assert shown("") == ("", [(4, 4), (2, 2)]) == shown("1999-W01")
    assert shown("2027-W38") == ("2027-W38", [(2, 2), (4, 1)]) == shown(None)
