"""Reading areas.csv, actors.csv and accounts.csv."""

from __future__ import annotations

from besa.base.languages import INTERFACE
from besa.base.packfile import Fields, Pack, once, with_cyrillic
from besa.base.words import PERSONS, AccountStatus, ActorKind, Gender, Grade, Platform
from besa.pledge import rules
from besa.pledge.pack.slice import Pledge

_PARTIES = (ActorKind.PARTY, ActorKind.COALITION)
_ACTOR_COLUMNS = (
    "slug", "kind", "name", "short_name", "aliases", "party", "affiliation_grade", "how_affiliated", "area",
    "gender", "gender_source", "community", "community_source", "language", "email", "signed_on",
    "signature_kind", "keeper_office", "keeper_email", "withdrawn_on",
)  # fmt: skip
_ACTOR_OPTIONAL = (
    "signer", "withdrawal_reason", "affiliated_from", "affiliated_until",
    "name_sq", "name_sr-Latn", "name_sr-Cyrl", "name_en",
)  # fmt: skip
_ACCOUNT_COLUMNS = (
    "platform", "handle", "name", "url", "actor", "identity_grade", "how_known", "status", "area",
)  # fmt: skip
_ACCOUNT_OPTIONAL = ("key", "status_evidence", "watched", "identity_from", "identity_until")


def read_areas(pack: Pack, pledge: Pledge) -> None:
    optional = ("sr-Cyrl",) if "sr-Cyrl" in pack.languages and "sr-Cyrl" not in pack.written else ()
    lines = pack.csv("areas.csv", ("slug", *pack.written, "monitored"), optional)
    for slug, line in once([(line.take_slug(), line) for line in lines], "area"):
        names = {tag: line.take_text(tag, required=tag in pack.written, most=200) for tag in (*pack.written, *optional)}
        names = {tag: name for tag, name in names.items() if name}
        if "sr-Cyrl" in pack.languages:
            names = with_cyrillic(names)
        pledge.areas.append({"slug": slug, "names": names, "monitored": line.take_flag("monitored", default=False)})
        line.done()


def read_actors(pack: Pack, pledge: Pledge) -> None:
    lines = list(pack.csv("actors.csv", _ACTOR_COLUMNS, _ACTOR_OPTIONAL))
    rows = [(line.take_slug(most=80), line) for line in lines]
    kinds = {slug: line.values.get("kind", "") for slug, line in rows}
    areas = {area["slug"] for area in pledge.areas}
    for slug, line in once(rows, "actor"):
        kind = line.take_word("kind", ActorKind, required=True)
        names = {tag: line.take_text(f"name_{tag}", most=200) for tag in INTERFACE}
        names = {tag: name for tag, name in names.items() if name}
        pledge.actors.append(
            {
                "slug": slug,
                "kind": kind,
                "name": line.take_text("name", required=True, most=200),
                "names": with_cyrillic(names) if "sr-Cyrl" in pack.languages else names,
                "short_name": line.take_text("short_name", most=40),
                "aliases": line.take_list("aliases"),
                "area": _reference(line, "area", areas, "areas.csv"),
                "language": line.take_word("language", pack.languages, default=next(iter(pack.languages), "en")),
                "contact_email": line.take_email("email"),
                **_own_words(line, kind),
            }
        )
        _affiliation(line, slug, kinds, pledge)
        _signature(line, slug, pledge)
        line.done()


def _own_words(line: Fields, kind: str) -> dict:
    """Gender and community come from the candidate list or the person's own words, never from a guess."""
    gender = line.take_word("gender", Gender, default=Gender.UNKNOWN)
    row = {
        "gender": gender,
        "gender_source": line.take_text("gender_source", most=200),
        "community": line.take_text("community", most=80),
        "community_source": line.take_text("community_source", most=200),
    }
    if gender != Gender.UNKNOWN and kind and kind not in PERSONS:
        line.fault("gender", f"a {kind} has no gender.", "Leave the cell empty.")
    elif gender != Gender.UNKNOWN and not row["gender_source"]:
        line.fault("gender_source", "says nothing about where the gender is known from.", "Write: candidate list.")
    if row["community"] and not row["community_source"]:
        line.fault(
            "community_source", "says nothing about where the community is known from.", "Say it, or leave both."
        )
    return row


def _reference(line: Fields, key: str, known, file: str) -> str:
    value = line.take_text(key)
    if value and value not in known:
        if file in line.pack.broken:
            return ""
        line.fault(key, f"the {key} “{value}” is not in {file}.", f"Add it there, or correct “{key}”.")
        return ""
    return value


