"""The pages of the watch-list as a table, and the command."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from besa.ledger.models import Entry
from besa.pledge.models import Account, Identity, ListImport
from besa.site import cli
from pledge.many import many
from pledge.test_watch_list import HEAD, table


@pytest.fixture
def desk(client, users, home):
    client.force_login(users["coordinator"])
    return client


def upload(desk, data: bytes, name="list.csv"):
    return desk.post(reverse("list_import"), {"file": SimpleUploadedFile(name, data)})


def test_a_table_goes_from_preview_to_list_to_second_eyes_to_undo(desk, client, users, election):
    data = table(
        "Cveta of the Lake,council_candidate,PL,Lumas,https://tiktok.com/@cveta,confirmed,her page; her letter",
        "<b>Edi</b>,council_candidate,Party of the Moon,,,,",
    )
    before = Entry.objects.count()
    page = upload(desk, data)
    shown = page.content.decode()
    assert "until a second person confirms" in shown and "Party of the Moon" in shown and "<b>Edi" not in shown
    assert Entry.objects.count() == before and not ListImport.objects.exists()
    given = {"sha256": page.context["sha256"], "name": "list.csv"}
    assert desk.post(reverse("list_apply"), given).url == reverse("list_import")
    assert desk.post(reverse("list_apply"), given).status_code == 404, "what was taken in no longer waits"
    claim = Identity.objects.get(account__key="tiktok:@cveta")
    own = desk.get(reverse("proposals")).content.decode()
    assert "her page; her letter" in own and "disabled" in own
    assert desk.post(reverse("proposals"), {"identities": [claim.pk]}).status_code == 403
    client.force_login(users["adjudicator"])
    assert client.post(reverse("proposals"), {"identities": [claim.pk]}).url == reverse("proposals")
    claim.refresh_from_db()
    assert (claim.grade, claim.confirmed_by) == ("confirmed", "adjudicator")
    client.force_login(users["coordinator"])
    batch = ListImport.objects.get()
    told = desk.post(reverse("list_undo", args=[batch.pk]), {"reason": "the wrong file"}, follow=True).content.decode()
    assert "tiktok:@cveta" in told and "the wrong file" in told
    history = desk.get(reverse("account", args=[claim.account_id])).content.decode()
    assert "list.csv" in history and "confirmed by adjudicator" in history


def test_a_table_that_is_none_is_explained(desk):
    page = upload(desk, b"\xff\xd8\xff\xe0")
    assert page.status_code == 422 and "not UTF-8" in page.content.decode()
    assert desk.post(reverse("list_apply"), {"sha256": "../../keys/secret.txt"}).status_code == 404


def test_accounts_are_found_by_each_filter(desk, election):
    url = reverse("accounts")
    assert desk.get(url).context["page"].paginator.count == 4
    for given, count in [({"q": "ana of"}, 2), ({"platform": "tiktok"}, 0), ({"grade": "confirmed"}, 4),
                         ({"grade": "none"}, 0), ({"activity": "silent"}, 4), ({"activity": "gone"}, 0),
                         ({"status": "parody"}, 0)]:  # fmt: skip
        assert desk.get(url, given).context["page"].paginator.count == count, given


def test_the_list_asks_no_more_queries_for_more_accounts(desk, election):
    counts = []
    for start, count in ((0, 10), (10, 30)):
        many(election, count, start)
        desk.get(reverse("accounts"))
        with CaptureQueriesContext(connection) as asked:
            assert desk.get(reverse("accounts")).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_an_account_is_edited_on_its_page(desk, election):
    account = Account.objects.get(key="facebook:@ana.pl")
    url = reverse("account_claim", args=[account.pk])
    given = {"claim-actor": "ben-pl", "claim-grade": "probable", "claim-how_known": "said so"}
    look = desk.post(url, {**given, "look": "1"})
    assert look.status_code == 200 and "No post of the corpus changes hands" in look.content.decode()
    assert not Identity.objects.filter(account=account, actor__slug="ben-pl").exists()
    desk.post(url, given)
    assert Identity.objects.get(account=account, actor__slug="ben-pl").grade == "probable"
    assert desk.post(url, {**given, "claim-actor": "Ana"}).status_code == 400
    desk.post(reverse("account_gone", args=[account.pk]), {"gone-gone_on": "2027-09-14", "gone-evidence": "not there"})
    account.refresh_from_db()
    assert account.gone_on.isoformat() == "2027-09-14" and not account.watched
    wrong = desk.post(
        reverse("account_status_own", args=[account.pk]), {"status-status": "parody", "status-evidence": ""}
    )
    assert wrong.status_code == 400 and "needs evidence" in wrong.content.decode()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_templates_are_handed_out(desk, form):
    answer = desk.get(reverse("list_template", args=[form]))
    assert answer.status_code == 200 and f"watch-list.{form}" in answer["Content-Disposition"]


def test_the_command_looks_first_takes_in_and_undoes(home, election, users, tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_bytes(
        table(
            "Cveta,council_candidate,PL,Lumas,x.com/cveta,,", "Edi,council_candidate,Party of the Moon,,,,", head=HEAD
        )
    )
    words = ["--home", str(home.root), "--as", "coordinator", "--json"]
    assert cli.main(["watch-list", *words, "import", str(path), "--dry-run"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert (said["read"], said["new"], said["refused"], said["import"]) == (2, 1, 1, None)
    assert said["rows"][1]["line"] == 3 and "Party of the Moon" in said["rows"][1]["says"][0]
    assert not ListImport.objects.exists()
    assert cli.main(["watch-list", *words, "import", str(path)]) == 1
    number = json.loads(capsys.readouterr().out)["import"]
    assert Account.objects.filter(key="x:@cveta").exists()
    assert cli.main(["watch-list", *words, "undo", str(number), "--reason", "the wrong file"]) == 0
    assert cli.main(["watch-list", *words, "undo", "999", "--reason", "x"]) == 2
    assert cli.main(["watch-list", *words, "import", str(tmp_path / "none.csv")]) == 2
    assert cli.main(["watch-list", *words, "template", str(tmp_path / "t.xlsx"), "--lang", "sq"]) == 0
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"
