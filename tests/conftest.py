"""One home per test, a clock that stands still, no network but loopback."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

os.environ["BESA_HOME"] = tempfile.mkdtemp(prefix="besa-tests-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "besa.site.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import make
from besa.base import clock
from besa.base.home import Home

hypothesis_settings.register_profile(
    "besa", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)
hypothesis_settings.load_profile("besa")


@pytest.fixture
def home(tmp_path, monkeypatch) -> Home:
    """A fresh installation folder; `Home.here()` points at it."""
    monkeypatch.setenv("BESA_HOME", str(tmp_path / "home"))
    return Home.here().make()


@pytest.fixture
def at():
    """The clock of the test; move it with `at.move_to(...)` or `at.advance(days=1)`."""
    with clock.clock_of(clock.SetClock(datetime(2027, 9, 15, 10, 0, tzinfo=UTC))) as set_clock:
        yield set_clock


@pytest.fixture
def election(db, at):
    """A small fictional election: phases, a Code, two parties, candidates, accounts, signatories."""
    return make.election()


@pytest.fixture
def users(election):
    """One account per role: `users["coder"]`; also coder2, adjudicator2, editor2."""
    return make.users(election)


@pytest.fixture(scope="session")
def samples() -> Path:
    """Other people's real files, never part of this project; tests that need them skip where they are absent."""
    folder = Path(os.environ.get("BESA_SAMPLES") or Path(__file__).parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample files at {folder} (set BESA_SAMPLES)")
    return folder
