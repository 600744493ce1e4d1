"""The explorer in a browser: by keyboard, on a phone, and without JavaScript."""

from __future__ import annotations


def test_a_coder_searches_by_keyboard(visit):
    coder = visit()
    coder.sign_in("coder1")
    page = coder.open("/desk/docket/explore/")
    page.keyboard.press("/")
    page.keyboard.type("uj*")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=uj*")
    assert page.locator(".explore-list mark").first.inner_text().casefold().startswith("uj")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#put-title")
    assert page.locator(".post mark").count()


def test_it_fits_a_phone_and_keeps_a_view(visit):
    analyst = visit(width=390)
    analyst.sign_in("coordinator")
    page = analyst.open("/desk/docket/explore/?q=uj*&platform=facebook")
    assert analyst.wide_by() == 0
    page.get_by_label("Save this search as").fill("Water")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Water").click()
    assert "q=uj" in page.url and "platform=facebook" in page.url
    page.get_by_role("button", name="Drop Water").click()
    assert page.get_by_role("link", name="Water").count() == 0
