"""Reading the files of an election pack: typed fields, and every fault with file, line and remedy.

Fields are *taken*; what nobody took is an unknown key and is reported. Nothing here stops at the
first fault: `Pack.check` raises once, with all of them.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from besa.base.errors import BadInput
from besa.base.script import to_cyrillic
from besa.base.toml_lines import toml_lines

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_BIGGEST = 4 << 20


@dataclass(frozen=True)
class Problem:
    where: str
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}" + (f" {self.remedy}" if self.remedy else "")


class BadPack(BadInput):
    """A pack with faults; `problems` holds all of them."""

    def __init__(self, folder: str, problems: Sequence[Problem]):
        faults = "\n".join(f"  {problem}" for problem in problems)
        count = "1 error" if len(problems) == 1 else f"{len(problems)} errors"
        super().__init__(f"{count} in the pack {folder}; nothing was loaded.\n{faults}")
        self.problems = tuple(problems)


def with_cyrillic(texts: Mapping[str, str]) -> dict[str, str]:
    """The same texts, with `sr-Cyrl` made from `sr-Latn` where it is missing."""
    if texts.get("sr-Latn") and not texts.get("sr-Cyrl"):
        return {**texts, "sr-Cyrl": to_cyrillic(texts["sr-Latn"])}
    return dict(texts)


@dataclass
class Pack:
    """One folder being read. `languages` are the election's, known once election.toml is read."""

    root: Path
    languages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)
    #: Files that could not be read through: what they lack says nothing about references to them.
    broken: set[str] = field(default_factory=set)

    def fault(self, where: str, problem: str, remedy: str = "") -> None:
        self.problems.append(Problem(where, problem, remedy))

    def check(self) -> None:
        if self.problems:
            raise BadPack(str(self.root), self.problems)

    @property
    def written(self) -> tuple[str, ...]:
        """Languages that must be written; Serbian in Cyrillic is made from Latin."""
        return tuple(tag for tag in self.languages if tag != "sr-Cyrl" or "sr-Latn" not in self.languages)

    def text(self, name: str, *, required: bool = True) -> str | None:
        """The text of a file; None (and a fault where it is required) if it cannot be had."""
        text = self._text(name, required)
        if text is None:
            self.broken.add(name)
        return text

    def _text(self, name: str, required: bool) -> str | None:
        path = self.root / name
        self.read.add(name)
        if not path.is_file():
            if required:
                self.fault(name, "the file is missing.", "See docs/reference/pack.md.")
            return None
        if path.stat().st_size > _BIGGEST:
            self.fault(name, "the file is larger than 4 MB.", "A pack holds small text files only.")
            return None
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            self.fault(f"{name}:{line}", "is not UTF-8.", "Save the file as UTF-8.")
            return None
        if "\0" in text:
            self.fault(f"{name}:{text[: text.index(chr(0))].count(chr(10)) + 1}", "holds a NUL byte.", "Remove it.")
            return None
        return text

    def toml(self, name: str) -> Fields | None:
        text = self.text(name)
        if text is None:
            return None
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = re.search(r"at line (\d+)", str(error))
            place = f"{name}:{line[1] if line else text.count(chr(10)) + 1}"
            self.broken.add(name)
            self.fault(place, f"is not TOML: {str(error).split(' (at')[0]}.", "Mend this line.")
            return None
        return Fields(self, name, data, toml_lines(text))

    def csv(self, name: str, columns: Sequence[str], optional: Sequence[str] = (), *, required: bool = True):
        """The rows of a CSV file as Fields; every fault of form is reported with its line."""
        text = self.text(name, required=required)
        if text is None:
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        start, header = 1, None
        try:
            for cells in reader:
                line, start = start, reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if header is None:
                    header = [cell.strip() for cell in cells]
                    if not self._header(f"{name}:{line}", header, columns, optional):
                        self.broken.add(name)
                        return
                elif len(cells) != len(header):
                    self.fault(
                        f"{name}:{line}",
                        f"has {len(cells)} cells, the header has {len(header)}.",
                        "Put cells that hold a comma in double quotes.",
                    )
                else:
                    values = {key: cell.strip() for key, cell in zip(header, cells, strict=True) if cell.strip()}
                    yield Fields(self, name, values, {(): line})
        except csv.Error as error:
            self.broken.add(name)
            self.fault(f"{name}:{start}", f"is not CSV: {error}.", "Look for a double quote that is not closed.")
            return
        if header is None:
            self.fault(f"{name}:1", "has no header line.", f"Begin it with: {','.join(columns)}")

    def _header(self, where: str, header: list[str], columns: Sequence[str], optional: Sequence[str]) -> bool:
        if len(header) == 1 and ";" in header[0]:
            self.fault(where, "the cells are separated by semicolons.", "Save it as CSV with commas.")
            return False
        good = True
        for column in sorted({column for column in header if header.count(column) > 1}):
            self.fault(where, f"the column “{column}” stands twice.", "Remove one of them.")
            good = False
        for column in header:
            if column not in columns and column not in optional:
                self.fault(where, f"the column “{column}” is unknown.", f"Known: {', '.join([*columns, *optional])}.")
                good = False
        for column in columns:
            if column not in header:
                self.fault(where, f"the column “{column}” is missing.", "Add it; its cells may be empty.")
                good = False
        return good

    def unread(self, known_folders: Iterable[str]) -> None:
        """Report files that nothing reads."""
        known_folders = tuple(known_folders)
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            hidden = any(part.startswith((".", "__")) for part in path.relative_to(self.root).parts)
            if path.is_file() and not hidden and name not in self.read and name not in ("README.md", "__init__.py"):
                self.fault(
                    name,
                    "is not a file of a pack.",
                    f"Check its name; folders are {', '.join(known_folders)}." if "/" in name else "Check its name.",
                )


