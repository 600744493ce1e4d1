"""`besa evaluate names`: whether the right persons and parties are found, on one's own annotated sentences."""

from __future__ import annotations

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from besa.base.errors import BadInput
from besa.base.language import detect
from besa.base.script import script_of
from besa.triage.evaluation import labelled
from besa.triage.mentions import Mention, Named, Register, mentions
from besa.triage.mentions.types import GROUPS

_NAMES = ("names", "mentions", "entities", "persons", "gold", "labels", "annotations", "expected", "spans")
_LANGUAGE = ("lang", "language", "locale")
_WHO = ("ids", "candidates", "actors", "id", "actor", "person", "slug", "entity", "label", "name", "canonical")
_SURFACE = ("surface", "form", "text", "mention", "as_written", "word")
_REGISTER = ("actors", "register", "persons", "people", "entities")
_SENTENCES = ("sentences", "rows", "texts", "posts", "data", "items")
_FIELDS = {
    "id": ("id", "slug", "key", "code", "actor"),
    "name": ("name", "full_name", "fullname", "canonical", "label", "person", "actor_name"),
    "kind": ("kind", "type", "category"),
    "gender": ("gender", "sex"),
    "party": ("party", "affiliation", "partia", "stranka"),
    "area": ("area", "municipality", "komuna", "opstina", "opština", "place", "city", "region"),
    "office": ("office", "role", "title", "position", "function"),
    "language": ("language", "lang"),
}
_ALSO = (
    "nicknames", "nickname", "aliases", "alias", "also_called", "also", "aka", "variants", "short_name", "short",
    "acronym", "abbreviation",
)  # fmt: skip
_WOMAN = re.compile(r"(?:w|f|ž|woman|female|femër|femer|grua|žena|zena|feminine)$", re.IGNORECASE)
_MAN = re.compile(r"(?:m|man|male|mashkull|burrë|muškarac|muskarac|muž|masculine)$", re.IGNORECASE)
_GROUP = re.compile(
    r"part|coal|koal|strank|group|grup|org|media|outlet|portal|ngo|cso|civil|instit|movement|list", re.IGNORECASE
)
_AT = re.compile(r"^(.*?)@(\d+)(?:-|:)(\d+)$")


class Gold(NamedTuple):
    """Whom the annotation names; `start` is -1 where it does not say where."""

    ids: frozenset[str]
    start: int = -1
    end: int = -1


class Sentence(NamedTuple):
    line: int
    text: str
    language: str
    names: tuple[Gold, ...]


def evaluate(path: Path, *, register: Path | None = None, text: str = "", label: str = "") -> dict:
    """`n, names, recall, precision, f1`, the same `by` language and script, `missed` and `wrong` names.

    A name is found where the answer overlaps it and means the same person, or the same candidates where it was
    annotated as open. Who is left open though the annotation knows it is missed, and counted in `left_open`, but
    is nobody named wrongly. Raises BadInput with file and line.
    """
    rows, held = _read(path)
    actors = [one for file, many in ((path, held), (register, _register_rows(register))) for one in many if file]
    text_column = labelled.column(path, list(rows[0][1]), text, labelled.TEXT, "--text")
    sentences = [_sentence(path, line, row, text_column, label) for line, row in rows]
    named = [*_named(actors)] if actors else [*_named(_mentioned(sentences))]
    who = _Who(named)
    sentences, unknown = _resolved(sentences, who)
    untold = [at for at, one in enumerate(sentences) if not one.language]
    for at, (told, _) in zip(untold, detect([sentences[at].text for at in untold]), strict=True):
        sentences[at] = sentences[at]._replace(language=told)
    began = time.process_time()
    made = Register(named)
    answers = [mentions(made, one.text, one.language) for one in sentences]
    seconds = time.process_time() - began
    tallies: dict[tuple[str, str], Counter] = defaultdict(Counter)
    missed, wrong = [], []
    for one, said in zip(sentences, answers, strict=True):
        tally, gone, extra = _compared(one, said)
        tallies[one.language.partition("-")[0] or "und", script_of(one.text)] += tally
        missed += [{"line": one.line, "text": one.text, **each} for each in gone]
        wrong += [{"line": one.line, "text": one.text, **each} for each in extra]
    return {
        **_figures(sum(tallies.values(), Counter())),
        "register": len(named),
        "not_in_register": dict(unknown),
        "sentences_per_second": round(len(sentences) / max(seconds, 1e-9)),
        "by": [
            {"language": language, "script": script, **_figures(tally)}
            for (language, script), tally in sorted(tallies.items())
        ],
        "missed": missed,
        "wrong": wrong,
    }


