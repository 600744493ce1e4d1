"""Accounts and roles: who may make them, and that what ends has ended."""

from __future__ import annotations

import pytest
from django.test import Client

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.words import Role
from besa.ledger.verify import problems
from besa.people import actions, queries
from besa.people.models import Membership, User
from besa.people.policy import may, roles_of


@pytest.fixture
def chief(users):
    """An administrator of all elections."""
    actions.first_start()
    return queries.local_operator()


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_an_account_with_its_roles(chief, election):
    user = actions.add_user(
        by=chief,
        username="dita",
        password="longenough-words",
        roles=["coder", "coder", "editor"],
        election=election.slug,
    )
    assert roles_of(user, election.slug) == {Role.CODER, Role.EDITOR}
    assert roles_of(user, "") == set() and user.monitor_name.startswith("Monitor ")
    with pytest.raises(BadInput):
        actions.add_user(by=chief, username="dita", password=None, roles=[])
    for name, roles in [("a b", ["coder"]), ("", ["coder"]), ("ok", ["king"]), ("ok", ["belt"])]:
        with pytest.raises(BadInput):
            actions.add_user(by=chief, username=name, password=None, roles=roles)
    assert not User.objects.filter(username="ok").exists()
    assert list(problems()) == []


@pytest.mark.parametrize("role", [r for r in Role if r not in (Role.ADMINISTRATOR, Role.BELT, Role.DOOR)])
def test_only_administrators_make_accounts(users, election, role):
    with pytest.raises(Refused):
        actions.add_user(by=users[role], username="x", password=None, roles=["administrator"], election=election.slug)


def test_the_administrator_of_one_election_cannot_reach_further(users, election):
    by = users["administrator"]
    actions.add_user(by=by, username="x", password=None, roles=["coder"], election=election.slug)
    with pytest.raises(Refused):
        actions.add_user(by=by, username="y", password=None, roles=["administrator"])
    with pytest.raises(Refused):
        actions.set_password(by=by, user=users["editor"], password="a-good-long-password")
    with pytest.raises(Refused):
        actions.close_user(by=by, user=users["editor"], reason="left")


def test_a_role_ends_and_may_be_given_again(chief, users, election):
    coder = users["coder"]
    membership = Membership.objects.get(user=coder)
    actions.end_role(by=chief, membership=membership, reason="left the team")
    assert not may(again(coder), "coding.code", election.slug)
    with pytest.raises(Conflict):
        actions.end_role(by=chief, membership=membership, reason="left the team")
    actions.give_role(by=chief, user=coder, role="coder", election=election.slug)
    assert may(again(coder), "coding.code", election.slug)
    with pytest.raises(Conflict):
        actions.give_role(by=chief, user=coder, role="coder", election=election.slug)
    assert list(problems()) == []


def test_a_new_password_ends_the_sessions(chief, users):
    coder, client = users["coder"], Client()
    client.force_login(coder)
    assert client.get("/desk/").status_code == 200
    with pytest.raises(BadInput):
        actions.set_password(by=chief, user=coder, password="short")
    assert client.get("/desk/").status_code == 200
    actions.set_password(by=chief, user=coder, password="a-good-long-password")
    assert client.get("/desk/").status_code == 302
    assert again(coder).check_password("a-good-long-password")
    assert list(problems()) == []


def test_a_closed_account_is_out_at_once(chief, users, election):
    editor, client = users["editor"], Client()
    client.force_login(editor)
    actions.close_user(by=chief, user=editor, reason="left")
    assert client.get("/desk/").status_code == 302
    assert roles_of(again(editor), election.slug) == frozenset()
    with pytest.raises(Conflict):
        actions.give_role(by=chief, user=again(editor), role="editor")
    for user in (chief, editor):
        with pytest.raises(Conflict):
            actions.close_user(by=chief, user=again(user), reason="again")
    assert list(problems()) == []


def test_the_operator_cannot_log_in_over_the_web(chief):
    assert not chief.has_usable_password()
    assert {role for person in queries.people() if person.user == chief for role, _ in person.roles} == {
        "administrator",
        "coordinator",
        "analyst",
    }
