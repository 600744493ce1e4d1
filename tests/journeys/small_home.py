"""A home with the demo's election, one person who may capture, and their upload token; made in three seconds."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from processes import besa, environment

PASSWORD = "small-home-password-1"
_MAKE = f"""
import json, sys
from besa.site.start import start
start()
from django.db import transaction
from besa.base import clock
from besa.collect.actions import make_token
from besa.ledger.chain import record
from besa.people.models import Membership, User
from besa.people.policy import BELT
from besa.pledge.models import Election
user = User(username="monitor", demo=True, date_joined=clock.now(), interface_language="en")
user.set_password({PASSWORD!r})
with transaction.atomic():
    user.save()
    roles = [Membership.objects.create(user=user, role=role, election="demo") for role in ("analyst", "coordinator")]
    record(by=BELT, act="test.user", rows=[user, *roles])
row, token = make_token(by=user, election=Election.objects.get(slug="demo"), name="test")
print(json.dumps({{"token": token}}))
"""


@dataclass(frozen=True)
class SmallHome:
    home: Path
    token: str

    def run(self, code: str) -> str:
        """What a piece of Python prints that runs inside this home."""
        begun = "from besa.site.start import start\nstart(migrate=False)\n"
        done = subprocess.run(
            [sys.executable, "-c", begun + code], capture_output=True, text=True, timeout=120,
            env=environment(self.home, sqlite=True),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def make(home: Path) -> SmallHome:
    loaded = besa(home, "pack", "load", "demo", sqlite=True)
    assert loaded.returncode == 0, loaded.stderr
    done = subprocess.run(
        [sys.executable, "-c", _MAKE], capture_output=True, text=True, timeout=120, env=environment(home, sqlite=True)
    )
    assert done.returncode == 0, done.stderr
    return SmallHome(home, json.loads(done.stdout)["token"])
