"""Time-stamps: made by OpenSSL, checked by Besa; each kind of bad one is refused by name."""

from __future__ import annotations

import pytest

from besa.base import timestamp
from fakes.time_authority import TimeAuthority, needs_openssl

pytestmark = needs_openssl
DATA = b"what was said"


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> TimeAuthority:
    return TimeAuthority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def given(authority) -> bytes:
    return authority.answer(timestamp.query(DATA)[0])


def test_a_good_answer_tells_time_and_authority(authority, given):
    asked, nonce = timestamp.query(DATA)
    answer = authority.answer(asked)
    told = timestamp.check(answer, timestamp.sha256_of(DATA), authority.chain, nonce=nonce)
    assert told.authority == "Lumas Time" and told.at.tzinfo and told.serial > 0
    assert timestamp.check(given, timestamp.sha256_of(DATA), authority.chain).serial != told.serial


def test_an_answer_for_other_bytes_or_another_request_is_refused(authority, given):
    with pytest.raises(timestamp.Untrue, match="other bytes"):
        timestamp.check(given, timestamp.sha256_of(b"something else"), authority.chain)
    with pytest.raises(timestamp.Untrue, match="another request"):
        timestamp.check(given, timestamp.sha256_of(DATA), authority.chain, nonce=1)


def test_an_unknown_an_expired_and_a_self_made_authority_are_refused_by_name(tmp_path, authority, given):
    other = TimeAuthority(tmp_path / "other", "Other Time")
    with pytest.raises(timestamp.Untrue, match="nobody known vouches for Lumas Time"):
        timestamp.check(given, timestamp.sha256_of(DATA), other.chain)
    expired = TimeAuthority(tmp_path / "expired", "Late Time", days=-1)
    with pytest.raises(timestamp.Untrue, match="certificate of Late Time was not valid"):
        timestamp.check(expired.answer(timestamp.query(DATA)[0]), timestamp.sha256_of(DATA), expired.chain)
    alone = TimeAuthority(tmp_path / "alone", "Own Time", alone=True)
    with pytest.raises(timestamp.Untrue, match="vouches for itself"):
        timestamp.check(alone.answer(timestamp.query(DATA)[0]), timestamp.sha256_of(DATA), alone.chain)


def test_no_flipped_bit_is_taken_for_the_same_answer(authority, given):
    """A bit outside the signed part (the status text) may be nothing; the time it tells must stay."""
    honest = timestamp.check(given, timestamp.sha256_of(DATA), authority.chain)
    for at in range(0, len(given), 7):
        bent = bytearray(given)
        bent[at] ^= 1 << (at % 8)
        try:
            told = timestamp.check(bytes(bent), timestamp.sha256_of(DATA), authority.chain)
        except timestamp.Untrue:
            continue
        assert (told.at, told.serial) == (honest.at, honest.serial)


@pytest.mark.parametrize("answer", [b"", b"not DER", b"0\x03\x02\x01\x02", b"\x30\x82\xff\xff"])
def test_what_is_no_answer_is_refused(authority, answer):
    with pytest.raises(timestamp.Untrue):
        timestamp.check(answer, timestamp.sha256_of(DATA), authority.chain)
