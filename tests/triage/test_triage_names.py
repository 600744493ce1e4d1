"""Who is spoken of: on sentences that were written before there was a matcher, and in what it feeds."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput
from besa.base.script import to_cyrillic
from besa.site.cli import main
from besa.triage import rules
from besa.triage.evaluation import names as evaluation
from besa.triage.mentions import Named, Register, mentions
from besa.triage.mentions.forms import slipped
from besa.triage.rules.vulnerability import vulnerability_of

HERE = Path(__file__).parent / "names"
REGISTER = HERE / "actors.csv"
PEOPLE = (
    Named("rule", "Rule for Everybody", "party", also=("RFE",), language="en"),
    Named("lpd", "Lidhja për Drejtësi", "party", also=("LPD",)),
    Named("arben", "Arben Krasniqi", "mayor_candidate", "man", "lpd", language="sq"),
    Named("vjosa", "Vjosa Krasniqi", "mayor_candidate", "woman", "rule", "lumas", language="sq"),
    Named("albin", "Albin Hoxhaj", "council_candidate", "man", language="sq"),
    Named("jelena", "Jelena Đurić", "council_candidate", "woman", language="sr"),
)


def said(text, language="", people=PEOPLE):
    return [(text[one.start : one.end], "/".join(one.ids)) for one in mentions(Register(people), text, language)]


@pytest.mark.parametrize("half", ["development", "held_out"])
def test_recall_and_precision_on_annotated_sentences(half):
    told = evaluation.evaluate(HERE / f"{half}.jsonl", register=REGISTER)
    assert told["n"] > 170 and told["names"] > 160 and not told["not_in_register"]
    assert told["recall"] >= 0.95 and told["precision"] >= 0.97, (told["missed"], told["wrong"])
    assert {(row["language"], row["script"]) for row in told["by"]} == {
        ("sq", "Latn"), ("sr", "Latn"), ("sr", "Cyrl"), ("en", "Latn"),
    }  # fmt: skip
    for row in told["by"]:
        assert row["recall"] >= 0.95 and row["precision"] >= 0.97, row


def test_the_two_halves_share_no_sentence():
    texts = Counter(json.loads(line)["text"] for half in ("development", "held_out")
                    for line in (HERE / f"{half}.jsonl").read_text().splitlines())  # fmt: skip
    assert max(texts.values()) == 1 and len(texts) >= 360


@pytest.mark.parametrize("form", ["Arben Krasniqi", "Arbenit Krasniqi", "Arben Krasniqit", "Arben Krasniqin"])
def test_albanian_cases(form):
    assert said(f"Fjala e {form} sot", "sq") == [(form, "arben")]


@pytest.mark.parametrize(
    "form", ["Aljbin Hodžaj", "Aljbina Hodžaja", "Albinu Hodžaju", "Aljbinom Hodžajem", "Albin Hodžajev"]
)
def test_serbian_cases_and_transcription_in_both_scripts(form):
    assert said(f"Danas o tome {form} ćuti", "sr") == [(form, "albin")]
    cyrillic = to_cyrillic(form)
    assert said(f"Данас о томе {cyrillic} ћути", "sr") == [(cyrillic, "albin")]


def test_an_ambiguous_surname_is_kept_open_until_something_decides():
    assert said("Në debat Krasniqi nuk foli.", "sq") == [("Krasniqi", "arben/vjosa")]
    assert said("Në debat Krasniqi nga LPD-ja nuk foli.", "sq")[0] == ("Krasniqi", "arben")
    assert said("Në debat kandidatja Krasniqi nuk foli.", "sq") == [("Krasniqi", "vjosa")]
    assert said("Vjosa Krasniqi erdhi. Më pas Krasniqi foli.", "sq")[1] == ("Krasniqi", "vjosa")
    assert said("Në debat Liridon Krasniqi nuk foli. Krasniqi heshti.", "sq") == []
    assert said("Na debati Krasnići nije govorila.", "sr") == [("Krasnići", "vjosa")]


def test_other_words_and_other_people_are_not_taken():
    for text in ("The rule for everybody else", "A rule", "Krasniqizmi", "Rruga Arben Krasniqi u mbyll",
                 "Familja Krasniqi në zi", "Jelena Đurić-Petrović", "see www.example.org/Krasniqi"):  # fmt: skip
        assert said(text) in ([], [("Jelena Đurić-Petrović", "jelena")]), text


def test_one_slip_of_the_hand_but_not_another_name():
    assert said("Sot Albin Hohxaj foli", "sq") == [("Albin Hohxaj", "albin")]
    register = (Named("p", "Milan Petrović", language="sr"),)
    assert said("Danas Milan Petkovic govori", "sr", register) == []
    assert slipped("krasnqi", "krasniqi") and not slipped("krasniqi", "krasniqi")
    assert not slipped("petkovic", "petrovic")


@given(st.text(max_size=200), st.sampled_from(["", "sq", "sr", "en"]))
def test_any_text_can_be_read_and_spans_lie_in_it(text, language):
    text = f"{text} Krasniqi {text[:20]}LPD-ja"
    found = mentions(Register(PEOPLE), text, language)
    ends = [0]
    for one in found:
        assert ends[-1] <= one.start < one.end <= len(text) and one.ids
        ends.append(one.end)


def test_formats_of_the_command(tmp_path, capsys):
    text = "Krasniqi e takoi Arben Krasniqin."
    whole = tmp_path / "whole.json"
    people = [{"id": "ak", "name": "Arben Krasniqi", "sex": "M"}, {"id": "vk", "name": "Vjosa Krasniqi"}]
    whole.write_text(json.dumps({"actors": people, "sentences": [
        {"text": text, "lang": "sq", "names": [{"candidates": ["ak"], "surface": "Krasniqi"},
                                               {"id": "Arben Krasniqi", "start": 17, "end": 32}]}]}))  # fmt: skip
    assert main(["evaluate", "names", str(whole), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["n"], told["names"], told["recall"], told["precision"], told["register"]) == (1, 2, 1, 1, 2)
    table = tmp_path / "a.csv"
    table.write_text(f"text,lang,names\n{text},sq,ak@0-8; ak@17-32\nKrasniqi heshti.,sq,ak\nMir,sq,zz\n")
    register = tmp_path / "r.csv"
    register.write_text("slug,name,kind,gender,party,nicknames\nak,Arben Krasniqi,,m,,Beni\nvk,Vjosa Krasniqi,,f,,\n")
    assert main(["evaluate", "names", str(table), "--register", str(register), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_in_register"] == {"zz": 1} and told["names"] == 3 and told["left_open"] == 1
    assert told["recall"] == 0.6667 and told["precision"] == 1 and told["missed"][0]["said"] == ["ak", "vk"]
    assert main(["evaluate", "names", str(table), "--register", str(register)]) == 0
    assert "left_open" in capsys.readouterr().out


def test_a_place_outside_the_text_is_said_with_its_line(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "Po", "names": [{"id": "x", "start": 5, "end": 9}]}\n')
    with pytest.raises(BadInput, match="no part of the text") as raised:
        evaluation.evaluate(path)
    assert str(raised.value.where).endswith("a.jsonl:1")


# What it feeds


def test_vulnerability_counts_what_is_sure():
    woman, man = Named("w", "W W", gender="woman"), Named("m", "M M", gender="man")
    of_few = Named("x", "X X", gender="woman", community="Hill people")
    assert vulnerability_of([]) == vulnerability_of([(man,)]) == vulnerability_of([(woman, man)]) == 1
    assert 1 < vulnerability_of([(man,), (woman,)]) < vulnerability_of([(of_few,)], {"Plain people"})
    assert vulnerability_of([(of_few,)], {"Hill people"}) == vulnerability_of([(woman,)])
    assert vulnerability_of([(Named("p", "Party", "party", community="Hill people"),)]) == 1
    signals = [{"concern": "harassment", "clause": "", "score": 0.5}]
    assert rules.rank(signals, 3) == rules.rank(signals, 3, vulnerability=1.0)
    assert rules.rank(signals, 3, vulnerability=1.2).rank > rules.rank(signals, 3).rank
    assert rules.rank(signals, 3, vulnerability=1.2).parts["vulnerability"] == 1.2


@pytest.mark.django_db
def test_a_post_that_names_a_woman_is_ranked_before_the_same_about_a_man(home, election, users, lexicon):
    from posts import bring, post

    from besa.pledge.models import Actor
    from besa.triage.actions import run
    from besa.triage.models import DocketItem

    woman = Actor.objects.get(election=election, slug=_one(election, "woman"))
    man = Actor.objects.get(election=election, slug=_one(election, "man"))
    bring([post(at, f"{who.name} është tradhtar", reactions=5) for at, who in enumerate([woman, man, man, woman])])
    run(by=users["coordinator"], election=election)
    rank = dict(DocketItem.objects.values_list("post_key", "rank"))
    women, men = [rank["facebook:0"], rank["facebook:3"]], [rank["facebook:1"], rank["facebook:2"]]
    assert min(women) > 1.1 * max(men) > 0
    assert DocketItem.objects.get(post_key="facebook:0").ranking["vulnerability"] > 1


def _one(election, gender: str) -> str:
    from besa.pledge.models import Actor

    found = Actor.objects.filter(election=election, gender=gender).exclude(gender_source="")
    return found.filter(kind__endswith="candidate").order_by("slug").values_list("slug", flat=True)[0]


@pytest.mark.django_db
def test_portal_visibility_counts_articles_by_gender_and_party(home, election, users):
    from django.db import transaction
    from posts import bring, post

    from besa.coding.models import Codebook
    from besa.ledger.chain import record
    from besa.people.policy import BELT
    from besa.pledge.models import Actor
    from besa.pledge.queries import affiliations
    from besa.report import tables
    from besa.report.facts import gather
    from besa.report.speech import Speech

    woman, man = (Actor.objects.get(election=election, slug=_one(election, gender)) for gender in ("woman", "man"))
    day = datetime(2027, 9, 19, tzinfo=UTC)
    parties = affiliations([woman.pk, man.pk], day.date())
    party = Actor.objects.filter(election=election, kind="party").order_by("slug").first()
    texts = [f"{woman.name} foli.", f"{man.name} dhe {woman.name}.", f"{man.name} heshti.", "Moti sot.", "Bie shi.",
             f"Sot {party.name} doli."]  # fmt: skip
    articles = [post(at, text, platform="portal", kind="article", post_key=f"portal:{at}", title=text)
                for at, text in enumerate(texts)]  # fmt: skip
    with transaction.atomic():
        codebook = Codebook.objects.create(election=election, version="1", body={"variables": []})
        record(by=BELT, act="test.codebook", rows=[codebook], election=election.slug)
    bring([*articles, post(90, f"{woman.name} në Facebook")])
    facts = gather(election, at=day, week="2027-W37")
    made = tables.compute("portal-visibility-by-gender", facts, Speech("en"), week="2027-W37")
    assert {row["key"]: (row["count"], row["percent"]) for row in made.rows} == {
        "woman": (2, 33.3), "man": (2, 33.3), "other": (0, 0.0), "unknown": (0, 0.0), "none": (3, 50.0),
    }  # fmt: skip
    assert made.total["count"] == 6 and "article" in made.notes[0]
    by_party = tables.compute("portal-visibility-by-party", facts, Speech("en"), week="2027-W37")
    expected = Counter({party.slug: 1})
    for who in ((woman,), (man, woman), (man,)):
        expected.update({parties[one.pk][0].slug for one in who if parties[one.pk][0]})
    assert {row["key"]: row["count"] for row in by_party.rows if row["key"] != "none"} == dict(expected)
    before = tables.compute("portal-visibility-by-gender", facts, Speech("en"), week="2027-W36")
    assert before.total["count"] == 0 and before.total["percent"] is None
