"""Exports of closed groups: leads with consent, nobody's name or number, and counted against nobody."""

from __future__ import annotations

import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from besa.base.errors import BadInput
from besa.base.home import Home
from besa.collect.actions import import_all, import_file, save_mapping
from besa.collect.connectors import folder
from besa.collect.models import Import
from besa.collect.rules.chats import messages
from besa.corpus import Corpus
from besa.ledger.verify import problems
from besa.site.cli import main

EXAMPLES = folder("closed_chat") / "examples"
CONSENT = "Member 07 agreed on 14 September 2027, on paper."
#: Whatever would point to a member of the group.
SECRET = ("Arta", "Lumasi", "Besnik", "044", "044 123 456", "987", "555", "vesa@", "AbCdEf", "whatsapp.com")


def said(text: str) -> list[dict]:
    return [row for _, row in messages(enumerate(text.splitlines(), 1))]


@pytest.mark.django_db
def test_without_consent_nothing_is_taken(home, election, users, capsys):
    for consent in ("", "   ", "yes"):
        with pytest.raises(BadInput, match="consent of the member") as raised:
            import_file(by=users["coordinator"], election=election, path=EXAMPLES / "android.txt", consent=consent)
        assert raised.value.exit_code == 2 and "--consent" in raised.value.remedy
    assert main(["import", str(EXAMPLES / "android.txt")]) == 2
    assert not Import.objects.exists() and Corpus(Home.here().corpus).version() == -1


@pytest.mark.django_db
def test_no_mapping_and_no_hint_leads_around_the_consent(home, election, users):
    body = {"platform": "facebook", "channel": "public", "fields": {"text": "text", "posted_at": "at"}}
    mapping = save_mapping(by=users["coordinator"], election=election, name="chat", body=body)
    for how in ({"mapping": mapping}, {"connector": "mastodon"}):
        with pytest.raises(BadInput, match="consent of the member"):
            import_file(by=users["coordinator"], election=election, path=EXAMPLES / "android.txt", **how)


@pytest.mark.django_db
def test_no_name_or_number_is_in_any_byte_that_is_kept(home, election, users, tmp_path):
    path = tmp_path / "WhatsApp Chat with Arta Lumasi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(EXAMPLES / "android.txt", "WhatsApp Chat with Arta Lumasi.txt")
    (row,), _ = import_all(by=users["coordinator"], election=election, path=path, consent=CONSENT)
    assert (row["connector"], row["file"], row["mapped"]) == ("closed_chat", "closed chat", 3)
    held = Import.objects.get()
    assert (held.route, held.consent) == ("tip", CONSENT) and not list(problems())
    for file in Home.here().root.rglob("*"):
        if file.is_file() and file.suffix not in (".lock",):
            data = file.read_bytes()
            assert not [word for word in ("Arta", "Lumasi", "Besnik", "vesa@", "AbCdEf") if word.encode() in data], file
    rows = Corpus(Home.here().corpus).rows("SELECT * FROM posts ORDER BY raw")
    shown = " ".join(f"{post['text']} {post['raw']} {post['account_name']}" for post in rows)
    assert not [word for word in SECRET if word in shown], shown
    assert {post["channel"] for post in rows} == {"closed"} and {post["account_key"] for post in rows} == {None}
    assert "sheshi" in shown and "https://lajmet.example/uji" in shown, "what was said is kept"


@pytest.mark.django_db
def test_the_form_asks_for_consent(client, home, election, users):
    client.force_login(users["coordinator"], backend="allauth.account.auth_backends.AuthenticationBackend")
    file = SimpleUploadedFile("chat.txt", (EXAMPLES / "iphone.txt").read_bytes())
    to_preview = client.post(reverse("import_upload"), {"file": file})
    page = client.get(to_preview.url).content.decode()
    assert 'name="consent"' in page and 'name="route"' not in page and "Dragan" not in page and "Member 1" in page
    token = to_preview.url.rstrip("/").split("/")[-1]
    refused = client.post(reverse("import_run", args=[token]), {"connector": "closed_chat"})
    assert refused.status_code >= 400 and not Import.objects.exists()
    client.post(reverse("import_run", args=[token]), {"connector": "closed_chat", "consent": CONSENT})
    row = Import.objects.get()
    assert row.mapped == 2 and CONSENT in client.get(reverse("import_show", args=[row.import_id])).content.decode()


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("14/09/2027, 18:03 - A: x", "2027-09-14T18:03:00"),
        ("9/14/27, 6:03\u202fPM - A: x", "2027-09-14T18:03:00"),
        ("14.9.2027., 18:03 - A: x", "2027-09-14T18:03:00"),
        ("\u200e[14.09.27, 18:03:11] A: x", "2027-09-14T18:03:11"),
        ("[ 14/09/2027 18:03:11 ] A: x", "2027-09-14T18:03:11"),
        ("2027-09-14, 12:03 AM - A: x", "2027-09-14T00:03:00"),
        ("14/09/2027,18:03:11,A,+38344123456,x", "2027-09-14T18:03:11"),
    ],
)
def test_the_forms_in_which_telephones_write(line, at):
    assert said(line) == [{"at": at, "by": "Member 1", "text": "x"}]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call 044 123 456", "call [number]"), ("call (+383) 44/123-456 now", "call [number] now"),
        ("on 12.10.2027 at 18:00", "on 12.10.2027 at 18:00"), ("in 2027, 45 people", "in 2027, 45 people"),
        ("https://x.com/a/status/1380242611781386245", "https://x.com/a/status/1380242611781386245"),
        ("https://wa.me/38344123456", "[link]"), ("write to a.b@c.example", "write to [address]"),
        ("dear Vesa", "dear Member 1"), ("VESA BRDA said", "Member 1 said"), ("@Vesa come", "Member 1 come"),
        ("vote for Vesa Ramadani", "vote for Vesa Ramadani"), ("@unknown.one", "[member]"),
    ],
)  # fmt: skip
def test_what_is_taken_out_of_a_text(text, kept):
    assert said(f"14/09/2027, 18:03 - Vesa Brda: {text}")[0]["text"] == kept


def test_a_name_that_writes_last_is_hidden_from_the_first_line():
    lines = ("3 - A: Goran will tell\nmore of Goran", "4 - Goran: yes", "5 - x left")
    rows = said("\n".join(f"1/9/2027, 18:0{line}" for line in lines))
    assert rows[0]["text"] == "Member 2 will tell\nmore of Member 2" and rows[2] == {"at": "2027-09-01T18:05:00"}
