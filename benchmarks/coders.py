"""Fifty coders at their desks: `python benchmarks/coders.py [SECONDS [CODERS [POSTS]]]` (default 90, 50, 1,000,000).

A home with the demo pack, a million invented posts in the corpus, 24,000 of them on the docket with their evidence,
half of them screened, a quarter coded, a tenth decided; each row is vouched for by the ledger. `besa serve` runs as
users start it, and each coder sends an answer every 8 seconds over HTTP on the loopback: half of them screen, half
code; of each half one part works ahead as the browser's script does (answers by fetch, posts by the batch), the other
one by one with plain forms. After a warm-up the table gives, for each kind of request, how many there were, and the
median, 95th percentile and longest in milliseconds by wall clock; then the processor seconds of the server's
processes. At the end every answer that was accepted must be in the database once, and the ledger whole.
With BESA_BENCH_HOME=DIR the home is kept there, and taken up again by the next run.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pyarrow.compute as pc

EVERY, WARM_UP, DOCKET, BLOCK = 8.0, 30.0, 24_000, 2_000
#: As `line.js`: more posts are fetched where fewer than these lie ready.
FEW = 5
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
GOAL = 150


# The house


def made(home: Path, posts: int) -> None:
    import explorer

    import besa.packs
    from besa.corpus import Corpus
    from besa.people.queries import local_operator
    from besa.pledge.models import Election
    from besa.site.indexing import refresh
    from besa.site.packs import load

    load(by=local_operator(), folder=Path(besa.packs.__file__).parent / "demo")
    election = Election.objects.get()
    corpus, chosen = Corpus(home / "corpus"), []

    def batches():
        for batch in explorer.batches(posts):
            roots = batch.column("root_key")
            batch = batch.set_column(
                batch.schema.get_field_index("parent_key"), batch.schema.field("parent_key"), roots
            )
            first = pc.index_in(batch.column("post_key"), batch.column("post_key").unique())
            step = max(1, posts // (DOCKET * 5 // 4))
            chosen.extend(batch.take(first.unique()).to_pylist()[::step])
            yield batch

    corpus.append(batches(), import_id="bench")
    refresh()
    rows = list({row["post_key"]: row for row in chosen}.values())[:DOCKET]
    docket(election, rows, corpus.version())


def docket(election, rows: list[dict], version: int) -> None:
    from django.db import transaction

    from besa.coding.models import Adjudication, Codebook, Coding, Screening
    from besa.evidence.models import Exhibit
    from besa.people.models import Membership, User
    from besa.triage.models import DocketItem

    def kept(model, some: list) -> list:
        for at in range(0, len(some), BLOCK):
            with transaction.atomic():
                _vouch(model.objects.bulk_create(some[at : at + BLOCK]))
        return some

    chance, people = random.Random(4), []
    for name in ("earlier-a", "earlier-b", "earlier-judge"):
        user = User(username=name, demo=True, date_joined=NOW)
        user.set_unusable_password()
        with transaction.atomic():
            user.save()
            role = Membership.objects.create(
                user=user, role="adjudicator" if name == "earlier-judge" else "coder", election=election.slug
            )
            _vouch([user, role])
        people.append(user)
    items = kept(DocketItem, [
        DocketItem(
            election=election, post_key=row["post_key"], observation_id=row["observation_id"], corpus_version=version,
            platform=row["platform"], kind=row["kind"], url=row["url"], parent_key=row["parent_key"] or "",
            account_key=row["account_key"], account_handle=row["account_handle"], account_name=row["account_name"],
            text=row["text"], language=row["language"], posted_at=row["posted_at"], reactions=row["reactions"],
            family=f"{at:064x}", route="keyword" if at % 5 else "random", sample="ranked" if at % 5 else "control",
            week="2027-W36", phase="campaign", rank=chance.random(), urgent=at % 200 == 0, put_at=NOW,
            reasons=[{"concern": "hate", "clause": "", "score": 0.5, "words": "", "text": "", "spans": []}],
        )
        for at, row in enumerate(rows)
    ])  # fmt: skip
    kept(Exhibit, [
        Exhibit(item=item, kind="raw", sha256=item.observation_id, size=900, media_type="application/json",
                file_name="raw.json", captured_at=NOW) for item in items
    ])  # fmt: skip
    # what ranks highest was read first
    order = sorted(items, key=lambda item: -item.rank)
    codebook = Codebook.objects.filter(election=election).latest("pk")
    screened, coded, decided = order[: DOCKET // 2], order[: DOCKET // 4], order[: DOCKET // 10]
    kept(Screening, [Screening(item=item, coder=people[0], key="look", seconds=7, at=NOW) for item in screened])
    answers = {"verdict": "violation", "type": "hate_speech", "clauses": [], "speech_act": "asserts", "source": "",
               "source_class": "unknown", "account_status": "authentic", "host": "", "targets": [], "severity": 2,
               "confidence": 3}  # fmt: skip
    kept(Coding, [
        Coding(item=item, coder=people[place - 1], place=place, codebook=codebook, answers=answers, seconds=80, at=NOW,
               verdict="violation", alpha_share=False)
        for at, item in enumerate(coded) for place in (1, 2) if place == 1 or at < len(coded) * 3 // 4
    ])  # fmt: skip
    kept(Adjudication, [
        Adjudication(item=item, adjudicator=people[2], answers=answers, reason="As the words stand.", at=NOW,
                     decision="no_issue", seconds=60) for item in decided
    ])  # fmt: skip


def _vouch(rows: list) -> None:
    from besa.ledger.chain import record
    from besa.people.queries import local_operator

    record(by=local_operator(), act="bench.made", rows=rows, election="demo")


def sessions(count: int) -> list[str]:
    """New coders who have signed in: the key of each one's session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import transaction

    from besa.people.models import Membership, User

    keys, mark = [], uuid.uuid4().hex[:6]
    for at in range(count):
        user = User(username=f"coder-{mark}-{at}", demo=True, date_joined=NOW)
        user.set_unusable_password()
        with transaction.atomic():
            user.save()
            _vouch([user, Membership.objects.create(user=user, role="coder", election="demo")])
        store = SessionStore()
        store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
        store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        store.save()
        keys.append(store.session_key)
    return keys


