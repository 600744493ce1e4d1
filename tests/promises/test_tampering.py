"""Whoever changes one byte of what was published, preserved or decided is found by `besa verify`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from besa.edition import verifier
from processes import besa


@pytest.fixture(scope="module")
def mine(demo, tmp_path_factory) -> Path:
    """A copy of the demo; each test puts back what it changed."""
    return shutil.copytree(demo, tmp_path_factory.mktemp("tampering") / "home")


@pytest.fixture
def edition(mine, tmp_path) -> Path:
    """The newest edition, copied under its own name."""
    newest = max((mine / "editions").glob("*/envelope.json"), key=lambda file: json.loads(file.read_text())["number"])
    return shutil.copytree(newest.parent, tmp_path / newest.parent.name)


def verify(home: Path, *words: str) -> tuple[int, list[dict]]:
    done = besa(home, "verify", *words, "--json", sqlite=True)
    told = json.loads(done.stdout)
    assert told["ok"] is (done.returncode == 0) and told["checked"] > 0, done.stderr
    return done.returncode, told["problems"]


def one_byte(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def one_of_each_kind(edition: Path) -> list[Path]:
    kinds: dict[tuple, Path] = {}
    for file in sorted(path for path in edition.rglob("*") if path.is_file()):
        place = file.relative_to(edition)
        kinds.setdefault((place.parts[0], place.parts[1] if len(place.parts) > 2 else "", file.suffix), place)
    return list(kinds.values())


def test_an_untouched_edition_is_whole(mine, edition):
    assert verify(mine, str(edition)) == (0, [])


def test_one_byte_in_every_kind_of_file_is_named(mine, edition):
    places = one_of_each_kind(edition)
    suffixes = {place.suffix for place in places}
    assert suffixes >= {".json", ".csv", ".parquet", ".svg", ".html", ".pdf", ".docx", ".css"}
    for place in places:
        whole = (edition / place).read_bytes()
        one_byte(edition / place)
        told = {problem["where"] for problem in verifier.problems(edition)}
        assert str(place) in told, place
        # nothing else is accused, but for what a list of files or an envelope vouches for
        if place.name not in ("manifest.json", "site.json", "envelope.json"):
            assert told == {str(place)}
        (edition / place).write_bytes(whole)
    for place in places:
        one_byte(edition / place)
    code, problems = verify(mine, str(edition))
    assert code == 1
    # a list of files that is broken itself cannot accuse the files it held
    assert {"manifest.json", "site.json", "envelope.json"} <= {problem["where"] for problem in problems}


@pytest.mark.parametrize("change", ["byte", "deleted", "added", "renamed"])
def test_a_change_is_named_and_exits_1(mine, edition, change):
    file = edition / "content" / "data" / "findings.csv"
    named = {"content/data/findings.csv"}
    if change == "byte":
        one_byte(file)
    elif change == "deleted":
        file.unlink()
    elif change == "added":
        (edition / "content" / "data" / "more.csv").write_text("number\n")
        named = {"content/data/more.csv"}
    else:
        file.rename(file.with_name("decisions.csv"))
        named |= {"content/data/decisions.csv"}
    code, problems = verify(mine, str(edition))
    assert code == 1 and {problem["where"] for problem in problems} == named
    assert all(problem["problem"] for problem in problems)


def test_an_edition_signed_again_by_somebody_else_is_named(mine, edition, tmp_path):
    """The forger rewrites a figure, the list and the envelope, and signs with a key of their own."""
    import dataclasses

    from besa.base.ids import canonical_json, sha256_hex
    from besa.edition import keys
    from besa.edition.format import signed_text
    from besa.edition.reader import read_envelope

    one_byte(edition / "content" / "data" / "findings.csv")
    manifest = json.loads((edition / "manifest.json").read_text())
    for entry in manifest:
        entry["sha256"] = sha256_hex((edition / "content" / entry["path"]).read_bytes())
    (edition / "manifest.json").write_text(canonical_json(manifest))
    key = keys.signing_key(tmp_path / "their.pem")
    name = sha256_hex((edition / "manifest.json").read_bytes())
    envelope = dataclasses.replace(read_envelope(edition), edition=name, public_key=keys.public_hex(key), signature="")
    envelope = dataclasses.replace(envelope, signature=key.sign(signed_text(envelope)).hex())
    (edition / "envelope.json").write_text(canonical_json(dataclasses.asdict(envelope)))
    forged = edition.rename(mine / "editions" / name[:16])
    try:
        code, problems = verify(mine, str(forged))
        assert code == 1
        assert [problem["where"] for problem in problems] == ["envelope.json"] and "another key" in problems[0][
            "problem"
        ]
    finally:
        shutil.rmtree(forged)


def test_the_edition_of_another_installation_can_be_checked(edition, tmp_path):
    """With a home of one's own, which has another key; and with none."""
    assert besa(tmp_path / "other", "user", "list", sqlite=True).returncode == 0
    assert (tmp_path / "other" / "keys" / "edition-ed25519.pem").is_file()  # made at first start
    assert verify(tmp_path / "other", str(edition)) == (0, [])
    assert verify(tmp_path / "none", str(edition)) == (0, [])
    one_byte(edition / "content" / "edition.json")
    assert verify(tmp_path / "other", str(edition))[0] == 1


