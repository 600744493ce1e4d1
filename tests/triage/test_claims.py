"""Checked claims: what is said again and what only looks so, the list as it is read, kept and sought."""

from __future__ import annotations

import csv
import json
from collections import Counter
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pyarrow as pa
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from besa.base.errors import BadInput, Conflict, Refused
from besa.base.script import to_cyrillic
from besa.ledger.verify import problems
from besa.people.policy import BELT
from besa.site.cli import main
from besa.triage import actions
from besa.triage.detectors import claims
from besa.triage.detectors.claims import alike
from besa.triage.models import CheckedClaim, DocketItem
from besa.triage.queries import claims as queries
from besa.triage.queries import signals_of
from besa.triage.rules.claims import read, verdict_of
from besa.triage.types import ClaimSpec, Resources
from triage.posts import bring, post

with (Path(__file__).parent / "claims" / "pairs.csv").open(encoding="utf-8", newline="") as _file:
    PAIRS = list(csv.DictReader(_file))
CLAIM = "Komuna e Lumasit ka shpenzuar 2 milionë euro për vetura zyrtare."


def found(texts: list[str], specs: list[ClaimSpec]) -> dict[int, str]:
    batch = pa.table(
        {"post_key": [str(at) for at in range(len(texts))], "observation_id": texts, "text": texts,
         "title": pa.array([None] * len(texts), pa.string())}
    )  # fmt: skip
    rows = claims.detect(batch, Resources(claims=tuple(specs)), 1).to_pylist()
    return {int(row["post_key"]): row["reason"] for row in rows}


def measured(part: str) -> tuple[float, float]:
    """Precision and recall of the whole detector, all claims of the file sought at once."""
    told = sorted({(pair["claim"], pair["language"]) for pair in PAIRS})
    specs = [ClaimSpec(at, ((code, claim),), "false", "False", "Nobody") for at, (claim, code) in enumerate(told)]
    rows = [pair for pair in PAIRS if pair["part"] == part]
    said = found([pair["post"] for pair in rows], specs)
    right = {at for at, pair in enumerate(rows) if pair["same"] == "1"}
    hits = {at for at in said if f"“{rows[at]['claim']}”" in said[at]} & right
    return len(hits) / len(said), len(hits) / len(right)


# `with` was written together with the method, `after` when it stood (and it was mended once by it), `fresh` last:
# nothing was changed after it was measured.
@pytest.mark.parametrize(
    ("part", "precision", "recall"), [("with", 0.98, 0.95), ("after", 0.95, 0.6), ("fresh", 0.95, 0.8)]
)
def test_labelled_pairs(part, precision, recall, capsys):
    reached = measured(part)
    with capsys.disabled():
        print(f"\nclaims, pairs “{part}”: precision {reached[0]:.3f}, recall {reached[1]:.3f}")
    assert reached[0] >= precision and reached[1] >= recall


def test_there_are_enough_pairs_with_traps_in_each_language():
    assert len(PAIRS) >= 200 and min(Counter(pair["language"] for pair in PAIRS).values()) >= 40
    traps = Counter(pair["kind"] for pair in PAIRS if pair["same"] == "0")
    assert {"number", "negation", "denial", "opposite", "name", "place", "topic"} <= set(traps)


@given(st.integers(2, 9_000), st.integers(2, 9_000), st.sampled_from(["%", "", " milionë", " mijë"]))
def test_numbers_must_agree(one, other, unit):
    text = "Kryetari i komunës ka dhuruar {} euro nga buxheti për familjen e tij"
    held = alike.claim(text.format(f"{one}{unit}"), "sq")
    said = alike.match(held, text.format(f"{other}{unit}"), "sq")
    assert (said is not None) == (one == other)


@given(
    st.sampled_from([pair for pair in PAIRS if pair["kind"] == "copy"]),
    st.sampled_from(["Shiko! {}", "{} 🦅", "{}"]),
    st.sampled_from([str, str.upper, str.lower]),
)
def test_a_copy_is_found_in_any_case_and_marked_where_it_stands(pair, around, case):
    text = around.format(case(pair["claim"]))
    [match] = [alike.match(alike.claim(pair["claim"], pair["language"]), text, pair["language"])]
    assert text[match.start : match.end].startswith(case(pair["claim"])[:20]) and 0 < match.similarity <= 1
    if pair["language"] == "sr":
        assert alike.match(alike.claim(pair["claim"], "sr"), to_cyrillic(text), "sr")


@given(st.text(max_size=300), st.sampled_from(["sq", "sr", "en", "und"]))
def test_no_text_stops_it(text, language):
    alike.match(alike.claim(text, language), text, language)
    assert all(0 <= start < end <= len(text) for start, end in alike.sentences(text))


