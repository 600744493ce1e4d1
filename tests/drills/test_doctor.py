"""The doctor names what was broken on purpose."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

import make
from besa.outbox.models import Message
from besa.site import doctor
from besa.site.cli import main
from besa.vault.store import Vault


@pytest.fixture
def examine(home, election):
    make.docket_item(election)

    def run() -> list[str]:
        return [finding.what for finding in doctor.examine(home) if not finding.note]

    assert [what for what in run() if "translation" not in what] == []
    return run


def test_the_command_says_ok_or_what_and_how(home, election, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "_BEFORE_DJANGO", (doctor._home, doctor._keys))
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ok"] is True
    home.secret.write_text("x")
    home.secret.chmod(0o644)
    assert main(["doctor", "--json"]) == 1
    [problem] = json.loads(capsys.readouterr().out)["problems"]
    assert str(home.secret) in problem["what"] and "chmod 600" in problem["how"]


def test_little_disk(examine, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: type("Usage", (), {"free": 300 << 20}))
    assert any("300 MB" in what for what in examine())


def test_a_home_that_cannot_be_written(home, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(home), "make", refuse)
    [what] = [finding.what for finding in doctor.examine(home)]
    assert "cannot be written" in what


def test_a_changed_file_in_the_vault(examine, home):
    path = Vault(home.vault).path_of(Vault(home.vault).put(b"evidence"))
    path.chmod(0o600)
    path.write_bytes(b"evidencf")
    assert [what for what in examine() if str(path) in what]


def test_a_changed_ledger_entry(examine):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET reason = 'another' WHERE seq = 1")
    assert "Ledger entry 1 was changed." in examine()


def test_mail_that_waits_and_links_that_lead_nowhere(examine, at, monkeypatch):
    moment = at.now()
    Message.objects.create(to="a@b.example", subject="x", body="x", written_at=moment, due_at=moment)
    at.advance(hours=2)
    monkeypatch.setenv("BESA_SMTP", "smtp://127.0.0.1:1")
    found = examine()
    assert any("1 mails have waited" in what for what in found)
    assert any("does not answer" in what for what in found)
    assert any("this machine only" in what for what in found)


def test_a_key_that_is_none(examine, home):
    home.signing_key.write_text("no key")
    home.signing_key.chmod(0o600)
    assert any("is not a key" in what for what in examine())


def test_a_translation_that_is_missing_or_stale(tmp_path, home, monkeypatch):
    monkeypatch.setattr(doctor, "_LOCALES", tmp_path)
    assert len(list(doctor._translations(home))) == 3
    for folder in ("sq", "sr_Latn", "sr"):
        (tmp_path / folder / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / folder / "LC_MESSAGES" / "django.mo").touch()
    assert list(doctor._translations(home)) == []
    import os

    written = tmp_path / "sr_Latn" / "LC_MESSAGES" / "django.po"
    written.touch()
    later = written.stat().st_mtime + timedelta(hours=1).total_seconds()
    os.utime(written, (later, later))
    assert len(list(doctor._translations(home))) == 2


def test_a_check_that_breaks_is_a_finding(home, monkeypatch):
    def broken(home):
        raise RuntimeError("boom")
        yield

    monkeypatch.setattr(doctor, "_BEFORE_DJANGO", (broken,))
    monkeypatch.setattr(doctor, "_WITH_DJANGO", ())
    assert "boom" in doctor.examine(home)[0].what
