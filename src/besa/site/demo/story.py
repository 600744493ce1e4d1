"""Six weeks of monitoring, walked through every room by its own actions, under a clock that is set.

Each step pulls what waits for it and is noted when it is done, so that a demo cut off goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from random import Random

from besa.base import clock
from besa.base.errors import Conflict
from besa.base.home import Home
from besa.base.weeks import week_of
from besa.people.policy import BELT, DOOR
from besa.site.demo import coders, coordinating, corpus, prose
from besa.site.demo.telling import Telling

BEGINS = datetime(2027, 8, 30, 6, 0, tzinfo=UTC)
PASSWORD = "lumeria-{username}-2027"
#: Username, roles, languages they read, language of their pages.
PEOPLE = (
    ("coordinator", ["coordinator"], [], "en"),
    ("coder1", ["coder"], ["sq", "en"], "sq"),
    ("coder2", ["coder"], ["sq", "sr"], "sr-Latn"),
    ("coder3", ["coder"], ["sq", "sr", "en"], "en"),
    ("coder4", ["coder"], ["sq", "sr", "en"], "sq"),
    ("adjudicator1", ["adjudicator"], [], "sq"),
    ("adjudicator2", ["adjudicator"], [], "en"),
    ("editor1", ["editor"], [], "sq"),
    ("editor2", ["editor"], [], "sr-Latn"),
    ("analyst", ["analyst"], [], "en"),
    ("protection", ["data_protection"], [], "en"),
    ("administrator", ["administrator"], [], "en"),
)
#: The first batches are read before the first report; the last stays half done, for visitors to go on with.
_FIRST_REPORT, _LAST = 1, len(corpus.BATCHES) - 1
#: After which delivery the coordinator sets hours and takes claims in, and in which week people vote.
_PREPARED, _VOTE = 1, 4


class Story:
    """What has happened so far in this home; `tell` goes on to the end."""

    def __init__(self, home: Home, *, posts: int, seed: int):
        self.home, self.posts, self.seed, self.telling = home, posts, seed, Telling()
        self.note = home.root / "demo-story.json"
        noted = json.loads(self.note.read_text()) if self.note.exists() else {"posts": posts, "seed": seed, "done": []}
        if (noted["posts"], noted["seed"]) != (posts, seed):
            raise Conflict(
                f"This home holds a demo of {noted['posts']} posts with seed {noted['seed']}.",
                where=str(home.root),
                remedy="Take another folder with --home, or the same figures.",
            )
        self.done: list[str] = noted["done"]
        self.truth = corpus.Truth(seed)
        self.users: dict = {}

    @property
    def told(self) -> bool:
        return bool(self.done) and self.done[-1] == "end"

    def tell(self) -> None:
        """Go on from where it stopped. Everything is done by actions of the rooms."""
        self.clock = clock.SetClock(max(BEGINS, _last_entry()), demo=True)
        with clock.clock_of(self.clock), self.telling.open():
            with self.telling.chapter("Getting ready", 3):
                self._step("pack", BEGINS, self._load_pack)
                self._step("people", BEGINS, self._make_people)
                self._step("files", BEGINS, self._write_files)
            self.truth = corpus.Truth.read(self.home.demo_files / "truth.json")
            for number in range(len(corpus.BATCHES)):
                self._week(number)
            with self.telling.chapter("The end", 2):
                self._step("index", self.clock.now(), _index)
                self._step("end", self.clock.now(), lambda: clock.remember_demo(self.home.demo_clock, self.clock.now()))

    def _step(self, name: str, at: datetime, work: Callable[[], None]) -> None:
        self.telling.step_done()
        if name in self.done:
            return
        self.clock.move_to(at)
        work()
        self.done.append(name)
        draft = self.note.with_suffix(".new")
        draft.write_text(json.dumps({"posts": self.posts, "seed": self.seed, "done": self.done}))
        draft.replace(self.note)

    # before the first week

    def _load_pack(self) -> None:
        from besa.people.queries import local_operator
        from besa.site import packs
        from besa.site.demo.cast import pack

        with self.telling.stage("the pack", 1) as advance:
            loaded = packs.load(by=local_operator(), folder=pack())
            self.telling.fact("actors", loaded["actors"])
            advance(1)

    def _make_people(self) -> None:
        from besa.people.actions import add_user
        from besa.people.models import User
        from besa.people.queries import local_operator

        with self.telling.stage("log-ins", len(PEOPLE)) as advance:
            for number, (username, roles, reads, language) in enumerate(PEOPLE, 1):
                if not User.objects.filter(username=username).exists():
                    add_user(
                        by=local_operator(), username=username, password=PASSWORD.format(username=username),
                        roles=roles, election="demo", languages=reads, interface_language=language,
                        monitor_name=f"Monitor {number:02}", demo=True, reason="an account of the demonstration",
                    )  # fmt: skip
                self.telling.fact("log-ins", 1)
                advance(1)

    def _write_files(self) -> None:
        with self.telling.stage("inventing posts, with known truth"):
            corpus.write(self.home.demo_files, posts=self.posts, seed=self.seed)

    # one delivery: Monday files, Tuesday decisions and notices, Friday the report

    def _week(self, number: int) -> None:
        first, last = corpus.BATCHES[number]
        name, open_end = week_of(last if number < _LAST else first), number == _LAST
        steps = 7 if open_end else 11 + (number >= _FIRST_REPORT) + (number in (_PREPARED, _VOTE))
        with self.telling.chapter(f"Week {name}", steps):
            self._tell_week(number, name, last, open_end)

    def _tell_week(self, number: int, name: str, last: date, open_end: bool) -> None:
        monday = datetime.combine(last + timedelta(days=0 if open_end else 1), time(6), UTC)
        monday = monday.replace(hour=14, minute=10) if open_end else monday

        def at(days: int, hour: int) -> datetime:
            return monday if open_end else monday.replace(hour=hour) + timedelta(days=days)

        self._step(f"{number} files", monday, lambda: self._bring_in(number))
        self._step(f"{number} screening", at(0, 8), lambda: self._screen(0.7 if open_end else 1))
        self._step(f"{number} coding", at(0, 11), lambda: self._code(open_end))
        if open_end:
            # some decided and told, some decided and not told yet, some not decided
            self._step("last decisions", at(0, 8), lambda: self._decide("decisions", 0.35))
            self._step("last notices", at(0, 8), lambda: self._serve("notices"))
            self._step("last reply", at(0, 8), self._dispute)
            self._step("last late decisions", at(0, 8), lambda: self._decide("late decisions", 0.5))
            return
        if number == _PREPARED:
            self._step("hours and claims", at(0, 12), lambda: self._coordinate(coordinating.prepare, "folder"))
        self._step(f"{number} legal clocks", at(0, 14), lambda: self._coordinate(coordinating.hand_in, "breaks"))
        self._step(f"{number} decisions", at(1, 8), lambda: self._decide("decisions", 0.6))
        self._step(f"{number} notices", at(1, 15), lambda: self._serve("notices"))
        if number == _VOTE:
            self._step("polling day", at(1, 16), self._polling_day)
        self._step(f"{number} replies", at(2, 9), self._reply)
        self._step(f"{number} remedies", at(3, 9), self._mend)
        self._step(f"{number} late decisions", at(3, 13), lambda: self._decide("late decisions", 1))
        self._step(f"{number} late notices", at(3, 15), lambda: self._serve("late notices"))
        self._step(f"{number} lapsed clocks", at(3, 16), lambda: self._coordinate(coordinating.let_pass))
        if number >= _FIRST_REPORT:
            self._step(f"{number} report", at(4, 10), lambda: self._publish(name))

    def _polling_day(self) -> None:
        """What was captured while people voted is brought in at once, and handed in at once."""
        self._bring_in(corpus.SAME_DAY)
        self.clock.advance(minutes=40)
        self._coordinate(coordinating.hand_in, "breaks")

    def _coordinate(self, act: Callable, *given: str) -> None:
        known = {
            "folder": self.home.demo_files,
            "breaks": {key for key, planted in self.truth.planted.items() if planted.verdict == "violation"},
        }
        act(by=self._user("coordinator"), election=self.election, **{name: known[name] for name in given})

    def _bring_in(self, number: int) -> None:
        from besa.collect.actions import import_file, mapping_of_file
        from besa.collect.models import Import
        from besa.evidence.actions import preserve_pending
        from besa.site import triaging

        by, folder = self._user("coordinator"), self.home.demo_files
        files = [file for file in self.truth.files if file["batch"] == number]
        mapping = mapping_of_file(by=by, election=self.election, path=folder / "facebook-comments.toml")
        with self.telling.stage("files in", sum(file["posts"] for file in files)) as advance:
            for file in files:
                if not Import.objects.filter(file_name=file["file"], state="done").exists():
                    given = mapping if file["source"] == "facebook-comments" else None
                    import_file(by=by, election=self.election, path=folder / file["file"], mapping=given)
                    self.clock.advance(seconds=20)
                advance(file["posts"])
        self.telling.fact("posts", sum(file["posts"] for file in files))
        with self.telling.stage("triage") as advance:
            triaging.run(by=BELT, election=self.election, advance=advance)
        self.clock.advance(minutes=2)
        with self.telling.stage("evidence") as advance:
            preserve_pending(by=BELT, election=self.election, advance=advance)

    def _screen(self, share: float) -> None:
        from besa.coding import actions

        def work(coder, item) -> None:
            key = coders.key_for(self.truth.planted.get(item.post_key), self.seed, item.post_key, coder.username)
            seconds = self._seconds(item, coder, 6, 30)
            actions.screen(by=coder, item=item, key=key, seconds=seconds)
            self.clock.advance(seconds=seconds / 4)

        self._share_out("screen", "screening", work, share)

    def _code(self, open_end: bool) -> None:
        from besa.coding import actions, queries

        def work(coder, item) -> None:
            planted, known = self.truth.planted.get(item.post_key), queries.identity_answer(item)
            answers = coders.answers_for(planted, known, self.seed, item.post_key, coder.username)
            seconds = self._seconds(item, coder, 40, 260)
            actions.submit(by=coder, item=item, answers=answers, seconds=seconds)
            self.clock.advance(seconds=seconds / 4)

        self._share_out("code", "first coding", work, 0.75 if open_end else 1)
        self._share_out("code", "second coding", work, 0.5 if open_end else 1)

    def _share_out(self, task: str, title: str, work: Callable, share: float) -> None:
        """Four people take turns until this share of what waits now is done, or nothing is left for them."""
        from besa.coding import actions, queries

        left = round(queries.backlog(self.election, task).count() * share)
        people = [self._user(f"coder{number}") for number in (1, 2, 3, 4)]
        with self.telling.stage(title, left) as advance:
            while left > 0 and people:
                for person in list(people):
                    item = actions.next_item(by=person, election=self.election, task=task) if left > 0 else None
                    if item is None:
                        people.remove(person)
                        continue
                    work(person, item)
                    left -= 1
                    advance(1)

    def _decide(self, title: str, share: float) -> None:
        from besa.coding import actions, queries

        left = round(queries.backlog(self.election, "adjudicate").count() * share)
        people = [self._user("adjudicator1"), self._user("adjudicator2")]
        with self.telling.stage(title, left) as advance:
            for turn in range(left):
                by = people[turn % 2]
                item = actions.next_item(by=by, election=self.election, task="adjudicate")
                if item is None:
                    break
                planted, known = self.truth.planted.get(item.post_key), queries.identity_answer(item)
                answers, reason = coders.decision_for(planted, known, self.seed, item.post_key)
                seconds = self._seconds(item, by, 60, 300)
                actions.adjudicate(
                    by=by, item=item, decision=answers["verdict"], answers=answers, reason=reason, seconds=seconds
                )
                self.clock.advance(seconds=seconds / 2)
                self.telling.fact("decisions", 1)
                advance(1)

    def _serve(self, title: str) -> None:
        from besa.outbox.actions import send_due
        from besa.reply.actions import mark_served, serve_notices

        with self.telling.stage(title, 2) as advance:
            serve_notices(by=self._user("coordinator"), election=self.election)
            advance(1)
            self.clock.advance(minutes=3)
            while send_due(by=BELT)["sent"]:
                continue
            mark_served(by=BELT)
            advance(1)

    def _reply(self) -> None:
        from besa.reply import queries
        from besa.reply.actions import decide_reply, leave_reply

        waiting = [standing.notice for standing in queries.notices(self.election) if _open(standing)]
        with self.telling.stage("replies", len(waiting)) as advance:
            for notice in sorted(waiting, key=lambda notice: notice.pk):
                said = coders.reply_for(
                    notice.finding.number, notice.recipient.slug, notice.as_party, notice.language, self.seed
                )
                if said:
                    leave_reply(by=DOOR, notice=notice, kind=said[0], text=said[1])
                    self.clock.advance(minutes=4)
                advance(1)
        for reply in queries.undecided(self.election):
            outcome, why = coders.outcome_for(reply.kind, reply.notice.finding.number, self.seed)
            self.clock.advance(minutes=6)
            decide_reply(by=self._user("adjudicator2"), reply=reply, outcome=outcome, reason=why)

    def _dispute(self) -> None:
        """One reply that says who it was not: it waits for a decision."""
        from besa.reply import queries
        from besa.reply.actions import leave_reply

        for standing in queries.notices(self.election):
            if _open(standing) and not standing.notice.as_party:
                said = coders.REPLIES["not_my_account"]
                text = said.get(standing.notice.language, said["en"])
                leave_reply(by=DOOR, notice=standing.notice, kind="not_my_account", text=text)
                return

    def _mend(self) -> None:
        """What they did once told: corrected where they said so, and now and then taken down."""
        from besa.reply import queries
        from besa.reply.actions import record_remedy

        by = self._user("coordinator")
        mended = set(queries.remedies(self.election).values_list("finding_id", flat=True))
        told = [standing for standing in queries.notices(self.election) if standing.notice.state == "served"]
        with self.telling.stage("remedies", len(told)) as advance:
            for standing in sorted(told, key=lambda standing: standing.notice.pk):
                advance(1)
                finding, reply = standing.notice.finding, standing.reply
                if finding.pk in mended or standing.notice.as_party:
                    continue
                draw = Random(f"{self.seed}:remedy:{finding.number}").random()
                if reply and reply.kind == "correction":
                    kind = "apologised" if draw < 0.4 else "corrected"
                    record_remedy(by=by, finding=finding, kind=kind, note="Seen on the same account, under the post.")
                elif draw < 0.12:
                    record_remedy(
                        by=by, finding=finding, kind="removed", gone_cause="author", vantage_points=2,
                        note="Gone when looked at logged in and logged out.",
                    )  # fmt: skip
                else:
                    continue
                mended.add(finding.pk)
                self.clock.advance(minutes=2)

    def _publish(self, week: str) -> None:
        from besa import portal
        from besa.report import actions
        from besa.report.models import Freeze, Publication, SignOff

        with self.telling.stage("report and edition: part", 4) as advance:
            if Publication.objects.filter(freeze__election=self.election, freeze__week=week).exists():
                return
            frozen = Freeze.objects.filter(election=self.election, week=week).order_by("-id").first()
            frozen = frozen or actions.freeze(by=self._user("coordinator"), election=self.election, week=week)
            advance(1)
            signed = set(SignOff.objects.filter(freeze=frozen).values_list("by__username", flat=True))
            if not signed:
                for language, text in prose.of(week).items():
                    actions.write_prose(by=self._user("editor1"), freeze=frozen, language=language, text=text)
            advance(1)
            self.clock.advance(minutes=40)
            for username in ("editor1", "editor2"):
                if username not in signed:
                    actions.sign_off(by=self._user(username), freeze=frozen, note="Read in full.")
                self.clock.advance(minutes=15)
            advance(1)
            actions.publish(
                by=self._user("coordinator"), election=self.election, freeze=frozen, render_site=portal.render
            )
            self.telling.fact("edition", 1)
            advance(1)

    @cached_property
    def election(self):
        from besa.pledge.models import Election

        return Election.objects.get(slug="demo")

    def _user(self, username: str):
        from besa.people.models import User

        if username not in self.users:
            self.users[username] = User.objects.get(username=username)
        return self.users[username]

    def _seconds(self, item, person, low: int, high: int) -> int:
        return Random(f"{self.seed}:seconds:{item.post_key}:{person.username}").randrange(low, high)


def _open(standing) -> bool:
    notice = standing.notice
    return standing.reply is None and notice.state == "served" and notice.deadline_at > clock.now()


def _last_entry() -> datetime:
    """No act of the story may stand before one that the ledger holds."""
    from besa.ledger.models import Entry

    last = Entry.objects.order_by("-seq").first()
    return last.at if last else BEGINS


def _index() -> None:
    from besa.site import indexing

    indexing.refresh()