def test_what_was_found_true_points_to_nothing_and_a_long_text_hides_nothing():
    long = "Fjalë të tjera për gjëra krejt të ndryshme në qytet. " * 60
    told = [f"{long} {CLAIM} {long}"]
    assert found(told, [ClaimSpec(1, (("sq", CLAIM),), "false", "E rreme", "Fakti")])
    assert not found(told, [ClaimSpec(1, (("sq", CLAIM),), "true", "E vërtetë", "Fakti")])


def test_a_claim_is_found_in_another_language_only_by_its_translation():
    sr = "Opština Lumas je potrošila 2 miliona evra na službena vozila."
    assert not found([sr], [ClaimSpec(1, (("sq", CLAIM),), "false", "E rreme", "Fakti")])
    assert found([sr], [ClaimSpec(1, (("sq", CLAIM), ("sr", sr)), "false", "E rreme", "Fakti")])


# The list


@pytest.mark.parametrize(
    ("rating", "verdict"),
    [
        ("False", "false"), ("Pants on Fire!", "false"), ("E rreme", "false"), ("Netačno", "false"),
        ("Neistina", "false"), ("Nuk është e vërtetë", "false"), ("Not true", "false"), ("Lažna vest", "false"),
        ("Half True", "misleading"), ("Pa kontekst", "misleading"), ("Delimično tačno", "misleading"),
        ("Pjesërisht e vërtetë", "misleading"), ("Manipulisanje činjenicama", "misleading"),
        ("True", "true"), ("E vërtetë", "true"), ("Tačno", "true"), ("Istina", "true"), ("Mostly true", "true"),
        ("E paverifikuar", "unclear"), ("No evidence", "unclear"), ("Hm", "unclear"),
    ],
)  # fmt: skip
def test_ratings_as_reviewers_write_them(rating, verdict):
    assert verdict_of(rating) == verdict


@pytest.mark.parametrize(
    ("value", "best", "worst", "verdict"),
    [("1", "5", "1", "false"), (5, 5, 1, "true"), ("3", None, None, "misleading"), ("-1", "5", "1", "unclear"),
     (2, 2, 2, "unclear"), (0, 100, 0, "false")],
)  # fmt: skip
def test_a_rating_without_words_is_read_on_its_scale(value, best, worst, verdict):
    assert verdict_of("#", {"value": value, "best": best, "worst": worst}) == verdict


def review(number: int, **more) -> dict:
    return {
        "@context": "https://schema.org", "@type": "ClaimReview", "claimReviewed": f"Claim number {number} of many",
        "url": f"https://fakti.example/{number}", "author": {"@type": "Organization", "name": "Fakti"},
        "reviewRating": {"@type": "Rating", "ratingValue": 1, "bestRating": 5, "alternateName": "False"},
        "datePublished": "2027-09-14T10:00:00Z", "inLanguage": "en-GB",
    } | more  # fmt: skip


TOOLS = {"claims": [{"text": "Claim number 1 of many", "claimReview": [
    {"publisher": {"name": "Fakti"}, "url": "https://fakti.example/1", "textualRating": "False",
     "reviewDate": "2027-09-14T10:00:00Z", "languageCode": "en"}]}]}  # fmt: skip


@pytest.mark.parametrize(
    "held",
    [
        review(1), [review(1)], {"@graph": [{"@type": "WebPage"}, review(1)]}, TOOLS,
        {"@type": "DataFeed", "dataFeedElement": [{"@type": "DataFeedItem", "item": [review(1)]}]},
    ],
)  # fmt: skip
def test_every_shape_of_claim_review_tells_the_same(held):
    [row] = read(json.dumps(held).encode(), "feed.json")
    assert (row.claim, row.reviewer, row.rating, row.verdict, row.language, row.url, str(row.checked_on), row.why) == (
        "Claim number 1 of many", "Fakti", "False", "false", "en", "https://fakti.example/1", "2027-09-14", ""
    )  # fmt: skip


def test_a_table_names_what_it_leaves_out_by_line():
    table = (
        "claim;rating;reviewer;url;date;language;clause;claim_sr\n"
        f"{CLAIM};E rreme;Fakti;https://f.example/1;2027-09-14;sq;falsehood;Prevod\n"
        "Second claim;;Fakti;;;en;;\n"
        "Third claim;False;;;;en;;\n"
        "Fourth claim;False;Fakti;javascript:alert(1);;en;;\n"
        "Fifth claim;False;Fakti;;14.9.2027;en;;\n"
        "Sixth claim;False;Fakti;;;xx;;\n"
        "Seventh claim;False;Fakti;;;en;nothing;\n"
    )
    first, *others = read(("\ufeff" + table).encode(), "list.csv", {"falsehood"})
    assert first.translations == {"sr": "Prevod"} and first.clause == "falsehood" and not first.why
    assert [row.line for row in others] == [3, 4, 5, 6, 7, 8] and all(row.why for row in others)
    for broken, where in [
        ("claim,rating,reviewer\na,b\n", "list.csv:2"), ("claim,what\n", "list.csv:1"), ('{"a": [', "list.csv:1"),
        ("claim,reviewer\nx,y\n", "list.csv:1"), ("", "list.csv"), ("[]", "list.csv"),
    ]:  # fmt: skip
        with pytest.raises(BadInput) as error:
            read(broken.encode(), "list.csv")
        assert error.value.where == where


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_stops_it(data):
    with suppress(BadInput):
        read(data, "x")


