from __future__ import annotations

import hashlib
import io

import pytest

from besa.base.errors import BesaError, DiskFloor, Erased, NotFound, Tampered
from besa.vault import Vault

WHY = {"at": "2027-09-15T10:00:00+00:00", "ground": "asked for by the person"}


@pytest.fixture
def vault(tmp_path) -> Vault:
    return Vault(tmp_path / "vault", floor=0)


def test_the_name_of_a_file_is_its_hash_and_it_is_kept_once(vault):
    name = vault.put(b"evidence")
    assert name == hashlib.sha256(b"evidence").hexdigest() == vault.put(io.BytesIO(b"evidence"))
    assert vault.get(name) == b"evidence" and vault.has(name)
    assert len(vault.files()) == 1 and list(vault.problems()) == []


def test_changed_bytes_are_named_and_never_served(vault):
    name = vault.put(b"evidence")
    vault.put(b"other")
    vault.path_of(name).chmod(0o640)
    vault.path_of(name).write_bytes(b"Evidence")
    with pytest.raises(Tampered):
        vault.get(name)
    assert [problem["where"] for problem in vault.problems()] == [str(vault.path_of(name))]


def test_a_source_that_fails_or_is_too_large_leaves_nothing(vault):
    class Broken:
        def __init__(self):
            self.asked = 0

        def read(self, size):
            self.asked += 1
            if self.asked > 1:
                raise OSError("the line went dead")
            return b"half"

    with pytest.raises(OSError, match="dead"):
        vault.put(Broken())
    vault.limit = 3
    with pytest.raises(BesaError, match="larger"):
        vault.put(b"four")
    assert [path for path in vault.root.rglob("*") if path.is_file()] == []


def test_below_the_floor_of_free_disk_nothing_is_written(tmp_path):
    with pytest.raises(DiskFloor):
        Vault(tmp_path / "vault", floor=1 << 62).put(b"x")
    assert list((tmp_path / "vault").iterdir()) == []


@pytest.mark.parametrize("name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_hashes_are_names(vault, name):
    with pytest.raises(NotFound):
        vault.path_of(name)


def test_what_is_erased_is_gone(vault):
    name = vault.put(b"evidence")
    assert vault.erase(name, **WHY) and not vault.erase(name, **WHY)
    with pytest.raises(Erased, match=r"2027-09-15.*asked for"):
        vault.get(name)
    assert vault.all_erased() == {name: ""} and list(vault.problems()) == []
    assert vault.put(b"evidence") == name and vault.erased(name) is None, "kept again, it is there"
