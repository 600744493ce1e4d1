"""Only the right people: every address is held against the one table of roles and acts."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern

import make
from besa.base.words import Role
from besa.people.policy import ACTS
from besa.people.queries import memberships
from routing import address, routes

_GUARDED_ELSEWHERE = ("allauth.", "django.views.i18n", "django.contrib.staticfiles")
_DESK_ROLES = [role for role in Role if role not in (Role.BELT, Role.DOOR)]


def desk_routes() -> list[tuple[str, URLPattern, str]]:
    found = [(route, pattern, getattr(pattern.callback, "besa_act", None)) for route, pattern in routes()]
    return [row for row in found if row[2] not in (None, "door")]


def test_every_address_says_who_may():
    unmarked = [
        route
        for route, pattern in routes()
        if getattr(pattern.callback, "besa_act", None) is None
        and not pattern.callback.__module__.startswith(_GUARDED_ELSEWHERE)
    ]
    assert unmarked == []
    assert {act for _, _, act in desk_routes()} <= set(ACTS)
    assert len(desk_routes()) > 10


def test_the_desk_stands_under_desk_and_the_door_does_not():
    for route, pattern in routes():
        act = getattr(pattern.callback, "besa_act", None)
        if route.startswith("door/"):
            assert act == "door", route
        if route.startswith("desk/"):
            assert act in ACTS, route


def test_a_stranger_is_sent_to_the_log_in_everywhere(election):
    client = Client()
    for route, pattern, _ in desk_routes():
        for method in ("get", "post"):
            answer = getattr(client, method)(address(pattern, route))
            assert answer.status_code == 302 and "/accounts/login/" in answer.url, route


@pytest.mark.parametrize("role", _DESK_ROLES)
def test_each_role_reaches_what_the_table_gives_it_and_nothing_else(role, election, users):
    item = make.docket_item(election)
    client = Client(raise_request_exception=False)
    client.force_login(users[role])
    assert memberships(users[role], election.slug) == {role}
    for route, pattern, act in desk_routes():
        status = client.get(address(pattern, route, item=item.pk, pk=item.pk)).status_code
        if role in ACTS[act]:
            assert status != 403 and status < 500, f"{role} should reach {route} ({act}): {status}"
        else:
            assert status == 403, f"{role} must not reach {route} ({act}): {status}"
            assert client.post(address(pattern, route, item=item.pk, pk=item.pk)).status_code == 403, route


def test_a_role_in_one_election_is_none_in_another(election, users):
    other = make.election("elsewhere-2027")
    assert memberships(users["coder"], other.slug) == frozenset()


def test_a_demo_account_works_on_this_machine_only(election, users):
    client = Client(REMOTE_ADDR="203.0.113.9")
    client.force_login(users["administrator"])
    for route, pattern, _ in desk_routes():
        assert client.get(address(pattern, route)).status_code == 403, route


def test_without_a_second_factor_nothing_opens(election):
    user = make.user("real", "administrator", election.slug)
    type(user).objects.filter(pk=user.pk).update(demo=False)
    client = Client()
    client.force_login(user)
    for route, pattern, _ in desk_routes():
        answer = client.get(address(pattern, route))
        assert answer.status_code == 302 and "totp" in answer.url, route


def test_the_language_and_csrf_gates_stand(election, users):
    """A POST without the form's token is refused on every desk and door route."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(users["administrator"])
    for route, pattern in routes():
        if getattr(pattern.callback, "besa_act", None) is not None:
            assert client.post(address(pattern, route), {"x": "y"}).status_code in (403, 405), route
