"""The gate, the preferences, the accounts and the headers of the desk."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

import make
from besa.people.models import User

PASSWORD = "a-long-password-1"


@pytest.fixture(autouse=True)
def _forget_attempts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def client(home):
    return Client()


def sign_in(client, name, password=PASSWORD):
    return client.post("/accounts/login/", {"login": name, "password": password})


def _routes(patterns, prefix=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern), pattern.callback


def test_every_page_of_ours_says_who_may_see_it():
    unmarked = [
        route
        for route, view in _routes(get_resolver().url_patterns)
        if view.__module__.startswith("besa.") and not hasattr(view, "besa_act")
    ]
    assert unmarked == []


def test_the_desk_is_closed_to_visitors(client, db):
    answer = client.get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_no_address_of_the_desk_answers_a_visitor(client, db):
    for route, view in _routes(get_resolver().url_patterns):
        if getattr(view, "besa_act", "door") == "door" or "<" in route:
            continue
        assert client.get("/" + route).status_code in (302, 405), route


@pytest.mark.parametrize("path", ["signup/", "email/", "password/reset/", "confirm-email/", "2fa/webauthn/"])
def test_nobody_makes_or_mends_an_account_alone(client, db, path):
    assert client.get("/accounts/" + path).status_code == 404


def test_staff_without_a_second_factor_reach_only_the_page_that_sets_it_up(client, election):
    user = make.user("vera", "coordinator", election.slug, password=PASSWORD)
    User.objects.filter(pk=user.pk).update(demo=False)
    sign_in(client, "vera")
    assert client.get("/desk/")["Location"] == "/accounts/2fa/totp/activate/"
    again = client.get("/accounts/2fa/totp/activate/")
    assert again["Location"].startswith("/accounts/reauthenticate/")
    assert client.get(again["Location"]).status_code == 200
    client.post(again["Location"], {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    page = client.get("/accounts/2fa/totp/activate/")
    assert b"data:image/svg" in page.content
    secret = page.context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": _code_of(secret)})
    assert done.status_code == 302
    assert client.get("/desk/").status_code == 200
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert codes.status_code == 200


def _code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_demo_accounts_work_on_this_machine_only(client, users, election):
    make.user("dea", "coordinator", election.slug, password=PASSWORD)
    sign_in(client, "dea")
    assert client.get("/desk/").status_code == 200
    refused = client.get("/desk/", REMOTE_ADDR="192.0.2.7")
    assert refused.status_code == 403
    assert b"this machine only" in refused.content


def test_wrong_passwords_are_slowed_down_with_a_clear_word(client, election):
    make.user("dea", "coordinator", election.slug, password=PASSWORD)
    answers = [sign_in(client, "dea", "wrong-password-1") for _ in range(8)]
    last = answers[-1].content.decode()
    assert "Too many" in last
    assert b"Too many" in sign_in(client, "dea").content, "the right password is slowed down too"


def test_the_language_is_kept_and_nobody_is_sent_elsewhere(client, db):
    answer = client.post("/language/", {"language": "sq", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert client.cookies["django_language"].value == "sq"
    assert client.get("/")["Content-Language"] == "sq"
    client.post("/language/", {"language": "xx", "next": "/"})
    assert client.cookies["django_language"].value == "sq"


def test_staff_read_in_the_language_of_their_account_until_they_choose(client, election):
    make.user("dea", "coordinator", election.slug, password=PASSWORD, interface_language="sr-Latn")
    sign_in(client, "dea")
    assert client.get("/desk/")["Content-Language"] == "sr-latn"
    client.post("/language/", {"language": "sq", "next": "/desk/"})
    assert client.get("/desk/")["Content-Language"] == "sq"


def test_the_appearance_is_kept(client, db):
    client.post("/appearance/", {"appearance": "dark", "next": "/"})
    assert b'data-theme="dark"' in client.get("/").content
    client.post("/appearance/", {"appearance": "", "next": "/"})
    assert b"data-theme" not in client.get("/").content


def test_get_changes_no_preference(client, db):
    for path in ("/language/", "/appearance/"):
        assert client.get(path).status_code == 405


def test_headers_of_a_page(client, election):
    make.user("dea", "coordinator", election.slug, password=PASSWORD)
    sign_in(client, "dea")
    answer = client.get("/desk/")
    policy = answer["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, no-store"


def test_choosing_an_election(client, users):
    make.user("dea", "coordinator", "", password=PASSWORD)
    make.election("older-2021")
    sign_in(client, "dea")
    assert client.post("/desk/election/", {"election": "tirona-2027"}).status_code == 302
    assert client.get("/desk/").context["election"].slug == "tirona-2027"
    assert client.post("/desk/election/", {"election": "nowhere"}).status_code == 404


def test_an_unknown_page_explains_itself(client, db):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert b"no such page" in answer.content


def test_the_menu_shows_only_rooms_that_open(client, users, election):
    for name, role in (("carla", "coder"), ("dea", "coordinator")):
        make.user(name, role, election.slug, password=PASSWORD)
        sign_in(client, name)
        page = client.get("/desk/")
        paths = [room["path"] for room in page.context["rooms"]]
        assert "/desk/" in paths and "/desk/coding/" in paths
        assert ("/desk/docket/" in paths) == (role == "coordinator")
        for path in paths:
            assert client.get(path).status_code in (200, 404), f"{path} was offered and refused"
        client.post("/accounts/logout/")