class Fields:
    """One table or row. Each `take_*` returns a clean value, or a stand-in after reporting a fault."""

    def __init__(self, pack: Pack, file: str, values: Mapping[str, Any], lines: Mapping[tuple, int], path: tuple = ()):
        self.pack, self.file, self.values, self.lines, self.path = pack, file, dict(values), lines, path

    def where(self, key: str | None = None) -> str:
        """`file:line` of a key, or of the nearest table around it."""
        path = (*self.path, key) if key is not None else self.path
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.file}:{self.lines.get(path, 1)}"

    def fault(self, key: str | None, problem: str, remedy: str = "") -> None:
        self.pack.fault(self.where(key), problem, remedy)

    def has(self, key: str) -> bool:
        return key in self.values

    def take(self, key: str, *, required: bool = False) -> Any:
        if required and self.values.get(key) in (None, "", [], {}):
            self.fault(key, f"“{key}” is missing.", "It is required.")
        return self.values.pop(key, None)

    def take_text(self, key: str, *, required: bool = False, default: str = "", most: int = 20_000) -> str:
        value = self.take(key, required=required)
        if value is None:
            return default
        if not isinstance(value, str):
            self.fault(key, f"“{key}” must be text.", "Put it in double quotes.")
            return default
        value = value.strip()
        if len(value) > most:
            self.fault(key, f"“{key}” is longer than {most} characters.", "Shorten it.")
        return value or default

    def take_slug(self, key: str = "slug", *, required: bool = True, most: int = 60) -> str:
        value = self.take_text(key, required=required, most=most)
        if value and not _SLUG.fullmatch(value):
            self.fault(key, f"“{value}” is not a slug.", "Use lower-case Latin letters, figures, - and _.")
        return value

    def take_email(self, key: str) -> str:
        value = self.take_text(key, most=254)
        if value and not _EMAIL.fullmatch(value):
            self.fault(key, f"“{value}” is not an e-mail address.", "Write it as name@place.example.")
            return ""
        return value

    def take_url(self, key: str) -> str:
        value = self.take_text(key, most=500)
        if value and not re.match(r"https?://\S+$", value):
            self.fault(key, f"“{value}” is not a web address.", "Begin it with https://.")
            return ""
        return value

    def take_date(self, key: str, *, required: bool = False) -> date | None:
        value = self.take(key, required=required)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.fault(key, f"“{value}” is not a day.", "Write it as 2027-09-13.")
            return None

    def take_flag(self, key: str, *, default: bool) -> bool:
        value = self.take(key)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower(), value)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(key, f"“{value}” is neither true nor false.", "Write true or false.")
            return default
        return value

    def take_number(
        self, key: str, *, default: float, least: float, most: float, whole: bool = False, required: bool = False
    ):
        value = self.take(key, required=required)
        if value is None:
            return default
        try:
            if isinstance(value, bool):
                raise ValueError
            number = int(value) if whole and str(value).lstrip("-").isdigit() else float(value)
            if not least <= number <= most or (whole and number != int(number)):
                raise ValueError
        except (ValueError, TypeError, OverflowError):
            kind = "whole number" if whole else "number"
            self.fault(key, f"“{value}” is not a {kind} from {least} to {most}.", "Correct it.")
            return default
        return int(number) if whole else number

    def take_word(self, key: str, words: Iterable[str], *, required: bool = False, default: str = "") -> str:
        value = self.take_text(key, required=required)
        if not value:
            return default
        return value if self._is_word(key, value, words) else default

    def _is_word(self, key: str, value: Any, words: Iterable[str]) -> bool:
        known = [str(word) for word in words]
        if value not in known:
            self.fault(key, f"“{value}” is not a {key}.", f"One of: {', '.join(known)}.")
            return False
        return True

    def take_words(self, key: str, words: type[StrEnum] | Iterable[str], *, required: bool = False) -> list[str]:
        """A TOML list of words, each known and once."""
        value = self.take(key, required=required)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(key, f"“{key}” must be a list.", 'Write it as ["one", "two"].')
            return []
        known = [str(word) for word in words]
        return list(dict.fromkeys(word for word in value if self._is_word(key, word, known)))

    def take_list(self, key: str) -> list[str]:
        """A CSV cell with `|` between its parts."""
        return [part.strip() for part in self.take_text(key).split("|") if part.strip()]

    def take_texts(self, key: str, *, required: bool = False) -> dict[str, str]:
        """Text by language: all languages of the election or none; Cyrillic is made from Latin."""
        value = self.take(key, required=required)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.fault(key, f"“{key}” must be text by language.", 'Write it as { sq = "…", en = "…" }.')
            return {}
        texts = {}
        for tag, text in value.items():
            if tag not in self.pack.languages:
                self.fault(key, f"“{key}” has the language “{tag}”.", f"Known: {', '.join(self.pack.languages)}.")
            elif not isinstance(text, str) or not text.strip():
                self.fault(key, f"“{key}” is empty in {tag}.", "Write it, or leave the whole table out.")
            else:
                texts[tag] = text.strip()
        if missing := [tag for tag in self.pack.written if tag not in value]:
            self.fault(key, f"“{key}” is missing in {', '.join(missing)}.", "Add it.")
        return with_cyrillic(texts) if "sr-Cyrl" in self.pack.languages else texts

    def take_names(self, key: str) -> list[str]:
        """A TOML list of texts."""
        value = self.take(key)
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            self.fault(key, f"“{key}” must be a list of texts.", 'Write it as ["one", "two"].')
            return []
        return value

    def take_table(self, key: str) -> Fields | None:
        value = self.take(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, f"“{key}” must be a table.", f"Write [{key}] above its keys.")
            return None
        return None if value is None else Fields(self.pack, self.file, value, self.lines, (*self.path, key))

    def take_tables(self, key: str) -> Iterator[Fields]:
        value = self.take(key)
        if value is None:
            return
        if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
            self.fault(key, f"“{key}” must be a list of tables.", f"Write [[{key}]] above each.")
            return
        for at, table in enumerate(value):
            yield Fields(self.pack, self.file, table, self.lines, (*self.path, key, at))

    def done(self) -> None:
        """Report what nobody took."""
        for key in self.values:
            self.fault(key, f"“{key}” is unknown here.", "Check its spelling against docs/reference/pack.md.")