def _figures(tally: Counter) -> dict[str, Any]:
    recall = tally["hit"] / tally["names"] if tally["names"] else 1.0
    precision = tally["hit"] / (tally["hit"] + tally["wrong"]) if tally["hit"] + tally["wrong"] else 1.0
    f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
    return {
        "n": tally["n"], "names": tally["names"], "recall": round(recall, 4), "precision": round(precision, 4),
        "f1": round(f1, 4), "left_open": tally["open"],
    }  # fmt: skip


def _compared(one: Sentence, said: Sequence[Mention]) -> tuple[Counter, list[dict], list[dict]]:
    tally = Counter(n=1, names=len(one.names))
    missed, left = [], list(said)
    rest = []
    for gold in one.names:
        hit = next((each for each in left if _overlap(gold, each) and gold.ids == set(each.ids)), None)
        if hit is None:
            rest.append(gold)
        else:
            left.remove(hit)
            if gold.start < 0:  # the same person again in this sentence is no other name
                left = [each for each in left if set(each.ids) != gold.ids]
            tally["hit"] += 1
    for gold in rest:
        near = next((each for each in left if _overlap(gold, each)), None)
        is_open = near is not None and len(near.ids) > 1 and gold.ids < set(near.ids)
        if is_open:
            left.remove(near)
            tally["open"] += 1
        missed.append({
            "ids": sorted(gold.ids), "words": one.text[gold.start : gold.end] if gold.start >= 0 else "",
            "said": list(near.ids) if near else [],
        })  # fmt: skip
    tally["wrong"] = len(left)
    wrong = [{"ids": list(each.ids), "words": one.text[each.start : each.end]} for each in left]
    return tally, missed, wrong


def _overlap(gold: Gold, said: Mention) -> bool:
    if gold.start < 0:
        return bool(gold.ids & set(said.ids))
    return said.start < gold.end and gold.start < said.end


# Reading the file


def _read(path: Path) -> tuple[list[tuple[int, dict]], list[Mapping]]:
    """(line, row) of the sentences, and what rows of a register stand in the same file."""
    try:
        content = Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return labelled.rows(path), []  # which says what is wrong
    if not content.lstrip().startswith(("{", "[")):
        return labelled.rows(path), []
    actors: list[Mapping] = []
    rows: list[tuple[int, dict]] = []
    for line, record in _records(path, content):
        inner = next((record[key] for key in _SENTENCES if isinstance(record.get(key), list)), None)
        held = next((record[key] for key in _REGISTER if _is_register(record.get(key))), None)
        if held is not None and (inner is not None or "text" not in record):
            actors += held
        if inner is not None:
            rows += [(at, row) for at, row in enumerate(inner, 1) if isinstance(row, dict)]
        elif held is None or "text" in record:
            if _pick(record, labelled.TEXT) or not _pick(record, _FIELDS["name"]):
                rows.append((line, record))
            else:
                actors.append(record)
    if not rows:
        raise BadInput("has no sentences.", where=str(path), remedy='Each is a row {"text", "lang", "names"}.')
    return rows, actors


def _is_register(value: Any) -> bool:
    return bool(
        isinstance(value, list)
        and value
        and all(isinstance(one, dict) and _pick(one, _FIELDS["name"]) for one in value)
    )