TABLE = "claim,rating,reviewer,url\n" + 2 * f"{CLAIM},E rreme,Fakti,https://f.example/1\n" + ",x,y,\n"


@pytest.mark.django_db
def test_taken_in_sought_in_old_and_new_posts_and_set_aside(home, election, users, at):
    by = users["coordinator"]
    bring([post(number) for number in range(20)] + [post(100, CLAIM + " Turp!")])
    assert "claims" not in actions.run(by=BELT, election=election)["signals"]
    at.advance(hours=1)
    with pytest.raises(Refused):
        actions.take_in(by=users["coder"], election=election, data=TABLE.encode(), file_name="list.csv")
    plan = actions.take_in(by=by, election=election, data=TABLE.encode(), file_name="list.csv")
    assert [outcome for outcome, _ in plan] == ["new", "known", "refused"]
    again = actions.take_in(by=by, election=election, data=TABLE.encode(), file_name="list.csv")
    assert [outcome for outcome, _ in again] == ["known", "known", "refused"]
    [row] = CheckedClaim.objects.all()
    assert (row.language, row.verdict) == ("sq", "false") and queries.specs(election)[1]
    at.advance(hours=1)
    corpus = bring([post(200, "Dy milionë euro ka harxhuar bashkia e Lumasit për vetura zyrtare")], "b")
    signals = actions.run(by=BELT, election=election)["signals"]
    assert signals["new_claims"] == 2 and "claims" not in signals
    told = signals_of(corpus, ["facebook:100", "facebook:200"])
    reasons = [row["reason"] for rows in told.values() for row in rows if row["detector"] == "new_claims"]
    assert len(reasons) == 2 and all("“E rreme”" in one and "https://f.example/1" in one for one in reasons)
    assert DocketItem.objects.filter(post_key="facebook:100", reasons__icontains="falsehood").exists()
    assert queries.found(election, [row])[row.pk]["posts"] == 2
    at.advance(hours=1)
    bring([post(300, CLAIM)], "c")
    assert actions.run(by=BELT, election=election)["signals"]["claims"] == 1
    actions.set_aside(by=by, claim=row, reason="The reviewer withdrew it")
    with pytest.raises(Conflict):
        actions.set_aside(by=by, claim=row, reason="Again")
    assert queries.specs(election) == ((), ()) and not list(problems())


@pytest.mark.django_db
def test_on_the_desk_a_file_is_looked_at_first(home, election, users, client):
    client.force_login(users["coordinator"])
    assert client.get(reverse("claims")).status_code == 200

    def sent(text: str):
        file = BytesIO(text.encode())
        file.name = "list.csv"
        return client.post(reverse("claims"), {"file": file})

    page = sent(TABLE + "<b>x</b>,False,Fakti,\n")
    assert page.status_code == 200 and not CheckedClaim.objects.exists()
    assert "&lt;b&gt;x&lt;/b&gt;" in page.content.decode() and "no claim is given" in page.content.decode()
    given = {"sha256": page.context["sha256"], "name": "list.csv"}
    assert client.post(reverse("claims_apply"), given).status_code == 302 and CheckedClaim.objects.count() == 2
    assert client.post(reverse("claims_apply"), given).status_code == 404
    assert "Turp" not in client.get(reverse("claims"), {"search": "Lumasit"}).content.decode()
    row = CheckedClaim.objects.first()
    assert client.post(reverse("claim_set_aside", args=[row.pk]), {"reason": "Wrong"}).status_code == 302
    assert sent("claim,nothing\n").status_code == 422
    client.force_login(users["adjudicator"])
    assert client.get(reverse("claims")).status_code == 200 and sent(TABLE).status_code == 403
    client.force_login(users["coder"])
    assert client.get(reverse("claims")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_the_command_says_what_it_left_out(home, election, users, tmp_path, capsys):
    path = tmp_path / "list.csv"
    path.write_text(TABLE, "utf-8")
    given = ["claims", str(path), "--home", str(home.root), "--json"]
    assert main([*given, "--dry-run"]) == 1 and not CheckedClaim.objects.exists()
    capsys.readouterr()
    assert main(given) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["new"], told["known"], told["refused"], told["rows"][2]["line"]) == (1, 1, 1, 4)
