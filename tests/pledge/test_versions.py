"""Versions of the Code: the difference is told word by word, a copy is the same text, signatures stay with theirs."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import Conflict, Refused
from besa.ledger import verify
from besa.pledge import actions, queries
from besa.pledge.models import Clause, Election, Signature
from besa.pledge.queries.receipts import text_of
from besa.pledge.rules.versions import pieces
from pledge.pledge_made import whole_code

WORDS = st.lists(st.sampled_from(["no", "hate", ",", " ", "\n", "threats", "."])).map("".join)


@given(WORDS, WORDS)
def test_the_pieces_make_both_texts_again(old, new):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.state != "added") == old
    assert "".join(piece.text for piece in found if piece.state != "removed") == new
    assert all(piece.state == "same" for piece in found) == (old == new)


@pytest.fixture
def code(home, election):
    return whole_code(election)


def test_a_copy_is_the_same_text(code, election, users):
    other = Election.objects.create(slug="other", names={"en": "Other"}, timezone="UTC", languages=["en"])
    given_ = {"code": code, "version": code.version, "effective_from": date(2028, 1, 1)}
    with pytest.raises(Refused):
        actions.clone_code(by=users["coordinator"], to=other, **given_)
    with pytest.raises(Conflict):
        actions.clone_code(by=users["coordinator"], to=election, **given_)
    actions.clone_code(
        by=users["coordinator"], code=code, to=election, version="2", effective_from=date(2027, 9, 20)
    )  # fmt: skip
    second = queries.active_code(election, date(2027, 9, 20))
    assert second.version == "2" and text_of(second).replace('"version":"2"', '"version":"1"') == text_of(code)
    assert queries.active_code(election, date(2027, 9, 19)) == code
    assert set(Signature.objects.values_list("code", flat=True)) == {code.pk}
    assert [one for one in verify.problems() if "code" in one["where"] or "clause" in one["where"]] == []


def test_the_desk_shows_what_changed(code, election, users, client):
    actions.clone_code(
        by=users["coordinator"], code=code, to=election, version="2", effective_from=date(2027, 9, 20)
    )  # fmt: skip
    clause = Clause.objects.get(principle__code__version="2", slug="hate")
    clause.texts = {"en": "No hate; no threats."}
    clause.save()
    client.force_login(users["coder"])
    page = client.get(reverse("code_versions")).content.decode()
    assert "<del>,</del><ins>;</ins>" in page and "The text kept here is another one" in page
    assert client.get(reverse("code") + "?right=all").content.decode().count("<h3 lang=") == 4 * 4
