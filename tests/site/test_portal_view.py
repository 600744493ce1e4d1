"""The published files as this process serves them."""

from __future__ import annotations

import pytest
from django.test import Client

from besa.site import overview


@pytest.fixture
def site(home, monkeypatch, db):
    edition = home.editions / "abc"
    (edition / "site" / "en").mkdir(parents=True)
    (edition / "envelope.json").write_text("secret of the folder above")
    (edition / "site" / "index.html").write_text("<p>index</p>")
    (edition / "site" / "en" / "index.html").write_text("<p>english</p>")
    (edition / "site" / "portal.css").write_text("p{}")
    (edition / "site" / "data.parquet").write_bytes(b"PAR1")
    monkeypatch.setattr(overview, "latest_edition", lambda: edition)
    return edition


def _body(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_pages_and_types(site):
    client = Client()
    assert _body(client.get("/portal/")) == b"<p>index</p>"
    assert client.get("/portal/en")["Location"] == "/portal/en/"
    answer = client.get("/portal/en/")
    assert _body(answer) == b"<p>english</p>" and answer["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/portal/portal.css")["Content-Type"].startswith("text/css")
    assert client.get("/portal/data.parquet")["Content-Type"] == "application/vnd.apache.parquet"
    assert "data:" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "public, max-age=60"
    again = client.get("/portal/en/", headers={"If-Modified-Since": answer["Last-Modified"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["../envelope.json", "%2e%2e/envelope.json", "en/../../envelope.json", "/etc/passwd",
                                  "..%5cenvelope.json", "en/%00", "x" * 5000, "nowhere.html"])  # fmt: skip
def test_nothing_outside_the_site_is_served(site, path):
    answer = Client().get("/portal/" + path)
    assert answer.status_code in (400, 404)
    assert b"secret of the folder" not in answer.content


def test_a_link_that_leads_outside_is_not_followed(site):
    (site / "site" / "out.json").symlink_to(site / "envelope.json")
    assert Client().get("/portal/out.json").status_code == 404


def test_before_the_first_edition_the_page_says_so(home, db):
    answer = Client().get("/portal/")
    assert answer.status_code == 404 and b"no edition has been published" in answer.content