def _records(path: Path, content: str) -> Iterable[tuple[int, dict]]:
    try:
        whole = json.loads(content)
    except ValueError:
        whole = None
    if isinstance(whole, list):
        yield from ((at, one) for at, one in enumerate(whole, 1) if isinstance(one, dict))
        return
    if isinstance(whole, dict):
        yield 1, whole
        return
    for line, row in enumerate(content.split("\n"), 1):
        if row.strip():
            try:
                record = json.loads(row)
            except ValueError as error:
                raise BadInput(f"is not a JSON object ({error}).", where=f"{path}:{line}") from None
            if not isinstance(record, dict):
                raise BadInput("is not a JSON object.", where=f"{path}:{line}")
            yield line, record


def _pick(row: Mapping, names: Iterable[str]) -> Any:
    lower = {str(key).strip().lower(): value for key, value in row.items()}
    return next((lower[name] for name in names if lower.get(name) not in (None, "", [])), "")


def _sentence(path: Path, line: int, row: Mapping, column: str, label: str) -> Sentence:
    text = str(row.get(column) or "")
    told = _pick(row, [label.lower()] if label else _NAMES)
    if isinstance(told, str):
        if told.lstrip().startswith("["):
            try:
                told = json.loads(told)
            except ValueError as error:
                raise BadInput(f"names: is not JSON ({error}).", where=f"{path}:{line}") from None
        else:
            told = [one.strip() for one in told.split(";") if one.strip()]
    if isinstance(told, Mapping):
        told = [{"id": key, "surface": value} for key, value in told.items()]
    used: Counter = Counter()
    names = tuple(each for one in told for each in _gold(path, line, one, text, used))
    return Sentence(line, text, str(_pick(row, _LANGUAGE)).strip(), names)


def _gold(path: Path, line: int, one: Any, text: str, used: Counter) -> Iterable[Gold]:
    if isinstance(one, str):
        place = _AT.match(one)
        yield _placed(path, line, text, place[1] if place else one, *(map(int, place.groups()[1:]) if place else ()))
        return
    if isinstance(one, list | tuple) and len(one) == 3:
        numbers = [cell for cell in one if isinstance(cell, int)]
        who = [cell for cell in one if not isinstance(cell, int)]
        if len(numbers) == 2 and who:
            yield _placed(path, line, text, who[0], *numbers)
            return
    if not isinstance(one, Mapping):
        raise BadInput(
            f"names: cannot be read: {one!r}.", where=f"{path}:{line}", remedy='Write {"id", "start", "end"}.'
        )
    who = _pick(one, _WHO)
    if not who:
        return  # somebody who is not in the register
    span = one.get("span") if isinstance(one.get("span"), list | tuple) else ()
    start = next((one[key] for key in ("start", "begin", "from") if key in one), span[0] if len(span) == 2 else None)
    end = next((one[key] for key in ("end", "stop", "to") if key in one), span[1] if len(span) == 2 else None)
    surface = _pick(one, _SURFACE)
    if start is None or end is None:
        for written in surface if isinstance(surface, list) else [surface]:
            at = -1
            for _ in range(used[written] + 1):
                at = text.find(written, at + 1) if written else -1
            used[written] += 1
            yield _placed(path, line, text, who, *((at, at + len(written)) if at >= 0 else ()))
        return
    yield _placed(path, line, text, who, int(start), int(end))


def _placed(path: Path, line: int, text: str, who: Any, start: int = -1, end: int = -1) -> Gold:
    if start >= 0 and not start < end <= len(text) + 1:
        raise BadInput(f"names: {start} to {end} is no part of the text.", where=f"{path}:{line}")
    many = who if isinstance(who, list | tuple) else re.split(r"\s*\|\s*", str(who))
    return Gold(frozenset(str(one).strip() for one in many if str(one).strip()), start, end)


# The register


def _register_rows(path: Path | None) -> list[Mapping]:
    if path is None:
        return []
    found, actors = _read_register(path)
    return [*found, *actors]


def _read_register(path: Path) -> tuple[list[Mapping], list[Mapping]]:
    try:
        content = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        content = ""
    if content.lstrip().startswith(("{", "[")):
        records = [record for _, record in _records(path, content)]
        held = [
            one for record in records for key in _REGISTER if isinstance(record.get(key), list) for one in record[key]
        ]
        return held or records, []
    return [row for _, row in labelled.rows(path)], []


