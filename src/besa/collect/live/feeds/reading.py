"""What a feed or sitemap lists, wherever on the site it stands."""

from __future__ import annotations

import calendar
import gzip
import io
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree

from lxml import etree, html

from besa.base.errors import BesaError
from besa.collect.live.look import OVERLAP, Job, Look, Unreadable
from besa.collect.rules.values import moment, several, words
from besa.net.fetch import Fetched
from besa.net.visit import Declined, Visitor

#: Entries of a feed or sitemap: link, id, title, summary, author, published, updated, …
Listing = list[dict[str, Any]]
_FEED_ENDS = (b"</rss>", b"</feed>", b"</rdf:RDF>", b"</rdf:rdf>")
_MAP_ENDS = (b"</urlset>", b"</sitemapindex>")
_UNPACKED = 60 << 20
_MOST_ENTRIES = 5_000
_MOST_MAPS = 20
_FIELDS = ("id", "link", "title", "summary", "author", "published", "updated")
_LONG = 100_000
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")


def listing_of(visit: Visitor, job: Job, look: Look) -> tuple[Listing, dict[str, Any]]:
    """The entries, and what the feed says of itself. Notes in `look` what the next poll must know.

    An address that gives a page is asked for the feeds that it names, then robots.txt for sitemaps.
    """
    at = look.memory.get("feed", job.address)
    try:
        answer = visit.get(at, headers=_only_if_changed(look.memory, at))
    except Declined as error:
        if error.lasting and look.memory.pop("feed", None):
            _forget(look)  # the feed has moved: the site itself will be asked next time
        raise
    look.status = answer.status
    if answer.status == 304:
        look.not_modified = True
        return [], look.memory.get("about", {})
    body = _unpacked(answer)
    if _kind(body) == "page":
        answer, body = _found(visit, job.address, answer, body)
        look.memory["feed"] = answer.url
    listing, about = _read(visit, job, answer, body)
    look.seen = len(listing)
    look.memory |= {"about": about, "asked": answer.way[0], "reached": job.now.isoformat()}
    for name in ("etag", "last-modified"):
        look.memory.pop(name, None)
        if name in answer.headers:
            look.memory[name] = answer.headers[name]
    return listing, about


def _only_if_changed(memory: dict[str, Any], url: str) -> dict[str, str]:
    if memory.get("asked") != url:
        return {}
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {header: memory[name] for name, header in names.items() if name in memory}


def _forget(look: Look) -> None:
    for name in ("etag", "last-modified", "asked"):
        look.memory.pop(name, None)


def _unpacked(answer: Fetched) -> bytes:
    """The body; a file that is itself gzip (sitemap.xml.gz) is opened, so far and no further."""
    if not answer.body.startswith(b"\x1f\x8b"):
        return answer.body
    try:
        with gzip.open(io.BytesIO(answer.body)) as file:
            body = file.read(_UNPACKED + 1)
    except (EOFError, OSError, zlib.error):
        raise Unreadable("The gzip file is broken.", where=answer.url) from None
    if len(body) > _UNPACKED:
        raise Unreadable(f"The gzip file unpacks to more than {_UNPACKED >> 20} MB.", where=answer.url)
    return body


def _kind(body: bytes) -> str:
    """feed, map, page, or cut where a feed or sitemap has a beginning and no end."""
    head, tail = body[:4_000].lstrip().lower(), body[-2_000:]
    if any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf")):
        return "feed" if any(mark in tail for mark in _FEED_ENDS) else "cut"
    if b"<urlset" in head or b"<sitemapindex" in head:
        return "map" if any(mark in tail for mark in _MAP_ENDS) else "cut"
    if b"<html" in head or b"<!doctype html" in head or b"<body" in head:
        return "page"
    return "cut" if head.startswith(b"<?xml") else "none"


def _found(visit: Visitor, address: str, page: Fetched, body: bytes) -> tuple[Fetched, bytes]:
    """The first feed or sitemap that a site names."""
    try:
        named = _alternates(body, page.url) + visit.sitemaps(page.url)
    except BesaError:
        named = _alternates(body, page.url)
    for url in [*named, urljoin(page.url, "/sitemap.xml")][:6]:
        try:
            answer = visit.get(url)
            inner = _unpacked(answer)
        except (Declined, Unreadable):
            continue
        if _kind(inner) in ("feed", "map"):
            return answer, inner
    raise Unreadable("The page names no feed and no sitemap.", where=address)


def _alternates(body: bytes, url: str) -> list[str]:
    try:
        tree = html.document_fromstring(body)
    except (etree.ParserError, ValueError):
        return []
    found = [
        urljoin(url, link.get("href"))
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and (link.get("type") or "").strip().lower() in _FEED_TYPES
        and link.get("href")
    ]
    # WordPress names the feed of its comments beside that of its articles
    return sorted(dict.fromkeys(found), key=lambda link: "comments" in link)


