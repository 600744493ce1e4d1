"""The public site: complete, safe with hostile texts, the same bytes each time, and of one edition alone."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_edition import HOSTILE, LANGUAGES, write

from besa import portal
from besa.base.ids import sha256_hex
from besa.edition.verifier import problems


class _Page(HTMLParser):
    def __init__(self, text: str):
        super().__init__()
        self.links, self.ids, self.tags, self.attributes, self.text = [], set(), [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in ("href", "src"):
                self.links.append(value)
            if name == "id":
                self.ids.add(value)

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    return write(tmp_path_factory.mktemp("editions"), 45, portal.render)


@pytest.fixture(scope="module")
def site(edition) -> Path:
    return edition / "site"


@pytest.fixture(scope="module")
def pages(site) -> dict[str, _Page]:
    found = {path.relative_to(site).as_posix(): path for path in sorted(site.rglob("*.html"))}
    return {name: _Page(path.read_text()) for name, path in found.items()}


def test_the_edition_with_its_site_verifies(edition):
    assert list(problems(edition)) == []


def test_every_link_leads_to_something_in_the_site(site, pages):
    broken = []
    for name, page in pages.items():
        for link in page.links:
            if re.match(r"https?:|mailto:", link):
                continue
            path, _, anchor = link.partition("#")
            target = (site / name).parent / path if path else site / name
            target = target.resolve()
            if not target.is_file():
                broken.append(f"{name}: {link}")
            elif anchor and anchor not in pages[target.relative_to(site.resolve()).as_posix()].ids:
                broken.append(f"{name}: {link} (no such place)")
    assert broken == []


def test_pages_ask_nobody_else_for_anything_and_run_nothing_inline(site, pages):
    for name, page in pages.items():
        assert not [link for link in page.links if link.startswith(("http", "//", "javascript:"))], name
        assert not {"style", "onclick", "onload", "onerror"} & set(page.attributes), name
        assert "style" not in page.tags and page.tags.count("script") == name.endswith("verify.html"), name
        assert "iframe" not in page.tags and "form" not in page.tags


def test_hostile_texts_stay_texts(site, pages):
    page = pages["en/findings.html"]
    assert HOSTILE in page.text
    assert "<script>alert" not in (site / "en/findings.html").read_text()
    assert "<b>html</b>" in pages["en/method.html"].text


def test_no_page_weighs_more_than_100_kb(pages, site):
    assert max((site / name).stat().st_size for name in pages) < 100_000


def test_every_page_is_there_in_every_language_and_says_so(pages):
    names = {name.split("/", 1)[1] for name in pages if "/" in name and not name.startswith("files/")}
    assert {"index.html", "findings.html", "findings-2.html", "signatories/pl.html", "tables/funnel.html"} <= names
    for tag in LANGUAGES:
        for name in names:
            assert f"{tag}/{name}" in pages


def test_serbian_in_cyrillic_is_served_by_its_own_words(site):
    text = (site / "sr-Cyrl/index.html").read_text()
    assert 'lang="sr-Cyrl"' in text and 'hreflang="sr-Latn"' in text


def test_without_javascript_the_first_page_sends_on_and_offers_every_language(site, pages):
    assert 'http-equiv="refresh"' in (site / "index.html").read_text()
    assert {f"{tag}/index.html" for tag in LANGUAGES} <= set(pages["index.html"].links)


def test_unattributed_findings_are_numbers_only(site):
    for path in site.rglob("*.html"):
        if "files" not in path.parts:
            assert "V-9000" not in path.read_text(), path
    text = (site / "en/findings.html").read_text()
    assert "Without a name: 1" in text


def test_replies_stand_word_for_word(pages):
    assert f"We regret it. {HOSTILE}" in pages["en/findings.html"].text


def test_the_words_of_the_edition_go_before_ours(pages):
    assert "HATE sq" in pages["sq/findings.html"].text


def test_the_feed_is_well_formed(site):
    for tag in LANGUAGES:
        feed = ET.fromstring((site / tag / "feed.atom").read_text())
        entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
        assert len(entries) == 31


def test_the_same_edition_gives_the_same_bytes(edition, tmp_path):
    again = {path.relative_to(tmp_path): sha256_hex(path.read_bytes()) for path in portal.render(edition, tmp_path)}
    before = {path.relative_to(edition / "site"): sha256_hex(path.read_bytes())
              for path in (edition / "site").rglob("*") if path.is_file()}  # fmt: skip
    assert again == before


def test_it_needs_no_database_no_settings_and_nothing_but_the_edition(edition, tmp_path):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from besa import portal\n"
        "files = portal.render(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "from django.conf import settings\n"
        "assert settings.DATABASES == {}, settings.DATABASES\n"
        "assert not any(name.startswith('besa.') and name.split('.')[1] not in ('base', 'edition', 'portal')"
        " for name in sys.modules), [n for n in sys.modules if n.startswith('besa.')]\n"
        "print(len(files))\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(edition), str(tmp_path / "site")],
        capture_output=True, text=True, env=environment, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for path in (edition / "site").rglob("*.html"):
        other = tmp_path / "site" / path.relative_to(edition / "site")
        assert other.read_bytes() == path.read_bytes(), path


def test_a_large_register_is_spread_over_pages(pages):
    first, second = pages["en/findings.html"], pages["en/findings-2.html"]
    assert len([i for i in first.ids if i.startswith("V-")]) == 40
    assert len([i for i in second.ids if i.startswith("V-")]) == 5