def _named(rows: Iterable[Mapping]) -> Iterable[Named]:
    rows = list(rows)
    parties = {str(_pick(row, _FIELDS["party"])).casefold() for row in rows}
    found = []
    for row in rows:
        cells = {name: str(_pick(row, columns)).strip() for name, columns in _FIELDS.items()}
        if not cells["name"]:
            first = _pick(row, ("first", "first_name", "given_name", "emri", "ime"))
            last = _pick(row, ("last", "last_name", "surname", "family_name", "mbiemri", "prezime"))
            cells["name"] = f"{first} {last}".strip() or cells["id"].replace("-", " ").replace("_", " ").title()
        if not cells["name"]:
            continue
        also = [name for column in _ALSO for name in _listed(_pick(row, (column,)))]
        names = row.get("names")
        also += [str(one) for one in names.values()] if isinstance(names, Mapping) else []
        also += [str(value) for key, value in row.items() if str(key).startswith("name_") and value]
        also = [name for name in dict.fromkeys(also) if name != cells["name"]]
        known = {cells["id"].casefold(), cells["name"].casefold(), *(name.casefold() for name in also)} - {""}
        if cells["kind"] in GROUPS or _GROUP.search(cells["kind"].replace("candidate", "")):
            cells["kind"] = "group" if "member" not in cells["kind"] else "person"
        elif not cells["kind"]:
            cells["kind"] = "group" if known & parties or cells["name"].isupper() else "person"
        gender = cells["gender"]
        cells["gender"] = "woman" if _WOMAN.match(gender) else "man" if _MAN.match(gender) else ""
        found.append(Named(**{**cells, "id": cells["id"] or cells["name"]}, also=tuple(also)))
    ids = {name.casefold(): one.id for one in found if one.group for name in (*one.also, one.name, one.id)}
    return [Named(**{**vars(one), "party": ids.get(one.party.casefold(), one.party)}) for one in found]


def _listed(value: Any) -> list[str]:
    if isinstance(value, list):
        return [str(one).strip() for one in value if str(one).strip()]
    text = str(value)
    return [one.strip() for one in re.split(r"[|;]" if re.search(r"[|;]", text) else ",", text) if one.strip()]


def _mentioned(sentences: Iterable[Sentence]) -> list[dict]:
    """Without a register, those whom the annotation names are it."""
    return [{"id": one} for one in dict.fromkeys(one for each in sentences for gold in each.names for one in gold.ids)]


class _Who:
    """Whom an annotation means, by id, by name or by one of the other names."""

    def __init__(self, named: Sequence[Named]):
        self.ids = {one.id.casefold(): one.id for one in named}
        self.names: dict[str, set[str]] = defaultdict(set)
        for one in named:
            for name in (one.name, *one.also):
                self.names[name.casefold()].add(one.id)

    def ids_of(self, gold: Gold) -> frozenset[str]:
        found: set[str] = set()
        for one in gold.ids:
            lower = one.casefold()
            found |= {self.ids[lower]} if lower in self.ids else self.names.get(lower, set())
        return frozenset(found)


def _resolved(sentences: Sequence[Sentence], who: _Who) -> tuple[list[Sentence], Counter]:
    unknown: Counter = Counter()
    found = []
    for one in sentences:
        names = []
        for gold in one.names:
            ids = who.ids_of(gold)
            if ids:
                names.append(gold._replace(ids=ids))
            else:
                unknown.update(gold.ids)
        found.append(one._replace(names=tuple(names)))
    return found, unknown


def human(document: dict, out) -> None:
    rows = [*document["by"], {"language": "all", "script": "", **document}]
    columns = ("language", "script", "n", "names", "recall", "precision", "f1", "left_open")
    out.table("", list(columns), [[str(row[name]) for name in columns] for row in rows])
    for name, count in sorted(document["not_in_register"].items()):
        out.say(f"Not in the register, so not counted: {name} ({count}).")
    if document["missed"] or document["wrong"]:
        out.say(f"{len(document['missed'])} missed, {len(document['wrong'])} wrong: `--json` lists them.")
