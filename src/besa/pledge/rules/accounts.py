"""What a cell with an account says, however it was written: its platform, key, handle and address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from besa.base.words import Platform

_HOSTS = {
    "facebook.com": "facebook", "fb.com": "facebook", "fb.me": "facebook", "instagram.com": "instagram",
    "tiktok.com": "tiktok", "x.com": "x", "twitter.com": "x", "youtube.com": "youtube", "t.me": "telegram",
    "telegram.me": "telegram", "threads.net": "threads", "threads.com": "threads", "bsky.app": "bluesky",
    "truthsocial.com": "truth_social",
}  # fmt: skip
_SKIP = {"", "@", "profile", "people", "pages", "pg", "s", "c", "user", "channel", "p", "reel", "groups"}
_HANDLE = re.compile(r"[\w.\-]{1,100}(@[\w.\-]+\.\w{2,})?")


@dataclass(frozen=True)
class Named:
    """An account as a cell names it; `key` is the corpus's account_key."""

    platform: str
    key: str
    handle: str = ""
    url: str = ""


def read_account(cell: str, platform: str = "") -> Named | None:
    """What the cell says; None where that is no account. `platform` is what the row says beside it."""
    text = cell.strip()
    if re.search(r"\s", text):
        return None
    if "://" in text or re.match(r"(www\.|m\.)|[\w.-]+\.\w{2,}/", text, re.I):
        return _of_address(text if "://" in text else f"https://{text}", platform)
    if platform == Platform.PORTAL and re.fullmatch(r"[\w-]+(\.[\w-]+)+", text):
        return _of_address(f"https://{text}", platform)
    text = text.removeprefix("@")
    if not platform or not text:
        return None
    if re.fullmatch(r"\d{6,}|UC[\w-]{22}", text):
        return Named(platform, f"{platform}:{text}")
    return _handled(platform, text, "") if _HANDLE.fullmatch(text) else None


def _of_address(url: str, platform: str) -> Named | None:
    try:
        parts = urlsplit(url)
        host = re.sub(r"^(www|m|mobile|web|touch|[a-z]{2}-[a-z]{2})\.", "", (parts.hostname or "").lower())
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in host:
        return None
    found = _HOSTS.get(host)
    steps = [step for step in parts.path.split("/") if step]
    if found is None:
        if platform == Platform.MASTODON or (not platform and steps and re.fullmatch(r"@\w+", steps[0])):
            return _handled("mastodon", f"{steps[0].removeprefix('@')}@{host}", url) if steps else None
        return _handled(platform or "portal", host, url) if platform in ("", "portal") else None
    if platform and platform != found:
        return None
    if found == "facebook" and (number := parse_qs(parts.query).get("id", [""])[0]).isdecimal():
        return Named(found, f"facebook:{number}", "", url)
    if found == "facebook" and steps[:1] == ["people"] and steps[-1].isdecimal():
        return Named(found, f"facebook:{steps[-1]}", "", url)
    if found == "youtube" and steps[:1] == ["channel"] and len(steps) > 1:
        return Named(found, f"youtube:{steps[1]}", "", url)
    name = next((step.removeprefix("@") for step in steps if step.lower() not in _SKIP), "")
    if found == "facebook" and name.isdecimal():
        return Named(found, f"facebook:{name}", "", url)
    return _handled(found, name, url) if _HANDLE.fullmatch(name) else None


def _handled(platform: str, handle: str, url: str) -> Named:
    handle = handle.lower()
    return Named(platform, f"{platform}:@{handle}", handle, url)


def spelling(key: str) -> str:
    """One text for all spellings of one account: Facebook reads ana.pl and AnaPL as the same name."""
    platform, _, rest = key.lower().partition(":")
    return f"{platform}:{rest.replace('.', '') if platform == 'facebook' else rest}"
