from __future__ import annotations

import io
from datetime import timedelta

import networkx as nx
import pytest
from django.urls import reverse

from besa.collect.names.queries import secret_of
from besa.ledger.chain import head
from besa.people.policy import BELT
from besa.pledge.models import Account
from besa.triage import actions
from besa.triage.queries import coordination as queries
from triage.posts import FIRST, bring, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(home, election, users, client):
    """One watched account and two private ones, whose names would do harm if taken for markup or a formula."""
    watched = Account.objects.filter(election=election).first()
    accounts = [
        {
            "account_key": watched.key,
            "account_handle": watched.handle,
            "platform": watched.platform,
            "account_name": "=Zyra",
        },
        {"account_key": "x:91", "account_handle": "zana.private", "platform": "x", "account_name": "Zana <script>"},
        {"account_key": "x:92", "account_handle": "ben.private", "platform": "x", "account_name": "Ben & Co"},
    ]
    bring([
        post(100 * day + n, f"Lexoni {day} {n}", links=[f"https://rrjeti.example/{day}?a=<b>"],
             posted_at=FIRST + timedelta(days=day, minutes=5, seconds=7 * n), **who)
        for day in range(4)
        for n, who in enumerate(accounts)
    ] + [
        post(900 + n, f"Profili {n}", links=["https://x.com/zana.private/1"],
             posted_at=FIRST + timedelta(days=6, seconds=7 * n), **who)
        for n, who in enumerate(accounts)
    ])  # fmt: skip
    actions.run(by=BELT, election=election)
    client.force_login(users["coordinator"])
    return queries.found(election)[0]


def test_the_list_and_the_page_of_a_family(family, election, client, users):
    before = head()
    page = client.get(reverse("coordination")).content.decode()
    address = queries.address(election, family)
    assert reverse("coordination_family", args=[address]) in page and "Faster than chance" in page
    page = client.get(reverse("coordination_family", args=[address])).content.decode()
    assert page.count("<circle") == 3 and page.count("<line") == 3 and "posted together faster than chance" in page
    assert "rrjeti.example/0?a=&lt;b&gt;" in page and "/desk/evidence/post/" in page
    for private in ("Zana", "Ben", "zana.private", "x:91", "<script>a", "style="):
        assert private not in page
    assert "=Zyra" in page and secret_of(election)
    assert head() == before
    client.force_login(users["coder"])
    assert client.get(reverse("coordination")).status_code == 403


def test_the_network_as_a_file_names_nobody_private(family, election, client):
    address = queries.address(election, family)
    for form, read in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        answer = client.get(reverse("coordination_network", args=[address, form]))
        assert answer["Content-Disposition"].endswith(f'.{form}"') and b"rivate" not in answer.content
        graph = read(io.BytesIO(answer.content))
        assert len(graph.nodes) == len(graph.edges) == 3
        assert {weight for *_, weight in graph.edges(data="weight")} == {5}
    assert client.get(reverse("coordination_network", args=[address, "xls"])).status_code == 404
    assert client.get(reverse("coordination_family", args=["nobody"])).status_code == 404


def test_before_anything_is_there_the_page_says_so(home, election, users, client):
    client.force_login(users["coordinator"])
    assert 'class="empty"' in client.get(reverse("coordination")).content.decode()


def test_what_is_remembered_goes_with_the_corpus(family, election):
    assert queries.found(election) is queries.found(election)
    bring([post(9000 + n, f"Tjetër {n}") for n in range(3)], "b")
    assert queries.found(election)[0] is not family and queries.found(election)[0].accounts == family.accounts


def test_the_docket_tells_why_in_words(family, client):
    page = client.get(reverse("docket")).content.decode()
    assert "Link shared by 3 accounts within 60 seconds; times together: 5; faster than chance would have it" in page
