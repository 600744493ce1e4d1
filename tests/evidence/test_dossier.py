"""A sealed dossier: the same bytes each time, every flipped bit found and named, checked by a stranger's tools."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from besa.base import timestamp
from besa.base.errors import BadInput
from besa.evidence.dossier import Part, is_dossier, problems, seal
from besa.evidence.dossier.format import pack
from fakes.time_authority import TimeAuthority, needs_openssl

pytestmark = needs_openssl
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TEXT, PICTURE = b'{"text": "Mos votoni"}', bytes(range(256)) * 3


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> TimeAuthority:
    return TimeAuthority(tmp_path_factory.mktemp("authority"))


def stamped(authority: TimeAuthority, data: bytes) -> tuple[bytes, bytes]:
    return authority.answer(timestamp.query(data)[0]), authority.chain


@pytest.fixture(scope="module")
def parts(authority) -> list[Part]:
    return [
        Part("posts/demo-1/record.json", TEXT, (stamped(authority, TEXT),)),
        Part("posts/demo-1/screenshot.png", PICTURE, (stamped(authority, PICTURE),)),
        Part("custody.csv", b"file,act\r\n"),
    ]


def write(out: Path, parts, stamp=lambda manifest: ()):
    return seal(
        out,
        parts,
        info=[("Source-Organization", "Lumas\nMonitoring")],
        readme=lambda stamped: "Read me.",
        key=KEY,
        stamp=stamp,
    )


@pytest.fixture(scope="module")
def dossier(tmp_path_factory, parts, authority) -> Path:
    out = tmp_path_factory.mktemp("out") / "dossier.zip"
    write(out, parts, lambda manifest: [stamped(authority, manifest)])
    return out


def test_a_whole_one_has_no_problems_and_a_stranger_key_is_named(dossier):
    assert is_dossier(dossier) and list(problems(dossier)) == []
    assert list(problems(dossier, KEY.public_key().public_bytes_raw().hex())) == []
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()
    assert [found["where"] for found in problems(dossier, other)] == ["public-key.pem"]


def test_the_same_parts_give_the_same_bytes(tmp_path, parts):
    first, again = write(tmp_path / "a.zip", parts), write(tmp_path / "b.zip", list(reversed(parts)))
    assert first.sha256 == again.sha256 and first.files == again.files == 13


def test_a_bit_flipped_in_any_file_is_found_and_the_file_is_named(tmp_path, dossier):
    with zipfile.ZipFile(dossier) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    for name, data in contents.items():
        for at in {0, len(data) // 3, len(data) // 2, len(data) - 1}:
            bent = bytearray(data)
            bent[at] ^= 1 << (at % 8)
            changed = tmp_path / "changed.zip"
            with zipfile.ZipFile(changed, "w") as out:
                for other, held in contents.items():
                    out.writestr(other, bytes(bent) if other == name else held)
            named = {found["where"] for found in problems(changed)}
            # a bit of the list itself may turn a name into another: then the file under the old name is told
            assert name in named or (name.endswith("manifest-sha256.txt") and named), (name, at, named)


def test_a_bit_flipped_anywhere_in_the_file_on_disk_is_found(tmp_path, dossier):
    whole = dossier.read_bytes()
    changed = tmp_path / "changed.zip"
    for at in range(0, len(whole), 97):
        bent = bytearray(whole)
        bent[at] ^= 1 << (at % 8)
        changed.write_bytes(bent)
        assert list(problems(changed)), at


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bit_of_any_file_flipped_is_found_and_the_file_is_named(tmp_path, dossier, data):
    """Packed anew as if it had been so from the beginning; and the ZIP itself, wherever the bit lies."""
    with zipfile.ZipFile(dossier) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    name = data.draw(st.sampled_from(sorted(contents)))
    bent = bytearray(contents[name])
    bit = data.draw(st.integers(0, len(bent) * 8 - 1))
    bent[bit // 8] ^= 1 << (bit % 8)
    changed = tmp_path / "changed.zip"
    with changed.open("wb") as out:
        pack(out, {**contents, name: bytes(bent)}.items())
    found = {one["where"] for one in problems(changed)}
    assert name in found or (name.endswith("manifest-sha256.txt") and found), (name, bit)
    whole = bytearray(dossier.read_bytes())
    at = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[at // 8] ^= 1 << (at % 8)
    changed.write_bytes(whole)
    assert list(problems(changed)), at


def test_missing_and_added_files_are_named(tmp_path, dossier):
    with zipfile.ZipFile(dossier) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    changed = tmp_path / "changed.zip"
    for name in contents:
        with zipfile.ZipFile(changed, "w") as out:
            for other, held in contents.items():
                if other != name:
                    out.writestr(other, held)
        assert is_dossier(changed)
        assert any(name in found["where"] + found["problem"] for found in problems(changed)), name
    for added in ("data/more.txt", "../outside.txt", "/root.txt", "data/.hidden", "data/a\\b"):
        with zipfile.ZipFile(changed, "w") as out:
            for other, held in [*contents.items(), (added, b"x")]:
                out.writestr(other, held)
        assert [found["where"] for found in problems(changed)] == [added]


@pytest.mark.parametrize("kind", ["swapped", "expired", "alone", "other", "wrong", "twice"])
def test_a_bad_time_stamp_sealed_in_is_refused_by_name(tmp_path, authority, kind):
    """As if whoever sealed it had been deceived: the signature holds, the time-stamp does not."""
    good, other = stamped(authority, TEXT), stamped(authority, PICTURE)
    bad, said = {
        "swapped": (other, "other bytes"),
        "wrong": ((b"0" + good[0][1:], good[1]), None),
        "expired": (None, "not valid"),
        "alone": (None, "vouches for itself"),
        "other": (None, "nobody known vouches"),
        "twice": (good, "used already"),
    }[kind]
    if kind in ("expired", "alone"):
        made = TimeAuthority(tmp_path / kind, days=-1 if kind == "expired" else 3650, alone=kind == "alone")
        bad = stamped(made, TEXT)
    if kind == "other":
        bad = (stamped(TimeAuthority(tmp_path / kind), TEXT)[0], authority.chain)
    if kind == "wrong":
        bad, said = (b"\x30\x03\x02\x01\x00", good[1]), "no answer"
    parts = [Part("record.json", TEXT, (bad,))]
    if kind == "twice":
        parts = [Part("record.json", TEXT, (good, (good[0], good[1] + b"\n")))]
    found = list(problems(write(tmp_path / "bad.zip", parts).path))
    assert [one for one in found if one["where"].startswith("stamps/") and said in one["problem"]], found


def test_a_name_that_could_leave_the_folder_is_not_sealed(tmp_path):
    for name in ("../x", "/x", "a//b", ".x", "a b", "ë.txt", "x" * 300):
        with pytest.raises(BadInput):
            write(tmp_path / "x.zip", [Part(name, b"x")])
    with pytest.raises(BadInput):
        write(tmp_path / "x.zip", [Part("x", b"x"), Part("x", b"y")])
    assert not list(tmp_path.iterdir())


def test_a_stranger_checks_it_with_sha256sum_and_openssl_alone(tmp_path, dossier, authority):
    place = tmp_path / "empty"
    place.mkdir()
    with zipfile.ZipFile(dossier) as packed:
        packed.extractall(place)

    def told(*command: str) -> bool:
        return subprocess.run(command, cwd=place, capture_output=True).returncode == 0

    def stamp_holds(digest: str, file: str) -> bool:
        return told("openssl", "ts", "-verify", "-in", f"stamps/{digest}.1.tsr", "-data", file, "-CAfile",
                    "stamps/1.pem")  # fmt: skip

    def signed() -> bool:
        return told("openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "public-key.pem", "-rawin", "-in",
                    "tagmanifest-sha256.txt", "-sigfile", "tagmanifest-sha256.txt.sig")  # fmt: skip

    assert told("sha256sum", "-c", "--strict", "manifest-sha256.txt")
    assert told("sha256sum", "-c", "--strict", "tagmanifest-sha256.txt")
    assert signed()
    stamps = sorted(place.glob("stamps/*.tsr"))
    assert len(stamps) == 3
    record = place / "data/posts/demo-1/record.json"
    digest = timestamp.sha256_of(TEXT)
    assert stamp_holds(digest, str(record))
    assert stamp_holds(timestamp.sha256_of((place / "manifest-sha256.txt").read_bytes()), "manifest-sha256.txt")
    record.write_bytes(TEXT + b" ")
    assert not told("sha256sum", "-c", "--strict", "manifest-sha256.txt") and not stamp_holds(digest, str(record))
    (place / "tagmanifest-sha256.txt").write_bytes(b"x")
    assert not signed()
