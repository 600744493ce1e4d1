"""News portals: the feed or sitemap of a site, and the articles that it names; no key."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from besa.base.errors import BesaError, Refused
from besa.collect.live.feeds.article import article_of
from besa.collect.live.feeds.reading import Listing, listing_of
from besa.collect.live.look import Job, Look, is_news, read, wrong
from besa.collect.rules.values import words
from besa.collect.types import Post
from besa.net.fetch import Fetched, Limits, TooMuch, TooSlow
from besa.net.visit import Declined, Resting, Visitor

TITLE = "RSS, Atom, sitemap"
CONNECTOR = "feeds"
KEY = ""
PLATFORMS = ("portal",)
MINUTES = 15
#: So many article pages are read in one poll; the others wait for the next.
_MOST_ARTICLES = 60
#: An article that cannot be fetched so many times goes in with what the feed says of it.
_TRIES = 5
_PAGE = Limits(size=5 << 20, seconds=20, attempts=2)


def address_of(platform: str, key: str, handle: str, url: str) -> str:
    return url


def checked(address: str) -> str:
    """The address of a feed or sitemap, or of a site whose own page names them."""
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or "." not in host or parts.scheme not in ("http", "https") or parts.username or parts.password:
        raise wrong("a site, feed or sitemap", "https://portal.example/feed/")
    return parts._replace(fragment="").geturl()


def look(visit: Visitor, job: Job) -> Look:
    """What the feed names and the corpus does not hold, each with the text of its page.

    An article whose page cannot be fetched now waits in `memory`, so that it is not lost when it leaves the feed.
    """
    look = Look(memory=dict(job.memory))
    waiting = look.memory.pop("waiting", [])
    try:
        listing, feed = listing_of(visit, job, look)
    except BesaError as error:
        look.failed(error, job)
        listing, feed = [], look.memory.get("about", {})
    news = _news(job, feed, listing)
    # A feed in which nothing is known from before has perhaps let something slip by between two polls.
    look.gap = "reached" in job.memory and "title" in feed and len(news) == len(listing) > 1
    _articles(visit, job, look, feed, [*_others(news, waiting), *waiting])
    return look


def _news(job: Job, feed: dict[str, Any], listing: Listing) -> Listing:
    """Entries that are not in the corpus yet, or stand there under another headline; none older than is wanted."""
    posts = [(entry, read(CONNECTOR, _row(job, feed, entry, None))) for entry in listing]
    known = job.known.looks(post.post_key for _, post in posts if isinstance(post, Post))
    return [
        entry
        for entry, post in posts
        # what names no article goes on as it is, to be counted by the import
        if not isinstance(post, Post)
        or (
            (post.posted_at is None or post.posted_at >= job.since)
            and is_news(post, known.get(post.post_key, []), job.now)
        )
    ]


def _others(news: Listing, waiting: list[dict[str, Any]]) -> list[dict[str, Any]]:
    links = {said["entry"]["link"] for said in waiting}
    return [{"entry": entry, "tries": 0} for entry in news if entry.get("link") not in links]


def _articles(visit: Visitor, job: Job, look: Look, feed: dict[str, Any], wanted: list[dict[str, Any]]) -> None:
    later = wanted[_MOST_ARTICLES:]
    for number, said in enumerate(wanted[:_MOST_ARTICLES]):
        entry = said["entry"]
        if not str(entry.get("link", "")).startswith(("http://", "https://")):
            look.rows.append(_row(job, feed, entry, None))
            continue
        try:
            page = visit.get(entry["link"], limits=_PAGE)
        except Resting as error:
            later += wanted[number:_MOST_ARTICLES]
            look.wait = error.seconds
            break
        except TooSlow:
            article = None
        except (Refused, TooMuch) as error:  # robots.txt among them
            article = {"error": str(error)}
        except Declined as error:
            article = {"error": str(error)} if error.lasting else None
        except BesaError:
            article = None
        else:
            article = _read(page, job)
        if article is None:
            if said["tries"] + 1 < _TRIES:
                later.append({"entry": entry, "tries": said["tries"] + 1})
                continue
            article = {"error": f"The page could not be fetched in {_TRIES} polls."}
        look.rows.append(_row(job, feed, entry, article))
    if later:
        look.memory["waiting"] = later


def _read(page: Fetched, job: Job) -> dict[str, Any]:
    kind = page.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("", "text/html", "application/xhtml+xml"):
        return {"url": page.url, "error": f"The address leads to no page ({words(kind)})."}
    return article_of(page.body, url=page.url, now=job.now)


def _row(job: Job, feed: dict[str, Any], entry: dict[str, Any], article: dict[str, Any] | None) -> dict[str, Any]:
    return {
        "outlet": dict(job.outlet),
        "feed": feed,
        "entry": entry,
        "article": article,
        "observed_at": job.now.isoformat(),
    }
