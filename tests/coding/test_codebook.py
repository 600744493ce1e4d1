"""The codebook as data: the one that comes along is whole, branches, has versions, and goes out and in unharmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from coding_book import NO_ISSUE, VIOLATION, post
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.packfile import BadPack, Pack
from besa.coding import actions, pack, queries
from besa.coding.actions.codebook import read
from besa.coding.models import Codebook
from besa.coding.rules import answers as rules
from besa.coding.rules import dictionary
from besa.coding.rules.branching import asked
from besa.coding.rules.versions import changes, touches
from besa.ledger.verify import problems

BOOK = pack.read(Pack(Path(__file__).parent))
BODY = BOOK["body"]
BY_NAME = rules.variables(BODY)
POST = {"post_kind": "post", "platform": "facebook", "channel": "public", "language": "sq", "media": "none"}
_FACTORS = [f"rabat_{one}" for one in ("context", "speaker", "intent", "content", "extent", "likelihood")]


def test_the_codebook_that_comes_along_is_in_four_languages_and_has_what_the_method_asks_for():
    for variable in BODY["variables"]:
        for part in (variable, *variable.get("values", [])):
            for key in ("labels", "help", "examples", "block"):
                assert not part.get(key) or set(part[key]) == {"sq", "sr-Latn", "sr-Cyrl", "en"}, (
                    variable["name"],
                    key,
                )
    blocks = {"hate_ground", "abuse_form", "gendered_form", "claim_verdict", "knowledge", "ad_sponsor", "dialogue_form",
              "inclusion_form", "spoke_out_form", "cooperation_form", "host_response", "synthetic"}  # fmt: skip
    assert blocks <= BY_NAME.keys()
    for name in _FACTORS:
        assert BY_NAME[name]["of"] == "adjudicator" and BY_NAME[name]["required"]
        assert BY_NAME[f"{name}_reason"]["required"] and BY_NAME[f"{name}_reason"]["beside"] == name


def names_asked(answers, facts=POST, adjudicator=False):
    return {name for name, one in BY_NAME.items() if asked(one, answers, facts, adjudicator=adjudicator)}


def test_only_what_applies_is_asked():
    plain = names_asked({"verdict": "no_issue"})
    assert plain == {"verdict", "confidence", "translation"}
    hate = names_asked({"verdict": "violation", "type": "hate_speech"})
    assert {"hate_ground", "gendered"} <= hate and not {"abuse_form", "claim", "gendered_form", *_FACTORS} & hate
    bullying = names_asked({"verdict": "violation", "type": "personal_bullying"})
    assert "abuse_form" in bullying and "hate_ground" not in bullying
    assert {"host", "host_told"} <= names_asked({"verdict": "violation"}, {**POST, "post_kind": "comment"})
    assert "ad_label" in names_asked({}, {**POST, "post_kind": "ad"})
    judged = {kind: names_asked({"verdict": "violation", "type": kind}, adjudicator=True)
              for kind in ("hate_speech", "incitement", "personal_bullying")}  # fmt: skip
    assert [set(_FACTORS) <= judged[kind] for kind in judged] == [True, True, False]


@given(st.dictionaries(st.sampled_from(sorted(BY_NAME)), st.text(max_size=5) | st.lists(st.text(max_size=4))))
def test_what_is_not_asked_is_not_kept(given_answers):
    cleaned = rules.clean(given_answers, BODY, POST)
    for name, variable in BY_NAME.items():
        if not asked(variable, cleaned, POST):
            assert cleaned[name] == rules.empty(variable)
    assert rules.clean(cleaned, BODY, POST) == cleaned


def test_marked_words_stand_in_the_text():
    body = {"variables": [{"name": "words", "kind": "spans", "labels": {}}]}
    assert rules.clean({"words": "7-9 0-3,2-5"}, body)["words"] == [[0, 5], [7, 9]]
    for wrong in ([[0, 99]], [[3, 3]], "somewhere", [[True, 2]], [["0", "2"]]):
        cleaned = rules.clean({"words": wrong}, body)
        found = rules.faults({**cleaned, "verdict": "x"}, body, clauses={}, actors={}, length=10)
        assert any(fault.variable == "words" for fault in found), wrong


def test_it_goes_out_and_comes_in_unharmed():
    assert read(dictionary.to_toml("9", BODY).encode()) | {"where": ""} == {"version": "9", "body": BODY, "where": ""}
    assert read(dictionary.to_csv("9", BODY).encode())["body"] == BODY
    assert b'<var ID="v-verdict" name="verdict" nature="nominal">' in dictionary.to_ddi("9", BODY, "A & B")


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"name,kind,value\n,,x\n", b"version,name\n1,verdict\n", b"[[[", b"x" * (3 << 20)]
)
def test_what_is_no_codebook_is_refused_in_words(data):
    with pytest.raises((BadPack, BadInput)) as raised:
        read(data)
    assert str(raised.value)


def test_a_new_version_leaves_what_was_coded_and_says_what_is_asked_anew(desk, election, all_share):
    item, calm = post(election), post(election)
    for one, answers in ((item, VIOLATION), (calm, NO_ISSUE)):
        actions.screen(by=desk["coder"], item=one, key="look")
        actions.submit(by=desk["coder"], item=one, answers=answers)
    data = dictionary.to_toml("2", BODY).encode()
    with pytest.raises(Refused):
        actions.load_codebook(by=desk["coder"], election=election, data=data)
    made = actions.load_codebook(by=desk["coordinator"], election=election, data=data, reason="More is asked.")
    with pytest.raises(Conflict, match="never changes"):
        actions.load_codebook(by=desk["coordinator"], election=election, data=data)
    assert queries.active_codebook(election) == made
    old = Codebook.objects.exclude(pk=made.pk).get()
    assert [(one.version, one.codings) for one in queries.versions(election)] == [("2", 0), (old.version, 2)]
    anew = {(one.change.kind, one.change.variable): one.items for one in queries.recode(election)}
    assert anew["added", "hate_ground"] == (item.pk,) and ("added", "claim") not in anew
    actions.submit(by=desk["coder2"], item=calm, answers={"verdict": "no_issue"})
    assert queries.versions(election)[0].codings == 1 and list(problems()) == []


def test_each_kind_of_change_touches_the_answers_that_rest_on_it():
    new = {"variables": [dict(one) for one in BODY["variables"]]}
    held = rules.variables(new)
    held["confidence"]["help"] = {"en": "Otherwise."}
    held["hate_open"]["values"] = held["hate_open"]["values"][1:]
    found = {(one.kind, one.variable, one.value): one for one in changes(BODY, new)}
    assert set(found) == {("wording", "confidence", ""), ("value_removed", "hate_open", "explicit")}
    removed = found["value_removed", "hate_open", "explicit"]
    assert touches(removed, {"hate_open": "explicit"}, POST, new) and not touches(
        removed, {"hate_open": "coded"}, POST, new
    )
    assert changes(BODY, BODY) == []


def test_the_page_shows_it_in_the_readers_language_and_takes_a_new_one(desk, election):
    coordinator = Client()
    coordinator.force_login(desk["coordinator"])
    file = Path(pack.STANDARD)
    with file.open("rb") as data:
        page = coordinator.post(reverse("codebook"), {"file": data, "reason": "Begin."}, follow=True)
    assert page.status_code == 200 and "On what ground" in page.text and "Rabat" in page.text
    for form in ("toml", "csv", "xml"):
        assert coordinator.get(reverse("codebook_file", args=[form])).status_code == 200
    assert coordinator.get(reverse("codebook_file", args=["exe"])).status_code == 404
    with file.open("rb") as data:
        assert coordinator.post(reverse("codebook"), {"file": data}).status_code == 422
    coder = Client()
    coder.force_login(desk["coder"])
    assert (
        "On what ground" in coder.get(reverse("codebook")).text
        and "Take it in" not in coder.get(reverse("codebook")).text
    )
    with file.open("rb") as data:
        assert coder.post(reverse("codebook"), {"file": data}).status_code == 403
