"""One look at one source: what is asked for, what came of it, and which of it is news."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import orjson

from besa.base.errors import BadInput, BesaError
from besa.collect.connectors import connector
from besa.collect.types import Post, Skip
from besa.corpus import Corpus
from besa.net.visit import Declined, Resting, Visitor

#: Sources are read back a little beyond the last look: posts appear late and out of order.
OVERLAP = timedelta(days=1)
#: Counts of a known post are looked at again after so long.
LOOK_AGAIN = timedelta(hours=24)
_MOST_PAGES = 200


@dataclass(frozen=True)
class Job:
    """One source to look at, free of the database. `memory` is what the last whole look left to be known."""

    source: int
    address: str
    now: datetime
    since: datetime
    known: Known
    memory: Mapping[str, Any] = field(default_factory=dict)
    outlet: Mapping[str, str] = field(default_factory=dict)
    secret: str = field(default="", repr=False)


@dataclass
class Look:
    """`rows` in the form that the connector parses. `wait`: seconds for which the server wants to be left alone."""

    memory: dict[str, Any]
    rows: list[dict[str, Any]] = field(default_factory=list)
    seen: int = 0
    status: int | None = None
    not_modified: bool = False
    gap: bool = False
    error: str = ""
    wait: float | None = None

    def failed(self, error: BesaError, job: Job) -> None:
        self.error = hidden(str(error), job.secret)
        self.wait = error.seconds if isinstance(error, Resting) else None
        self.status = error.status if isinstance(error, Declined) else self.status


class Unreadable(BesaError):
    """An answer in a form that is not the documented one."""


class Known:
    """What the corpus holds already of given posts."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus

    def looks(self, keys: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
        """The earlier looks at these posts, by post key."""
        found: dict[str, list[dict[str, Any]]] = {}
        if (keys := sorted(set(keys))) and self.corpus.version() >= 0:
            sql = """SELECT post_key, title, text, edited_at, observed_at FROM observations
                WHERE post_key IN (SELECT unnest($keys))"""
            for row in self.corpus.rows(sql, {"keys": keys}):
                found.setdefault(row["post_key"], []).append(row)
        return found


def is_news(post: Post, looks: list[dict[str, Any]], now: datetime) -> bool:
    """Whether this look at a post says something that no earlier one did.

    An article is news again when its headline is another; a post when its text is, or after a day (its counts).
    """
    if not looks:
        return True
    if post.title and post.title not in {look["title"] for look in looks}:
        return True
    if post.kind == "article":
        return False
    if post.text not in {look["text"] for look in looks} or post.edited_at not in {look["edited_at"] for look in looks}:
        return True
    seen = [look["observed_at"] for look in looks if look["observed_at"]]
    return bool(seen) and now - max(seen) >= LOOK_AGAIN


def read(name: str, raw: Any) -> Post | Skip:
    """A row as its connector parses it; whatever stands in it."""
    if not isinstance(raw, dict):
        return Skip("not_a_record")
    try:
        return connector(name).parse(raw)
    except Exception:
        return Skip("unreadable")


def gathered(job: Job, name: str, pages: Callable[[Job, Look], Iterator[list[Any]]], *, by_time: bool = True) -> Look:
    """Page after page, newest first, until what the last whole look reached. `pages` may fail: what came, stays.

    `by_time=False`: the pages are in no order of time, and all of them are read.

    Only a look that ran to its end moves the mark `reached`, so that a later one fetches again what this one missed.
    """
    look = Look(memory=dict(job.memory))
    mark = job.memory.get("reached")
    floor = max(job.since, datetime.fromisoformat(mark) - OVERLAP) if mark else job.since
    newest: datetime | None = None
    readable = 0
    try:
        for number, page in enumerate(pages(job, look), 1):
            times = []
            for raw in page:
                look.seen += 1
                post = read(name, raw)
                readable += isinstance(post, Post)
                if isinstance(post, Post) and post.posted_at:
                    times.append(post.posted_at)
                    if by_time and post.posted_at < job.since:
                        continue
                look.rows.append(raw if isinstance(raw, dict) else {"@value": raw})
            if times:
                newest = max(times) if newest is None else max(newest, *times)
            if by_time and times and max(times) < floor:
                break
            if number == _MOST_PAGES:
                raise Unreadable(f"There are more than {_MOST_PAGES} pages; older posts may be missing.")
        if look.seen and not readable:
            raise Unreadable("Nothing in the answer could be read: the service may have changed its form.")
    except BesaError as error:
        look.failed(error, job)
    else:
        if newest:
            look.memory["reached"] = min(newest, job.now).isoformat()
    return look


def ask(
    visit: Visitor,
    url: str,
    query: Mapping[str, Any],
    *,
    secret: str = "",
    headers: Mapping[str, str] | None = None,
) -> Any:
    """The JSON that a documented interface answers, without the key, should it repeat it.

    Keys go into `headers`, never into an address. A refusal is told in the service's own words.
    """
    address = f"{url}?{urlencode(query)}" if query else url
    try:
        answer = visit.get(address, headers={"Accept": "application/json", **(headers or {})}, robots=False)
    except Declined as error:
        error.body = hidden(error.body.decode("utf-8", "replace"), secret).encode()
        if said := _reason(error.body):
            error.message = f"{error.message} {said}"
        raise
    try:
        return orjson.loads(hidden(answer.body.decode("utf-8"), secret))
    except ValueError:
        raise Unreadable("The answer is no whole JSON.", where=address) from None


def hidden(text: str, secret: str) -> str:
    """The text without the key, in whatever form of writing."""
    for form in {secret, quote(secret, safe=""), quote(secret)} if secret else ():
        text = text.replace(form, "[key]")
    return text


def part(document: Any, key: str, kind: type = list) -> Any:
    """What stands under a key that the documented answer always has. Raises Unreadable."""
    value = document.get(key) if isinstance(document, dict) else None
    if not isinstance(value, kind):
        raise Unreadable(f"The answer holds no “{key}”: the service may have changed its form.")
    return value


def host_and_path(address: str, hosts: Iterable[str]) -> str | None:
    """The path of an address at one of these hosts, None for others."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return parts.path.rstrip("/") if parts.scheme in ("http", "https") and host in set(hosts) else None


def wrong(what: str, like: str) -> BadInput:
    return BadInput(f"This is no address of {what}.", remedy=f"It looks like {like}.")


def _reason(body: bytes) -> str:
    """The service's own words for its refusal, where it gives JSON."""
    try:
        said = orjson.loads(body)
    except ValueError:
        return ""
    for key in ("message", "error_description", "error"):
        inner = said.get("error") if isinstance(said, dict) and isinstance(said.get("error"), dict) else said
        value = inner.get(key) if isinstance(inner, dict) else None
        if isinstance(value, str):
            return re.sub(r"\s+", " ", value)[:300]
    return ""
