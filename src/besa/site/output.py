"""What a command prints: one JSON document on stdout where asked, words and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from besa.base.errors import BesaError


class Output:
    def __init__(self, *, json: bool = False):
        self.json = json

    def say(self, text: str) -> None:
        """A message for the person at the terminal (stderr where JSON was asked for)."""
        print(text, file=sys.stderr if self.json else sys.stdout)

    def result(self, document: Any, human: str | Callable[[], None] = "") -> None:
        """The outcome: the document as JSON, or its human form."""
        if self.json:
            print(json.dumps(document, ensure_ascii=False, default=str))  # noqa: T201
        elif callable(human):
            human()
        elif human:
            print(human)  # noqa: T201

    def fail(self, error: BesaError) -> None:
        print(f"besa: {error}", file=sys.stderr)  # noqa: T201

    def table(self, title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
        """A table on the terminal; figures to the right."""
        if self.json:
            return
        from rich.console import Console
        from rich.table import Table

        rows = [list(row) for row in rows]
        table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
        for index, column in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[index], int | float) or row[index] is None for row in rows)
            table.add_column(column, justify="right" if numeric else "left", overflow="fold")
        for row in rows:
            table.add_row(
                *["" if cell is None else f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row]
            )
        Console().print(table)

    @contextmanager
    def progress(self, text: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A bar on stderr for long work, nothing where that is no terminal; yields `advance(n)`."""
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        console = Console(stderr=True)
        columns = (
            TextColumn("{task.description:<34}", markup=False),
            BarColumn(bar_width=18),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task(text, total=total)
            yield lambda n=1: bar.update(task, advance=n)
            if total is None:
                done = max(int(bar.tasks[0].completed), 1)
                bar.update(task, total=done, completed=done)