# The coders


class Coder(threading.Thread):
    """One coder at one desk. `accepted`: (task, item, the browser's mark) of each answer that the server took."""

    def __init__(self, port: int, session: str, number: int, told: Told, ends: float):
        super().__init__(daemon=True)
        self.port, self.told, self.ends, self.number = port, told, ends, number
        self.chance = random.Random(number)
        self.task = "screen" if number % 2 else "code"
        self.ahead = number % 4 < 2
        self.cookies = {"sessionid": session, "csrftoken": uuid.uuid4().hex}
        self.line: http.client.HTTPConnection | None = None
        self.ready: list[int] = []
        self.accepted: list[tuple[str, int, str]] = []

    def run(self) -> None:
        try:
            # nobody comes at the same moment
            time.sleep((WARM_UP - 2 * EVERY) * self.chance.random())
            self.work_ahead() if self.ahead else self.one_by_one()
        except Exception as error:
            self.told.error(f"coder {self.number}: {error!r}")

    def work_ahead(self) -> None:
        self.refill()
        while (began := time.monotonic()) < self.ends and self.ready:
            item = self.ready.pop(0)
            status, text, _ = self.ask("answer by fetch", "POST", self.place(item), self.answers(item), script=True)
            if status == 200 and json.loads(text) != {"kept": item}:
                self.told.error(f"{item}: {text[:200]}")
            if len(self.ready) < FEW:
                self.refill()
            self.rest(began)

    def refill(self) -> None:
        have = [("have", item) for item in self.ready]
        _, text, _ = self.ask("batch ahead", "POST", f"/desk/coding/batch/{self.task}/", have, script=True)
        items = json.loads(text)["items"]
        # the browser shows what it has in the order of the answer; all of it must have come
        if missing := [one["id"] for one in items if not one["html"] and one["id"] not in self.ready]:
            self.told.error(f"no page of {missing}")
        self.ready = [one["id"] for one in items]

    def one_by_one(self) -> None:
        _, _, page = self.ask("take the first", "POST", f"/desk/coding/take/{self.task}/", [])
        while (began := time.monotonic()) < self.ends:
            _, text, _ = self.ask("next post's page", "GET", page)
            found = re.search(r'data-item="(\d+)"', text) or re.search(r'name="item" value="(\d+)"', text)
            item = int(found[1])
            self.ask("its thread", "GET", f"/desk/coding/around/{item}/")
            self.rest(began)
            _, _, page = self.ask("answer and take the next", "POST", self.place(item), self.answers(item))

    def place(self, item: int) -> str:
        return "/desk/coding/screen/" if self.task == "screen" else f"/desk/coding/code/{item}/"

    def answers(self, item: int) -> list[tuple[str, object]]:
        mark = str(uuid.uuid4())
        self.sent = (self.task, item, mark)
        if self.task == "screen":
            key = self.chance.choices(("nothing", "look", "urgent"), (60, 39, 1))[0]
            return [("item", item), ("key", key), ("seconds", "6.5"), ("once", mark)]
        answers = [("verdict", "no_issue"), ("speech_act", "asserts"), ("source_class", "supporter")]
        return [*answers, ("account_status", "authentic"), ("confidence", "3"), ("seconds", "7"), ("once", mark)]

    def rest(self, began: float) -> None:
        time.sleep(max(0.0, began + EVERY * self.chance.uniform(0.9, 1.1) - time.monotonic()))

    def ask(self, kind: str, method: str, path: str, fields=None, *, script: bool = False) -> tuple[int, str, str]:
        """(status, text, where it sends on)."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-CSRFToken": self.cookies.get("csrftoken", ""),
            }
        if script:
            headers["Accept"] = "application/json"
        # a desk is quiet for longer than the server keeps a line open
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        spent = (time.perf_counter() - began) * 1000
        self.line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        self.told.request(f"{self.task}: {kind}", spent)
        if answer.status not in (200, 302):
            self.told.error(f"{method} {path}: {answer.status} {' '.join(re.sub('<[^>]+>', ' ', text).split())[:300]}")
        elif fields is not None and kind.startswith("answer"):
            self.accepted.append(self.sent)
        return answer.status, text, answer.headers.get("Location", "")


class Told:
    """What all coders tell; requests of the warm-up are not counted."""

    def __init__(self, begins: float):
        self.begins, self.errors, self.spans = begins, [], defaultdict(list)
        self.lock = threading.Lock()

    def request(self, kind: str, spent: float) -> None:
        if time.monotonic() >= self.begins:
            with self.lock:
                self.spans[kind].append(spent)

    def error(self, what: str) -> None:
        with self.lock:
            self.errors.append(what)

    def table(self) -> None:
        print(f"{'':34}{'number':>8}{'median':>8}{'p95':>8}{'longest':>9}   ms")
        for kind, spans in [
            *sorted(self.spans.items()),
            ("all", [one for many in self.spans.values() for one in many]),
        ]:
            ordered = sorted(spans)
            late = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            mark = f"  over {GOAL} ms" if late > GOAL else ""
            print(f"{kind:34}{len(ordered):8}{statistics.median(ordered):8.1f}{late:8.1f}{ordered[-1]:9.1f}{mark}")


def served(home: Path):
    """`besa serve` on a free port."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    command = [sys.executable, "-c", "from besa.site.cli import main; import sys; sys.exit(main())"]
    log = (home / "serve.log").open("wb")
    server = subprocess.Popen([*command, "serve", "--port", str(port)], stdout=log, stderr=log)
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return server, port
        except OSError:
            time.sleep(0.1)
    server.terminate()
    raise SystemExit("besa serve did not start")


