"""The desk speaks four languages: whole catalogues, no English left on its pages, no Latin in Cyrillic prose."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from besa.base import languages
from besa.base.script import to_cyrillic

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))
import translations

#: page -> English texts that it shows, each with a translation of its own.
PAGES = {
    "/desk/": ["Overview", "Legal clocks", "Where it waits", "The funnel so far"],
    "/desk/pledge/": ["Municipalities", "Signatories", "Prohibition"],
    "/desk/pledge/signatories/": ["Status today", "Record a signature"],
    "/desk/pledge/watch-list/": ["Municipality", "Search"],
    "/desk/pledge/phases/": ["First day", "Last day"],
    "/desk/collect/": ["Imports", "Import a file"],
    "/desk/collect/upload/": ["Formats that are known", "Any table or JSON lines, with a column mapping"],
    "/desk/docket/": ["Docket", "Lexicon", "posts collected"],
    "/desk/docket/lexicon/": ["Term", "Concern"],
    "/desk/coding/findings/": ["Findings", "Narrow down"],
    "/desk/reply/": ["Notices and replies", "Notices"],
    "/desk/report/": ["Reports", "Tables"],
}


class Shown(HTMLParser):
    """The texts that a reader sees, one by one; those marked with a language of their own are left out."""

    def __init__(self, page: str):
        super().__init__()
        self.texts, self._quiet = [], 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if self._quiet:
            self._quiet += 1 if tag not in _EMPTY else 0
        elif tag in ("script", "style", "code") or (tag != "html" and "lang" in dict(attrs)):
            self._quiet = 1

    def handle_endtag(self, tag):
        self._quiet = max(self._quiet - 1, 0)

    def handle_data(self, data):
        if text := "" if self._quiet else " ".join(data.split()):
            self.texts.append(text)


_EMPTY = {"input", "br", "hr", "img", "meta", "link"}


@pytest.fixture
def speaking(home, users):
    def client(tag: str) -> Client:
        made = Client()
        made.force_login(users["coordinator"])
        made.cookies[settings.LANGUAGE_COOKIE_NAME] = languages.django_code(tag)
        return made

    return client


@pytest.mark.parametrize("tag", languages.INTERFACE)
def test_each_page_speaks_the_language_chosen(speaking, tag):
    client = speaking(tag)
    for page, english in PAGES.items():
        answer = client.get(page)
        assert answer.status_code == 200, page
        body = answer.content.decode()
        assert f'<html lang="{languages.django_code(tag)}"' in body
        texts = Shown(body).texts
        with translation.override(languages.django_code(tag)):
            for text in english:
                said = gettext(text)
                assert any(said in shown for shown in texts), f"{page} does not say {said!r}"
                if tag != "en":
                    assert said != text and text not in texts, f"{page} in {tag}: {text!r}"


def test_languages_are_named_in_themselves(speaking):
    for tag in languages.INTERFACE:
        body = speaking(tag).get("/desk/").content.decode()
        assert all(f">{name}</option>" in body for name in languages.NAMES.values()), tag


def test_the_catalogues_are_whole():
    assert list(translations.problems()) == []


#: Latin letters that Serbian texts in Cyrillic keep: formats, tools, commands, figures of a code.
_LATIN = re.compile(r"[A-Za-zČĆŠŽĐčćšžđ]{2,}")
_KEPT = re.compile(
    r"`[^`]*`|%\(\w+\)[sd]|\{\w*\}|\bbesa [a-z]+(?: (?:--)?[A-Za-z-]+(?:\.[a-z]+)?)*|"
    r"[\w-]+\.(?:csv|toml|json|txt|pem)\b|"
    r"\b(?:CSV|JSON|NDJSON|XLSX|"
    r"PDF|PNG|JPEG|GIF|DDI|Playwright|ZIP|MP4|SHA|UTC|UTF|TOML|Excel|Enter|JavaScript|WebP|WebM|Zeeschuimer|CrowdTangle|"
    r"Meta(?: (?:Content|Ad) Library)?|Instagram|Facebook|TikTok|YouTube|Telegram(?: Desktop)?|"
    r"Threads|Bluesky|Mastodon|WhatsApp|Viber|Messenger|Twitter|"
    r"Apify|Junkipedia|API|URL|X|story|ceremony|RSS|Atom|gzip|WARC|WACZ|HTTPS|PIN|Chrome|Chromium|Firefox|Edge|Brave|"
    r"Android|Safari|Google|[Tt]warc|robots\.txt|Ctrl|Alt|Shift|bookmarklet|AUC)\b|<kbd>[^<]*</kbd>|\b(?:chrome://|about:)[\w/-]+|https?://\S+"
)


def test_no_latin_word_is_left_in_cyrillic():
    left = {}
    for message in translations._read("sr_Latn"):
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        for text in strings if message.id else ():
            if found := _LATIN.findall(_KEPT.sub(" ", to_cyrillic(text))):
                left[text] = found
    assert not left
