"""What a table would do to the watch-list, row by row, before anything is done. Pure.

A row is `new`, `changed`, `same`, in `conflict` (with what stands, or with another row: a person decides) or
`refused` (it cannot be read). Rows in conflict and refused rows do nothing at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from besa.base.text import folded
from besa.base.words import PERSONS, AccountStatus, ActorKind, Gender, Grade, Platform
from besa.pledge import rules
from besa.pledge.rules.accounts import Named, read_account, spelling
from besa.pledge.rules.sheet import plain

OUTCOMES = ("new", "changed", "same", "conflict", "refused")
_PARTIES = (ActorKind.PARTY, ActorKind.COALITION)
_SURE = (Grade.CONFIRMED, Grade.PROBABLE)
#: Columns whose cells are words of the method.
WORDS = {
    "kind": ActorKind, "affiliation": Grade, "identity": Grade, "gender": Gender, "platform": Platform,
    "status": AccountStatus,
}  # fmt: skip


@dataclass
class Known:
    """The watch-list as it stands, with values as the tables hold them.

    actors: slug -> {kind, name, names, aliases, area, gender, gender_source, contact_email, short_name};
    affiliations: (actor, party) -> claim; accounts: key -> {handle, name, url, status, status_evidence};
    identities: (account, actor) -> claim. A claim: {grade, how_known, first, last, proposed_by, confirmed_by}.
    areas: folded name or slug -> slug.
    """

    actors: dict[str, dict[str, Any]] = field(default_factory=dict)
    affiliations: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    identities: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)


@dataclass
class Planned:
    """What one row would do: `values[table][key]` = fields to set; `says`: (message, values) in plain words."""

    line: int
    outcome: str = "same"
    actor: str = ""
    name: str = ""
    account: str = ""
    says: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    values: dict[str, dict[Any, dict[str, Any]]] = field(default_factory=dict)


class _Stop(Exception):
    """The row goes no further."""

    def __init__(self, outcome: str, message: str, **values: Any):
        self.outcome, self.said = outcome, (message, values)


def N_(message: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return message


def plan(
    rows: Iterable[tuple[int, Mapping[str, str]]], known: Known, words: Mapping[str, Mapping[str, str]], *, by: str
) -> list[Planned]:
    """One `Planned` per row, each seeing what the rows before it would do; `known` is changed on the way.

    `words`: column -> what a value may be called, folded -> value. `by`: who brings the table.
    """
    index = _Index(known)
    planned = []
    for line, cells in rows:
        made = Planned(line, name=cells.get("name", ""))
        try:
            _row(made, cells, index, words, by)
        except _Stop as stop:
            made.outcome, made.values = stop.outcome, {}
            made.says.append(stop.said)
        else:
            index.take(made)
        planned.append(made)
    return planned


def counts(planned: Iterable[Planned]) -> dict[str, int]:
    found = Counter(row.outcome for row in planned)
    return {outcome: found[outcome] for outcome in OUTCOMES}


class _Index:
    """`Known`, findable by the names of people and all spellings of accounts."""

    def __init__(self, known: Known):
        self.known = known
        self.names: dict[str, set[str]] = {}
        self.spellings: dict[str, str] = {}
        self.lines: dict[str, int] = {}
        for slug, actor in known.actors.items():
            self._name(slug, actor)
        for key, account in known.accounts.items():
            self._account(key, account)

    def _name(self, slug: str, actor: Mapping[str, Any]) -> None:
        called = [actor["name"], actor.get("short_name", ""), *actor.get("aliases", [])]
        for name in [*called, *actor.get("names", {}).values()]:
            if name:
                self.names.setdefault(person_key(name), set()).add(slug)

    def _account(self, key: str, account: Mapping[str, Any]) -> None:
        self.spellings[spelling(key)] = key
        if account.get("handle"):
            self.spellings.setdefault(spelling(f"{key.partition(':')[0]}:@{account['handle']}"), key)

    def claims_of(self, account: str) -> dict[str, dict[str, Any]]:
        return {actor: claim for (key, actor), claim in self.known.identities.items() if key == account}

    def parties_of(self, actor: str) -> dict[str, dict[str, Any]]:
        return {party: claim for (slug, party), claim in self.known.affiliations.items() if slug == actor}

    def take(self, made: Planned) -> None:
        """The rows that follow see this one as if it were done."""
        for table, held in (
            ("actor", self.known.actors), ("affiliation", self.known.affiliations),
            ("account", self.known.accounts), ("identity", self.known.identities),
        ):  # fmt: skip
            for key, values in made.values.get(table, {}).items():
                held[key] = {**held.get(key, {}), **values}
                if table == "actor":
                    self._name(key, held[key])
                if table == "account":
                    self._account(key, held[key])
        if made.account:
            self.lines.setdefault(made.account, made.line)


def person_key(name: str) -> str:
    """One text for a name in either order, with or without marks and in either script."""
    return " ".join(sorted(re.findall(r"\w+", folded(name))))


def slug_of(name: str, taken: Iterable[str]) -> str:
    plain_name = unicodedata.normalize("NFKD", folded(name)).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain_name).strip("-")[:70] or "actor"
    taken, number = set(taken), 2
    while (made := slug if number == 2 else f"{slug}-{number - 1}") in taken:
        number += 1
    return made


def _row(made: Planned, cells: Mapping[str, str], index: _Index, words, by: str) -> None:
    given = _values(cells, words)
    party = _party(given, index)
    area = _area(given, index)
    made.actor = _whom(given, party, area, index)
    made.name = given.get("name") or index.known.actors[made.actor]["name"]
    _actor(made, given, area, index)
    if party:
        _affiliation(made, given, party, index, by)
    if given.get("account"):
        _account(made, given, index, by)
    elif given.get("platform") or given.get("identity"):
        raise _Stop("refused", N_("The row says something of an account, but not which."))
    new = (made.actor not in index.known.actors) or (made.account and made.account not in index.known.accounts)
    made.outcome = "new" if new else "changed" if made.values else "same"


def _values(cells: Mapping[str, str], words) -> dict[str, Any]:
    given: dict[str, Any] = {column: cell for column, cell in cells.items() if cell}
    for column in WORDS:
        if cell := given.get(column):
            found = words[column].get(plain(cell))
            if found is None:
                raise _Stop("refused", N_("“%(cell)s” is not a word for “%(column)s”."), cell=cell, column=column)
            given[column] = found
    for column in ("first", "last"):
        if cell := given.get(column):
            given[column] = _day(cell)
    if given.get("first") and given.get("last") and given["last"] < given["first"]:
        raise _Stop("refused", N_("The last day lies before the first."))
    for column, most in (("name", 200), ("account_name", 200), ("gender_source", 200), ("email", 200)):
        if len(given.get(column, "")) > most:
            raise _Stop("refused", N_("“%(column)s” is too long."), column=column)
    if (email := given.get("email")) and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}", email):
        raise _Stop("refused", N_("“%(cell)s” is not a mail address."), cell=email)
    if not given.get("name") and given.get("id", "new") == "new":
        raise _Stop("refused", N_("The row has no name."))
    return given


def _day(cell: str) -> date:
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", cell) or re.fullmatch(
        r"(\d{1,2})[./](\d{1,2})[./](\d{4})\.?", cell.replace(" ", "")
    )
    parts = [int(part) for part in found.groups()] if found else []
    try:
        return date(*parts) if parts and parts[0] > 31 else date(*reversed(parts))
    except (TypeError, ValueError):
        raise _Stop("refused", N_("“%(cell)s” is not a day. Write 2027-09-13 or 13.9.2027."), cell=cell) from None


def _party(given, index: _Index) -> str:
    if not (cell := given.get("party")):
        return ""
    named = index.names.get(person_key(cell), set()) | ({cell} if cell in index.known.actors else set())
    parties = sorted(slug for slug in named if index.known.actors[slug]["kind"] in _PARTIES)
    if len(parties) != 1:
        raise _Stop("refused", N_("No party on the watch-list is called “%(cell)s”."), cell=cell)
    return parties[0]


def _area(given, index: _Index) -> str:
    if not (cell := given.get("municipality")):
        return ""
    found = index.known.areas.get(plain(cell))
    if found is None:
        raise _Stop("refused", N_("No municipality is called “%(cell)s”."), cell=cell)
    return found


def _whom(given, party: str, area: str, index: _Index) -> str:
    """The actor's slug: the one named, the only one who fits, or a new one."""
    actors = index.known.actors
    asked = given.get("id", "")
    if asked and asked != "new":
        if asked not in actors and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,79}", asked):
            raise _Stop("refused", N_("“%(cell)s” is not an id: small letters, figures and hyphens."), cell=asked)
        return asked
    called = sorted(index.names.get(person_key(given["name"]), set()))
    if not asked and called:
        fitting = [slug for slug in called if _fits(slug, given, party, area, index)]
        if len(fitting) == 1:
            return fitting[0]
        raise _Stop(
            "conflict",
            N_("The watch-list has “%(names)s” already. Write which one in the column “id”, or “new” for another."),
            names=", ".join(fitting or called),
        )
    return slug_of(given["name"], actors)


