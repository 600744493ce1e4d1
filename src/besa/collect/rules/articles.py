"""The article on a web page: its text without menus and notices, and what the page says of itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from besa.collect.rules.values import language, moment, precision, words

#: A page longer than this is no article; what stands after it is not looked at.
_LIMIT = 3_000_000
_NAMES = {
    "published": ("article:published_time", "datepublished", "og:published_time", "parsely-pub-date", "dc.date.issued"),
    "modified": ("article:modified_time", "datemodified", "og:updated_time"),
}
_META = re.compile(r"<meta\s[^<>]{1,1000}>", re.I)
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_LINKED = {
    name: re.compile(rf'"{key}"\s*:\s*"([^"\\]{{8,40}})"')
    for name, key in (("published", "datePublished"), ("modified", "dateModified"))
}
_LANGUAGE = re.compile(r"""<html[^<>]{0,500}?\slang\s*=\s*["']?([\w-]{2,12})""", re.I)


@dataclass(frozen=True, slots=True)
class Article:
    text: str
    title: str | None
    author: str | None
    site: str | None
    language: str | None
    published: datetime | None
    precision: str | None
    modified: datetime | None


def article(html: str, url: str, seen: datetime | None = None) -> Article | None:
    """The article of a page, or None where it holds no running text. `seen`: no article is later than this."""
    from trafilatura import bare_extraction

    html = html[:_LIMIT]
    latest = (seen + timedelta(days=1)).date().isoformat() if seen else "2099-12-31"
    try:
        found = bare_extraction(
            html,
            url=url,
            include_comments=False,
            with_metadata=True,
            date_extraction_params={"max_date": latest, "original_date": True},
        )
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError, AssertionError):
        return None
    text = words(getattr(found, "text", None))
    if found is None or text is None:
        return None
    told = _told(html)
    published = told["published"] or words(found.date)
    said = _LANGUAGE.search(html)
    return Article(
        text=text,
        title=words(found.title),
        author=words(found.author),
        site=words(found.sitename),
        language=language(said[1]) if said else None,
        published=moment(published),
        precision=precision(published),
        modified=moment(told["modified"]),
    )


def _told(html: str) -> dict[str, str | None]:
    """When the page says that it was published and changed: in its head, else in its linked data."""
    meta: dict[str, str] = {}
    for tag in _META.findall(html):
        held = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(tag)}
        key = held.get("property") or held.get("name") or held.get("itemprop")
        if key and moment(held.get("content")):
            meta.setdefault(key.lower(), held["content"])
    told = {}
    for field, names in _NAMES.items():
        linked = _LINKED[field].search(html)
        value = next((meta[name] for name in names if name in meta), linked[1] if linked else None)
        told[field] = value if moment(value) else None
    return told
