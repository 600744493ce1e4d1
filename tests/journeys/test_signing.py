"""Signing from afar and at the ceremony in a browser, in each language: from the request to the receipt."""

from __future__ import annotations

import json
import sqlite3

import pytest

from besa.edition import receipt

PLACES = [("sq", "sq", 0), ("sr-latn", "sr-Latn", 1), ("en", "en", 2)]


def _link(server) -> str:
    """The link as it stands in the mail that waits to leave."""
    with sqlite3.connect(server.home / "casework.sqlite3") as casework:
        rows = casework.execute("SELECT link FROM outbox_message WHERE link LIKE '%/door/sign/%' ORDER BY id DESC")
        return rows.fetchone()[0]


@pytest.mark.parametrize(("code", "tag", "nth"), PLACES)
def test_somebody_asks_is_verified_and_signs(visit, served, code, tag, nth):
    outside = visit(width=390)
    page = outside.open("/door/sign/")
    page.locator(f"header button[value='{code}']").click()
    for name, text in {"body": f"Group {nth}", "person": "Ana Example", "office": "Secretary",
                       "email": "ana@group.example", "note": "Call us."}.items():  # fmt: skip
        page.fill(f"[name={name}]", text)
    assert outside.wide_by() == 0
    page.click("main button.primary")
    page.wait_for_url("**/asked/")

    desk = visit()
    desk.sign_in("coordinator")
    room = desk.open("/desk/pledge/requests/")
    room.get_by_role("link", name=f"Group {nth}").first.click()
    room.select_option("[name=actor]", value=_unsigned(served)[nth])
    room.fill("[name=reason]", "Called the office.")
    room.click("button[value=invite]")
    room.wait_for_url("**/requests/")

    link = _link(served)
    page = outside.open(link[link.index("/door/") :])
    page.click("main button.primary")
    page.wait_for_url("**/text/")
    assert page.locator("html").get_attribute("lang") and outside.wide_by() == 0
    page.check("[name=confirm]")
    page.click("#sign button.primary")
    page.wait_for_selector("a[href$='receipt.json']")
    files = []
    for name in ("receipt.json", "code.json"):
        with page.expect_download() as waiting:
            page.click(f"a[href$='{name}']")
        files.append(waiting.value.path().read_text())
    held, text = json.loads(files[0]), files[1]
    assert held["receipt"]["language"] == tag and list(receipt.problems(held, text)) == []
    assert list(receipt.problems(held, text.replace(",", ";", 1)))


def test_the_sheets_of_the_ceremony_fit_screen_and_telephone(visit):
    for width in (1280, 390):
        desk = visit(width=width)
        desk.sign_in("coordinator")
        page = desk.open("/desk/pledge/ceremony/")
        page.locator("[name=actors]").first.check()
        page.fill("[name=authority]", "Mandate shown.")
        page.click("main button.primary")
        page.wait_for_selector(".pledge-sheets img")
        assert page.evaluate("document.querySelector('.pledge-sheets img').naturalWidth") > 0
        assert desk.wide_by() == 0


def _unsigned(server) -> list[str]:
    with sqlite3.connect(server.home / "casework.sqlite3") as casework:
        rows = casework.execute(
            "SELECT slug FROM pledge_actor WHERE kind LIKE '%candidate' AND id NOT IN "
            "(SELECT actor_id FROM pledge_signatory) AND id NOT IN "
            "(SELECT actor_id FROM pledge_invitation WHERE actor_id IS NOT NULL) ORDER BY slug DESC"
        )
        return [slug for (slug,) in rows]
