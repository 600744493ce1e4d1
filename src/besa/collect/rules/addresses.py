"""What an address alone says: platform, the post's own id, and the account."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

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
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid|mc_cid|mc_eid|ref_src)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """`native_id` is the platform's own where the address holds it, else made from the address."""

    platform: str
    native_id: str
    host: str
    handle: str | None
    is_post: bool


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
    return Address(
        platform, found[1] if found else made_id(url), host_of(url), named[1].lower() if named else None, bool(found)
    )


def without_tracking(url: str) -> str:
    """The address without what only says how a reader came to it (utm_…, fbclid) and without its #part."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    query = "&".join(piece for piece in parts.query.split("&") if piece and not _TRACKING.match(piece))
    return parts._replace(query=query, fragment="").geturl()


def made_id(url: str) -> str:
    """The id of a post that is known by its address alone."""
    return "~" + sha256_hex(url.strip())[:32]
