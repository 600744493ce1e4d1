"""What the terminal shows while the demo is made: one line per week, whatever happens in it; and what it came to."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from besa.base.home import Home


class Telling:
    """Lines on stderr: bars on a terminal; where it is none, one plain line at the end of each chapter."""

    def __init__(self, console: Console | None = None):
        self.console = console or Console(stderr=True, highlight=False)
        self.bars = Progress(
            TextColumn("  {task.description:<14}"),
            BarColumn(bar_width=16, complete_style="cyan", finished_style="green"),
            TextColumn("{task.fields[now]:<38}", style="dim", markup=False),
            _Seconds(),
            console=self.console,
        )
        self._task, self._began, self._touched = None, 0.0, False
        self._facts: Counter[str] = Counter()

    @contextmanager
    def open(self) -> Iterator[None]:
        if not self.console.is_terminal:
            yield
            return
        with self.bars:
            yield

    @contextmanager
    def chapter(self, title: str, steps: int) -> Iterator[None]:
        """One line. Chapters that were told before a demo was cut off are not shown again."""
        self._task = self.bars.add_task(title, total=steps, now="", visible=False)
        self._facts, self._began, self._touched = Counter(), time.monotonic(), False
        yield
        if self._touched:
            facts = ", ".join(f"{number:,} {name}" for name, number in self._facts.items() if number)
            self.bars.update(self._task, completed=steps, now=facts)
            if not self.console.is_terminal:
                seconds = time.monotonic() - self._began
                self.console.print(f"{title}: {facts} ({seconds:.0f} s)", markup=False, soft_wrap=True)

    def step_done(self) -> None:
        self.bars.advance(self._task)

    def fact(self, name: str, number: int) -> None:
        """What the line says when its chapter is over; figures of one name are added up."""
        self._facts[name] += number

    @contextmanager
    def stage(self, text: str, total: int | None = None) -> Iterator[Callable[..., None]]:
        """What is being done now; yields `advance(n)`."""
        self._touched, done = True, 0

        def show() -> None:
            self.bars.update(self._task, visible=True, now=f"{text} {done:,} of {total:,}" if total else text)

        def advance(n: int = 1) -> None:
            nonlocal done
            done += n
            show()

        show()
        yield advance


class _Seconds(ProgressColumn):
    """Time of this line, m:ss."""

    def render(self, task: Task) -> Text:
        seconds = int((task.finished_time if task.finished else task.elapsed) or 0)
        return Text(f"{seconds // 60}:{seconds % 60:02}", style="dim")


def summary(home: Home) -> dict:
    """The command contract's counts, read from the home."""
    from besa.coding.models import Finding
    from besa.corpus import Corpus
    from besa.report.models import Publication
    from besa.triage.models import DocketItem

    posts = Corpus(home.corpus).connect().sql("select count(*) from posts").fetchall()[0][0]
    editions = Publication.objects.filter(freeze__election__slug="demo").order_by("number")
    return {
        "home": str(home.root), "election": "demo", "posts": posts,
        "docketed": DocketItem.objects.filter(election__slug="demo").count(),
        "findings": Finding.objects.filter(election__slug="demo").count(),
        "editions": [str(Path(path)) for path in editions.values_list("path", flat=True)],
    }  # fmt: skip
