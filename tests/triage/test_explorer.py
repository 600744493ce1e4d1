"""What people see of the explorer, each as they may."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from posts import FIRST, bring, post

from besa.base.errors import Conflict
from besa.corpus.index.segment import id_of
from besa.ledger import verify
from besa.people.policy import BELT
from besa.pledge.models import Account
from besa.site import indexing
from besa.triage import actions
from besa.triage.models import DocketItem, SavedView

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def searched(home, election, users, at, lexicon):
    account = Account.objects.filter(election=election).order_by("pk").first()
    posts = [
        post(at_, f"Fjala e radhës {at_} për ujin", kind="comment", account_key=f"facebook:s{at_}",
             account_handle=f"secret{at_}", account_name=f"Secret {at_}", root_key="facebook:900",
             posted_at=FIRST + timedelta(hours=at_))
        for at_ in range(30)
    ]  # fmt: skip
    posts += [
        post(900, "Uji dhe RRUGËT <b>e qytetit</b>", account_key=account.key, platform=account.platform,
             account_handle=account.handle, posted_at=FIRST - timedelta(hours=1)),
        post(901, "Ai është tradhtar, грађани", account_key="facebook:zz", account_handle="secretx",
             account_name="Secret X"),
    ]  # fmt: skip
    bring(posts)
    actions.run(by=BELT, election=election)
    indexing.refresh()
    return account


def page(client, **asked) -> str:
    answer = client.get(reverse("explorer"), asked)
    assert answer.status_code == 200
    return answer.text


def test_words_in_any_script_and_facets(searched, users, client):
    client.force_login(users["analyst"])
    text = page(client)
    assert "32 posts" in text and "30 more in its thread or copies" in text and "<svg" in text
    text = page(client, q="rruget -xyz")
    assert "1 post<" in text and "<mark>RRUGËT</mark>" in text and "&lt;b&gt;e qytetit" in text
    assert "1 post<" in page(client, q="gradjani") and "No post fits" in page(client, q="xyzzy")

    assert "30 posts" in page(client, kind="comment") and "2 posts" in page(client, kind="post")
    assert "1 post<" in page(client, signal="hate")
    assert "No post fits" in page(client, week="2027-W45")
    group = client.get(reverse("explorer")).text.split("group=")[1].split('"')[0]
    assert "31 posts" in page(client, group=group)


def test_the_watch_list_narrows(searched, users, client, election):
    from besa.pledge.queries import watch_list

    client.force_login(users["analyst"])
    row = next(row for row in watch_list(election) if row.key == searched.key)
    if row.grade in ("confirmed", "probable"):
        assert "1 post<" in page(client, actor=row.actor)
    assert "No post fits" in page(client, actor="nobody")


def test_wrong_addresses_are_refused_in_words(searched, users, client):
    client.force_login(users["analyst"])
    assert client.get(reverse("explorer"), {"group": "xx"}).status_code == 400
    assert client.get(reverse("explorer"), {"week": "never"}).status_code == 400
    assert client.get(reverse("explorer"), {"page": "x", "phase": "zz", "language": "qq"}).status_code == 200
    assert client.get(reverse("explorer_post", args=["zz"])).status_code == 404
    assert client.get(reverse("explorer_post", args=["f" * 40])).status_code == 404


def test_coders_learn_nothing_from_machines_or_others(searched, users, client, election):
    number = f"{id_of('facebook:901'):016x}"
    client.force_login(users["coder"])
    for text in (page(client), page(client, signal="hate"), client.get(reverse("explorer_post", args=[number])).text):
        assert "tradhtar" in text
        for told in ("Signal", "blur", "lexicon", "On the docket", "badge warn"):
            assert told not in text
    assert "32 posts" in page(client, signal="hate")  # the filter does not hold for them
    actions.save_view(by=users["analyst"], election=election, name="suspected", asked={"signal": "hate"})
    assert "suspected" not in page(client)
    assert client.get(reverse("explorer_csv")).status_code == 403
    client.force_login(users["analyst"])
    text = client.get(reverse("explorer_post", args=[number])).text
    assert "found by the lexicon" in text and "suspected" in page(client)
    client.force_login(users["editor"])
    assert client.get(reverse("explorer")).status_code == 403


def test_private_persons_are_codes(searched, users, client):
    client.force_login(users["analyst"])
    number = f"{id_of('facebook:3'):016x}"
    texts = [page(client, apart="1"), client.get(reverse("explorer_post", args=[number])).text]
    texts.append(b"".join(client.get(reverse("explorer_csv")).streaming_content).decode())
    for text in texts:
        assert "Account " in text and "Secret" not in text and "secret" not in text


def test_a_view_is_kept_and_dropped(searched, users, client, election):
    client.force_login(users["coder"])
    client.post(reverse("view_save"), {"name": " Water ", "q": "ujin", "kind": "comment", "signal": "hate"})
    view = SavedView.objects.get()
    assert (view.name, view.asked, view.by) == ("Water", {"q": "ujin", "kind": "comment"}, users["coder"].username)
    assert "q=ujin&amp;kind=comment" in page(client)
    with pytest.raises(Conflict):
        actions.save_view(by=users["coder"], election=election, name="Water", asked={})
    with pytest.raises(Conflict):
        actions.drop_view(by=users["analyst"], view=view)
    client.post(reverse("view_drop", args=[view.pk]))
    assert "Water" not in page(client) and SavedView.objects.get().dropped_at
    assert list(verify.problems()) == []


def test_to_the_docket_with_a_reason(searched, users, client):
    client.force_login(users["coder"])
    bring([post(960, "Ky post erdhi pas triazhit")], "b")
    indexing.refresh()
    where = reverse("explorer_put", args=[f"{id_of('facebook:960'):016x}"])
    assert client.post(where, {"reason": " "}).status_code == 400
    assert client.post(where, {"reason": "Names a private person."}).status_code == 302
    item = DocketItem.objects.get(post_key="facebook:960")
    assert item.put_reason == "Names a private person." and item.sample == "hand"
    assert client.post(where, {"reason": "Again."}).status_code == 400


def test_files_of_posts_and_counts(searched, users, client):
    client.force_login(users["coordinator"])

    def rows(name: str, **asked) -> list[dict]:
        text = b"".join(client.get(reverse(name), asked).streaming_content).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text)))

    assert len(rows("explorer_csv", q="ujin")) == 30 and len(rows("explorer_csv")) == 32
    counted = rows("explorer_counts", q="ujin")
    assert sum(int(row["posts"]) for row in counted) == 30 and {row["platform"] for row in counted} == {"facebook"}


def test_an_index_that_lags_says_so(searched, users, client):
    client.force_login(users["coder"])
    assert "indexed up to" not in page(client)
    bring([post(950, "ujin i ri")], "b")
    assert "indexed up to" in page(client)
    indexing.refresh()
    assert "33 posts" in page(client)


def test_before_there_is_an_index(home, election, users, client):
    client.force_login(users["coder"])
    assert "Nothing is indexed yet" in page(client)
    assert Client().get(reverse("explorer")).status_code == 302
