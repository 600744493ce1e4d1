"""Sources at the desk, on the command line and on the belt."""

from __future__ import annotations

import io
import json
import stat

import pytest
from django.urls import reverse

from besa.base.errors import BadInput
from besa.collect import queries
from besa.collect.actions import add_source, poll, store_key
from besa.collect.live import keys
from besa.collect.models import Import, Poll, Source
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.net import guard, visit
from besa.net.pace import Pace
from besa.site import belt
from besa.site.cli import main
from fakes.portals import Portal
from fakes.serving import Reply, Web


@pytest.fixture
def web(monkeypatch):
    """The open web of this test: its portals on loopback, everything else meets the real guard."""
    web = Web(stall=1.0)
    monkeypatch.setattr(guard, "checked", web.public)
    monkeypatch.setattr(visit, "Pace", lambda folder, seconds: Pace(folder, seconds=0.0))
    yield web
    web.close()


@pytest.fixture
def portal(web):
    portal = Portal(web, "portali.example")
    portal.publish(2)
    return portal


@pytest.fixture
def desk(client, home, election, users):
    client.force_login(users["coordinator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(desk, name="sources", *arguments) -> str:
    return desk.get(reverse(name, args=arguments)).content.decode()


def test_the_empty_list_says_what_to_do(desk):
    assert "Nothing is polled yet" in page(desk) and reverse("source_add") in page(desk)


def test_a_feed_is_added_polled_by_the_belt_and_seen_in_the_list(desk, portal, election, at):
    answer = desk.post(reverse("source_add"), {"address": portal.feed, "name": "Portali"})
    source = Source.objects.get()
    assert answer.url == reverse("source", args=[source.pk]) and "Not polled yet" in page(desk)
    done = belt.turn(election=election)
    assert (done["polled"], done["collected"], done["triaged"], done["problems"]) == (1, 2, 2, [])
    assert belt.turn(election=election)["polled"] == 0, "not due again"
    listed = page(desk)
    assert "Portali" in listed and "Polled" in listed and Import.objects.get().by == "belt"
    history = page(desk, "source", source.pk)
    assert "Answered" in history and reverse("import_show", args=[Import.objects.get().import_id]) in history
    desk.post(reverse("source_poll", args=[source.pk]), {"from": "list"})
    assert belt.turn(election=election)["polled"] == 1
    assert Poll.objects.first().not_modified and "unchanged" in page(desk)
    assert "Nothing had changed" in page(desk, "source", source.pk)
    assert list(problems()) == []


def test_a_failing_source_stands_first_with_its_error(desk, portal, web, election, users):
    good = add_source(by=users["coordinator"], election=election, address=portal.feed, name="A")
    bad = add_source(by=users["coordinator"], election=election, address=web.url("prishur.example", "/"), name="Z")
    web.hosts["prishur.example"] = lambda asked: Reply(status=500)
    assert belt.turn(election=election)["problems"] == [], "a source that fails is no fault of the belt"
    listed = page(desk)
    assert [row.source.pk for row in queries.source_rows(election)] == [bad.pk, good.pk]
    assert "Failed" in listed and "robots.txt cannot be read" in listed
    only = desk.get(reverse("sources"), {"state": "failing"}).content.decode()
    assert ">Z<" in only and ">A<" not in only


def test_a_source_is_switched_off_and_on(desk, portal, election):
    desk.post(reverse("source_add"), {"address": portal.feed})
    source = Source.objects.get()
    desk.post(reverse("source_switch", args=[source.pk]), {"active": "0"})
    assert belt.turn(election=election)["polled"] == 0 and "Off" in page(desk)
    assert desk.post(reverse("source_poll", args=[source.pk])).status_code == 409
    desk.post(reverse("source_switch", args=[source.pk]), {"active": "1"})
    assert belt.turn(election=election)["polled"] == 1
    assert list(problems()) == []


def test_wrong_and_repeated_addresses_are_told_on_the_form(desk, portal):
    for address in ("http://printer/feed", "feed", portal.feed):
        desk.post(reverse("source_add"), {"address": address})
    again = desk.post(reverse("source_add"), {"address": portal.feed})
    assert again.status_code == 200 and "polled already" in again.content.decode()
    assert Source.objects.count() == 1


def test_a_key_that_is_missing_is_said_and_its_source_waits(desk, election, users):
    add_source(by=users["coordinator"], election=election, address="https://www.youtube.com/@ana")
    assert "Key missing" in page(desk) and belt.turn(election=election)["polled"] == 0
    with pytest.raises(BadInput, match="missing"):
        poll(by=users["coordinator"], election=election, sources=Source.objects.all())
    store_key(by=users["coordinator"], election=election, name="youtube", key="CANARY-key-of-a-service")
    listed = page(desk) + page(desk, "source", Source.objects.get().pk) + page(desk, "source_add")
    assert "CANARY" not in listed and "Not polled yet" in listed
    assert not [entry for entry in Entry.objects.all() if "CANARY" in str(vars(entry))]


def test_a_hostile_name_is_text(desk, portal):
    desk.post(reverse("source_add"), {"address": portal.feed, "name": "<script>alert(1)</script>"})
    assert "<script>alert" not in page(desk) + page(desk, "source", Source.objects.get().pk)


def test_a_coder_sees_no_sources(client, home, users):
    client.force_login(users["coder"], backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("sources")).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_many(desk, election, users):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as seen:
            page(desk)
        return len(seen)

    add = [f"https://portali-{number}.example/feed" for number in range(30)]
    add_source(by=users["coordinator"], election=election, address=add[0])
    one = cost()
    for address in add[1:]:
        add_source(by=users["coordinator"], election=election, address=address)
    assert cost() == one


# the command


def besa(capsys, *words, code=0):
    assert main([*words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def command(capsys, home, election, users, monkeypatch):
    monkeypatch.setattr("besa.site.start.user_of", lambda arguments: users["coordinator"])
    return lambda *words, code=0: besa(capsys, *words, code=code)


def test_the_command_adds_lists_and_polls(command, portal, election, at):
    made = command("poll", "--add", portal.feed)
    assert made["connector"] == "feeds" and made["minutes"] == 15
    done = command("poll", "--once")
    assert (done["election"], done["polled"], done["new"], done["failed"]) == (election.slug, 1, 2, 0)
    assert done["imports"] == [Import.objects.get().import_id] and done["problems"] == []
    assert command("poll", "--once")["polled"] == 0
    assert command("poll", "--source", portal.feed)["not_modified"] == 1
    assert [row["state"] for row in command("poll", "--list")] == ["ok"]


def test_the_command_says_what_failed(command, web, capsys, at):
    command("poll", "--add", web.url("prishur.example", "/feed"))
    web.hosts["prishur.example"] = lambda asked: Reply(status=404)
    done = command("poll", "--once", code=1)
    assert done["failed"] == 1 and "404" in done["problems"][0]["error"]
    assert main(["poll", "--source", "no such"]) == 2 and "no source" in capsys.readouterr().err
    assert main(["poll", "--add", "x"]) == 2


def test_a_key_is_typed_in_and_readable_for_this_installation_alone(command, monkeypatch, home):
    monkeypatch.setattr("sys.stdin", io.StringIO("CANARY-key-of-a-service\n"))
    assert command("poll", "--store-key", "meta") == {"key": "meta"}
    place = keys.file_of("meta")
    assert keys.key_of("meta") == "CANARY-key-of-a-service" and stat.S_IMODE(place.stat().st_mode) == 0o600
    assert place.parent == home.keys
    monkeypatch.setenv("BESA_KEY_META", "from-the-environment")
    assert keys.key_of("meta") == "from-the-environment"


@pytest.mark.parametrize("key", ["", "short", "two words and more", "new\nline-in-a-key", "ë" * 20])
def test_what_cannot_be_a_key_is_refused_and_not_repeated(home, election, users, key):
    with pytest.raises(BadInput) as refused:
        store_key(by=users["coordinator"], election=election, name="meta", key=key)
    assert not key or key not in str(refused.value)
    with pytest.raises(BadInput, match="no key"):
        store_key(by=users["coordinator"], election=election, name="../secret", key="x" * 20)