def processor(pid: int) -> float:
    """Processor seconds of a process and of its children that live."""
    total, ticks = 0.0, os.sysconf("SC_CLK_TCK")
    for one in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        held = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        total += (int(held[11]) + int(held[12])) / ticks
    return total


def lost(coders: list[Coder]) -> list[str]:
    """Answers that were accepted and are not in the database once; what the ledger does not vouch for."""
    from besa.coding.models import Coding, Screening
    from besa.ledger.verify import problems

    found = []
    for task, model in (("screen", Screening), ("code", Coding)):
        held = Counter(model.objects.exclude(once="").values_list("item_id", "once"))
        wanted = [(item, mark) for coder in coders for kind, item, mark in coder.accepted if kind == task]
        print(f"{task}: {len(wanted):,} answers accepted, {len(set(wanted) & set(held)):,} of them in the database")
        found += [f"{task} {one}: accepted, but there {held[one]} times" for one in wanted if held[one] != 1]
    return [*found, *(f"ledger: {one['where']}: {one['problem']}" for one in problems())]


def main(seconds: float, count: int, posts: int) -> int:
    kept = os.environ.get("BESA_BENCH_HOME")
    home = Path(kept or tempfile.mkdtemp(prefix="coders-of-besa-"))
    os.environ["BESA_HOME"] = str(home)
    from besa.site.start import start

    start()
    from besa.pledge.models import Election
    from besa.triage.models import DocketItem

    try:
        if not Election.objects.exists():
            began = time.perf_counter()
            made(home, posts)
            print(f"made in {time.perf_counter() - began:.0f} s", flush=True)
        print(
            f"{DocketItem.objects.count():,} on the docket; {count} coders, an answer every {EVERY:.0f} s", flush=True
        )
        keys = sessions(count)
        server, port = served(home)
        try:
            # each worker reads its programs in at its first page
            first = Told(0)
            for key in keys[:4] * 2:
                Coder(port, key, 0, first, 0).ask("first", "GET", "/desk/coding/")
            begins = time.monotonic() + WARM_UP
            told = Told(begins)
            coders = [Coder(port, key, at, told, begins + seconds) for at, key in enumerate(keys)]
            for coder in coders:
                coder.start()
            time.sleep(WARM_UP)
            before = processor(server.pid)
            time.sleep(seconds)
            spent = processor(server.pid) - before
            for coder in coders:
                coder.join(60)
        finally:
            server.terminate()
            server.wait(30)
        told.table()
        sent = sum(map(len, told.spans.values()))
        print(f"server: {spent:.1f} processor s in {seconds:.0f} s, {1000 * spent / sent:.1f} ms a request")
        missing = lost(coders)
        print(f"errors {len(told.errors)}, lost or not vouched for {len(missing)}")
        for line in [*told.errors, *missing][:20]:
            print(" ", line)
        return bool(told.errors or missing)
    finally:
        if not kept:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]] + [90, 50, 1_000_000][len(sys.argv) - 1 :]
    sys.exit(main(*given))
