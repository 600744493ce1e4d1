"""A table of candidates and accounts: read, compared row by row, taken in at once, undone by a dated correction."""

from __future__ import annotations

import io
import json
from datetime import date

import openpyxl
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from besa.base.errors import BadInput, Conflict, Refused
from besa.collect.actions import import_file, save_mapping
from besa.ledger.models import Entry
from besa.ledger.verify import problems
from besa.pledge import actions, queries
from besa.pledge.actions.listing import planned
from besa.pledge.models import Account, Actor, Affiliation, Identity, ListChange, ListImport
from besa.pledge.rules.accounts import read_account, spelling
from besa.pledge.rules.plan import Known, counts, person_key, plan
from besa.pledge.rules.sheet import COLUMNS, rows

HEAD = "name,kind,party,municipality,account,identity,how_known"


def table(*lines: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *lines)).encode()


def look(election, users, data: bytes, by="coordinator"):
    return planned(by=users[by], election=election, data=data, file_name="list.csv")


# Pure


@pytest.mark.parametrize(
    ("cell", "platform", "key"),
    [
        ("https://www.facebook.com/Ana.PL/?ref=x", "", "facebook:@ana.pl"),
        ("m.facebook.com/ana.pl/posts/1", "", "facebook:@ana.pl"),
        ("https://facebook.com/profile.php?id=100012345", "", "facebook:100012345"),
        ("https://www.facebook.com/people/Ana-Lake/100012345/", "", "facebook:100012345"),
        ("https://www.tiktok.com/@ana_pl?lang=en", "", "tiktok:@ana_pl"),
        ("@Ana_PL", "x", "x:@ana_pl"),
        ("https://twitter.com/Ana_PL", "x", "x:@ana_pl"),
        ("https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv", "", "youtube:UCabcdefghijklmnopqrstuv"),
        ("https://bsky.app/profile/ana.example", "", "bluesky:@ana.example"),
        ("https://social.example/@ana", "mastodon", "mastodon:@ana@social.example"),
        ("portal.example", "portal", "portal:@portal.example"),
        ("https://www.portal.example/", "", "portal:@portal.example"),
        ("https://www.facebook.com/ana", "tiktok", None), ("ana", "", None), ("", "facebook", None),
        ("Ana of the Lake", "facebook", None), ("javascript:alert(1)", "", None),
    ],
)  # fmt: skip
def test_an_account_is_read_however_it_is_written(cell, platform, key):
    assert getattr(read_account(cell, platform), "key", None) == key


@given(st.text(max_size=60), st.sampled_from(["", "facebook", "x", "portal", "mastodon"]))
def test_any_cell_is_survived(cell, platform):
    found = read_account(cell, platform)
    assert found is None or found.key.startswith(f"{found.platform}:")


def test_spellings_and_names_meet():
    assert spelling("facebook:@ana.pl") == spelling("facebook:@AnaPL") != spelling("x:@anapl")
    assert spelling("instagram:@ana.pl") != spelling("instagram:@anapl")
    assert person_key("Ana Šarić") == person_key("Шарић, Ана") == person_key("SARIC Ana")


@settings(max_examples=60)
@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=20)), max_size=5))
def test_any_table_is_planned_and_each_row_has_one_outcome(cells):
    made = plan(enumerate(cells, 2), Known(), {column: {} for column in ("kind", "affiliation", "identity", "gender",
                "platform", "status")}, by="ana")  # fmt: skip
    assert len(made) == len(cells) == sum(counts(made).values())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"), (b"kind\nparty\n", "no column with names"), (b"name,colour\nAna,red\n", "no column “colour”"),
        (b"name,name\nAna,Ben\n", "same heading"), (b"\xff\xd8\xff\xe0", "not UTF-8"),
        (b"PK\x03\x04broken", "cannot be read"), (b"name\nAna,what is this\n", "line 2"),
    ],
)  # fmt: skip
def test_a_broken_table_is_named(data, said):
    with pytest.raises(BadInput) as raised:
        rows(data, "list.csv", {column: column for column in COLUMNS})
    assert said in str(raised.value)


# Against the list


