"""Packs: whole or not at all, every fault at once by file and line, loaded again without harm."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from hypothesis import given, settings
from hypothesis import strategies as st

import make
from besa.base.packfile import BadPack
from besa.base.toml_lines import toml_lines
from besa.coding.models import Codebook
from besa.coding.pack import REQUIRED
from besa.ledger.models import Entry
from besa.ledger.verify import EXEMPT, problems
from besa.pledge import actions, queries
from besa.pledge.models import Account, Actor, Area, Clause, Code, Election, Identity, Phase, Signature
from besa.reply.pack import notice_text
from besa.report.pack import text
from besa.site import packs
from besa.triage.models import Term

pytestmark = pytest.mark.django_db

ELECTION = """slug = "small"
timezone = "Europe/Belgrade"
languages = ["sr-Latn", "sr-Cyrl", "en"]
post_languages = ["sr", "en"]

[names]
sr-Latn = "Mali izbori"
en = "Small election"
[country]
sr-Latn = "Njegoslavlja"
en = "Nowhere"
[operator]
sr-Latn = "Posmatrači"
en = "The observers"

[[phases]]
kind = "pre_campaign"
first = 2027-08-30
last = 2027-09-12

[[phases]]
kind = "campaign"
first = 2027-09-13
last = 2027-10-11
"""

CODE = """version = "1"
effective_from = 2027-09-01
titles = { sr-Latn = "Kodeks", en = "The Code" }

[[principles]]
slug = "respect"
titles = { sr-Latn = "Poštovanje", en = "Respect" }

  [[principles.clauses]]
  slug = "no-hate"
  titles = { sr-Latn = "Bez mržnje", en = "No hate" }
  texts = { sr-Latn = "Ne mrzimo.", en = "We do not hate." }
  bound_kinds = ["all"]
  duty = "prohibition"

  [[principles.clauses]]
  slug = "extra"
  titles = { sr-Latn = "Dodatno", en = "Extra" }
  texts = { sr-Latn = "Dodatno.", en = "Extra." }
  bound_kinds = ["party"]
  duty = "duty"
  on = false
  reconstructed = true
