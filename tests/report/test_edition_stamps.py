"""Time-stamps of published editions by a real authority: beside the envelope, later where it is down."""

from __future__ import annotations

import shutil

import pytest
from django.db import transaction

from besa.base import clock
from besa.base.home import Home
from besa.edition import keys, verifier, writer
from besa.edition.format import Envelope
from besa.edition.reader import read_envelope
from besa.ledger import chain, verify
from besa.people.policy import BELT
from besa.report.actions.stamps import stamp_editions
from besa.report.models import EditionStamp, Freeze, Publication
from besa.site import verifying
from fakes.time_authority import TimeAuthority, needs_openssl

pytestmark = [pytest.mark.django_db, needs_openssl]


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = TimeAuthority(tmp_path_factory.mktemp("authority"))
    made.address = made.serve()
    yield made
    made.stop()


@pytest.fixture
def known(home, authority):
    authority.down = False
    (home.root / "time.pem").write_bytes(authority.chain)
    home.time_authorities.write_text(
        f'[[authority]]\nname = "Lumas Time"\naddress = "{authority.address}"\nchain = "time.pem"\n'
    )
    return authority


@pytest.fixture
def published(home, election, users) -> Publication:
    """An edition of three words: what it says does not matter here."""
    return publish(home, election, users["editor"], "one")


def publish(home: Home, election, by, words: str) -> Publication:
    seq, head = chain.head()
    last = Publication.objects.first()
    number = last.number + 1 if last else 1
    envelope = Envelope(
        edition="", number=number, previous=last.edition if last else "", change_note="",
        published_at=clock.now().isoformat(), freeze="", ledger_seq=seq, ledger_head=head, site="", public_key="",
    )  # fmt: skip
    path, written = writer.write(
        home.editions,
        fill=lambda content: (content / "words.txt").write_text(words),
        envelope=envelope,
        key=keys.signing_key(home.signing_key),
    )
    with transaction.atomic():
        freeze = Freeze.objects.create(
            name=words * 8, election=election, kind="weekly", week=f"2027-W3{number}", corpus_version=0,
            ledger_seq=seq, ledger_head=head, made_at=clock.now(), made_by=by,
        )  # fmt: skip
        made = Publication.objects.create(
            freeze=freeze, edition=written.edition, number=number, previous=written.previous, path=str(path),
            at=clock.now(),
        )  # fmt: skip
        chain.record(by=BELT, act="test.publish", rows=[freeze, made])
    return made


def folder(publication: Publication):
    from pathlib import Path

    return Path(publication.path)


def files(publication: Publication) -> dict[str, bytes]:
    path = folder(publication)
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_a_time_stamp_lies_beside_the_envelope_and_changes_nothing_else(known, election, published):
    before = files(published)
    assert stamp_editions(by=BELT, election=election) == {"stamped": 1, "waiting": 0}
    after = files(published)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[0] for name in set(after) - set(before)} == {"stamps"}
    assert list(verifier.problems(folder(published))) == [] and list(verify.problems()) == []
    (told,) = verifier.time_stamps(folder(published))
    row = EditionStamp.objects.get()
    assert (told.file, told.authority, told.at) == ("envelope.json", "Lumas Time", row.at)
    assert stamp_editions(by=BELT, election=election) == {"stamped": 0, "waiting": 0}


def test_while_the_authority_is_down_the_gap_is_kept_and_it_is_asked_again(known, election, published, at):
    known.down = True
    assert stamp_editions(by=BELT, election=election) == {"stamped": 0, "waiting": 1}
    row = EditionStamp.objects.get()
    assert "503" in row.problem and row.at is None and not (folder(published) / "stamps").exists()
    assert list(verifier.problems(folder(published))) == []
    known.down = False
    at.advance(hours=1)
    assert stamp_editions(by=BELT, election=election) == {"stamped": 1, "waiting": 0}
    assert len(verifier.time_stamps(folder(published))) == 1


def test_the_desk_shows_the_time_stamp_and_the_gap(client, known, election, users, published):
    known.down = True
    stamp_editions(by=BELT, election=election)
    client.force_login(users["editor"])
    page = client.get("/desk/report/editions/").content.decode()
    assert "Time-stamp awaited" in page and "503" in page
    known.down = False
    EditionStamp.objects.update(next_at=clock.now())
    stamp_editions(by=BELT, election=election)
    page = client.get("/desk/report/editions/").content.decode()
    assert "Time-stamped" in page and "Lumas Time" in page and "awaited" not in page


def test_a_home_that_was_copied_stamps_its_own_copy(known, home, election, published, tmp_path):
    """Its rows still name the folder of the home that it came from."""
    there = tmp_path / "original" / folder(published).name
    shutil.copytree(folder(published), there)
    Publication.objects.filter(pk=published.pk).update(path=str(there))
    own = folder(published)
    assert stamp_editions(by=BELT, election=election)["stamped"] == 1
    assert (own / "stamps").is_dir() and not (there / "stamps").exists()


