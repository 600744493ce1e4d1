"""News portals with a feed, articles, robots.txt and what goes wrong on the way."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from fakes.serving import Asked, Reply, Web

START = datetime(2027, 9, 14, 6, 0, tzinfo=UTC)


def article_page(title: str, number: int) -> str:
    body = "".join(
        f"<p>Paragrafi {part} i lajmit të shpikur numër {number}: kandidatët folën për ujin, rrugët dhe shkollat, dhe "
        f'përmendën <a href="https://burimi.example/{number}/{part}">një burim</a> që çdo lexues mund ta shohë.</p>'
        for part in range(1, 4)
    )
    return (
        f'<!doctype html><html lang="sq"><head><title>{title} | Portali</title>'
        f'<meta property="og:title" content="{title}"><meta name="author" content="Redaksia"></head>'
        f'<body><nav><a href="/">Kreu</a></nav><article><h1>{title}</h1>{body}</article>'
        "<footer>2027</footer></body></html>"
    )


class Portal:
    """One portal: `publish` puts an article at the head of its feed, which shows the newest `window`."""

    def __init__(self, web: Web, host: str, *, window: int = 30):
        self.web, self.host, self.window = web, host, window
        self.robots = "User-agent: *\nDisallow: /private/\n"
        self.titles: list[str] = []
        web.hosts[host] = self.answer

    @property
    def feed(self) -> str:
        return self.web.url(self.host, "/feed/")

    def link(self, number: int) -> str:
        return self.web.url(self.host, f"/lajme/{number}")

    def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.titles.append(f"Lajmi {len(self.titles)} i {self.host}")

    def rss(self) -> str:
        items = "".join(
            f"<item><title>{self.titles[number]}</title><link>{self.link(number)}?utm_source=rss</link>"
            f"<guid>{self.host}-{number}</guid><description>&lt;p&gt;Përmbledhje {number}.&lt;/p&gt;</description>"
            f"<pubDate>{format_datetime(START + timedelta(minutes=number))}</pubDate></item>"
            for number in sorted(range(len(self.titles)), reverse=True)[: self.window]
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            f"<title>{self.host}</title><link>{self.web.url(self.host)}</link>{items}</channel></rss>"
        )

    def answer(self, asked: Asked) -> Reply:
        if asked.path == "/robots.txt":
            return Reply(self.robots, kind="text/plain")
        if asked.path == "/feed/":
            body = self.rss()
            tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:16]}"'
            if asked.headers.get("if-none-match") == tag:
                return Reply(status=304, headers={"ETag": tag})
            return Reply(body, kind="application/rss+xml", headers={"ETag": tag})
        number = asked.path.rpartition("/")[2]
        if asked.path.startswith("/lajme/") and number.isdecimal() and int(number) < len(self.titles):
            return Reply(article_page(self.titles[int(number)], int(number)))
        return Reply(status=404)


#: Each way in which a server fails; those of the last line are answers, the others no whole answer at all.
FAULTS = (
    *(Reply("x" * 4_000, fault=fault) for fault in ("stall", "half", "drip", "drip_head", "bad_gzip", "reset")),
    Reply(status=500), Reply(status=503, headers={"Retry-After": "1"}), Reply(status=429, headers={"Retry-After": "1"}),
)  # fmt: skip


def one_in_five(seed: int):
    """A fifth of all requests fails, in ways that take turns by chance; the same seed fails the same."""
    chance = random.Random(seed)

    def trouble(asked: Asked) -> Reply | None:
        return chance.choice(FAULTS) if chance.random() < 0.2 else None

    return trouble
