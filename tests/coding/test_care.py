"""Nobody is given more of what is hard to read than was set, and a call for help reaches one person only."""

from __future__ import annotations

import pytest
from coding_book import post
from django.db import transaction
from django.test import Client
from django.urls import reverse

from besa.base.errors import Conflict
from besa.coding import actions
from besa.ledger.chain import record
from besa.ledger.verify import problems
from besa.outbox.models import Message
from besa.people.policy import BELT


def test_after_the_dose_lighter_posts_come(desk, election, at):
    heavy = [post(election, f"hard {n}", rank=9) for n in range(3)]
    light = post(election, "light", reasons=[{"concern": "ad"}], rank=1)
    actions.set_care(by=desk["coordinator"], election=election, posts=2, minutes=0)
    taken = []
    for _ in range(3):
        item = actions.next_item(by=desk["coder"], election=election, task="screen")
        actions.screen(by=desk["coder"], item=item, key="nothing")
        taken.append(item)
    assert taken == [*heavy[:2], light]
    assert actions.next_item(by=desk["coder2"], election=election, task="screen") == heavy[2]
    at.advance(days=1)
    assert actions.next_item(by=desk["coder"], election=election, task="screen") == heavy[2]


def test_a_call_for_help_reaches_the_person_named_and_nobody_else(desk, election):
    with pytest.raises(Conflict):
        actions.flag_distress(by=desk["coder"], election=election)
    helper = desk["data_protection"]
    helper.email = "help@lumeria.example"
    with transaction.atomic():
        helper.save()
        record(by=BELT, act="test.mail", rows=[helper])
    actions.set_care(by=desk["coordinator"], election=election, posts=0, minutes=0, told=helper)
    flag = actions.flag_distress(by=desk["coder"], election=election, text="I dream of it.")
    mail = Message.objects.get()
    assert mail.to == helper.email and "dream" not in mail.body + mail.subject and "coder" not in mail.body
    for name in desk:
        client = Client()
        client.force_login(desk[name])
        page = client.get(reverse("coding_home"))
        assert ("I dream of it." in page.text) == (name == "data_protection"), name
    with pytest.raises(Conflict):
        actions.see_distress(by=desk["coordinator"], flag=flag)
    actions.see_distress(by=helper, flag=flag)
    assert list(problems()) == []
