"""From an urgent finding to a sealed dossier in one step, with what there is by now and no right of reply awaited."""

from __future__ import annotations

import io
import json
import time
import zipfile
from datetime import timedelta

import pytest
from django.db import transaction
from PIL import Image
from pypdf import PdfReader
from reply_made import change
from reply_made import finding as made_finding

from besa.base import clock
from besa.base.errors import BadInput, Refused
from besa.coding.models import Codebook, Coding
from besa.evidence import actions as evidence
from besa.evidence.dossier import problems
from besa.evidence.models import Recheck
from besa.ledger import verify
from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.reply.actions import cases as actions
from besa.reply.models import Case, Dossier, Notice
from besa.reply.queries import cases as queries
from besa.triage.models import Clock

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
def urgent(home, election, users):
    """Coded once, adjudicated, a clock running, looked at again; nobody was told."""
    found = made_finding(election, text="Mos dilni nga shtëpia nesër. 🐀 Останите код куће.")
    item = found.adjudication.item
    evidence.add_file(
        by=users["coder"], item=item, kind="screenshot", data=PNG, media_type="image/png", file_name="a.png"
    )
    now = clock.now()
    with transaction.atomic():
        book = Codebook.objects.create(election=election, version="1", body={})
        coding = Coding.objects.create(
            item=item, coder=users["coder"], place=1, codebook=book, answers={}, verdict="violation", at=now
        )
        held = Clock.objects.create(
            item=item, rule="complaint", names={"en": "Complaint", "sq": "Ankesë"}, article="Art. 119",
            authority="Elections panel of Lumas", begun_at=now, due_at=now + timedelta(hours=24), set_at=now,
        )  # fmt: skip
        look = Recheck.objects.create(item=item, at=now, state="up")
        record(by=BELT, act="test.urgent", rows=[book, coding, held, look])
    return found


def held(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_one_step_makes_case_and_dossier_with_what_there_is(home, election, users, urgent, tmp_path):
    out = tmp_path / "now.zip"
    begun = time.process_time()
    made = actions.hand_over(by=users["coordinator"], finding=urgent, language="en", recipient="Panel", out=out)
    assert time.process_time() - begun < 20, "minutes, says the issue; seconds of one processor, says this"
    assert not Notice.objects.exists() and list(problems(out)) == [] and list(verify.problems()) == []
    (told,) = json.loads(held(out)["data/findings.json"])["findings"]
    assert told["coded"][0]["verdict"] and told["coded"][0]["by"] == users["coder"].monitor_name
    assert told["decided_by"] == users["adjudicator"].monitor_name
    assert told["deadlines"][0]["authority"] == "Elections panel of Lumas" and told["replies"] == []
    cover = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(held(out)["data/cover.pdf"])).pages)
    assert "Art. 119" in cover and "Still up" in cover and urgent.number in cover
    out = tmp_path / "sq.zip"
    again = actions.hand_over(by=users["coordinator"], finding=urgent, language="sq", recipient="Komisioni", out=out)
    (told_in_sq,) = json.loads(held(out)["data/findings.json"])["findings"]
    assert told_in_sq["decision"] != told["decision"] and told_in_sq["type"] != told["type"], "words in the language"
    assert again.case == made.case and Case.objects.count() == 1 and Dossier.objects.count() == 2


def test_a_screenshot_is_shown_on_the_cover_and_one_that_cannot_be_drawn_is_not(election, users, urgent, tmp_path):
    def drawn(number: int) -> int:
        out = tmp_path / f"{number}.zip"
        actions.hand_over(by=users["coordinator"], finding=urgent, language="en", recipient="x", out=out)
        return sum(len(page.images) for page in PdfReader(io.BytesIO(held(out)["data/cover.pdf"])).pages)

    assert drawn(1) == 0, "PNG by its head alone"
    tall = io.BytesIO()
    Image.new("RGB", (400, 4_000), "navy").save(tall, "PNG")
    evidence.add_file(
        by=users["coder"], item=urgent.adjudication.item, kind="screenshot", data=tall.getvalue(),
        media_type="image/png", file_name="tall.png",
    )  # fmt: skip
    assert drawn(2) == 1
    with zipfile.ZipFile(tmp_path / "2.zip") as packed:
        cover = PdfReader(io.BytesIO(packed.read("data/cover.pdf")))
    assert "the upper part" in " ".join(" ".join(page.extract_text().split()) for page in cover.pages)


def test_a_case_of_several_findings_is_not_taken_for_that_of_one(election, users, urgent):
    other = made_finding(election)
    both = actions.open_case(by=users["coordinator"], election=election, title="Both", findings=[urgent, other])
    made = actions.hand_over(by=users["coordinator"], finding=urgent, language="en", recipient="Panel")
    assert made.case != both and [one.number for one in queries.findings_of(made.case)] == [urgent.number]


def test_only_who_may_and_only_to_somebody(election, users, urgent):
    for name in ("coder", "adjudicator", "administrator"):
        with pytest.raises(Refused):
            actions.hand_over(by=users[name], finding=urgent, language="en", recipient="Panel")
    with pytest.raises(BadInput):
        actions.hand_over(by=users["coordinator"], finding=urgent, language="en", recipient=" ")
    assert not Case.objects.exists()


def test_at_the_desk_it_is_one_page_that_knows_whom_the_deadline_is_met_with(client, election, users, urgent):
    client.force_login(users["coordinator"])
    address = f"/desk/reply/finding/{urgent.number}/dossier/"
    assert address in client.get(f"/desk/coding/findings/{urgent.number}/").content.decode()
    assert "Elections panel of Lumas" in client.get(address).content.decode()
    assert client.post(address, {"recipient": "", "language": "en"}).status_code == 422
    answer = client.post(address, {"recipient": "Elections panel of Lumas", "language": "sr-Cyrl"})
    assert answer.status_code == 302 and Dossier.objects.get().language == "sr-Cyrl"
    client.force_login(users["adjudicator"])
    assert client.post(address, {"recipient": "x", "language": "en"}).status_code == 403
    assert address not in client.get(f"/desk/coding/findings/{urgent.number}/").content.decode()


def test_long_texts_many_files_and_every_letter_fit_the_cover(election, users, urgent, tmp_path):
    item = urgent.adjudication.item
    change(item, text="Ж" * 3_000 + " ë 🐀 عربي " + "fjalë " * 800)
    change(urgent.adjudication, reason="Një arsye e gjatë. " * 200)
    for number in range(60):
        evidence.add_file(
            by=users["coder"], item=item, kind="screenshot", data=PNG + bytes([number]), media_type="image/png",
            file_name=f"{number}.png",
        )  # fmt: skip
    for language in ("sq", "sr-Cyrl"):
        out = tmp_path / f"{language}.zip"
        actions.hand_over(by=users["coordinator"], finding=urgent, language=language, recipient="Панел ë", out=out)
        pages = PdfReader(io.BytesIO(held(out)["data/cover.pdf"])).pages
        assert 3 <= len(pages) <= 12 and sum("screenshot-" in page.extract_text() for page in pages) >= 2