def test_each_row_says_what_it_would_do(election, users):
    made = look(
        election, users,
        table(
            "Ana of PL,,,,facebook.com/AnaPL,,",
            "Cveta of the Lake,council_candidate,PL,Lumas,https://tiktok.com/@cveta,probable,the party's page",
            "Cveta of the Lake,,,,https://www.tiktok.com/@Cveta/,,",
            "Ben of PL,,,,https://x.com/ben_pl,confirmed,his letter; his page",
            "Dora,council_candidate,PL,Lumas,https://www.facebook.com/ana.pl,,",
            "Edi,council_candidate,Party of the Moon,,,,",
            "Fani,councillor,PL,,,,",
            "Goran,council_candidate,PL,Lumas,https://x.com/goran,confirmed,one proof",
            "Hana,,PL,,,,",
            ",council_candidate,,,,,",
            "Ana of PL,council_candidate,PH,,,,",
        ),
    )  # fmt: skip
    assert [row.outcome for row in made] == [
        "same", "new", "same", "new", "conflict", "refused", "refused", "refused", "refused", "refused", "conflict",
    ]  # fmt: skip
    assert [row.line for row in made] == list(range(2, 13))
    assert "Known as" in made[0].says[0][0] and made[0].account == "facebook:@ana.pl"
    assert made[2].says == [("The same account as in line %(line)s.", {"line": 3})]
    assert made[3].values["identity"][("x:@ben_pl", "ben-pl")]["grade"] == "probable", "a table only proposes"
    assert "Settle that first" in made[4].says[-1][0] and made[4].values == {}
    assert Entry.objects.last().act != "watchlist.import" and not ListImport.objects.exists()


def test_the_same_person_in_another_place_is_asked_about_and_not_merged(election, users):
    head = HEAD + ",id"
    one = "Ana of PL,council_candidate,PL,Lumas,https://x.com/ana_pl,,"
    assert look(election, users, table(one))[0].actor == "ana-pl"
    other = look(election, users, table("of PL Ana,party,,,,,"))[0]
    assert other.outcome == "conflict" and "Ana" not in Actor.objects.last().name
    made = look(election, users, table("Ana of PL,council_candidate,,Lumas,https://x.com/ana2,,,new", head=head))[0]
    assert made.outcome == "new" and made.actor == "ana-of-pl"


def test_a_table_is_taken_in_at_once_and_undone_by_correction(election, users, at):
    data = table(
        "Cveta of the Lake,council_candidate,PL,Lumas,https://tiktok.com/@cveta,confirmed,her page; her letter",
        "Ana of PL,,,,https://www.instagram.com/ana.pl/,probable,same picture",
        "Edi,council_candidate,Party of the Moon,,,,",
    )
    batch, _ = actions.import_list(by=users["analyst"], election=election, data=data, file_name="list.csv")
    assert batch.counts == {"new": 2, "changed": 0, "same": 0, "conflict": 0, "refused": 1}
    cveta = Actor.objects.get(slug="cveta-of-the-lake")
    assert cveta.area.slug == "lumas" and cveta.language == "sq"
    account = Account.objects.get(key="tiktok:@cveta")
    assert account.url == "https://tiktok.com/@cveta" and account.platform == "tiktok"
    assert queries.identity_of(account, date(2027, 9, 14)) == (cveta, "probable")
    assert queries.affiliation_of(cveta, date(2027, 9, 14))[:2] == (Actor.objects.get(slug="pl"), "probable")
    assert Entry.objects.filter(act="watchlist.import").count() == 1 and not list(problems())
    with pytest.raises(BadInput, match="nothing to take in"):
        actions.import_list(by=users["analyst"], election=election, data=data, file_name="list.csv")
    waiting = queries.proposals(election)[0]
    actions.confirm(by=users["coordinator"], election=election, identities=[waiting[0].pk])
    at.advance(days=1)
    with pytest.raises(BadInput, match="reason"):
        actions.undo_list(by=users["analyst"], batch=batch, reason=" ")
    stays = actions.undo_list(by=users["analyst"], batch=batch, reason="the wrong file")
    assert stays == ["tiktok:@cveta – Cveta of the Lake"], "what somebody decided since is not undone"
    assert queries.identity_of(account, date(2027, 9, 14)) == (cveta, "confirmed")
    assert Identity.objects.get(account__key="instagram:@ana.pl").grade == "unknown"
    assert not Account.objects.get(key="instagram:@ana.pl").watched
    assert ListChange.objects.filter(reason="undone: the wrong file").exists() and not list(problems())
    with pytest.raises(Conflict, match="undone already"):
        actions.undo_list(by=users["analyst"], batch=batch, reason="again")


