"""How long desk pages take in a large house: `python benchmarks/desk_pages.py [POSTS]`.

A fresh home with the demo pack, 100,000 posts in the corpus, some 5,000 on the docket, 1,000 findings. Each page
is asked for through Django's test client (middleware, templates and database; no socket): twice to warm up,
then twenty times. The table gives the median and the 95th percentile in milliseconds, the median of the processor
milliseconds (the rest is waiting, for others where the machine is shared), and the number of SQL queries.
With BESA_BENCH_HOME=DIR the home is kept there, and taken up again by the next run.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import invented

ROUNDS = 20
NOW = datetime(2027, 10, 20, 9, 0, tzinfo=UTC)


def people(election) -> dict:
    from django.db import transaction

    from besa.base import clock
    from besa.base.ids import new_id
    from besa.ledger.chain import record
    from besa.people.models import Membership, User
    from besa.people.queries import local_operator

    made = {}
    with transaction.atomic():
        for role in ("coordinator", "coder", "adjudicator", "editor", "analyst"):
            user = User(username=new_id(role), demo=True, date_joined=clock.now())
            user.set_unusable_password()
            user.save()
            membership = Membership.objects.create(user=user, role=role, election=election.slug)
            record(by=local_operator(), act="bench.user", rows=[user, membership])
            made[role] = user
    return made


def work_done(election, users: dict) -> None:
    """Evidence, screenings, codings, decisions and findings as a season leaves them; written in bulk."""
    from besa.base.words import FindingType, TargetKind
    from besa.coding.models import Adjudication, Codebook, Coding, Finding, FindingTarget, Screening
    from besa.evidence.models import Exhibit
    from besa.pledge.models import Actor, Clause
    from besa.triage.models import DocketItem

    chance = random.Random(3)
    items = list(DocketItem.objects.filter(election=election).order_by("id"))
    codebook = Codebook.objects.filter(election=election).latest("pk")
    clauses = list(Clause.objects.filter(principle__code__election=election, on=True))
    actors, types, kinds = list(Actor.objects.filter(election=election)), list(FindingType), list(TargetKind)
    Exhibit.objects.bulk_create(
        [Exhibit(item=item, kind="raw", sha256=item.observation_id, size=900, media_type="application/json",
                 file_name="raw.json", captured_at=NOW) for item in items], batch_size=500)  # fmt: skip
    screened, coded, decided = items[: len(items) * 4 // 5], items[: len(items) // 2], items[: len(items) * 2 // 7]
    Screening.objects.bulk_create(
        [Screening(item=item, coder=users["analyst"], key="look", seconds=9, at=NOW) for item in screened],
        batch_size=500,
    )
    answers = {"verdict": "violation", "type": types[0], "clauses": [clauses[0].slug], "speech_act": "asserts",
               "source": "", "source_class": "unknown", "account_status": "authentic", "host": "", "targets": [],
               "severity": 2, "confidence": 3}  # fmt: skip
    Coding.objects.bulk_create(
        [Coding(item=item, coder=users[who], place=place, codebook=codebook, answers=answers, verdict="violation",
                alpha_share=chance.random() < 0.3, seconds=80, at=NOW)
         for item in coded for place, who in ((1, "analyst"), (2, "editor"))
         if place == 1 or item.pk % 8], batch_size=500)  # fmt: skip
    decisions = Adjudication.objects.bulk_create(
        [Adjudication(item=item, adjudicator=users["coordinator"], answers=answers, reason="As the words stand.",
                      decision="violation" if at % 4 else "no_issue", seconds=60, at=NOW)
         for at, item in enumerate(decided)], batch_size=500)  # fmt: skip
    confirmed = [decision for decision in decisions if decision.decision == "violation"]
    findings = Finding.objects.bulk_create(
        [Finding(adjudication=decision, election=election, number=f"F-{at:05}", decision="violation",
                 type=chance.choice(types), clause=chance.choice(clauses), severity=2, content=decision.item.family,
                 platform=decision.item.platform, language=decision.item.language, route=decision.item.route,
                 sample=decision.item.sample, posted_at=decision.item.posted_at, week=decision.item.week,
                 phase=decision.item.phase, source=chance.choice(actors), decided_at=NOW)
         for at, decision in enumerate(confirmed, 1)], batch_size=500)  # fmt: skip
    FindingTarget.objects.bulk_create(
        [
            FindingTarget(finding=finding, kind=chance.choice(kinds), actor=chance.choice(actors))
            for finding in findings
        ],
        batch_size=500,
    )
    print(f"{len(items):,} on the docket, {len(findings):,} findings, {len(actors):,} actors", flush=True)


def pages(election, users: dict) -> list[tuple[str, str, str]]:
    """(name, role, address)."""
    from django.urls import reverse

    from besa.base import clock
    from besa.coding import actions, queries
    from besa.coding.models import Finding
    from besa.collect.models import Import
    from besa.triage.models import DocketItem

    week = DocketItem.objects.filter(election=election).values_list("week", flat=True).first()
    found = []
    for task, name, role in (("code", "code_item", "coder"), ("adjudicate", "adjudicate_item", "adjudicator")):
        if item := actions.next_item(by=users[role], election=election, task=task):
            found.append((name, role, reverse(name, args=[item.pk])))
    actions.next_item(by=users["coder"], election=election, task="screen")
    first = queries.findings(election).last()
    assert clock.now() == NOW and isinstance(first, Finding)
    plain = [
        ("home", "coordinator"), ("home", "coder"), ("coding_home", "coordinator"), ("coding_home", "coder"),
        ("docket_today", "coordinator"), ("docket_figures", "coordinator"),
        ("budget", "coordinator"), ("models", "coordinator"), ("families", "coordinator"),
        ("screen_next", "coder"), ("docket", "coordinator"), ("triage_runs", "coordinator"),
        ("lexicon", "coordinator"), ("findings", "editor"), ("agreement", "coordinator"), ("imports", "coordinator"),
        ("reports", "editor"), ("tables", "editor"), ("notices", "editor"), ("code", "coordinator"),
        ("signatories", "coordinator"), ("watchlist", "coordinator"), ("areas", "coordinator"),
    ]  # fmt: skip
    found += [(name, role, reverse(name)) for name, role in plain]
    item = DocketItem.objects.filter(election=election).order_by("-rank").first()
    return [
        *found,
        ("docket, a week", "coordinator", reverse("docket") + f"?week={week}"),
        ("docket, page 100", "coordinator", reverse("docket") + "?page=100"),
        ("docket, a concern", "coordinator", reverse("docket") + "?concern=hate"),
        ("families, page 100", "coordinator", reverse("families") + "?week=&page=100"),
        ("docket_item", "coordinator", reverse("docket_item", args=[item.pk])),
        ("findings, sought", "editor", reverse("findings") + "?q=a&week=" + week),
        ("finding", "editor", reverse("finding", args=[first.number])),
        ("import_show", "coordinator", reverse("import_show", args=[Import.objects.first().import_id])),
    ]


def measure(client, address: str) -> tuple[list[float], list[float], int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        response = client.get(address)
        if response.status_code not in (200, 302):
            raise SystemExit(f"{address}: status {response.status_code}")
    wall, processor = [], []
    for _ in range(ROUNDS):
        began, spent = time.perf_counter(), time.process_time()
        client.get(address)
        wall.append((time.perf_counter() - began) * 1000)
        processor.append((time.process_time() - spent) * 1000)
    with CaptureQueriesContext(connection) as seen:
        client.get(address)
    return sorted(wall), sorted(processor), len(seen)


def main(posts: int) -> None:
    home = Path(os.environ.get("BESA_BENCH_HOME") or tempfile.mkdtemp(prefix="speed-of-besa-"))
    os.environ["BESA_HOME"] = str(home)
    from besa.site.start import start

    start()
    from django.test import Client

    import besa.packs
    from besa.base import clock
    from besa.collect.actions import import_file
    from besa.people.queries import local_operator
    from besa.pledge.models import Election
    from besa.site.packs import load
    from besa.triage import actions as triage

    clock.set_clock(clock.SetClock(NOW))
    try:
        if not Election.objects.exists():
            load(by=local_operator(), folder=Path(besa.packs.__file__).parent / "demo")
            election = Election.objects.get()
            Election.objects.update(settings={**election.settings, "docket_per_week": 620})
            path = invented.write(home / "posts.ndjson", posts)
            import_file(by=local_operator(), election=election, path=path)
            triage.run(by=local_operator(), election=Election.objects.get())
            work_done(Election.objects.get(), people(election))
        election = Election.objects.get()
        users = people(election)
        print(f"{'page':22} {'as':12} {'median':>8} {'p95':>8} {'processor':>10} {'queries':>8}")
        for name, role, address in pages(election, users):
            client = Client(SERVER_NAME="127.0.0.1")
            client.force_login(users[role])
            wall, processor, queries = measure(client, address)
            median, p95, spent = statistics.median(wall), wall[int(len(wall) * 0.95) - 1], statistics.median(processor)
            mark = "  over 100 ms" if median > 100 else ""
            print(f"{name:22} {role:12} {median:8.1f} {p95:8.1f} {spent:10.1f} {queries:8}{mark}")
    finally:
        if "BESA_BENCH_HOME" not in os.environ:
            shutil.rmtree(home)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