def _affiliation(line: Fields, slug: str, kinds: dict[str, str], pledge: Pledge) -> None:
    party = _reference(line, "party", kinds, "actors.csv")
    row = {
        "grade": line.take_word("affiliation_grade", Grade, required=bool(party), default=Grade.UNKNOWN),
        "how_known": line.take_text("how_affiliated"),
        "first": line.take_date("affiliated_from"),
        "last": line.take_date("affiliated_until"),
    }
    if not party:
        return
    if party == slug:
        line.fault("party", "an actor cannot belong to itself.", "Leave the cell empty.")
    elif party in kinds and kinds[party] not in _PARTIES:
        line.fault("party", f"“{party}” is a {kinds[party] or 'row without a kind'}, not a party.", "Name a party.")
    if not rules.enough_for(row["grade"], row["how_known"], needed=1):
        line.fault(
            "how_affiliated", "a confirmed affiliation needs to say how it is known.", "For example: candidate list."
        )
    _forward(line, row["first"], row["last"], "affiliated_until")
    pledge.affiliations.append({"actor": slug, "party": party, **row})


def _signature(line: Fields, slug: str, pledge: Pledge) -> None:
    row = {
        "signed_on": line.take_date("signed_on"),
        "kind": line.take_word("signature_kind", ("ceremony", "late"), default="ceremony"),
        "withdrawn_on": line.take_date("withdrawn_on"),
        "signer": line.take_text("signer", most=200),
        "withdrawal_reason": line.take_text("withdrawal_reason"),
        "keeper_office": line.take_text("keeper_office", most=200),
        "keeper_email": line.take_email("keeper_email"),
    }
    if row["withdrawn_on"] and not row["signed_on"]:
        line.fault("withdrawn_on", "is given without signed_on.", "Add the day of signature.")
    elif row["withdrawn_on"] and row["withdrawn_on"] < row["signed_on"]:
        line.fault("withdrawn_on", "lies before signed_on.", "Correct one of the two days.")
    elif row["signed_on"]:
        pledge.signatures.append({"actor": slug, **row})


def _forward(line: Fields, first, last, key: str) -> None:
    if first and last and last < first:
        line.fault(key, "the last day lies before the first.", "Exchange the two.")


def read_accounts(pack: Pack, pledge: Pledge) -> None:
    areas, actors = {area["slug"] for area in pledge.areas}, {actor["slug"] for actor in pledge.actors}
    held: dict[str, tuple[dict, str]] = {}
    claims = []
    for line in pack.csv("accounts.csv", _ACCOUNT_COLUMNS, _ACCOUNT_OPTIONAL):
        row, claim = _account(line, areas, actors)
        line.done()
        key = row["key"]
        if key in held and (held[key][0] != row or not claim):
            line.fault(None, f"the account “{key}” stands twice.", f"The first is at {held[key][1]}.")
            continue
        held.setdefault(key, (row, line.where()))
        if claim:
            claims.append(((key, claim["actor"]), line, claim))
    pledge.accounts = [row for row, _ in held.values()]
    by_line = {id(line): claim for _, line, claim in claims}
    for (account, _), line in once([(key, line) for key, line, _ in claims], "claim"):
        pledge.identities.append({"account": account, **by_line[id(line)]})


def _account(line: Fields, areas: set[str], actors: set[str]) -> tuple[dict, dict | None]:
    platform = line.take_word("platform", Platform, required=True)
    handle = line.take_text("handle", most=200).removeprefix("@")
    key = line.take_text("key", most=200)
    if not key and not handle:
        line.fault("handle", "neither key nor handle is given.", "Give one of them.")
    if key and not key.startswith(f"{platform}:"):
        line.fault("key", f"“{key}” does not begin with the platform.", f"Write it as {platform}:native-id.")
    row = {
        "platform": platform,
        "key": key or f"{platform}:@{handle}",
        "handle": handle,
        "name": line.take_text("name", most=200),
        "url": line.take_url("url"),
        "status": line.take_word("status", AccountStatus, default=AccountStatus.AUTHENTIC),
        "status_evidence": line.take_text("status_evidence"),
        "area": _reference(line, "area", areas, "areas.csv"),
        "watched": line.take_flag("watched", default=True),
    }
    if row["status"] != AccountStatus.AUTHENTIC and not row["status_evidence"]:
        line.fault("status_evidence", f"the status {row['status']} needs evidence.", "Say what shows it.")
    actor = _reference(line, "actor", actors, "actors.csv")
    claim = {
        "actor": actor,
        "grade": line.take_word("identity_grade", Grade, required=bool(actor), default=Grade.UNKNOWN),
        "how_known": line.take_text("how_known"),
        "first": line.take_date("identity_from"),
        "last": line.take_date("identity_until"),
    }
    if actor and not rules.enough_for(claim["grade"], claim["how_known"]):
        line.fault(
            "how_known",
            "a confirmed identity needs two independent proofs.",
            "Name both, separated by a semicolon, or write probable.",
        )
    _forward(line, claim["first"], claim["last"], "identity_until")
    return row, claim if actor else None