def test_a_second_authority_adds_its_own(known, home, election, published, tmp_path):
    assert stamp_editions(by=BELT, election=election)["stamped"] == 1
    other = TimeAuthority(tmp_path / "other", "Other Time")
    (home.root / "other.pem").write_bytes(other.chain)
    lines = home.time_authorities.read_text()
    address = other.serve()
    home.time_authorities.write_text(
        f'{lines}[[authority]]\nname = "Other Time"\naddress = "{address}"\nchain = "other.pem"\n'
    )
    try:
        assert stamp_editions(by=BELT, election=election) == {"stamped": 1, "waiting": 0}
    finally:
        other.stop()
    told = verifier.time_stamps(folder(published))
    assert {one.authority for one in told} == {"Lumas Time", "Other Time"} and len({one.root for one in told}) == 2


def test_a_swapped_cut_or_foreign_time_stamp_is_named(known, home, election, users, published, tmp_path):
    second = publish(home, election, users["editor"], "two")
    assert stamp_editions(by=BELT, election=election)["stamped"] == 2
    (mine,), (theirs,) = (list(folder(one).glob("stamps/*.tsr")) for one in (published, second))
    whole, chain_file = mine.read_bytes(), mine.with_name("1.pem")

    def said() -> str:
        return "; ".join(f"{one['where']}: {one['problem']}" for one in verifier.problems(folder(published)))

    assert said() == ""
    mine.write_bytes(theirs.read_bytes())
    assert f"stamps/{mine.name}: the time-stamp is of other bytes" in said()
    mine.write_bytes(whole[:-40])
    assert f"stamps/{mine.name}: the time-stamp is no answer" in said()
    mine.write_bytes(whole)
    kept = chain_file.read_bytes()
    chain_file.write_bytes(TimeAuthority(tmp_path / "foreign", "Foreign Time").chain)
    assert "nobody known vouches for Lumas Time" in said()
    chain_file.unlink()
    assert "certificates stamps/1.pem are missing" in said()
    chain_file.write_bytes(kept)
    (folder(published) / "stamps" / "note.txt").write_text("x")
    assert "stamps/note.txt: does not belong to the edition" in said()


def test_an_envelope_that_was_changed_is_not_stamped(known, election, published):
    known.down = True
    stamp_editions(by=BELT, election=election)
    known.down = False
    file = folder(published) / "envelope.json"
    file.write_bytes(file.read_bytes().replace(b'"number":1', b'"number":2'))
    EditionStamp.objects.update(next_at=clock.now())
    assert stamp_editions(by=BELT, election=election) == {"stamped": 0, "waiting": 1}
    assert "changed since" in EditionStamp.objects.get().problem


def test_an_envelope_changed_and_signed_anew_no_longer_bears_its_time_stamp(known, home, election, published):
    """Whoever holds the key of the house can sign a new head of the ledger; not time-stamp it in the past."""
    import dataclasses

    from besa.base.ids import canonical_json
    from besa.edition.format import signed_text

    stamp_editions(by=BELT, election=election)
    key = keys.signing_key(home.signing_key)
    forged = dataclasses.replace(read_envelope(folder(published)), ledger_head="f" * 64, signature="")
    forged = dataclasses.replace(forged, signature=key.sign(signed_text(forged)).hex())
    (folder(published) / "envelope.json").write_text(canonical_json(dataclasses.asdict(forged)))
    found = list(verifier.problems(folder(published), keys.public_hex(key)))
    assert [one["problem"] for one in found] == [
        "is about no file here: what it was given for is missing or was changed"
    ]


@pytest.mark.parametrize("how", ["cut", "recomputed", "put back"])
def test_a_chain_cut_recomputed_or_put_back_lacks_the_time_stamped_head(known, election, published, how):
    """As owner of the database, every row made to fit: the edition's head was seen by somebody else."""
    stamp_editions(by=BELT, election=election)
    assert verifying.ledger().problems == [] and verifying.ledger().told["head_time_stamped"]
    head = chain.Entry.objects.get(seq=read_envelope(folder(published)).ledger_seq)
    if how == "recomputed":
        previous = chain.GENESIS
        for entry in chain.Entry.objects.order_by("seq"):
            entry.reason, entry.previous = entry.reason + (" otherwise" if entry.seq == 1 else ""), previous
            previous = entry.hash = chain.entry_hash(entry)
            entry.save()
    else:
        later = chain.Entry.objects.filter(seq__gte=head.seq)
        chain.Salt.objects.filter(trace__entry__in=later).delete()
        chain.Trace.objects.filter(entry__in=later).delete()
        later.delete()
        EditionStamp.objects.all().delete()
        if how == "put back":  # the database of before: it does not know the edition at all
            Publication.objects.all().delete()
            Freeze.objects.all().delete()
    found = [one for one in verifying.ledger().problems if one["where"] == f"ledger entry {head.seq}"]
    assert [one["problem"].split(" on ")[0] for one in found if "head" in one["problem"]] == [
        "the edition's head is not in this ledger, though Lumas Time saw it"
    ]
