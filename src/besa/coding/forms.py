"""From the page to answers and back. A form of a codebook is made of its variables, not of a fixed list."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext

from besa.base import words
from besa.base.languages import pick
from besa.base.words import COMPLIANCE_TYPES, Gender, TargetKind
from besa.coding.rules.answers import WORDS, values_of, variables
from besa.coding.rules.branching import asked_of, conditions
from besa.coding.types import Fault
from besa.pledge.models import Actor, Clause, Election

#: Keys handed to values for which the codebook names none; arrows move, the signs . , ? / are the desk's own.
_KEYS = "123456789abcdefghijklmnopqrstuvwxyz"
#: The key that adds a target of each kind.
TARGET_KEYS = {"person": "n", "party": "p", "group": "g", "institution": "i", "journalist": "j", "voters": "v"}
#: Empty rows for further targets, for those without JavaScript.
_SPARE_TARGETS = 2
_MOST_TARGETS = 40
_SLUG_AT_END = re.compile(r"\(([\w-]+)\)\s*$")


def answers_of(data: QueryDict, body: Mapping[str, Any], election: Election) -> dict[str, Any]:
    """The answers that a form brings; names of actors become slugs where they are known."""
    found: dict[str, Any] = {}
    for name, variable in variables(body).items():
        kind = variable["kind"]
        if kind == "many":
            found[name] = data.getlist(name)
        elif kind == "clauses":
            primary = data.get(f"{name}-primary", "")
            found[name] = list(dict.fromkeys(slug for slug in [primary, *data.getlist(name)] if slug))
        elif kind == "targets":
            found[name] = _targets(data, name)
        else:
            found[name] = data.get(name, "")
    _names_to_slugs(found, body, election)
    return found


def _targets(data: QueryDict, name: str) -> list[dict[str, str]]:
    rows = []
    for at in range(_MOST_TARGETS):
        row = {
            key: data.get(f"{name}-{at}-{key}", "").strip()
            for key in ("kind", "actor", "gender", "community", "ground")
        }
        if row["actor"] and not row["kind"]:
            row["kind"] = TargetKind.PERSON.value
        if row["kind"]:
            rows.append(row)
    return rows


def _names_to_slugs(answers: dict[str, Any], body: Mapping[str, Any], election: Election) -> None:
    """“Ana Deva (ana-deva)” and “Ana Deva” mean ana-deva, where there is one Ana Deva only."""
    places: list[tuple[dict, str]] = []
    for name, variable in variables(body).items():
        if variable["kind"] == "actor":
            places.append((answers, name))
        elif variable["kind"] == "targets":
            places += [(target, "actor") for target in answers[name]]
    for holder, key in places:
        text = holder[key].strip()
        at_end = _SLUG_AT_END.search(text)
        holder[key] = at_end[1] if at_end else text
    typed = {holder[key] for holder, key in places if holder[key]}
    if not typed:
        return
    by_name: dict[str, set[str]] = defaultdict(set)
    for slug, full, short in Actor.objects.filter(
        Q(slug__in=typed) | Q(name__in=typed) | Q(short_name__in=typed), election=election
    ).values_list("slug", "name", "short_name"):
        for text in (slug, full, short):
            by_name[text].add(slug)
    for holder, key in places:
        if len(by_name.get(holder[key], ())) == 1:
            holder[key] = next(iter(by_name[holder[key]]))


def fields_of(
    body: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    clauses: Iterable[Clause],
    actors: Mapping[str, Actor],
    faults: Iterable[Fault] = (),
    tag: str,
    adjudicator: bool = False,
) -> list[dict[str, Any]]:
    """What the template shows, variable by variable, in the reader's language `tag`.

    All that this person may be asked is there; the page puts away what does not apply (`when`).
    """
    wrong: dict[str, list[str]] = defaultdict(list)
    for fault in faults:
        wrong[fault.variable].append(gettext(fault.reason) % fault.values)
    fields, block = [], ""
    for name, variable in variables(body).items():
        if not asked_of(variable, adjudicator=adjudicator):
            continue
        given, when = answers.get(name), conditions(variable)
        field = {
            "name": name,
            "kind": variable["kind"],
            "label": pick(variable.get("labels"), tag) or name,
            "help": pick(variable.get("help"), tag),
            "examples": pick(variable.get("examples"), tag),
            "faults": wrong.pop(name, []),
            "when": json.dumps(when) if when else "",
            "required": variable.get("required", False),
            "given": given,
        }
        this_block = pick(variable.get("block"), tag)
        if this_block != block:
            field["block"] = block = this_block
        field["of_block"] = block
        if variable["kind"] == "spans":
            field["given"] = marks(given)
        if variable["kind"] in ("one", "many", "scale"):
            field["options"] = _options(name, variable, given, tag)
        elif variable["kind"] == "clauses":
            field["options"] = _clauses(clauses, given or [], tag)
        elif variable["kind"] == "actor":
            field["shown"] = shown_actor(given, actors)
        elif variable["kind"] == "targets":
            field["rows"] = _rows(given or [], actors)
        if variable.get("beside") and fields and fields[-1]["name"] == variable["beside"]:
            fields[-1]["beside"] = field
        else:
            fields.append(field)
    for name, reasons in wrong.items():
        fields.insert(0, {"name": name, "kind": "", "label": name, "faults": reasons})
    return fields


def marks(given: Any) -> str:
    """Marked places as the page sends them: “3-10 25-30”."""
    if isinstance(given, str) or not given:
        return given or ""
    return " ".join("-".join(map(str, span)) for span in given if isinstance(span, list | tuple))


def _options(name: str, variable: Mapping[str, Any], given: Any, tag: str) -> list[dict[str, Any]]:
    values = values_of(variable)
    own = {str(value.get("key", "")) for value in variable["values"]} - {""}
    spare = (key for key in _KEYS if key not in own)
    chosen = {str(one) for one in given} if isinstance(given, list) else {str(given)}
    options = []
    for value, described in zip(values, variable["values"], strict=True):
        option = {
            "value": str(value),
            "label": pick(described.get("labels"), tag) or _word(name, str(value)),
            "help": pick(described.get("help"), tag),
            "examples": pick(described.get("examples"), tag),
            "key": described.get("key") or _own_key(variable, value) or next(spare, ""),
            "chosen": str(value) in chosen,
            "only": "",
        }
        if name == "type":
            option["only"] = "compliance" if value in COMPLIANCE_TYPES else "violation"
        options.append(option)
    return options


def _own_key(variable: Mapping[str, Any], value: Any) -> str:
    """A figure of a scale is its own key."""
    return str(value) if variable["kind"] == "scale" and 0 <= value <= 9 else ""


def _clauses(clauses: Iterable[Clause], given: list, tag: str) -> list[dict[str, Any]]:
    keys = iter(_KEYS)
    return [
        {
            "value": clause.slug,
            "label": pick(clause.titles, tag) or clause.slug,
            "help": pick(clause.texts, tag),
            "duty": clause.duty,
            "bound": "" if "all" in clause.bound_kinds else " ".join(clause.bound_kinds),
            "key": next(keys, ""),
            "primary": given[:1] == [clause.slug],
            "chosen": clause.slug in given[1:],
        }
        for clause in clauses
        if clause.on
    ]


def _rows(given: list, actors: Mapping[str, Actor]) -> list[dict[str, Any]]:
    rows = [
        {**target, "shown": shown_actor(target.get("actor"), actors)} for target in given if isinstance(target, Mapping)
    ]
    spare = [{"kind": "", "shown": "", "gender": "", "community": "", "ground": ""} for _ in range(_SPARE_TARGETS)]
    return (rows + spare)[:_MOST_TARGETS]


def shown_actor(slug: Any, actors: Mapping[str, Actor]) -> str:
    """As it stands in the field: the name with the slug behind it, which finds it again."""
    if not isinstance(slug, str) or not slug:
        return ""
    return f"{actors[slug].name} ({slug})" if slug in actors else slug


def target_words() -> dict[str, list[tuple[str, str]]]:
    """Kinds and genders with their labels, for the rows of targets."""
    return {
        "kinds": [
            (value.value, gettext(words.label(TargetKind, value)), TARGET_KEYS[value.value]) for value in TargetKind
        ],
        "genders": [(value.value, gettext(words.label(Gender, value))) for value in Gender if value != Gender.UNKNOWN],
    }


def in_words(
    variable: Mapping[str, Any], given: Any, *, clauses: Mapping, actors: Mapping[str, Actor], tag: str, text: str = ""
) -> str:
    """One answer as a sentence would say it, for reading side by side; `text` of the post, for words marked in it."""
    kind, name = variable["kind"], variable["name"]
    if given in (None, "", []):
        return "–"
    labels = {str(value["value"]): pick(value.get("labels"), tag) for value in variable.get("values", [])}
    if kind in ("one", "scale"):
        return labels.get(str(given)) or _word(name, str(given))
    if kind == "many":
        return ", ".join(labels.get(str(one)) or str(one) for one in given)
    if kind == "clauses":
        return ", ".join(pick(clauses[slug].titles, tag) if slug in clauses else slug for slug in given)
    if kind == "actor":
        return actors[given].name if given in actors else given
    if kind == "spans":
        return ", ".join(f"“{text[start:end]}”" for start, end in given) if text else marks(given)
    if kind == "targets":
        return "; ".join(_target_in_words(target, actors) for target in given)
    return str(given)


def told(
    body: Mapping[str, Any], answers: Mapping[str, Any], *, clauses: Mapping, actors: Mapping[str, Actor], tag: str,
    text: str = "",
) -> list[tuple[str, str]]:  # fmt: skip
    """(variable, answer) in words, of all that was answered."""
    return [
        (
            pick(variable.get("labels"), tag) or name,
            in_words(variable, answers[name], clauses=clauses, actors=actors, tag=tag, text=text),
        )
        for name, variable in variables(body).items()
        if answers.get(name) not in (None, "", [])
    ]


def _target_in_words(target: Mapping[str, str], actors: Mapping[str, Actor]) -> str:
    actor = target.get("actor")
    about = [
        actors[actor].name if actor in actors else actor or "",
        gettext(words.label(TargetKind, target.get("kind"))),
        gettext(words.label(Gender, target.get("gender"))) if target.get("gender") and not actor else "",
        target.get("community", ""),
        target.get("ground", ""),
    ]
    return " · ".join(part for part in about if part)


def _word(name: str, value: str) -> str:
    return gettext(words.label(WORDS[name], value)) if name in WORDS else value


def seconds_of(data: QueryDict) -> float:
    """Seconds as the page measured them; 0 where it could not."""
    try:
        seconds = float(data.get("seconds", ""))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < 86400 else 0.0
