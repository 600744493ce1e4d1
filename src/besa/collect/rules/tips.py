"""Pure decisions about tips: what a link leads to, what is taken out of a note, when the box is full."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from besa.collect.rules import addresses

#: A whole form: the picture, the text, and what the browser adds.
MOST_BYTES = 6 << 20
MOST_WAITING, MOST_MEGABYTES = 2_000, 1_000
#: Seconds in which nobody fills in a form by hand, and in which everybody is done.
TOO_FAST, TOO_OLD = 3, 24 * 3600
#: What platforms put into an address to learn who passed it on.
_TRACES = re.compile(
    r"utm_\w+|fbclid|gclid|igsh(id)?|mibextid|si|_?rdr|ref(_src|_url|src)?|_[rtd]|is_from_webapp|sender_device|"
    r"share_\w+|sharer?id|access_token|token|session\w*|__\w+(\[\d+\])?|tt_from|web_id",
    re.I,
)
_SHORT_TRACES = frozenset({"s", "t", "app", "feature"})
_NUMBERS = re.compile(r"(?<![\w/=.-])\+?\d[\d ()/.-]{6,}\d(?![\w/=-])")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+\w")
_ADDRESS = re.compile(r"(https?://\S+)", re.I)
_OUT = "[…]"


def clean_link(text: str) -> str:
    """The address without what it tells of the one who passed it on; '' where it is no web address."""
    text = "".join(text.split())
    if text and "://" not in text:
        text = f"https://{text}"
    if not addresses.host_of(text) or len(text) > 2_000:
        return ""
    parts = urlsplit(text)
    portal = addresses.platform_of(text) == "portal"
    kept = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACES.fullmatch(key) and (portal or key not in _SHORT_TRACES)
    ]
    netloc = parts.netloc.rpartition("@")[2].lower()
    return urlunsplit((parts.scheme.lower(), netloc, parts.path, urlencode(kept), ""))


def same(link: str) -> str:
    """What a cleaned link leads to, however it is written: the post's key, else host, path and parameters."""
    found = addresses.read(link)
    if found is None:
        return ""
    if found.is_post:
        return f"{found.platform}:{found.native_id}"[:300]
    parts = urlsplit(link)
    host = re.sub(r"^(m|mobile|web|touch|amp)\.", "", found.host)
    return f"{host}{parts.path.rstrip('/')}{'?' if parts.query else ''}{parts.query}"[:300]


def without_numbers(text: str) -> str:
    """The text without telephone numbers and mail addresses; those inside web addresses stay."""
    pieces = _ADDRESS.split(text)
    return "".join(
        piece if at % 2 else _NUMBERS.sub(_number, _MAIL.sub(_OUT, piece)) for at, piece in enumerate(pieces)
    )


def _number(found: re.Match) -> str:
    """Dates and sums stay: a number that is called has eight digits or more."""
    digits = re.sub(r"\D", "", found[0])
    dated = re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d{2}-\d{2}", found[0])
    return found[0] if len(digits) < 8 or dated else _OUT


def number_of(secret: str, *parts: str) -> str:
    """The tracking number (80 bits): the same form sent twice gets the same one, and nobody else can know it."""
    digest = hmac.new(secret.encode(), "\0".join(("tip", *parts)).encode(), hashlib.sha256).digest()
    return shown_number(base64.b32encode(digest[:10]).decode())


def shown_number(text: str) -> str:
    """A number as it is shown and compared, however it was typed: four groups of four."""
    plain = re.sub(r"[^A-Z2-7]", "", text.upper().replace("0", "O").replace("1", "I"))[:40]
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def is_full(waiting: int, held_bytes: int, settings: dict) -> bool:
    """Whether another tip has to wait; the election's settings may move both caps."""
    most = settings.get("tips_waiting", MOST_WAITING), settings.get("tips_megabytes", MOST_MEGABYTES)
    return waiting >= most[0] or held_bytes + MOST_BYTES > most[1] << 20