# The ledger and the rows that it vouches for


@pytest.fixture
def tamper(mine) -> Callable[..., None]:
    """Raw SQL as the owner of the database; put back afterwards."""
    database = mine / "casework.sqlite3"
    con = sqlite3.connect(database)
    con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    con.close()
    whole = database.read_bytes()

    def changed(*statements: str) -> None:
        con = sqlite3.connect(database)
        con.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            assert con.execute(statement).rowcount > 0, statement
        con.commit()
        con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        con.close()

    yield changed
    for left in (database.with_name(database.name + "-wal"), database.with_name(database.name + "-shm")):
        left.unlink(missing_ok=True)
    database.write_bytes(whole)


def pk(home: Path, query: str):
    con = sqlite3.connect(home / "casework.sqlite3")
    try:
        return con.execute(query).fetchone()[0]
    finally:
        con.close()


def test_an_untouched_ledger_is_whole(mine):
    assert verify(mine, "--ledger") == (0, [])


def test_changed_entry_finding_and_docket_text_are_each_named(mine, tamper):
    entry = pk(mine, "SELECT seq FROM ledger_entry WHERE act = 'coding.adjudicate' ORDER BY seq LIMIT 1")
    finding = pk(mine, "SELECT min(id) FROM coding_finding WHERE decision = 'violation'")
    item = pk(mine, "SELECT max(id) FROM triage_docketitem WHERE text <> ''")
    tamper(
        f"UPDATE ledger_entry SET reason = reason || '.' WHERE seq = {entry}",
        f"UPDATE coding_finding SET severity = severity + 1 WHERE id = {finding}",
        f"UPDATE triage_docketitem SET text = 'x' || substr(text, 2) WHERE id = {item}",
    )
    code, problems = verify(mine, "--ledger")
    assert code == 1
    assert {problem["where"] for problem in problems} == {
        f"ledger entry {entry}", f"coding_finding row {finding}", f"triage_docketitem row {item}",
    }  # fmt: skip


def test_rows_taken_away_and_slipped_in_are_named(mine, tamper):
    gone = pk(mine, "SELECT min(id) FROM reply_reply")
    copied = pk(mine, "SELECT min(id) FROM coding_findingtarget")
    more = pk(mine, "SELECT max(id) + 1 FROM coding_findingtarget")
    columns = "finding_id, kind, actor_id, actor_kind, party_id, gender, community, ground"
    tamper(
        f"DELETE FROM reply_reply WHERE id = {gone}",
        f"INSERT INTO coding_findingtarget (id, {columns}) SELECT {more}, {columns} FROM coding_findingtarget"
        f" WHERE id = {copied}",
    )
    code, problems = verify(mine, "--ledger")
    assert code == 1
    assert {(problem["where"], problem["problem"]) for problem in problems} == {
        (f"reply_reply row {gone}", "is missing"),
        (f"coding_findingtarget row {more}", "is not in the ledger"),
    }


def test_a_ledger_cut_short_no_longer_holds_the_published_head(mine, tamper):
    """The whole end of the chain is taken away, rows and all: the editions still print its head."""
    seq = pk(mine, "SELECT f.ledger_seq FROM report_freeze f ORDER BY id DESC LIMIT 1")
    tamper(
        f"DELETE FROM ledger_salt WHERE trace_id IN (SELECT id FROM ledger_trace WHERE entry_id > {seq})",
        f"DELETE FROM ledger_trace WHERE entry_id > {seq}",
        f"DELETE FROM ledger_entry WHERE seq > {seq}",
    )
    code, problems = verify(mine, "--ledger")
    assert code == 1
    assert any("head is not in this ledger" in problem["problem"] for problem in problems)


# The vault


def test_one_byte_in_the_vault_is_named(mine):
    vault = mine / "vault"
    assert verify(mine, str(vault)) == (0, [])
    file = max((path for path in vault.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    whole, mode = file.read_bytes(), file.stat().st_mode
    file.chmod(0o600)
    try:
        one_byte(file)
        code, problems = verify(mine, str(vault))
    finally:
        file.write_bytes(whole)
        file.chmod(mode)
    assert code == 1 and len(problems) == 1
    assert file.name in problems[0]["where"] or problems[0]["where"] in str(file)
