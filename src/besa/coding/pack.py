"""This room's slice of an election pack: codebook.toml -> Codebook."""

from __future__ import annotations

from enum import StrEnum

from besa.base.packfile import Fields, Pack
from besa.base.words import AccountStatus, ActorKind, Decision, FindingType, SpeechAct
from besa.coding.models import Codebook, Coding
from besa.pledge.models import Election
from besa.pledge.pack import Merge

_KINDS = ("one", "many", "targets", "actor", "clauses", "scale", "text")
_WITH_VALUES = ("one", "many", "scale")
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
    top = pack.toml("codebook.toml")
    if top is None:
        return {}
    where = top.where("version")
    version = top.take_text("version", required=True, most=20)
    variables: list[dict] = []
    for variable in top.take_tables("variables"):
        row = _variable(variable)
        if row["name"] in {other["name"] for other in variables}:
            variable.fault("name", f"the variable “{row['name']}” stands twice.", "Give it another name.")
        variables.append(row)
    top.done()
    for name in REQUIRED.keys() - {row["name"] for row in variables}:
        top.fault("variables", f"the variable “{name}” is missing.", "The method needs it; see docs/reference/pack.md.")
    return {"version": version, "body": {"variables": variables}, "where": where}


def _variable(variable: Fields) -> dict:
    name = variable.take_slug("name", most=40)
    kind = variable.take_word("kind", _KINDS, required=True)
    wanted_kind, words = REQUIRED.get(name, (kind, None))
    if kind and kind != wanted_kind:
        variable.fault("kind", f"“{name}” must be of kind {wanted_kind}.", f"Write kind = “{wanted_kind}”.")
    row = {
        "name": name,
        "kind": kind,
        "labels": variable.take_texts("labels", required=True),
        "help": variable.take_texts("help"),
    }
    if kind != "text":
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
    if what != "" and what in {other["value"] for other in before}:
        value.fault("value", f"the value “{what}” stands twice.", "Remove one of them.")
    if row["key"] and row["key"] in {other["key"] for other in before}:
        value.fault("key", f"the key “{row['key']}” is taken.", "Choose another one.")
    value.done()
    return row


def write(codebook: dict, pack: Pack, merge: Merge, election: Election) -> None:
    """A codebook by which something was coded is never rewritten: a change needs a new version."""
    existing = {row.version: row for row in Codebook.objects.filter(election=election)}
    held = existing.get(codebook["version"])
    if held and held.body != codebook["body"] and Coding.objects.filter(codebook=held).exists():
        pack.fault(
            codebook["where"],
            f"posts were coded by version {held.version} of the codebook; it cannot change.",
            "Raise “version”.",
        )
        return
    wanted = {codebook["version"]: {"election": election, "body": codebook["body"]}}
    wanted[codebook["version"]]["version"] = codebook["version"]
    merge.bring(Codebook, existing, wanted, what="Codebook")