def _fits(slug: str, given, party: str, area: str, index: _Index) -> bool:
    actor, parties = index.known.actors[slug], index.parties_of(slug)
    if area and actor.get("area") and actor["area"] != area:
        return False
    if party and parties and party not in parties and slug != party:
        return False
    kind = given.get("kind")
    return not kind or (kind in PERSONS) == (actor["kind"] in PERSONS)


def _actor(made: Planned, given, area: str, index: _Index) -> None:
    held = index.known.actors.get(made.actor)
    if held is None and "kind" not in given:
        raise _Stop("refused", N_("Somebody new needs a kind, for example: candidate for the council."))
    kind = given.get("kind") or held["kind"]
    if given.get("gender", "unknown") != "unknown":
        if kind not in PERSONS:
            raise _Stop("refused", N_("Only a person has a gender."))
        if not given.get("gender_source") and not (held or {}).get("gender_source"):
            raise _Stop("refused", N_("Say where the gender is known from, for example: candidate list."))
    wanted = {"kind": given.get("kind"), "area": area, "gender": given.get("gender"),
              "gender_source": given.get("gender_source"), "contact_email": given.get("email")}  # fmt: skip
    if held is None or given.get("id") not in (None, "", "new"):
        wanted["name"] = given.get("name")
    _set(made, "actor", made.actor, wanted, held or {})
    aliases = [name.strip() for name in re.split(r"[|;]", given.get("also_called", "")) if name.strip()]
    if missing := [name for name in aliases if name not in (held or {}).get("aliases", [])]:
        _put(made, "actor", made.actor, {"aliases": [*(held or {}).get("aliases", []), *missing]})
    if held is None and area == "" and kind in (ActorKind.COUNCIL_CANDIDATE, ActorKind.MAYOR_CANDIDATE):
        made.says.append((N_("No municipality is given."), {}))