def once(rows: Iterable[tuple[Any, Fields]], what: str) -> Iterator[tuple[Any, Fields]]:
    """Pass rows on; report (and leave out) those whose key came before."""
    seen: dict[Any, str] = {}
    for key, fields in rows:
        if key in seen:
            shown = " / ".join(str(part) for part in key) if isinstance(key, tuple) else key
            fields.fault(None, f"the {what} “{shown}” stands twice.", f"The first is at {seen[key]}.")
        else:
            seen[key] = fields.where()
            yield key, fields


def read_texts(
    pack: Pack, folder: str, names: Sequence[str], placeholders: Collection[str]
) -> dict[str, dict[str, str]]:
    """`<folder>/<language>/<name>.md` -> {name: {language: text}}; placeholders must be known."""
    found: dict[str, dict[str, str]] = {}
    for name in names:
        texts = {}
        for tag in pack.languages:
            file = f"{folder}/{tag}/{name}.md"
            text = pack.text(file, required=tag in pack.written)
            if text is None:
                continue
            if not text.strip():
                pack.fault(f"{file}:1", "is empty.", "Write it.")
            for number, line in enumerate(text.splitlines(), 1):
                for placeholder in re.findall(r"\{([^{}\s]*)\}", line):
                    if placeholder not in placeholders:
                        pack.fault(
                            f"{file}:{number}",
                            f"the placeholder {{{placeholder}}} is unknown.",
                            f"Known: {', '.join(sorted(placeholders))}.",
                        )
            texts[tag] = text.strip()
        found[name] = with_cyrillic(texts) if "sr-Cyrl" in pack.languages else texts
    return found
