"""Reading one value out of a row that may hold anything. None where it is not what was asked for.

A row is read by dozens of these calls, rows come by the million: what is usual is answered first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

_INT64 = 2**63 - 1
_EXACT_FLOAT = 2**53
#: Years in which a post can have been made; anything else is a wrong unit or a broken value.
_YEARS = range(1990, 2100)
#: The same in seconds since 1970.
_FIRST, _AFTER = (datetime(year, 1, 1, tzinfo=UTC).timestamp() for year in (_YEARS.start, _YEARS.stop))
_SURROGATE = re.compile("[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:([.,\u00a0\u202f' ])\d{3})(?:\1\d{3})*|[+-]?\d+(?:\.0{1,2})?")
_EPOCH = re.compile(r"\d{9,19}(?:\.\d{1,9})?")
_STAMP = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?"
    r"\s*([A-Za-z]{1,5}|[+-]\d{2}:?\d{2})?"
)
#: Zone abbreviations that exports use (CrowdTangle writes the zone of its dashboard).
_ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
# (What begins with a sign of its own, and looks back only there, is sought ten times faster.)
_HASHTAG = re.compile(r"#(?<!\w#)(\w{1,100})")
_MENTION = re.compile(r"@(?<![\w@./]@)(\w[\w.]{0,60}\w|\w)")
_LINK = re.compile(r"https?://[^\s<>\"'“”]+")


def at(raw: Any, *path: str | int) -> Any:
    """The value at a path of keys and places, None where the path ends early."""
    for step in path:
        if type(raw) is dict or isinstance(raw, dict):
            raw = raw.get(step)
        elif raw is None:
            return None
        elif isinstance(raw, list) and isinstance(step, int):
            raw = raw[step] if -len(raw) <= step < len(raw) else None
        else:
            return None
    return raw


def words(value: Any) -> str | None:
    """A text without NUL and lone surrogates (databases refuse them); None where nothing is left."""
    if type(value) is not str:
        if value is None or isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return None
        value = str(value)
    if "\x00" in value:
        value = value.replace("\x00", "")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            value = _SURROGATE.sub("\ufffd", value)
    return value if value and not value.isspace() else None


def ident(value: Any) -> str | None:
    """An identifier as text. A float beyond 2^53 has lost digits and is none."""
    if type(value) is str:
        if value.isalnum() and value.isascii():
            return value[:500]
    elif value is None:
        return None
    elif isinstance(value, float):
        value = int(value) if value.is_integer() and abs(value) < _EXACT_FLOAT else None
    text = words(value)
    return text.strip()[:500] if text else None


def handle(value: Any) -> str | None:
    """An account's short name: lower case, without @."""
    text = ident(value)
    return (text.lstrip("@").lower() or None) if text else None


def whole(value: Any) -> int | None:
    """A count: "1,234", "1.234", 12.0 and 12 are numbers; "≤100", "N/A", negative and absurd values are not known."""
    if type(value) is int:
        return value if 0 <= value <= _INT64 else None
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if not text.isdecimal() or not text.isascii():
            if not _NUMBER.fullmatch(text):
                return None
            text = re.sub(r"\.0{1,2}$|[.,\u00a0\u202f' ]", "", text)
        number = int(text) if len(text) < 20 else -1
    elif isinstance(value, int):
        number = value
    elif isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_FLOAT:
        number = int(value)
    else:
        return None
    return number if 0 <= number <= _INT64 else None


def total(*values: int | None) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def first(*values: Any) -> int | None:
    """The first of the values that is a count."""
    return next((number for value in values if (number := whole(value)) is not None), None)


def medium(kind: Any, url: Any) -> tuple[dict[str, str | None], ...]:
    """One picture or film as the corpus holds it; nothing where there is no address."""
    address = words(url)
    return ({"kind": words(kind), "url": address, "sha256": None, "pdq": None},) if address else ()


def precision(value: Any) -> str | None:
    """How exactly a source tells a time that can be read: to the second, or only the day."""
    if moment(value) is None:
        return None
    return "day" if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()) else "second"


def yes(value: Any) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() in ("true", "yes", "1"))


def moment(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """A time in UTC: ISO 8601, "2021-07-06 16:45:20 EDT", or an epoch in s, ms or µs (number or text).

    `zone` is that of values which name none.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return _epoch(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if text[10:11] == "T" and (made := _iso(text, zone)):
        return made
    if found := _STAMP.fullmatch(text):
        return _stamp(found, zone)
    if _EPOCH.fullmatch(text):
        return _epoch(float(text) if "." in text else int(text))
    return _named_month(text)


def _iso(text: str, zone: tzinfo) -> datetime | None:
    """The usual form, read at C's speed; None where `_stamp` must look."""
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        return None
    if made.tzinfo is not UTC:
        try:
            made = (made.replace(tzinfo=zone) if made.tzinfo is None else made).astimezone(UTC)
        except OverflowError:
            return None
    return made if made.year in _YEARS else None


def _stamp(found: re.Match, zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute, second, fraction, named = found.groups()
    if named:
        offset = _ZONES.get(named.upper()) if named[0].isalpha() else _offset(named)
        if offset is None:
            return None
        zone = timezone(timedelta(hours=offset)) if -24 < offset < 24 else UTC
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), micro, tzinfo=zone
        )
        return local.astimezone(UTC) if local.year in _YEARS else None
    except (ValueError, OverflowError):
        return None


def _offset(text: str) -> float:
    hours, minutes = int(text[1:3]), int(text[-2:])
    return (hours + minutes / 60) * (-1 if text[0] == "-" else 1)


def _epoch(value: float) -> datetime | None:
    if not value < 1e20:
        return None
    while value >= 1e11:
        value = value / 1000
    return datetime.fromtimestamp(value, UTC) if _FIRST <= value < _AFTER else None


def _named_month(text: str) -> datetime | None:
    """X writes "Wed Oct 10 20:19:24 +0000 2018"; mail and RSS write "Wed, 10 Oct 2018 20:19:24 +0000"."""
    if len(text) > 40:
        return None
    for form in ("%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z"):
        try:
            made = datetime.strptime(text, form).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return made if made.year in _YEARS else None
    return None


def listed(value: Any) -> list[Any]:
    """A list, whatever stands there; a single value is a list of one."""
    return value if isinstance(value, list) else [] if value is None or value == "" else [value]


def several(values: Iterable[Any]) -> tuple[str, ...]:
    """The texts among the values, each once, in their order."""
    return tuple(dict.fromkeys([text for value in values if (text := words(value))]))


def hashtags_in(text: str | None) -> tuple[str, ...]:
    return several(_HASHTAG.findall(text)) if text and "#" in text else ()


def mentions_in(text: str | None) -> tuple[str, ...]:
    return several(name.lower() for name in _MENTION.findall(text)) if text and "@" in text else ()


def links_in(text: str | None) -> tuple[str, ...]:
    return several(link.rstrip(".,;:!?)]}»…") for link in _LINK.findall(text)) if text and "://" in text else ()


def language(value: Any) -> str | None:
    """The language that the source claims, as a lower-case primary tag ("en_US" -> "en")."""
    text = ident(value)
    if not text:
        return None
    tag = text.lower().replace("_", "-").partition("-")[0]
    return tag if len(tag) in (2, 3) and tag.isascii() and tag.isalpha() else None


def account_key(platform: str, native_id: Any, name: Any) -> str | None:
    """`platform:id`, else `platform:@handle`."""
    if key := ident(native_id):
        return f"{platform}:{key}"
    short = handle(name)
    return f"{platform}:@{short}" if short else None
