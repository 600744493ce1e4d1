"""What an address alone says: platform, the post's own id, and the account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from besa.base.ids import sha256_hex

_HOSTS = {
    "facebook.com": "facebook", "fb.com": "facebook", "fb.watch": "facebook", "instagram.com": "instagram",
    "tiktok.com": "tiktok", "x.com": "x", "twitter.com": "x", "youtube.com": "youtube", "youtu.be": "youtube",
    "t.me": "telegram", "telegram.me": "telegram", "threads.net": "threads", "threads.com": "threads",
    "bsky.app": "bluesky", "truthsocial.com": "truth_social",
}  # fmt: skip
_POSTS = {
    "facebook": r"(?:/(?:posts|videos)/(?:[^/?]+/)?|/photos/[^/]+/|/reel/|/permalink/|(?:story_)?fbid=|[?&]v=)(\d{5,})",
    "instagram": r"/(?:p|reel|tv)/([\w-]{5,})",
    "tiktok": r"/(?:video|photo)/(\d{5,})",
    "x": r"/status(?:es)?/(\d{3,})",
    "youtube": r"(?:[?&]v=|youtu\.be/|/shorts/|/live/|/embed/)([\w-]{11})(?![\w-])",
    "telegram": r"(?:t|telegram)\.me/(?:s/)?(\w+/\d+)",
    "threads": r"/post/([\w-]{5,})",
    "bluesky": r"/profile/[^/?#]+/post/(\w+)",
    "truth_social": r"/(?:posts|@[\w.]+)/(\d{5,})",
}
_POSTS = {platform: re.compile(pattern) for platform, pattern in _POSTS.items()}
_X_EPOCH_MS, _INSTAGRAM_EPOCH_MS = 1288834974657, 1314220021721
_SHORTCODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
#: Seconds since 1970 between which such numbers can lie (end of 2010, 2100): older ones of X counted no time.
_EARLIEST, _LATEST = 1_288_900_000, 4_102_444_800
_COMMENTS = {
    "facebook": re.compile(r"[?&](?:reply_comment_id|comment_id)=([\w%=-]+)"),
    "instagram": re.compile(r"/c/(\d{5,})"),
    "tiktok": re.compile(r"[?&]share_comment_id=(\d{5,})"),
    "youtube": re.compile(r"[?&]lc=([\w.-]+)"),
    "telegram": re.compile(r"[?&]comment=(\d+)"),
}
#: What platforms, mailers and sharing add to an address; it says who looked, not what at.
_ADDED = re.compile(
    r"utm_\w+|fbclid|gclid|igsh|igshid|mibextid|msToken|sessionid|access_token|_t|_r|si|ref_src|ref_url|mc_[ce]id"
    r"|__cft__(\[\d*\])?|__tn__|sender_device|is_from_webapp|web_id|is_copy_url|rdid|share_url",
    re.IGNORECASE,
)
_HANDLES = {
    "tiktok": re.compile(r"tiktok\.com/@([\w.]+)"),
    "x": re.compile(r"(?:x|twitter)\.com/(\w{1,15})(?=/|$)"),
    "youtube": re.compile(r"youtube\.com/@([\w.-]+)"),
    "telegram": re.compile(r"(?:t|telegram)\.me/(?:s/)?(\w+)"),
    "threads": re.compile(r"/@([\w.]+)"),
    "bluesky": re.compile(r"/profile/([\w.-]+)"),
    "truth_social": re.compile(r"/@([\w.]+)"),
    "instagram": re.compile(r"instagram\.com/(?!p/|reel/|tv/|stories/|explore/)([\w.]+)/?"),
    "facebook": re.compile(
        r"facebook\.com/(?!watch|groups/|profile\.php|photo|story\.php|permalink\.php|reel/|share/|events/|ads/|\d+)([\w.]+)"
    ),
}


@dataclass(frozen=True, slots=True)
class Address:
    """`native_id` is the platform's own where the address holds it, else made from the address."""

    platform: str
    native_id: str
    host: str
    handle: str | None
    is_post: bool
    comment_id: str | None = None


def platform_of(url: str | None) -> str:
    """The platform by host; `portal` for any other site, empty where this is no web address."""
    host = host_of(url)
    if not host:
        return ""
    parts = host.split(".")
    return next((_HOSTS[name] for at in range(len(parts)) if (name := ".".join(parts[at:])) in _HOSTS), "portal")


def host_of(url: str | None) -> str:
    """The host in lower case, without www.; empty where this is no web address."""
    try:
        split = urlsplit((url or "").strip())
        host = (split.hostname or "").rstrip(".")
    except ValueError:
        return ""
    return host.removeprefix("www.") if split.scheme in ("http", "https") and "." in host else ""


def read(url: str | None) -> Address | None:
    """What an address says; None where it is none."""
    platform = platform_of(url)
    if not url or not platform:
        return None
    url = url.strip()
    found = _POSTS[platform].search(url) if platform in _POSTS else None
    named = _HANDLES[platform].search(url) if platform in _HANDLES else None
    under = _COMMENTS[platform].findall(url) if platform in _COMMENTS else []
    return Address(
        platform,
        found[1] if found else made_id(url),
        host_of(url),
        named[1].lower() if named else None,
        bool(found),
        unquote(under[-1]) if under else None,
    )


def untracked(url: str) -> str:
    """The address without what tells of the person who looked: tracking, session and device parameters."""
    head, mark, query = url.strip().partition("?")
    if not mark:
        return head.partition("#")[0]
    query = query.partition("#")[0]
    kept = [part for part in query.split("&") if part and not _ADDED.fullmatch(unquote(part.partition("=")[0]))]
    return f"{head}?{'&'.join(kept)}" if kept else head


def told_time(platform: str, native_id: str) -> datetime | None:
    """The time of posting that the number itself tells: TikTok, X and Instagram count time in its upper part."""
    try:
        if platform == "tiktok":
            seconds = int(native_id) >> 32
        elif platform == "x":
            seconds = ((int(native_id) >> 22) + _X_EPOCH_MS) // 1000
        elif platform == "instagram" and len(native_id) == 11:
            number = 0
            for letter in native_id:
                number = number * 64 + _SHORTCODE.index(letter)
            seconds = ((number >> 23) + _INSTAGRAM_EPOCH_MS) // 1000
        else:
            return None
    except ValueError:
        return None
    return datetime.fromtimestamp(seconds, UTC) if _EARLIEST < seconds < _LATEST else None


def made_id(url: str) -> str:
    """The id of a post that is known by its address alone."""
    return "~" + sha256_hex(url.strip())[:32]