def _read(visit: Visitor, job: Job, answer: Fetched, body: bytes) -> tuple[Listing, dict[str, Any]]:
    kind = _kind(body)
    if kind == "feed":
        return _feed(answer, body)
    if kind == "map":
        return _map(visit, job, answer.url, body), {"url": answer.url}
    said = "The answer is cut off." if kind == "cut" else "This is no feed, no sitemap and no page."
    raise Unreadable(said, where=answer.url)


def _feed(answer: Fetched, body: bytes) -> tuple[Listing, dict[str, Any]]:
    import feedparser

    known = {"content-type": answer.headers.get("content-type", "application/xml"), "content-location": answer.url}
    found = feedparser.parse(io.BytesIO(body), response_headers=known, sanitize_html=False)
    about = {
        "url": answer.url,
        "title": words(found.feed.get("title")),
        "language": words(found.feed.get("language")),
    }
    return [_entry(entry) for entry in found.entries[:_MOST_ENTRIES]], about


def _entry(found: Any) -> dict[str, Any]:
    # by the dictionary itself: feedparser's own look-up gives the time of publishing for that of a change
    said = dict(dict.items(found))
    entry: dict[str, Any] = {name: value[:_LONG] for name in _FIELDS if (value := words(said.get(name)))}
    for name in ("published", "updated"):
        if stamp := said.get(f"{name}_parsed"):
            entry[f"{name}_at"] = datetime.fromtimestamp(calendar.timegm(stamp), UTC).isoformat()
    if content := several(part.get("value") for part in said.get("content", ())):
        entry["content"] = max(content, key=len)[:_LONG]
    if tags := several(tag.get("term") for tag in said.get("tags", ())):
        entry["tags"] = list(tags)[:50]
    files = [{"url": words(file.get("href")), "type": words(file.get("type"))} for file in found.get("enclosures", ())]
    if files:
        entry["enclosures"] = files[:20]
    return entry


def _map(visit: Visitor, job: Job, url: str, body: bytes, *, above: bool = False) -> Listing:
    """The dated addresses of a sitemap; of an index, those of its newest parts."""
    mark = job.memory.get("reached")
    floor = max(job.since, datetime.fromisoformat(mark) - OVERLAP) if mark else job.since
    nodes = _nodes(url, body)
    if nodes and nodes[0][0] == "sitemap" and not above:
        parts = sorted(nodes, key=lambda node: node[1].get("lastmod") or "9", reverse=True)
        wanted = [said for _, said in parts if _since(said, floor)][:_MOST_MAPS]
        return [entry for said in wanted for entry in _part(visit, job, said.get("loc") or "")]
    if nodes and not any("lastmod" in said or "publication_date" in said for _, said in nodes):
        raise Unreadable("The sitemap gives no dates, so what is new cannot be told.", where=url)
    listing = [_mapped(said) for name, said in nodes if name == "url" and _since(said, floor, undated=False)]
    newest = sorted(listing, key=lambda entry: entry.get("published_at") or entry["updated_at"], reverse=True)
    return newest[:_MOST_ENTRIES]


def _part(visit: Visitor, job: Job, url: str) -> Listing:
    answer = visit.get(url)
    body = _unpacked(answer)
    if _kind(body) != "map":
        raise Unreadable("The answer is cut off, or no sitemap.", where=url)
    return _map(visit, job, url, body, above=True)


def _nodes(url: str, body: bytes) -> list[tuple[str, dict[str, str]]]:
    if b"<!ENTITY" in body:
        raise Unreadable("The sitemap defines entities; it is not read.", where=url)
    try:
        root = ElementTree.fromstring(body.lstrip())
    except ElementTree.ParseError as error:
        raise Unreadable(f"The sitemap is no XML ({error}).", where=url) from None
    found = []
    for node in root:
        said: dict[str, str] = {}
        for inner in node.iter():
            name = _bare(inner.tag)
            if name == "title" and "news" not in inner.tag:
                continue  # of a picture or a film
            if inner.text and inner.text.strip() and name not in said:
                said[name] = inner.text.strip()
        found.append((_bare(node.tag), said))
    return found


def _bare(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _since(said: dict[str, str], floor: datetime, *, undated: bool = True) -> bool:
    when = moment(said.get("publication_date")) or moment(said.get("lastmod"))
    # a date without a time holds until its end
    return when + timedelta(days=1) >= floor if when else undated


def _mapped(said: dict[str, str]) -> dict[str, Any]:
    entry = {"link": said.get("loc", "")}
    if title := said.get("title"):
        entry["title"] = title
    for name, key in (("publication_date", "published"), ("lastmod", "updated")):
        if when := moment(said.get(name)):
            entry |= {key: said[name], f"{key}_at": when.isoformat()}
    return entry
