"""A receipt can be checked without us, and a changed comma in the text is seen."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from besa.base.home import Home
from besa.edition import keys, receipt
from besa.pledge.models import Clause, Signature
from besa.pledge.queries import receipts
from besa.site.cli import main
from pledge.pledge_made import whole_code


@pytest.fixture
def signature(home, election):
    """One that binds the text as it is kept."""
    code = whole_code(election)
    return Signature.objects.filter(code=code).select_related("code", "signatory__actor__election").first()


def test_a_receipt_holds_offline(signature, tmp_path, monkeypatch, capsys):
    held = tmp_path / "receipt.json"
    held.write_text(json.dumps(receipts.receipt_of(signature), indent=1, ensure_ascii=False))
    text = tmp_path / "code.json"
    text.write_text(receipts.text_of(signature.code) + "\n")
    key = keys.public_hex(keys.signing_key(Home.here().signing_key))
    monkeypatch.setenv("BESA_HOME", str(tmp_path / "nowhere"))  # somebody else's machine

    assert main(["verify", str(held), "--text", str(text), "--key", key]) == 0
    assert "signed was version 1" in capsys.readouterr().out
    text.write_text(text.read_text().replace("No hate, no", "No hate no"))
    assert main(["verify", str(held), "--text", str(text)]) == 1
    said = capsys.readouterr().out
    assert "version 1 of the Code" in said and "No hate, no" in said and "No hate no" in said
    assert main(["verify", str(held), "--key", "00" * 32]) == 1
    assert not (tmp_path / "nowhere").exists(), "checking a receipt leaves nothing behind"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda one: one["receipt"].update(signed_on="2027-08-01"), "signature"),
        (lambda one: one["receipt"]["code"].update(version="2"), "signature"),
        (lambda one: one.update(text=one["text"].replace(",", ";", 1)), "text"),
        (lambda one: one.update(signature="zz"), "signature"),
        (lambda one: one.update(public_key="00" * 32), "signature"),
        (lambda one: one.pop("text"), "receipt"),
    ],
)
def test_whatever_is_changed_in_it_is_seen(signature, change, where):
    held = receipts.receipt_of(signature)
    assert list(receipt.problems(held)) == []
    change(held)
    assert [one["where"] for one in receipt.problems(held)] == [where]


def test_no_receipt_of_a_text_that_is_not_kept(signature):
    Clause.objects.filter(slug="hate").update(texts={"en": "No hate no threats."})
    assert receipts.receipt_of(signature) is None


@pytest.mark.parametrize("language", ["sq", "sr-Latn", "sr-Cyrl", "en"])
def test_the_desk_hands_it_out(signature, client, users, language):
    client.force_login(users["coordinator"])
    assert client.get(reverse("receipt_pdf", args=[signature.pk, language])).content.startswith(b"%PDF")
    held = client.get(reverse("receipt_json", args=[signature.pk])).json()
    text = client.get(reverse("code_text", args=[signature.code_id])).content.decode()
    assert list(receipt.problems(held, text)) == []
