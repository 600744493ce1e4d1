"""Every role comes home, every page can be read by everybody, in every language, on every width."""

from __future__ import annotations

import pytest

from besa.base import languages
from besa.site.demo.story import PEOPLE

_PORTAL = ("index", "findings", "signatories", "report", "tables", "code", "method", "data", "verify")


def _rooms(page) -> list[str]:
    found = page.eval_on_selector_all(".side .nav a", "links => links.map(link => new URL(link.href).pathname)")
    return [path for path in found if path.startswith("/desk/")]


@pytest.mark.parametrize(
    ("username", "role"), [(name, roles[0]) for name, roles, _, _ in PEOPLE if name[-1] not in "234"]
)
def test_each_role_comes_home_and_may_enter_every_room_it_is_offered(visit, username, role):
    visitor = visit()
    page = visitor.sign_in(username)
    language = next(language for name, _, _, language in PEOPLE if name == username)
    assert page.get_attribute("html", "lang") == languages.django_code(language)
    rooms = _rooms(page)
    assert ("/desk/docket/" in rooms) == (role in ("coordinator", "analyst", "adjudicator", "administrator"))
    assert ("/desk/report/" in rooms) == (role not in ("coder", "data_protection"))
    for path in rooms:
        visitor.open(path)
    page.locator(".side form[action*=logout] button").click()
    page.wait_for_url("**/accounts/login/**")


def test_the_overview_shows_what_a_coordinator_needs(visit):
    page = visit().sign_in("coordinator")
    headings = page.locator("main h2").all_text_contents()
    for wanted in ("Legal clocks", "Flagged, not yet preserved", "Coder-hours until the cut-off",
                   "Accounts without a look in 24 hours", "Where it waits"):  # fmt: skip
        assert wanted in headings
    assert "demo time" in page.locator(".demo-banner").text_content()


def test_language_and_appearance_are_switched_from_any_page(visit):
    visitor = visit()
    page = visitor.sign_in("coordinator")
    visitor.open("/desk/docket/")
    page.locator(".side select[name=language]").select_option("sq")
    page.wait_for_selector("html[lang=sq]")
    assert page.url.endswith("/desk/docket/")
    page.locator(".side select[name=appearance]").select_option("dark")
    page.wait_for_selector("html[data-theme=dark]")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(18, 23, 22)"


def test_the_menu_works_on_a_phone_without_javascript(visit, browser, served):
    visitor = visit(width=390)
    visitor.sign_in("coordinator")
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=False, storage_state=visitor.context.storage_state()
    )
    page = context.new_page()
    page.goto(served.address + "/desk/")
    assert not page.locator(".topbar .nav").is_visible()
    page.locator(".topbar summary").click()
    page.locator(".topbar .nav a", has_text="Docket").click()
    assert page.url.endswith("/desk/docket/")
    context.close()


def test_the_keyboard_reaches_the_content_first(visit):
    page = visit().sign_in("coordinator")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_no_barriers_on_the_desk(visit):
    _no_barriers(visit, dark=False)


@pytest.mark.drill
def test_no_barriers_on_the_desk_when_it_is_dark(visit):
    _no_barriers(visit, dark=True)


def _no_barriers(visit, *, dark: bool) -> None:
    visitor = visit(dark=dark)
    page = visitor.sign_in("coordinator")
    barriers = []
    for path in [*_rooms(page), "/desk/collect/upload/", "/desk/docket/put/", "/desk/docket/lexicon/"]:
        visitor.open(path)
        barriers += visitor.barriers()
    assert not barriers, "\n".join(barriers)


def _tabs(visitor) -> list[str]:
    """The pages beside the docket, as its tabs name them."""
    page = visitor.open("/desk/docket/")
    return page.eval_on_selector_all(".tabs a", "links => links.map(link => new URL(link.href).pathname)")


def test_no_barriers_beside_the_docket(visit):
    visitor = visit()
    visitor.sign_in("coordinator")
    tabs, barriers = _tabs(visitor), []
    assert len(tabs) >= 12
    for path in [*tabs, "/desk/docket/budget/"]:
        visitor.open(path)
        barriers += visitor.barriers()
    assert not barriers, "\n".join(barriers)


def test_the_pages_beside_the_docket_fit_a_phone_in_each_language(visit):
    visitor = visit(width=390)
    page = visitor.sign_in("coordinator")
    tabs, wide = _tabs(visitor), []
    for tag in languages.INTERFACE:
        django = languages.django_code(tag)
        page.context.add_cookies([{"name": "django_language", "value": django, "url": visitor.address}])
        for path in tabs:
            visitor.open(path)
            if (by := visitor.wide_by()) > 0:
                wide.append(f"{tag} {path} by {by} px: {visitor.too_wide()}")
    assert wide == []


def test_no_barriers_at_the_door_and_in_the_portal(visit):
    visitor = visit()
    barriers = []
    for path in ["/", "/accounts/login/", *(f"/portal/sq/{name}.html" for name in _PORTAL)]:
        visitor.open(path)
        barriers += visitor.barriers()
    page = visitor.page
    visitor.open("/portal/en/signatories.html")
    page.locator("tbody a").first.click()
    barriers += visitor.barriers()
    assert not barriers, "\n".join(barriers)


@pytest.mark.parametrize("tag", list(languages.INTERFACE))
def test_each_language_on_a_phone(visit, tag):
    visitor = visit(width=390)
    page = visitor.sign_in("coordinator")
    rooms = _rooms(page)
    page.context.add_cookies([{"name": "django_language", "value": languages.django_code(tag), "url": visitor.address}])
    wide = []
    for path in [*rooms, *(f"/portal/{tag}/{name}.html" for name in _PORTAL)]:
        visitor.open(path)
        wanted = tag if path.startswith("/portal") else languages.django_code(tag)
        assert page.get_attribute("html", "lang") == wanted
        if (by := visitor.wide_by()) > 0:
            wide.append(f"{path} by {by} px: {visitor.too_wide()}")
    assert wide == []


def test_readers_check_the_edition_in_their_own_browser(visit):
    visitor = visit()
    page = visitor.open("/portal/en/verify.html")
    page.get_by_role("button", name="Check all files now").click()
    page.wait_for_selector("[role=status] p")
    assert "unchanged" in page.locator("[role=status]").text_content()


def test_a_changed_file_is_named_in_the_browser(visit):
    visitor = visit()
    visitor.page.route("**/files/edition.json", lambda route: route.fulfill(body="{}"))
    page = visitor.open("/portal/en/verify.html")
    page.get_by_role("button", name="Check all files now").click()
    page.wait_for_selector("[role=status] p")
    assert page.locator("[role=status]").text_content().strip() == "Changed or missing: edition.json"
