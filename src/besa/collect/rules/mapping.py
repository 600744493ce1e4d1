"""A column mapping: which column or dotted path of a row becomes which field of a post.

name = "x-flat"
platform = "x"                      # or {from = "source"}
kind = "post"
redact = ["source_url"]             # never stored
timezone = "Europe/Belgrade"        # of times that name no zone
[fields]
native_id = "id"
text = "text"
account_handle = "author.username"
hashtags = "entities.hashtags[].tag"
[times]
posted_at = "%d/%m/%Y %H:%M"        # only where the form is unusual
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from besa.base.errors import BadInput
from besa.base.ids import sha256_hex
from besa.base.text import normal
from besa.base.words import Channel, Platform, PostKind
from besa.collect.rules import values
from besa.collect.types import Post, Skip

TEXTS = ("url", "account_name", "title", "text")
IDS = ("native_id", "account_id", "parent_id", "root_id", "host_account_id")
TIMES = ("posted_at", "observed_at", "edited_at")
COUNTS = ("reactions", "comments", "shares", "views", "followers")
LISTS = ("links", "hashtags", "mentions", "media")
#: What a mapping may fill, in the order in which the form shows it.
FIELDS = (
    "native_id", "text", "posted_at", "account_id", "account_handle", "account_name", "url", "title", "language",
    "parent_id", "root_id", "host_account_id", "observed_at", "edited_at", "reactions", "comments", "shares",
    "views", "followers", "links", "hashtags", "mentions", "media", "sponsor", "platform", "kind",
)  # fmt: skip
_CONSTANTS = {"platform": Platform, "kind": PostKind, "channel": Channel}
_KNOWN = {"name", "platform", "kind", "channel", "timezone", "fields", "times", "redact", "separator", "note"}
_PATH_STEP = re.compile(r"[^.\[\]]+|\[\]|\[-?\d+\]")


def checked(body: Mapping[str, Any], *, where: str = "") -> dict[str, Any]:
    """The mapping in its stored form. Raises BadInput that names what is wrong."""

    def refuse(message: str, remedy: str = "") -> BadInput:
        return BadInput(message, where=where, remedy=remedy)

    if unknown := set(body) - _KNOWN:
        raise refuse(f"A mapping has no “{sorted(unknown)[0]}”.", f"It may hold: {', '.join(sorted(_KNOWN))}.")
    fields = body.get("fields")
    if not isinstance(fields, Mapping) or not fields:
        raise refuse("The mapping names no fields.", "Give at least text or native_id under [fields].")
    for field, path in fields.items():
        if field not in FIELDS:
            raise refuse(f"There is no field “{field}”.", f"Fields are: {', '.join(FIELDS)}.")
        if not isinstance(path, str) or not path.strip() or len(path) > 300:
            raise refuse(f"The path of “{field}” must be the name of a column or a dotted path.")
    kept: dict[str, Any] = {"fields": {field: fields[field].strip() for field in FIELDS if field in fields}}
    for name, allowed in _CONSTANTS.items():
        value = body.get(name)
        if value and value not in set(allowed):
            raise refuse(f"“{value}” is no {name}.", f"It is one of: {', '.join(allowed)}.")
        if value:
            kept[name] = str(value)
    if "platform" not in kept and "platform" not in kept["fields"]:
        raise refuse("The mapping does not say the platform.", 'Add platform = "facebook" or the like.')
    if not {"native_id", "text", "url"} & set(kept["fields"]):
        raise refuse("A post needs an id, an address or a text.", "Map native_id, url or text.")
    if zone := body.get("timezone"):
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, TypeError, OSError):
            raise refuse(f"“{zone}” is no time zone.", 'Zones look like "Europe/Belgrade".') from None
        kept["timezone"] = zone
    times = body.get("times") or {}
    if not isinstance(times, Mapping) or set(times) - set(TIMES) or not all(isinstance(t, str) for t in times.values()):
        raise refuse("[times] holds forms for posted_at, observed_at or edited_at.")
    redact = body.get("redact") or []
    if not isinstance(redact, list) or not all(isinstance(path, str) for path in redact):
        raise refuse("redact is a list of columns or dotted paths.")
    for name, value in (("times", dict(times)), ("redact", redact), ("separator", body.get("separator"))):
        if value:
            kept[name] = value
    return kept


def reader(path: str) -> Callable[[Any], Any]:
    """A function that takes the value at a path: a column's own name first, else keys joined by dots.

    `[]` takes each item of a list, `[0]` one of them: `entities.hashtags[].tag`.
    """
    steps = _PATH_STEP.findall(path)

    def read(raw: Any) -> Any:
        if isinstance(raw, dict) and path in raw:
            return raw[path]
        return _walk(raw, steps)

    return read


def _walk(value: Any, steps: list[str]) -> Any:
    for number, step in enumerate(steps):
        if step == "[]":
            if not isinstance(value, list):
                return None
            return [_walk(item, steps[number + 1 :]) for item in value]
        if step.startswith("["):
            value = values.at(value, int(step[1:-1])) if len(step) < 12 else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def parser(body: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Post | Skip]:
    """The `parse` that a checked mapping stands for."""
    read = {field: reader(path) for field, path in body["fields"].items()}
    zone: tzinfo = ZoneInfo(body["timezone"]) if body.get("timezone") else UTC
    forms, separator = body.get("times", {}), body.get("separator")

    def take(raw: Any, field: str) -> Any:
        value = read[field](raw) if field in read else None
        return _one(value) if field not in LISTS else value

    def time(raw: Any, field: str) -> datetime | None:
        value = take(raw, field)
        if field in forms and isinstance(value, str):
            try:
                made = datetime.strptime(value.strip(), forms[field])  # noqa: DTZ007 - the zone comes next
                return (made if made.tzinfo else made.replace(tzinfo=zone)).astimezone(UTC)
            except (ValueError, OverflowError):
                return None
        return values.moment(value, zone)

    def several(raw: Any, field: str) -> tuple[str, ...]:
        value = take(raw, field)
        if isinstance(value, str):
            value = re.split(separator or r"[,;|\s]+" if not separator else re.escape(separator), value)
        return values.several(_flat(value))

    def parse(raw: Mapping[str, Any]) -> Post | Skip:
        platform = _word(Platform, take(raw, "platform")) or body.get("platform")
        if not platform:
            return Skip("no_platform")
        number = {field: values.ident(take(raw, field)) for field in IDS}
        handle = values.handle(take(raw, "account_handle"))
        account = values.account_key(platform, number["account_id"], handle)
        text, url = values.words(take(raw, "text")), values.words(take(raw, "url"))
        posted = time(raw, "posted_at")
        native = number["native_id"] or _made_id(account, posted, text, url)
        if not native:
            return Skip("no_id")
        sponsor = values.words(take(raw, "sponsor"))
        key = {field: f"{platform}:{number[field]}" if number[field] else None for field in IDS}
        return Post(
            platform=platform,
            native_id=native,
            kind=_word(PostKind, take(raw, "kind")) or body.get("kind") or "post",
            parent_key=key["parent_id"],
            root_key=key["root_id"],
            url=url,
            channel=body.get("channel") or "public",
            account_key=account,
            account_handle=handle,
            account_name=values.words(take(raw, "account_name")),
            host_account_key=key["host_account_id"],
            title=values.words(take(raw, "title")),
            text=text,
            language=values.language(take(raw, "language")),
            posted_at=posted,
            posted_precision="second" if posted else None,
            observed_at=time(raw, "observed_at"),
            edited_at=time(raw, "edited_at"),
            links=several(raw, "links") if "links" in read else values.links_in(text),
            hashtags=_without(several(raw, "hashtags"), "#") if "hashtags" in read else values.hashtags_in(text),
            mentions=_without(several(raw, "mentions"), "@") if "mentions" in read else values.mentions_in(text),
            media=tuple({"kind": None, "url": link, "sha256": None, "pdq": None} for link in several(raw, "media")),
            ad={"sponsor": sponsor} if sponsor else None,
            **{field: values.whole(take(raw, field)) for field in COUNTS},
        )

    return parse


def _one(value: Any) -> Any:
    """A field that holds one value takes the first of a list."""
    if isinstance(value, list):
        return next((item for item in _flat(value) if item is not None), None)
    return value


def _flat(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return values.listed(value)
    return [inner for item in value for inner in (item if isinstance(item, list) else [item])]


def _without(texts: tuple[str, ...], sign: str) -> tuple[str, ...]:
    return values.several(text.lstrip(sign) for text in texts)


_SYNONYMS = {"twitter": "x", "twitter.com": "x", "x.com": "x", "fb": "facebook", "ig": "instagram"}


def _word(allowed, value: Any) -> str | None:
    text = (values.ident(value) or "").lower().replace(" ", "_").replace("-", "_")
    text = _SYNONYMS.get(text, text)
    return text if text in set(allowed) else None


def _made_id(account: str | None, posted: datetime | None, text: str | None, url: str | None) -> str | None:
    """Where the source has no id: the address, else account, second and text together."""
    if url:
        return "~" + sha256_hex(url.strip())[:32]
    if not text:
        return None
    second = posted.isoformat(timespec="seconds") if posted else ""
    return "~" + sha256_hex(f"{account or ''}|{second}|{normal(text)}")[:32]
