"""Secrets stay secret: canaries are looked for in all tables, logs, pages and files of the project."""

from __future__ import annotations

import logging
import re
import subprocess
from pathlib import Path

import pytest
import reply_made as made
from django.apps import apps
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

import besa
from besa.outbox.actions import send_due
from besa.people.actions import set_password
from besa.people.policy import BELT
from besa.reply import actions
from besa.reply.door import COOKIE

PASSWORD = "canary-of-a-password-7"


def everything_stored() -> str:
    return "\n".join(
        str(row) for model in apps.get_models(include_auto_created=True) for row in model._default_manager.values()
    )


@pytest.fixture
def opened_link(election, users):
    """(token, key of the session at the Door) of a notice that was sent and opened."""
    made.finding(election, party=None)
    actions.serve_notices(by=users["coordinator"], election=election)
    send_due(by=BELT)
    actions.mark_served(by=BELT)
    token = re.search(r"/door/reply/([^/\s]+)/", mail.outbox[-1].body)[1]
    client = Client()
    client.post(reverse("door_redeem", args=[token]))
    return token, client.cookies[COOKIE].value


def test_neither_link_nor_session_nor_password_stands_in_the_database(opened_link, users):
    coder = users["coder"]
    set_password(by=coder, user=coder, password=PASSWORD)
    stored = everything_stored()
    assert "Ana of PL" in stored  # the look does see what is there
    for secret in (*opened_link, PASSWORD, settings.SECRET_KEY):
        assert secret not in stored


def test_what_goes_wrong_is_logged_without_secrets(opened_link, caplog, users):
    caplog.set_level(logging.DEBUG)
    token, key = opened_link
    client = Client(raise_request_exception=False)
    client.post(reverse("account_login"), {"login": "coder", "password": PASSWORD})
    client.post(reverse("door_redeem", args=[token]))
    pages = [client.get(f"/no/such/page/{n}").content.decode() for n in range(2)]
    pages.append(client.get(reverse("door_reply", args=["guess"])).content.decode())
    for secret in (PASSWORD, key, settings.SECRET_KEY):
        assert secret not in caplog.text
        assert not any(secret in page for page in pages)


def test_pages_of_the_door_are_not_kept_by_anybody(opened_link):
    token, _ = opened_link
    page = Client().get(reverse("door_reply", args=[token]))
    assert "no-store" in page.headers["Cache-Control"]
    assert page.headers["Referrer-Policy"] in ("no-referrer", "same-origin")


def test_keys_are_for_their_owner_only(home):
    from besa.edition.keys import signing_key

    signing_key(home.signing_key)
    assert home.keys.stat().st_mode & 0o077 == 0
    assert home.signing_key.stat().st_mode & 0o077 == 0
    assert Path(settings.HOME.secret).stat().st_mode & 0o077 == 0


def test_no_secret_lies_in_the_project():
    root = Path(besa.__file__).parent.parent.parent
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    pattern = re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s*\n[A-Za-z0-9+/=]{20}|\bghp_[A-Za-z0-9]{30}|\bAKIA[0-9A-Z]{16}"
    )
    files = [root / name for name in listed.stdout.decode().split("\0") if name]
    assert len(files) > 100
    assert [str(path) for path in files if path.is_file() and pattern.search(path.read_bytes())] == []
