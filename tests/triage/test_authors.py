"""Who is no public figure stands on no page of triage by name: where a post is quoted, its author is a code."""

from __future__ import annotations

import pytest
from django.urls import reverse

from besa.people.policy import BELT
from besa.triage import actions
from triage.posts import bring, post

pytestmark = pytest.mark.django_db
CLAIM = "Komuna ka shpenzuar 2 milionë euro për vetura zyrtare."
TABLE = f"claim,rating,reviewer\n{CLAIM},E rreme,Fakti\n"
NAME = "Dafina Dushku-Kroni"


@pytest.mark.parametrize("name", ["claims", "advertising"])
def test_a_private_author_is_a_code(home, election, users, client, name):
    actions.take_in(by=users["coordinator"], election=election, data=TABLE.encode(), file_name="list.csv")
    private = {"account_key": "facebook:dafina.77", "account_handle": "dafina.77", "account_name": NAME}
    bring([post(1, f"{CLAIM} Postim i sponsorizuar.", kind="comment", **private)])
    actions.run(by=BELT, election=election)
    client.force_login(users["coordinator"])
    said = client.get(reverse(name)).content.decode()
    assert "Postim i sponsorizuar" in said, "the post is on the page"
    assert NAME not in said and "dafina.77" not in said and "Account " in said
