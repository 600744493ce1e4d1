"""`besa user` from the terminal."""

from __future__ import annotations

import json

import pytest

from besa.people.models import User
from besa.site.cli import main


@pytest.fixture
def besa(election, capsys):
    def run(*words: str, code: int = 0):
        assert main([*words, "--json"]) == code
        out = capsys.readouterr().out
        return json.loads(out) if out else None

    return run


def test_the_life_of_an_account(besa, election):
    made = besa("user", "add", "dita", "--role", "coder", "--election", election.slug)
    assert User.objects.get(username="dita").check_password(made["password"])
    assert made["election"] == election.slug
    new = besa("user", "password", "dita")["password"]
    assert new != made["password"] and User.objects.get(username="dita").check_password(new)
    besa("user", "give", "dita", "--role", "editor")
    besa("user", "end", "dita", "--role", "coder", "--election", election.slug)
    [row] = [row for row in besa("user", "list") if row["user"] == "dita"]
    assert row["roles"] == [{"role": "editor", "election": ""}]
    besa("user", "end", "dita")
    [row] = [row for row in besa("user", "list") if row["user"] == "dita"]
    assert row["open"] is False and row["roles"] == []


def test_wrong_use_is_told(besa):
    besa("user", "password", "nobody", code=2)
    besa("user", "add", "x", "--role", "coder", "--election", "nowhere", code=2)
    besa("user", "add", "x", "--role", "coder", "--language", "de", code=2)
    besa("user", "add", "x", "--role", "coder")
    assert besa("user", "list", "--as", "x", code=1) is None
