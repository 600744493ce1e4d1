"""This room's slice of an election pack: codebook.toml -> Codebook. A pack without one has the standard codebook."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

from besa.base.packfile import Fields, Pack
from besa.base.words import AccountStatus, ActorKind, Decision, FindingType, SpeechAct
from besa.coding.models import Adjudication, Codebook, Coding
from besa.coding.rules.branching import ADJUDICATOR, FACTS
from besa.pledge.models import Election
from besa.pledge.pack import Merge

FILE = "codebook.toml"
#: The codebook that comes with Besa, and the languages that it is written in.
STANDARD, LANGUAGES = Path(__file__).with_name(FILE), ("sq", "sr-Latn", "sr-Cyrl", "en")
KINDS = ("one", "many", "targets", "actor", "clauses", "scale", "text", "spans")
_WITH_VALUES = ("one", "many", "scale")
#: Kinds whose agreement nobody measures: they have no level.
_WITHOUT_LEVEL = ("text", "spans")
#: Kinds whose answers a condition may name.
_BRANCHING = ("one", "many", "scale", "targets", "clauses")
#: Variables that the method rests on: name -> kind, and the words (or numbers) that their values must be of.
REQUIRED: dict[str, tuple[str, type[StrEnum] | range | None]] = {
    "verdict": ("one", Decision),
    "type": ("one", FindingType),
    "clauses": ("clauses", None),
    "speech_act": ("one", SpeechAct),
    "source": ("actor", None),
    "source_class": ("one", ActorKind),
    "account_status": ("one", AccountStatus),
    "host": ("text", None),
    "targets": ("targets", None),
    "severity": ("scale", range(4)),
    "confidence": ("scale", range(1, 4)),
}
_DECIDING = {"violation", "compliance", "no_issue"}


def read(pack: Pack) -> dict:
    """`{version, body, where}` of the codebook; empty where the file cannot be read."""
    if (pack.root / FILE).is_file():
        return read_book(pack)
    standard = Pack(STANDARD.parent, LANGUAGES)
    found = read_book(standard)
    standard.check()
    return found


def read_book(pack: Pack) -> dict:
    top = pack.toml(FILE)
    if top is None:
        return {}
    where = top.where("version")
    version = top.take_text("version", required=True, most=20)
    variables: list[dict] = []
    for variable in top.take_tables("variables"):
        before = {row["name"]: row for row in variables}
        row = _variable(variable, before)
        if row["name"] in before:
            variable.fault("name", f"the variable “{row['name']}” stands twice.", "Give it another name.")
        variables.append(row)
    top.done()
    for name in REQUIRED.keys() - {row["name"] for row in variables}:
        top.fault("variables", f"the variable “{name}” is missing.", "The method needs it; see docs/reference/pack.md.")
    return {"version": version, "body": {"variables": variables}, "where": where}


def _variable(variable: Fields, before: dict[str, dict]) -> dict:
    name = variable.take_slug("name", most=40)
    kind = variable.take_word("kind", KINDS, required=True)
    wanted_kind, words = REQUIRED.get(name, (kind, None))
    if kind and kind != wanted_kind:
        variable.fault("kind", f"“{name}” must be of kind {wanted_kind}.", f"Write kind = “{wanted_kind}”.")
    row = {
        "name": name,
        "kind": kind,
        "labels": variable.take_texts("labels", required=True),
        "help": variable.take_texts("help"),
    }
    row |= _asking(variable, name, before)
    if kind not in _WITHOUT_LEVEL:
        row["level"] = variable.take_word("level", ("nominal", "ordinal"), required=True)
    else:
        variable.take_word("level", ("nominal", "ordinal"))
    values: list[dict] = []
    for value in variable.take_tables("values"):
        values.append(_value(value, kind, words, values))
    if kind in _WITH_VALUES:
        row["values"] = values
        if not values:
            variable.fault("values", f"“{name}” has no values.", "Add [[variables.values]].")
    elif values:
        variable.fault("values", f"a variable of kind {kind} has no values.", "Remove them.")
    if name == "verdict" and (missing := _DECIDING - {value["value"] for value in values}):
        variable.fault("values", f"“verdict” lacks {', '.join(sorted(missing))}.", "Add them.")
    variable.done()
    return row


def _asking(variable: Fields, name: str, before: dict[str, dict]) -> dict:
    """Of whom it is asked, when, and beside what; only what is said."""
    row: dict[str, Any] = {
        "block": variable.take_texts("block"),
        "examples": variable.take_texts("examples"),
        "of": variable.take_word("of", (ADJUDICATOR,)),
        "required": variable.take_flag("required", default=False),
        "when": _when(variable, before),
        "beside": variable.take_word("beside", before),
    }
    for key in ("of", "when", "required"):
        if row[key] and name in REQUIRED and not (key == "when" and name not in ("verdict", "confidence")):
            variable.fault(key, f"the method needs “{name}” of everybody.", f"Remove “{key}”.")
    return {key: value for key, value in row.items() if value}


def _when(variable: Fields, before: dict[str, dict]) -> list[dict[str, list[str]]]:
    found = []
    for one in variable.take_tables("when"):
        condition = {}
        for name in list(one.values):
            other = before.get(name)
            if name not in FACTS and (other is None or other["kind"] not in _BRANCHING):
                one.fault(name, f"“{name}” cannot be asked back to.", "Name a variable with values that stands before.")
                one.take(name)
                continue
            allowed = FACTS.get(name) or [str(value["value"]) for value in other.get("values", [])]
            given = one.take(name)
            one.values[name] = [str(value) for value in given] if isinstance(given, list) else given
            condition[name] = one.take_words(name, allowed or one.values[name] or ())
        found.append(condition)
    return [condition for condition in found if condition]


def _value(value: Fields, kind: str, words, before: list[dict]) -> dict:
    if kind == "scale":
        allowed = words if words is not None else range(-100, 101)
        what = value.take_number(
            "value", default=allowed[0], least=allowed[0], most=allowed[-1], whole=True, required=True
        )
    elif words is not None:
        what = value.take_word("value", words, required=True)
    else:
        what = value.take_slug("value", most=60)
    row = {
        "value": what,
        "labels": value.take_texts("labels", required=True),
        "help": value.take_texts("help"),
        "key": value.take_text("key", most=1),
    }
    if examples := value.take_texts("examples"):
        row["examples"] = examples
    if what != "" and what in {other["value"] for other in before}:
        value.fault("value", f"the value “{what}” stands twice.", "Remove one of them.")
    if row["key"] and row["key"] in {other["key"] for other in before}:
        value.fault("key", f"the key “{row['key']}” is taken.", "Choose another one.")
    value.done()
    return row


def in_use(held: Codebook) -> bool:
    """Was anything answered by this version?"""
    return (
        Coding.objects.filter(codebook=held).exists()
        or Adjudication.objects.filter(codebook=held).exists()
    )  # fmt: skip


def write(codebook: dict, pack: Pack, merge: Merge, election: Election) -> None:
    """A codebook by which something was coded is never rewritten: a change needs a new version."""
    existing = {row.version: row for row in Codebook.objects.filter(election=election)}
    held = existing.get(codebook["version"])
    if held and held.body != codebook["body"] and in_use(held):
        pack.fault(
            codebook["where"],
            f"posts were coded by version {held.version} of the codebook; it cannot change.",
            "Raise “version”.",
        )
        return
    wanted = {codebook["version"]: {"election": election, "body": codebook["body"]}}
    wanted[codebook["version"]]["version"] = codebook["version"]
    merge.bring(Codebook, existing, wanted, what="Codebook")