def _affiliation(made: Planned, given, party: str, index: _Index, by: str) -> None:
    if party == made.actor:
        raise _Stop("refused", N_("Nobody belongs to itself."))
    others = {slug: claim for slug, claim in index.parties_of(made.actor).items() if slug != party}
    if open_ones := [slug for slug, claim in others.items() if claim["grade"] in _SURE and claim["last"] is None]:
        raise _Stop(
            "conflict",
            N_("“%(name)s” belongs to %(party)s as far as we know. End that first, with its last day."),
            name=index.known.actors[made.actor]["name"], party=index.known.actors[open_ones[0]]["name"],
        )  # fmt: skip
    held = index.known.affiliations.get((made.actor, party))
    grade = Grade(given.get("affiliation") or (held or {}).get("grade") or Grade.PROBABLE)
    how = given.get("how_affiliated") or (held or {}).get("how_known", "")
    if "affiliation" in given and not rules.enough_for(grade, how, needed=1):
        raise _Stop("refused", N_("A confirmed affiliation needs to say how it is known."))
    _claim(made, "affiliation", (made.actor, party), held, grade, how, {}, by)


def _account(made: Planned, given, index: _Index, by: str) -> None:
    named = read_account(given["account"], given.get("platform", ""))
    if named is None:
        raise _Stop(
            "refused",
            N_("“%(cell)s” is not an account we can read. Give its address, or its platform and short name."),
            cell=given["account"],
        )
    made.account = index.spellings.get(spelling(named.key), named.key)
    if made.account in index.lines:
        made.says.append((N_("The same account as in line %(line)s."), {"line": index.lines[made.account]}))
    elif made.account != named.key:
        made.says.append((N_("Known as %(key)s."), {"key": made.account}))
    first, last = given.get("first"), given.get("last")
    for other, claim in index.claims_of(made.account).items():
        if other != made.actor and claim["grade"] in _SURE and _meet(claim, first, last):
            raise _Stop(
                "conflict",
                N_("The account is said to be %(name)s's. Settle that first: one account is never two people's."),
                name=index.known.actors[other]["name"],
            )
    held = index.known.accounts.get(made.account)
    status = given.get("status")
    if status not in (None, AccountStatus.AUTHENTIC) and not (
        given.get("status_evidence") or (held or {}).get("status_evidence")
    ):
        raise _Stop("refused", N_("This status needs evidence."))
    wanted = {"name": given.get("account_name"), "status": status, "status_evidence": given.get("status_evidence")}
    if held is None:
        wanted |= {"handle": named.handle, "url": named.url or _url(named), "platform": named.platform}
        wanted = {"status": AccountStatus.AUTHENTIC, **{key: value for key, value in wanted.items() if value}}
        _put(made, "account", made.account, wanted)
    else:
        _set(made, "account", made.account, wanted, held)
    claim = index.known.identities.get((made.account, made.actor))
    grade = Grade(given.get("identity") or (claim or {}).get("grade") or Grade.PROBABLE)
    how = given.get("how_known") or (claim or {}).get("how_known", "")
    if ("identity" in given or "how_known" in given) and not rules.enough_for(grade, how):
        raise _Stop("refused", N_("“Confirmed” needs two independent proofs, separated by a semicolon."))
    _claim(made, "identity", (made.account, made.actor), claim, grade, how, {"first": first, "last": last}, by)


