"""Names that the machine reads are offered after the answer, to its author alone, and change no answer."""

from __future__ import annotations

import pytest
from coding_book import NO_ISSUE, TARGET, VIOLATION, post
from django.db import transaction
from django.urls import reverse

from besa.base.errors import BadInput, Conflict, Refused
from besa.coding import actions, names_read
from besa.coding.models import Coding, NameCheck
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.pledge.models import Actor

pytestmark = pytest.mark.django_db
_TEXT = "Tradhtarë janë Zana Bregu dhe Mira Kodra, jashtë!"


@pytest.fixture
def named(desk, all_share, election):
    """A post that names two candidates; nobody of them is in the answers."""
    with transaction.atomic():
        rows = [
            Actor.objects.create(election=election, slug=slug, name=name, kind="mayor_candidate", language="sq")
            for slug, name in (("zana-bregu", "Zana Bregu"), ("mira-kodra", "Mira Kodra"))
        ]
        record(by=BELT, act="test.actors", rows=rows, election=election.slug)
    item = post(election, _TEXT)
    actions.screen(by=desk["coder"], item=item, key="look", seconds=9)
    return item


def _code(user, item, **answers) -> Coding:
    return actions.submit(by=user, item=item, answers={**VIOLATION, **answers}, seconds=60)


def _settled(user, item, **answers) -> Coding:
    _code(user, item, **answers)
    return actions.settle(by=user, item=item)


def test_before_the_answer_nothing_is_said_and_after_it_the_author_may_add(desk, named, election, client):
    client.force_login(desk["coder"])
    page = client.get(reverse("code_item", args=[named.pk])).content.decode()
    assert "The machine also read" not in page
    coding = _code(desk["coder"], named)
    answered = reverse("code_answered", args=[named.pk])
    assert "The machine also read" not in client.get(answered).text, "it could still be taken back"
    page = client.post(answered, follow=True).text
    assert "The machine also read" in page and 'value="zana-bregu"' in page and 'value="mira-kodra"' in page

    said = client.post(reverse("names_check", args=[coding.pk]), {"taken": ["mira-kodra"]})
    assert said.status_code == 302
    kept = NameCheck.objects.get()
    assert (kept.offered, kept.added) == (["zana-bregu", "mira-kodra"], ["mira-kodra"])
    coding.refresh_from_db()
    assert coding.answers["targets"] == [TARGET], "what was answered unprompted stays"
    assert "The machine also read" not in client.get(answered).text
    assert list(verify.problems()) == []


def test_the_second_coder_sees_nothing_of_it_and_whoever_decides_does(desk, named, client):
    names_read.check_names(by=desk["coder"], coding=_settled(desk["coder"], named), taken=["mira-kodra"])
    client.force_login(desk["coder2"])
    for address in (reverse("coding_home"), reverse("code_item", args=[named.pk])):
        page = client.get(address).content.decode()
        assert "after the machine named" not in page and "mira-kodra" not in page and "The machine" not in page
    _code(desk["coder2"], named)
    client.force_login(desk["adjudicator"])
    page = client.get(reverse("adjudicate_item", args=[named.pk])).content.decode()
    assert "after the machine named them: Mira Kodra" in " ".join(page.split())


def test_what_is_named_already_or_makes_no_difference_is_not_offered(desk, named):
    coding = _code(desk["coder"], named, targets=[{**TARGET, "kind": "person", "actor": "zana-bregu"}])
    assert names_read.to_check(coding) == []
    coding = actions.settle(by=desk["coder"], item=named)
    assert [read.slug for read in names_read.to_check(coding)] == ["mira-kodra"]
    assert names_read.to_check(_settled(desk["coder2"], named, **NO_ISSUE)) == []


def test_only_the_author_only_once_and_only_what_was_offered(desk, named):
    coding = _code(desk["coder"], named)
    with pytest.raises(Conflict, match="once you have answered"):
        names_read.check_names(by=desk["coder"], coding=coding, taken=[])
    coding = actions.settle(by=desk["coder"], item=named)
    with pytest.raises(Refused):
        names_read.check_names(by=desk["coder2"], coding=coding, taken=[])
    with pytest.raises(Refused):
        names_read.check_names(by=desk["adjudicator"], coding=coding, taken=[])
    with pytest.raises(BadInput, match="not offered"):
        names_read.check_names(by=desk["coder"], coding=coding, taken=["ana-pl"])
    names_read.check_names(by=desk["coder"], coding=coding, taken=[])
    with pytest.raises(Conflict):
        names_read.check_names(by=desk["coder"], coding=coding, taken=["mira-kodra"])
