"""A stranger follows the README of a dossier to the letter: its commands, nothing but `sha256sum` and `openssl`."""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from reply_made import finding as made_finding

from besa.evidence import actions as evidence
from besa.evidence.actions.stamps import stamp_pending
from besa.people.policy import BELT
from besa.reply.actions import cases as actions
from fakes.time_authority import TimeAuthority, needs_openssl

pytestmark = [pytest.mark.django_db, needs_openssl]
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    made = TimeAuthority(tmp_path_factory.mktemp("authority"), between=True)
    made.address = made.serve()
    yield made
    made.stop()


@pytest.fixture
def bare(tmp_path) -> dict[str, str]:
    """A machine with these two commands and no other."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sha256sum", "openssl"):
        os.symlink(shutil.which(name), folder / name)
    return {"PATH": str(folder), "LC_ALL": "C.UTF-8"}


def dossier(home, election, users, out: Path, language: str) -> Path:
    found = made_finding(election, text="Ata janë minj. 🐀")
    evidence.add_file(
        by=users["coder"], item=found.adjudication.item, kind="screenshot", data=PNG, media_type="image/png",
        file_name="a.png",
    )  # fmt: skip
    stamp_pending(by=BELT, election=election)
    case = actions.open_case(by=users["adjudicator"], election=election, title="Minjtë e urës", findings=[found])
    actions.make_dossier(by=users["coordinator"], case=case, language=language, recipient="Paneli", out=out)
    place = out.parent / "unpacked"
    with zipfile.ZipFile(out) as packed:
        packed.extractall(place)
    return place


def commands(place: Path) -> list[str]:
    """Each command that the README gives, as it stands there."""
    lines = (place / "README.txt").read_text("utf-8").splitlines()
    script = "\n".join(line[6:] if line.startswith("      ") else "" for line in lines)
    return [part.strip() for part in script.replace("\\\n", " ").split("\n\n") if part.strip()]


def follow(place: Path, bare: dict[str, str]) -> tuple[int, str]:
    """Worst exit code and all that was said."""
    worst, said = 0, ""
    for command in commands(place):
        for one in [command] if command.startswith("for ") else command.splitlines():
            done = subprocess.run(["/bin/sh", "-c", one], cwd=place, env=bare, capture_output=True, text=True)
            worst, said = max(worst, done.returncode), said + done.stdout + done.stderr
    return worst, said


@pytest.mark.parametrize("language", ["sq", "sr-Latn", "sr-Cyrl", "en"])
def test_the_readme_is_enough_in_each_language(home, election, users, authority, bare, tmp_path, language):
    (home.root / "time.pem").write_bytes(authority.chain)
    home.time_authorities.write_text(
        f'[[authority]]\nname = "Lumas Time"\naddress = "{authority.address}"\nchain = "time.pem"\n'
    )
    place = dossier(home, election, users, tmp_path / "c.zip", language)
    code, said = follow(place, bare)
    files = [path for path in place.rglob("*") if path.is_file()]
    stamps = [path for path in files if path.suffix == ".tsr"]
    assert code == 0 and stamps, said
    assert len(stamps) == 2, "of the screenshot and of the list of files"
    assert said.count(": OK\n") == len(files) - 2 + len(stamps), "every file but the list of lists and its signature"
    assert said.count("Signature Verified Successfully") == 1 and said.count("Verification: OK") == len(stamps)

    later = ["openssl", "ts", "-verify", "-in", stamps[0], "-digest", stamps[0].name[:64], "-CAfile", "stamps/1.pem"]
    for seconds, held in ((2_000_000_000, 0), (4_000_000_000, 1)):  # in 2033; in 2096, when its certificate is no more
        assert subprocess.run([*later, "-attime", str(seconds)], cwd=place, capture_output=True).returncode == held

    screenshot = next(path for path in files if path.suffix == ".png")
    screenshot.write_bytes(screenshot.read_bytes()[:-1] + b"x")
    assert f"{screenshot.relative_to(place)}: FAILED" in follow(place, bare)[1]
    (place / "tagmanifest-sha256.txt.sig").write_bytes(bytes(64))
    stamps[0].write_bytes(stamps[0].read_bytes()[:-30] + bytes(30))
    code, said = follow(place, bare)
    assert code and "Signature Verified Successfully" not in said
    assert said.count("Verification: OK") == len(stamps) - 1


def test_without_an_authority_it_says_so_and_asks_for_nothing(home, election, users, bare, tmp_path):
    place = dossier(home, election, users, tmp_path / "c.zip", "en")
    assert follow(place, bare)[0] == 0
    assert "No authority has time-stamped it yet." in (place / "README.txt").read_text()