def _claim(made: Planned, table: str, key, held, grade: Grade, how: str, days: dict, by: str) -> None:
    """The claim as it would stand: “confirmed” is proposed, and left alone where two people confirmed it before."""
    days = {name: day or (held or {}).get(name) for name, day in {"first": None, "last": None, **days}.items()}
    standing = held and rules.Proposed(
        Grade(held["grade"]), held["first"], held["last"], held["proposed_by"], held["confirmed_by"]
    )
    # a table is one pair of eyes: it proposes, and never agrees to what somebody else proposed
    if standing and grade == Grade.CONFIRMED and standing.grade == Grade.PROBABLE and standing.proposed_by:
        after = standing
    else:
        after = rules.second_eyes(standing, grade, days["first"], days["last"], by)
    values = {"grade": after.grade, "how_known": how, **days, "proposed_by": after.proposed_by,
              "confirmed_by": after.confirmed_by}  # fmt: skip
    if differing := {name: value for name, value in values.items() if held is None or held[name] != value}:
        _put(made, table, key, differing)
    if grade == Grade.CONFIRMED and after.grade != Grade.CONFIRMED and table in made.values:
        made.says.append((N_("Probable, until a second person confirms it."), {}))


def _set(made: Planned, table: str, key, wanted: dict, held: Mapping[str, Any]) -> None:
    """Cells that are filled and say something else than what is held."""
    if differing := {name: value for name, value in wanted.items() if value and held.get(name) != value}:
        _put(made, table, key, differing)


def _put(made: Planned, table: str, key, values: dict) -> None:
    made.values.setdefault(table, {}).setdefault(key, {}).update(values)


def _meet(claim: Mapping[str, Any], first: date | None, last: date | None) -> bool:
    """Whether the days of a claim and first..last have one in common."""
    begins = claim["last"] is None or first is None or first <= claim["last"]
    return begins and (claim["first"] is None or last is None or claim["first"] <= last)


_URLS: dict[str, Callable[[str], str]] = {
    "facebook": "https://www.facebook.com/{}".format, "instagram": "https://www.instagram.com/{}/".format,
    "tiktok": "https://www.tiktok.com/@{}".format, "x": "https://x.com/{}".format,
    "youtube": "https://www.youtube.com/@{}".format, "telegram": "https://t.me/{}".format,
    "threads": "https://www.threads.net/@{}".format, "bluesky": "https://bsky.app/profile/{}".format,
    "truth_social": "https://truthsocial.com/@{}".format, "portal": "https://{}/".format,
}  # fmt: skip


def _url(named: Named) -> str:
    return _URLS[named.platform](named.handle) if named.handle and named.platform in _URLS else ""