def test_what_was_changed_gets_its_old_values_back(election, users):
    head = "name,affiliation,party,how_affiliated,first,last"
    before = Affiliation.objects.get(actor__slug="ana-pl")
    batch, _ = actions.import_list(
        by=users["analyst"], election=election, file_name="a.csv",
        data=table("Ana of PL,disputed,PL,she says no,,", head=head),
    )  # fmt: skip
    assert Affiliation.objects.get(pk=before.pk).grade == "disputed"
    assert actions.undo_list(by=users["analyst"], batch=batch, reason="a mistake") == []
    after = Affiliation.objects.get(pk=before.pk)
    assert (after.grade, after.how_known) == ("confirmed", "candidate list") and not list(problems())


def test_who_may_not_edit_takes_nothing_in(election, users):
    with pytest.raises(Refused):
        actions.import_list(
            by=users["coder"], election=election, data=table("Ana of PL,,,,x.com/ana,,"), file_name="a.csv"
        )
    assert not ListImport.objects.exists()


@pytest.mark.parametrize("language", ["sq", "sr-latn", "sr", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_read_back_in_every_language(election, users, language, form):
    with translation.override(language):
        data = queries.template(form)
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        assert len(book.worksheets[0].data_validations.dataValidation) == 6
    made = planned(by=users["analyst"], election=election, data=data, file_name=f"list.{form}")
    assert [(row.outcome, row.account) for row in made] == [("new", "facebook:@ana.example")]


# What it moves


@pytest.fixture
def posts(election, users, home, tmp_path):
    """Three posts of one account on three days, and one of another account that is gone."""
    days = ("2027-09-10", "2027-09-14", "2027-09-15")
    lines = [{"id": f"{n}00000", "who": "ana.pl", "at": f"{day}T10:00:00Z", "text": f"words {n}"}
             for n, day in enumerate(days, 1)]  # fmt: skip
    lines.append({"id": "900000", "who": "ben.ph", "at": "2027-07-01T10:00:00Z", "text": "old words"})
    path = tmp_path / "posts.ndjson"
    path.write_text("\n".join(map(json.dumps, lines)) + "\n")
    fields = {"native_id": "id", "account_handle": "who", "posted_at": "at", "text": "text"}
    saved = save_mapping(
        by=users["analyst"], election=election, name="x", body={"platform": "facebook", "fields": fields}
    )
    import_file(by=users["analyst"], election=election, path=path, connector="generic", mapping=saved)


def test_what_a_change_moves_is_shown_before_and_follows_the_days(election, users, posts):
    account, ana = Account.objects.get(key="facebook:@ana.pl"), Actor.objects.get(slug="ana-pl")
    ended = queries.effect_of_claim(account, ana, {"grade": "confirmed", "first": None, "last": date(2027, 9, 14)})
    assert [(one.before, one.after, one.posts) for one in ended] == [("Ana of PL", "", 1)]
    actions.grade_identity(
        by=users["analyst"], account=account, actor=ana, grade="confirmed", how_known="a; b", last=date(2027, 9, 12)
    )
    data = table("Ben of PL,,,,facebook.com/ana.pl,probable,said so,13.9.2027", head=HEAD + ",first")
    made = look(election, users, data)
    assert made[0].outcome == "changed"
    moved = queries.effect(election, made)
    assert [(one.before, one.after, one.posts, one.accounts) for one in moved] == [("", "Ben of PL", 2, 1)]


def test_silent_and_gone_accounts_are_found(election, users, posts):
    day = date(2027, 9, 15)
    assert [row.key for row in queries.accounts(election, day, activity="silent")] == [
        "facebook:@ana.ph", "facebook:@ben.ph", "facebook:@ben.pl",
    ]  # fmt: skip
    rows = {row.account.key: row for row in queries.listed(election, queries.accounts(election, day), day)}
    assert rows["facebook:@ana.pl"].seen.posts == 3 and not rows["facebook:@ana.pl"].silent
    assert (
        rows["facebook:@ben.ph"].silent and rows["facebook:@ben.ph"].seen.last_posted.isoformat()[:10] == "2027-07-01"
    )
    actions.mark_gone(
        by=users["analyst"], account=Account.objects.get(key="facebook:@ben.ph"), gone_on=day, evidence="not available"
    )
    assert [row.key for row in queries.accounts(election, day, activity="gone")] == ["facebook:@ben.ph"]
    assert "facebook:@ben.ph" not in [row.key for row in queries.accounts(election, day, activity="silent")]