"""

AREAS = "slug,sr-Latn,en,monitored\nlumas,Lumaš,Lumas,true\nbreg,Breg,Hill,false\n"
ACTORS = (
    "slug,kind,name,short_name,aliases,party,affiliation_grade,how_affiliated,area,gender,gender_source,community,"
    "community_source,language,email,signed_on,signature_kind,keeper_office,keeper_email,withdrawn_on\n"
    "pl,party,Party of the Lake,PL,Lake|PoL,,,,,,,,,en,office@pl.example,2027-09-01,ceremony,Office,k@pl.example,\n"
    "ana,mayor_candidate,Ana Lake,,,pl,confirmed,candidate list,lumas,woman,candidate list,,,en,ana@pl.example,,,,,\n"
)
ACCOUNTS = (
    "platform,handle,name,url,actor,identity_grade,how_known,status,area\n"
    "facebook,ana.lake,Ana Lake,https://facebook.com/ana.lake,ana,confirmed,her letter; the party's site,,lumas\n"
    "tiktok,nobody,Nobody,,,,,,\n"
)


def codebook() -> str:
    out = ['version = "1"\n']
    for name, (kind, words) in REQUIRED.items():
        out.append(f'[[variables]]\nname = "{name}"\nkind = "{kind}"\nlabels = {{ sr-Latn = "x", en = "{name}" }}')
        if kind != "text":
            out.append('level = "nominal"')
        for word in words or ():
            out.append(f'[[variables.values]]\nvalue = {json.dumps(word)}\nlabels = {{ sr-Latn = "x", en = "{word}" }}')
    return "\n".join(out)


@pytest.fixture
def folder(tmp_path) -> Path:
    """A small whole pack; Serbian is written once, in Latin script."""
    root = tmp_path / "pack"
    files = {
        "election.toml": ELECTION, "code.toml": CODE, "codebook.toml": codebook(), "areas.csv": AREAS,
        "actors.csv": ACTORS, "accounts.csv": ACCOUNTS,
        "lexicon/sr.csv": "term,match,concern,clause,strength,note,counter_examples\ngad,stem,hate,no-hate,0.7,,a|b\n",
    }  # fmt: skip
    for tag, line in {"sr-Latn": "Poštovani", "en": "Dear"}.items():
        for name in ("notice", "party_notice"):
            files[f"notices/{tag}/{name}.md"] = f"# {line} {{recipient}}\n\n{{link}} {{deadline}}\n"
        for name in ("method", "limits", "about"):
            files[f"report/{tag}/{name}.md"] = f"{line}: {{operator}}, {{hours}}."
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    return root


@pytest.fixture
def by(db, at):
    return make.user("root", "administrator")


def change(folder: Path, name: str, old: str, new: str) -> None:
    content = (folder / name).read_text(encoding="utf-8")
    assert old in content
    (folder / name).write_text(content.replace(old, new, 1), encoding="utf-8")


def rows() -> int:
    return sum(
        model.objects.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in EXEMPT
    )


def faults(folder: Path) -> dict[str, str]:
    with pytest.raises(BadPack) as caught:
        packs.read(folder)
    found: dict[str, str] = {}
    for fault in caught.value.problems:
        found[fault.where] = f"{found.get(fault.where, '')} {fault.problem} {fault.remedy}".strip()
    return found


def test_a_pack_becomes_rows_and_the_ledger_vouches_for_each(folder, by):
    done = packs.load(by=by, folder=folder)
    assert done.pop("warnings")
    assert done == {"election": "small", "clauses": 2, "actors": 2, "accounts": 2, "areas": 2}
    entry = Entry.objects.last()
    assert (entry.act, entry.election) == ("pack.load", "small")
    assert not list(problems())
    ana = Actor.objects.get(slug="ana")
    assert queries.affiliation_of(ana, date(2027, 9, 10))[:2] == (Actor.objects.get(slug="pl"), "confirmed")
    assert queries.identity_of(Account.objects.get(key="facebook:@ana.lake"), date(2027, 9, 10)) == (ana, "confirmed")
    assert queries.status_of(Actor.objects.get(slug="pl"), date(2027, 9, 1)) == "signed"
    assert [clause.slug for clause in queries.clauses(Election.objects.get())] == ["no-hate"]
    assert "council_candidate" in Clause.objects.get(slug="no-hate").bound_kinds
    assert Term.objects.get().counter_examples == ["a", "b"]
    assert {variable["name"] for variable in Codebook.objects.get().body["variables"]} == set(REQUIRED)


def test_serbian_in_cyrillic_is_made_by_rule(folder, by):
    packs.load(by=by, folder=folder)
    election = Election.objects.get()
    assert election.country["sr-Cyrl"] == "Његославља"
    assert Area.objects.get(slug="lumas").names["sr-Cyrl"] == "Лумаш"
    assert notice_text(election, "sr-Cyrl", "notice", {"recipient": "Ana", "link": "https://x.example/lj"}) == (
        "Поштовани Ana", "https://x.example/lj {deadline}",
    )  # fmt: skip
    assert text(election, "sr-Cyrl", "about") == "Поштовани: Посматрачи, 48."


def test_the_same_pack_again_changes_nothing(folder, by):
    first = packs.load(by=by, folder=folder)
    before = (Entry.objects.count(), rows())
    assert packs.load(by=by, folder=folder) == first
    assert (Entry.objects.count(), rows()) == before


def test_a_changed_pack_updates_records_and_removes_only_what_nothing_rests_on(folder, by):
    packs.load(by=by, folder=folder)
    change(folder, "actors.csv", "Ana Lake,", "Ana Lake-Hill,")
    change(folder, "election.toml", "last = 2027-10-11", "last = 2027-10-10")
    change(folder, "election.toml", 'kind = "pre_campaign"', 'kind = "silence"')
    change(folder, "accounts.csv", "tiktok,nobody,Nobody,,,,,,\n", "")
    change(folder, "lexicon/sr.csv", "gad,stem", "gadov,stem")
    done = packs.load(by=by, folder=folder)
    assert Actor.objects.get(slug="ana").name == "Ana Lake-Hill"
    assert [(phase.kind, phase.last.day) for phase in Phase.objects.all()] == [("silence", 12), ("campaign", 10)]
    assert [(term.term, bool(term.retired_at)) for term in Term.objects.all()] == [("gad", True), ("gadov", False)]
    assert Account.objects.filter(key="tiktok:@nobody").exists()
    assert any("tiktok:@nobody" in warning for warning in done["warnings"])
    assert Entry.objects.filter(act="pack.load").count() == 2
    assert not list(problems())


def test_settings_follow_the_pack_and_leave_those_of_others(folder, by):
    settings = (
        '[settings]\ndocket_per_week = 12\nmajority_communities = ["a"]\nconcern_clauses = { hate = "no-hate" }\n'
    )
    change(folder, "election.toml", "[names]", settings + "[names]")
    packs.load(by=by, folder=folder)
    held = Election.objects.get().settings
    assert (held["docket_per_week"], held["majority_communities"], held["concern_clauses"]) == (
        12, ["a"], {"hate": "no-hate"},
    )  # fmt: skip
    change(folder, "election.toml", "docket_per_week = 12\n", "")
    packs.load(by=by, folder=folder)
    held = Election.objects.get().settings
    assert "docket_per_week" not in held and held["majority_communities"] == ["a"] and held["notices"]


def test_what_was_done_at_the_desk_stays(folder, by, at):
    packs.load(by=by, folder=folder)
    election = Election.objects.get()
    account = Account.objects.get(key="facebook:@ana.lake")
    actions.choose_areas(by=by, election=election, monitored=["breg"])
    actions.grade_identity(by=by, account=account, actor=Actor.objects.get(slug="ana"), grade="disputed")
    actions.withdraw(by=by, signatory=queries.signatory_of(Actor.objects.get(slug="pl")), withdrawn_on=date(2027, 9, 9))
    change(folder, "actors.csv", "Ana Lake,", "Ana Lake-Hill,")
    done = packs.load(by=by, folder=folder)
    assert Actor.objects.get(slug="ana").name == "Ana Lake-Hill"
    assert [area.slug for area in Area.objects.filter(monitored=True)] == ["breg"]
    assert Identity.objects.get(account=account).grade == "disputed"
    assert Signature.objects.get().withdrawn_on == date(2027, 9, 9)
    assert sum("changed at the desk" in warning for warning in done["warnings"]) == 4
    assert not list(problems())


def test_words_that_were_signed_cannot_change_under_the_signature(folder, by):
    packs.load(by=by, folder=folder)
    before = rows()
    for old, new in [("We do not hate.", "We hate nobody."), ("on = false", "on = true")]:
        shutil.copytree(folder, other := folder.parent / new[:5], dirs_exist_ok=True)
        change(other, "code.toml", old, new)
        with pytest.raises(BadPack, match=r"code\.toml:1: version 1 of the Code has been signed"):
            packs.load(by=by, folder=other)
        assert rows() == before
    change(folder, "code.toml", 'version = "1"', 'version = "2"')
    change(folder, "code.toml", "We do not hate.", "We hate nobody.")
    packs.load(by=by, folder=folder)
    assert Signature.objects.get().text_sha256 == Code.objects.get(version="1").sha256
    assert queries.clauses(Election.objects.get())[0].texts["en"] == "We hate nobody."
    assert not list(problems())


BROKEN = [
    ("election.toml", 'slug = "small"', 'slug = "Small Election"', "election.toml:1", "is not a slug"),
    ("election.toml", "Europe/Belgrade", "Europe/Nowhere", "election.toml:2", "is not a time zone"),
    ("election.toml", 'slug = "small"', 'slug = "small"\ncolour = "red"', "election.toml:2", "“colour” is unknown"),
    ("election.toml", 'en = "Small election"\n', "", "election.toml:6", "missing in en"),
    ("election.toml", "first = 2027-09-13", "first = 2027-09-12", "election.toml:23", "overlaps pre_campaign"),
    ("election.toml", "last = 2027-10-11", "last = 2027-09-01", "election.toml:24", "before the first"),
    ("election.toml", 'kind = "campaign"', 'kind = "party_time"', "election.toml:22", "is not a kind"),
    ("election.toml", "[names]", "[names", "election.toml:6", "is not TOML"),
    ("election.toml", "[names]", "[settings]\nalpha_share = 2\n[names]", "election.toml:7", "from 0 to 1"),
    (
        "election.toml", "[names]", '[settings]\nlocal_model = {onnx = "../m", concern = "hate"}\n[names]',
        "election.toml:7", "not the name of a folder",
    ),
    ("election.toml", "[names]", "[settings]\nalpha = 1\n[names]", "election.toml:7", "“alpha” is unknown"),
    ("election.toml", "[names]", '[settings]\nconcern_clauses = {hate = "x"}\n[names]', "election.toml", "names “x”"),
    ("code.toml", '["all"]', '["everybody"]', "code.toml:13", "is not a bound_kinds"),
    ("code.toml", 'slug = "extra"', 'slug = "no-hate"', "code.toml:16", "stands twice"),
    ("code.toml", 'duty = "duty"\n', "", "code.toml:16", "“duty” is missing"),
    ("areas.csv", "breg,", "lumas,", "areas.csv:3", "stands twice"),
    ("areas.csv", "monitored", "watched", "areas.csv:1", "“watched” is unknown"),
    ("actors.csv", "mayor_candidate", "mayor", "actors.csv:3", "is not a kind"),
    ("actors.csv", ",pl,confirmed", ",px,confirmed", "actors.csv:3", "not in actors.csv"),
    ("actors.csv", ",lumas,woman", ",luma,woman", "actors.csv:3", "not in areas.csv"),
    ("actors.csv", "woman,candidate list", "woman,", "actors.csv:3", "where the gender is known from"),
    ("actors.csv", "2027-09-01,ceremony", "1.9.2027,ceremony", "actors.csv:2", "is not a day"),
    ("actors.csv", "ana@pl.example", "ana at pl", "actors.csv:3", "is not an e-mail"),
    ("accounts.csv", ",ana,confirmed", ",anna,confirmed", "accounts.csv:2", "not in actors.csv"),
    ("accounts.csv", "her letter; the party's site", "her letter", "accounts.csv:2", "two independent proofs"),
    ("accounts.csv", "tiktok,nobody,Nobody,,,,,,", "tiktok,nobody,Nobody,,,", "accounts.csv:3", "has 6 cells"),
    ("accounts.csv", "tiktok,nobody", 'tiktok,"nobody', "accounts.csv:3", "is not CSV"),
    ("accounts.csv", "tiktok", "myspace", "accounts.csv:3", "is not a platform"),
    ("lexicon/sr.csv", "no-hate", "no-hat", "lexicon/sr.csv:2", "not in code.toml"),
    ("lexicon/sr.csv", "0.7", "7", "lexicon/sr.csv:2", "from 0 to 1"),
    ("notices/en/notice.md", "{deadline}", "{dedline}", "notices/en/notice.md:3", "{dedline} is unknown"),
    ("notices/en/notice.md", "# Dear", "Dear", "notices/en/notice.md:1", "subject of the mail"),
    ("report/en/limits.md", "Dear: {operator}, {hours}.", " ", "report/en/limits.md:1", "is empty"),
]  # fmt: skip


@pytest.mark.parametrize("file, old, new, where, says", BROKEN)
def test_each_fault_names_file_and_line(folder, by, file, old, new, where, says):
    change(folder, file, old, new)
    before = rows()
    with pytest.raises(BadPack):
        packs.load(by=by, folder=folder)
    found = faults(folder)
    assert where in found and says in found[where], found
    assert rows() == before and not Election.objects.exists()


def test_all_faults_are_shown_at_once(folder):
    change(folder, "areas.csv", "breg,", "Breg!,")
    change(folder, "accounts.csv", "tiktok", "myspace")
    change(folder, "code.toml", '["all"]', "[]")
    (folder / "notices/en/notice.md").unlink()
    (folder / "lexicon/sq.csv").write_text("term\n")
    (folder / "lexikon").mkdir()
    (folder / "lexikon/sr.csv").write_text("term\n")
    found = faults(folder)
    assert {
        "areas.csv:3", "accounts.csv:3", "code.toml:13", "notices/en/notice.md", "lexicon/sq.csv", "lexikon/sr.csv",
    } <= set(found)  # fmt: skip
    assert all(found.values())


@pytest.mark.parametrize(
    "name", ["election.toml", "code.toml", "codebook.toml", "areas.csv", "actors.csv", "accounts.csv"]
)
@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"a\x00b", b"\n\n\n", b"[[[[", b'"""', b"x = [1, 2"])
def test_no_bytes_crash_the_reader(folder, name, data):
    (folder / name).write_bytes(data)
    assert any(where.split(":")[0] == name for where in faults(folder))


