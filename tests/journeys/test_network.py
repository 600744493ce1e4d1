"""The network of accounts that share together: drawn, walked by keyboard, taken away, read without scripts."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest


@pytest.fixture
def family(visit):
    """A window on the family that the demo stages, and how many accounts its table names."""
    visitor = visit()
    page = visitor.sign_in("coordinator")
    visitor.open("/desk/docket/coordination/")
    page.locator(".families a").first.click()
    page.wait_for_selector("[data-network]")
    return visitor, page.locator("section", has=page.get_by_role("heading", name="Accounts")).locator(
        "tbody tr"
    ).count()


def _places(page) -> set[tuple[int, int]]:
    boxes = [circle.bounding_box() for circle in page.locator(".network circle").all()]
    sheet = page.locator(".network svg").bounding_box()
    for box in boxes:
        assert sheet["x"] <= box["x"] and box["x"] + box["width"] <= sheet["x"] + sheet["width"]
        assert sheet["y"] <= box["y"] and box["y"] + box["height"] <= sheet["y"] + sheet["height"]
    return {(round(box["x"]), round(box["y"])) for box in boxes}


def test_every_account_is_drawn_apart_and_walked_by_keyboard(family):
    visitor, accounts = family
    page = visitor.page
    assert accounts >= 6 and len(_places(page)) == accounts
    told = page.locator("[data-told]")
    caption = told.text_content()
    # Tab reaches the network at its first account, arrows go on from there
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('account')"):
            break
    first = page.evaluate("document.activeElement.dataset.name")
    assert told.text_content().startswith("1 ") and first in told.text_content() and "×)" in told.text_content()
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.dataset.name")
    assert second != first and told.text_content().startswith(f"2 {second}")
    page.keyboard.press("Escape")
    assert told.text_content() == caption
    # weak ties are hidden on demand
    lines = page.locator(".network line")
    before, least = lines.count(), page.locator("#least")
    assert page.locator(".network line:not([hidden])").count() == before
    least.focus()
    page.keyboard.press("End")
    shown = page.locator(".network line:not([hidden])")
    assert shown.count() > 0 and page.locator("output[for=least]").text_content() == least.get_attribute("max")
    assert all(int(line.get_attribute("data-weight")) == int(least.get_attribute("max")) for line in shown.all())
    assert not visitor.barriers()


@pytest.mark.parametrize(("name", "read"), [("GEXF", nx.read_gexf), ("GraphML", nx.read_graphml)])
def test_other_programs_can_read_it(family, tmp_path: Path, name, read):
    visitor, accounts = family
    with visitor.page.expect_download() as waiting:
        visitor.page.get_by_role("link", name=name, exact=True).click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    graph = read(file)
    assert file.suffix == f".{name.lower()}" and graph.number_of_nodes() == accounts
    assert graph.number_of_edges() == visitor.page.locator(".network line").count()
    names = {cell.strip() for cell in visitor.page.locator(".network title").all_text_contents()}
    assert {row["label"] for _, row in graph.nodes(data=True)} == names


def test_without_scripts_it_is_a_picture_and_the_tables_say_the_same(family, browser, served):
    visitor, accounts = family
    context = browser.new_context(java_script_enabled=False, storage_state=visitor.context.storage_state())
    page = context.new_page()
    page.goto(visitor.page.url)
    assert len(_places(page)) == accounts and page.locator(".network line").count() >= accounts - 1
    assert not page.locator("[data-controls]").is_visible(), "what needs a script is not shown"
    assert not page.locator(".network [tabindex]").count()
    page.locator("summary", has_text="ties").click()
    assert page.locator("details tbody tr").count() == page.locator(".network line").count()
    context.close()


def test_on_a_phone_nothing_is_cut_off(family, visit):
    visitor, accounts = family
    phone = visit(width=390, state=visitor.context.storage_state())
    phone.open(visitor.page.url.removeprefix(visitor.address))
    assert phone.wide_by() <= 0 and len(_places(phone.page)) == accounts
    assert not phone.barriers()
