"""What must never be stored, wherever in a row it stands: sessions, devices and clicks of whoever collected it.

An address that somebody copied out of their own browser, or that a service answered to their own key, carries
that person's session, device or key in its parameters; some sources repeat them as fields of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

REDACTED = "[redacted]"
#: Names of parameters and fields, as services write them. A connector may add its own in its manifest.
NAMES = (
    # keys and sessions
    "access_token", "accessToken", "auth_token", "oauth_token", "id_token", "refresh_token", "api_key", "apikey",
    "client_secret", "sessionid", "session_id", "sessionid_ss", "session_key", "sid_tt", "uid_tt", "ct0",
    "csrftoken", "csrf_token", "csrf_session_id", "fb_dtsg", "msToken", "tt_chain_token", "X-Bogus", "X-Gnarly",
    "_signature", "_shareToken", "share_token",
    # devices and people
    "device_id", "deviceId", "iid", "install_id", "verifyFp", "s_v_web_id", "odinId", "webid", "web_id",
    "WebIdLastTime", "history_len", "user_is_login", "share_link_id", "sharer_id", "u_code", "ttwid", "ig_did", "datr",
    # who clicked or passed it on
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "ttclid", "twclid", "yclid", "li_fat_id", "igsh",
    "igshid", "mibextid", "rdid", "mc_eid", "_hsenc", "vero_id",
)  # fmt: skip
#: How ?, & and # look inside an address that is itself a parameter, however often encoded.
_ENCODED = rb"%(?:25)*(?:3[Ff]|26|23)"
_VALUE = rb"""[^&"'\\#\s<>]+"""
#: Fewer rows are not worth the search that many share.
_FEW = 32


def redactor(more: Iterable[str] = ()) -> Callable[[bytes, Iterable[str]], bytes]:
    """A function of a row written as canonical JSON, and its own keys, that takes the values of these names out.

    Names are found before `=` in addresses (plain or encoded) and as keys of fields, at any depth and also in
    JSON that is itself a text. What is not there costs one search.
    """
    known = frozenset({*NAMES, *more})
    names = _any_of(known)
    there = re.compile(rb"[?&;#]" + names + b"=").search
    deep = re.compile(rb'"' + names + rb'\\?":').search
    hidden = re.compile(_ENCODED + names + rb"(?:=|%(?:25)*3[Dd])").search
    address = re.compile(rb"((?:[?&;#]|" + _ENCODED + b")" + names + rb"(?:=|%(?:25)*3[Dd]))" + _VALUE)
    field = re.compile(rb'("' + names + rb'":)(?:"(?:[^"\\]|\\.)+"|-?\d[\d.eE+-]*)')
    quoted = re.compile(rb'("' + names + rb'\\": ?)(?:\\"[^"\\]+\\"|-?\d[\d.]*)')
    mark = REDACTED.encode()

    def redact(data: bytes, keys: Iterable[str]) -> bytes:
        if there(data) or (b"%" in data and hidden(data)):
            data = address.sub(rb"\1" + mark, data)
        # A flat row, as of a table, has no fields but its own keys: nothing to be searched for.
        nested = data.find(b"{", 1) > 0 or rb"\"" in data
        if (nested and deep(data)) or not known.isdisjoint(keys):
            data = quoted.sub(rb"\1\\" + b'"' + mark + rb"\\" + b'"', field.sub(rb'\1"' + mark + b'"', data))
        return data

    return redact


def suspecter(more: Iterable[str] = ()) -> Callable[[Sequence[bytes]], list[bool]]:
    """A function of many rows (JSON in UTF-8) that says of each whether `redactor`'s function must look at it.

    It says so wherever a name stands before one of the signs that could make it one. The pattern begins with letters
    on purpose: those are sought many bytes at a time, thirty times faster than the searches of the redactor.
    """
    there = _any_of({*NAMES, *more}).decode() + r'(?:=|%(?:25)*3[Dd]|\\?":)'

    def suspects(rows: Sequence[bytes]) -> list[bool]:
        if len(rows) < _FEW:
            return [True] * len(rows)
        import polars as pl

        return pl.Series(rows, dtype=pl.Binary).cast(pl.String).str.contains(there).to_list()

    return suspects


def holds_secret(blocks: Iterable[bytes], more: Iterable[str] = ()) -> bool:
    """Whether one of the names stands anywhere in a file as it came, around its rows too. Text files only."""
    names = _any_of({*NAMES, *more})
    start = rb'(?:[?&;#"\s,]|\\u0026|' + _ENCODED + b")"
    there = re.compile(start + names + rb'(?:=|\\u003[dD]|\\?"?\s*:|%(?:25)*3[Dd])').search
    before = b""
    for block in blocks:
        if there(before + block):
            return True
        before = block[-200:]
    return False


def _any_of(names: Iterable[str]) -> bytes:
    """A pattern of all the names that branches by letter: several times faster than one after the other."""
    tree: dict = {}
    for name in names:
        place = tree
        for letter in name:
            place = place.setdefault(letter, {})
        place[""] = {}

    def pattern(place: dict) -> str:
        ways = [re.escape(letter) + pattern(deeper) for letter, deeper in sorted(place.items()) if letter]
        return f"(?:{'|'.join(ways)}){'?' if '' in place else ''}" if ways else ""

    return pattern(tree).encode()
