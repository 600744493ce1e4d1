"""Values as exports write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from besa.base.errors import BadInput
from besa.collect.rules.mapping import checked, parser, reader
from besa.collect.rules.values import account_key, ident, language, links_in, mentions_in, moment, whole
from besa.collect.types import Skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,234", 1234), ("1.234", 1234), ("1 234 567", 1234567), ("1.234,567", None), ("12.00", 12),
        ("12", 12), (12.0, 12), ("12.0", 12), (0, 0), ("0", 0), ("≤100", None),
        ("N/A", None), ("", None), (None, None), (-1, None), (True, None), ("1,23", None), (2**63, None),
        ("0-1000", None),
    ],
)  # fmt: skip
def test_counts(written, meant):
    assert whole(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2021-07-06 16:45:20 EDT", "2021-07-06T20:45:20+00:00"),
        ("2021-01-06 16:45:20 CET", "2021-01-06T15:45:20+00:00"),
        ("2027-09-14T08:30:00+0000", "2027-09-14T08:30:00+00:00"),
        ("2027-09-14T08:30:00.123Z", "2027-09-14T08:30:00.123000+00:00"),
        ("2027-09-14T08:30:00+02:00", "2027-09-14T06:30:00+00:00"),
        ("2027-09-14", "2027-09-14T00:00:00+00:00"),
        (1_820_912_400, "2027-09-14T09:00:00+00:00"),
        ("1820912400", "2027-09-14T09:00:00+00:00"),
        (1_820_912_400_000, "2027-09-14T09:00:00+00:00"),
        (1_820_912_400_000_000, "2027-09-14T09:00:00+00:00"),
        ("Tue Sep 14 10:20:30 +0000 2027", "2027-09-14T10:20:30+00:00"),
        ("2021-07-06 16:45:20 XYZ", None), ("3 h ago", None), (0, None), ("2027-02-30", None), (float("inf"), None),
    ],
)  # fmt: skip
def test_times(written, meant):
    found = moment(written)
    assert (found.isoformat() if found else None) == meant


def test_a_time_without_a_zone_is_in_the_mappings():
    assert moment("2027-01-14 10:00", ZoneInfo("Europe/Belgrade")) == datetime(2027, 1, 14, 9, tzinfo=UTC)


def test_ids_keep_their_digits():
    assert ident(7_400_000_000_000_000_001) == "7400000000000000001"
    assert ident(7.4e18) is None and ident(12.0) == "12" and ident(True) is None


def test_accounts_languages_links_and_mentions():
    assert account_key("x", 12, "@Ana") == "x:12" and account_key("x", None, "@Ana") == "x:@ana"
    assert language("en_US") == "en" and language("sr-Latn") == "sr" and language("??") is None
    assert links_in("shih (https://a.example/x?y=1), dhe https://b.example.") == (
        "https://a.example/x?y=1",
        "https://b.example",
    )
    assert mentions_in("ana@posta.example @Ben_PH, @ana.pl.") == ("ben_ph", "ana.pl")


def test_paths_of_a_mapping():
    raw = {"a": {"b": [{"c": 1}, {"c": 2}, {}]}, "x.y": "dotted column", "l": ["p", "q"]}
    assert reader("a.b[].c")(raw) == [1, 2, None] and reader("a.b[1].c")(raw) == 2
    assert reader("x.y")(raw) == "dotted column" and reader("l[-1]")(raw) == "q"
    assert reader("a.b.c")(raw) is None and reader("l[9]")(raw) is None and reader("nothing.here")(raw) is None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "names no fields"),
        ({"fields": {"text": "t"}}, "does not say the platform"),
        ({"platform": "myspace", "fields": {"text": "t"}}, "no platform"),
        ({"platform": "x", "fields": {"tekst": "t"}}, "no field “tekst”"),
        ({"platform": "x", "fields": {"views": "v"}}, "needs an id"),
        ({"platform": "x", "fields": {"text": "t"}, "timezone": "Mars/Olympus"}, "no time zone"),
        ({"platform": "x", "fields": {"text": "t"}, "colour": 1}, "no “colour”"),
    ],
)
def test_a_wrong_mapping_is_explained(body, said):
    with pytest.raises(BadInput, match=said):
        checked(body)


def test_posts_without_an_id_are_known_by_address_or_by_account_second_and_text():
    parse = parser(checked({"platform": "portal", "fields": {"url": "u", "text": "t", "posted_at": "d"}}))
    assert parse({"u": "https://a.example/1", "t": "x"}).native_id == parse({"u": "https://a.example/1"}).native_id
    one, other = parse({"t": "Një  TEKST", "d": "2027-09-14"}), parse({"t": "një tekst", "d": "2027-09-15"})
    assert one.native_id == parse({"t": "një tekst", "d": "2027-09-14"}).native_id != other.native_id
    assert parse({"d": "2027-09-14"}) == Skip("no_id")
