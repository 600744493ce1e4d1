"""Time-stamps: made by OpenSSL, checked by Besa; each kind of bad one is refused by name."""

from __future__ import annotations

import hashlib
import itertools
import subprocess

import hypothesis
import pytest
import rfc3161_client
from hypothesis import settings
from hypothesis import strategies as st

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


def test_an_authority_between_and_others_that_come_along_in_any_order_are_taken(tmp_path, authority):
    """DER wants them sorted; authorities send them as they lie. Its root alone is kept, the one between is sent."""
    others = [TimeAuthority(tmp_path / name, name).chain for name in ("a", "b", "c")]
    for number, sends in enumerate(itertools.permutations(others)):
        one = TimeAuthority(tmp_path / f"one{number}", "Many Time", between=True, sends=b"".join(sends))
        asked, nonce = timestamp.query(DATA)
        answer = one.answer(asked)
        told = timestamp.check(answer, timestamp.sha256_of(DATA), one.chain, nonce=nonce)
        assert told.authority == "Many Time"
        if not _as_it_came(answer):
            break
    else:
        raise AssertionError("no order that DER does not allow came up")
    with pytest.raises(timestamp.Untrue, match="nobody known vouches"):
        timestamp.check(answer, timestamp.sha256_of(DATA), authority.chain)
    with pytest.raises(timestamp.Untrue, match="other bytes"):
        timestamp.check(answer, timestamp.sha256_of(b"other"), one.chain)


def _as_it_came(answer: bytes) -> bool:
    try:
        rfc3161_client.decode_timestamp_response(answer)
    except ValueError:
        return False
    return True


def test_one_whose_certificate_is_not_valid_yet_is_refused_by_name(tmp_path):
    early = TimeAuthority(tmp_path / "early", "Early Time", early=True)
    with pytest.raises(timestamp.Untrue, match="certificate of Early Time was not valid"):
        timestamp.check(early.answer(timestamp.query(DATA)[0]), timestamp.sha256_of(DATA), early.chain)


@pytest.mark.parametrize("purpose", ["critical,serverAuth", "timeStamping", "critical,timeStamping,serverAuth"])
def test_a_certificate_for_something_else_is_refused_by_name(authority, given, purpose):
    """OpenSSL gives no such answer; so an honest one is shown with a certificate of the same key for another use."""
    # made before the answer: a certificate holds from the second in which it was made
    other, fitting = authority.certified(purpose), authority.certified()
    answer = authority.answer(_asked("-sha256"))  # comes without certificates
    assert timestamp.check(answer, timestamp.sha256_of(DATA), authority.chain + fitting).serial
    with pytest.raises(timestamp.Untrue, match="not for time-stamps"):
        timestamp.check(answer, timestamp.sha256_of(DATA), authority.chain + other)


def test_a_weak_digest_is_refused_by_name(tmp_path, authority):
    weak = TimeAuthority(tmp_path / "weak", digest="sha1")
    with pytest.raises(timestamp.Untrue, match="too weak"):
        timestamp.check(weak.answer(timestamp.query(DATA)[0]), timestamp.sha256_of(DATA), weak.chain)
    with pytest.raises(timestamp.Untrue, match="too weak"):
        timestamp.check(authority.answer(_asked("-sha1")), timestamp.sha256_of(DATA), authority.chain)


@hypothesis.given(st.data())
@settings(max_examples=60)
def test_an_answer_cut_short_or_with_more_is_refused(authority, given, data):
    cut = data.draw(st.integers(0, len(given) - 1))
    for bent in (given[:cut], given + b"\0" * (cut + 1)):
        with pytest.raises(timestamp.Untrue):
            timestamp.check(bent, timestamp.sha256_of(DATA), authority.chain)


def _asked(kind: str) -> bytes:
    digest = hashlib.new(kind.removeprefix("-"), DATA).hexdigest()
    command = ["openssl", "ts", "-query", "-digest", digest, kind]
    return subprocess.run(command, check=True, capture_output=True).stdout