def test_a_file_from_windows_is_read(folder, by):
    for name in ("areas.csv", "actors.csv"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
    assert packs.load(by=by, folder=folder)["actors"] == 2
    (folder / "areas.csv").write_text(AREAS.replace(",", ";"))
    found = faults(folder)
    assert "semicolons" in found.pop("areas.csv:1")
    assert not found, "what refers to a file that cannot be read is not reported as well"


def test_only_some_may_load(folder, by):
    from besa.base.errors import Refused

    with pytest.raises(Refused):
        packs.load(by=make.user("a-coder", "coder"), folder=folder)
    assert not Election.objects.exists()


def test_a_crash_in_the_middle_leaves_nothing(folder, by, monkeypatch):
    before = rows()
    monkeypatch.setattr(packs.codebook_pack, "write", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        packs.load(by=by, folder=folder)
    assert rows() == before


@pytest.mark.parametrize("name", [path.name for path in packs.shipped()])
def test_the_packs_that_come_along_are_whole(by, name):
    done = packs.load(by=by, folder=packs.folder_of(name))
    assert done["clauses"] and done["areas"]
    assert not list(problems())
    entries = Entry.objects.count()
    packs.load(by=by, folder=packs.folder_of(name))
    assert Entry.objects.count() == entries


def test_kosovo_judges_nobody_by_words_they_never_signed(by):
    done = packs.load(by=by, folder=packs.folder_of("kosovo_local_2025"))
    election = Election.objects.get()
    assert done["areas"] == 38 and not Area.objects.filter(monitored=True).exists()
    assert any("none of the 38 areas is monitored" in warning for warning in done["warnings"])
    assert not Actor.objects.exists() and not Signature.objects.exists()
    assert not Clause.objects.filter(on=True, reconstructed=True).exists()
    assert not Clause.objects.filter(on=False, reconstructed=False).exists()
    assert len({clause.principle.slug for clause in queries.clauses(election)}) == 4
    monitored = [phase for phase in queries.phases(election) if phase.monitored]
    assert (monitored[0].first, monitored[-1].last) == (date(2025, 9, 1), date(2025, 10, 26))
    assert not any(phase.kind == "silence" for phase in queries.phases(election))
    assert queries.phase_of(election, date(2025, 10, 12)).kind == "polling_day"
    assert not queries.phase_of(election, date(2025, 11, 9)).monitored


KEYS = st.text("abc-_", min_size=1, max_size=4)


@settings(max_examples=60)
@given(st.lists(st.tuples(KEYS, st.lists(KEYS, unique=True, max_size=3)), max_size=5))
def test_lines_of_toml_are_those_of_its_keys(tables):
    """Every key written in a table of a list is found on the line that it was written on."""
    lines, expected, counts = [], {}, {}
    for table, keys in tables:
        lines.append(f"[[{table}]]")
        counts[table] = counts.get(table, -1) + 1
        expected[(table, counts[table])] = len(lines)
        for key in keys:
            lines += [f"{key} = [", '  "a = 1",  # x = 2', "]"]
            expected[(table, counts[table], key)] = len(lines) - 2
    found = toml_lines("\n".join(lines))
    assert {path: found[path] for path in expected} == expected


def test_the_command_speaks_json_and_says_what_is_wrong(folder, tmp_path):
    import subprocess
    import sys

    from processes import environment

    def besa(*words):
        run = subprocess.run(
            [sys.executable, "-m", "besa.site.cli", "pack", *words, "--home", str(tmp_path / "h"), "--json"],
            capture_output=True, text=True, timeout=60,
            env=environment(tmp_path / "h"),
        )  # fmt: skip
        return run.returncode, run.stdout, run.stderr

    code, out, _ = besa("load", str(folder))
    assert code == 0
    assert set(json.loads(out)) == {"election", "clauses", "actors", "accounts", "areas", "warnings"}
    change(folder, "areas.csv", "breg,", "lumas,")
    code, out, err = besa("load", str(folder))
    assert code == 2 and "areas.csv:3" in err and not out
    code, out, _ = besa("check", str(folder))
    assert code == 2 and json.loads(out)["problems"][0]["where"] == "areas.csv:3"
    code, _, err = besa("load", "no-such-pack")
    assert code != 0 and "kosovo_local_2025" in err
