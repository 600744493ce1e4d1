"""Reading the slice: plain dictionaries of column values, every fault reported with its line."""

from __future__ import annotations

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from besa.base.languages import INTERFACE, POST
from besa.base.packfile import Fields, Pack, once, with_cyrillic
from besa.base.words import PERSONS, AccountStatus, ActorKind, Duty, Gender, Grade, PhaseKind, Platform
from besa.pledge import rules

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


@dataclass
class Pledge:
    """What the pack says. Every row is a dict of model fields; references are slugs (or account keys)."""

    election: dict = field(default_factory=dict)
    phases: list[dict] = field(default_factory=list)
    legal_rules: list[dict] = field(default_factory=list)
    code: dict = field(default_factory=dict)
    code_where: str = "code.toml"
    principles: list[dict] = field(default_factory=list)
    areas: list[dict] = field(default_factory=list)
    actors: list[dict] = field(default_factory=list)
    affiliations: list[dict] = field(default_factory=list)
    signatures: list[dict] = field(default_factory=list)
    accounts: list[dict] = field(default_factory=list)
    identities: list[dict] = field(default_factory=list)

    @property
    def clauses(self) -> list[dict]:
        return [clause for principle in self.principles for clause in principle["clauses"]]


def read(pack: Pack) -> Pledge:
    """Read all files of this slice; faults and warnings go to `pack`."""
    pledge = Pledge()
    _election(pack, pledge)
    _code(pack, pledge)
    _areas(pack, pledge)
    _actors(pack, pledge)
    _accounts(pack, pledge)
    _warn(pack, pledge)
    return pledge


def _election(pack: Pack, pledge: Pledge) -> None:
    top = pack.toml("election.toml")
    if top is None:
        pack.languages = tuple(INTERFACE)
        return
    languages = top.take_words("languages", INTERFACE, required=True)
    if "sr-Latn" in languages and "sr-Cyrl" not in languages:
        pack.warnings.append("election.toml: Serbian is given in Latin script only; add sr-Cyrl to publish in both.")
    pack.languages = tuple(languages)
    timezone = top.take_text("timezone", required=True)
    try:
        ZoneInfo(timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        top.fault("timezone", f"“{timezone}” is not a time zone.", "Use a name such as Europe/Belgrade.")
    pledge.election = {
        "slug": top.take_slug(),
        "timezone": timezone,
        "languages": languages,
        "post_languages": top.take_words("post_languages", POST, required=True),
        "reply_hours": top.take_number("reply_hours", default=48, least=1, most=2000, whole=True),
        "demo": top.take_flag("demo", default=False),
        "names": top.take_texts("names", required=True),
        "country": top.take_texts("country", required=True),
        "operator": top.take_texts("operator", required=True),
    }
    _phases(top, pledge)
    rows = [(rule.take_slug(), rule) for rule in top.take_tables("legal_rules")]
    for slug, rule in once(rows, "legal rule"):
        pledge.legal_rules.append(
            {
                "slug": slug,
                "names": rule.take_texts("names", required=True),
                "article": rule.take_text("article", required=True, most=200),
                "authority": rule.take_text("authority", required=True, most=200),
                "deadline_hours": rule.take_number(
                    "deadline_hours", default=1, least=1, most=100_000, whole=True, required=True
                ),
                "deadline_from": rule.take_word("deadline_from", ("event", "discovery"), required=True),
                "phases": rule.take_words("phases", PhaseKind),
                "evidence": rule.take_texts("evidence"),
            }
        )
        rule.done()
    top.done()


def _phases(top: Fields, pledge: Pledge) -> None:
    if not top.has("phases"):
        top.fault("phases", "no phase is given.", "Add [[phases]] with kind, first and last.")
    placed = []
    for phase in top.take_tables("phases"):
        row = {
            "kind": phase.take_word("kind", PhaseKind, required=True),
            "first": phase.take_date("first", required=True),
            "last": phase.take_date("last", required=True),
            "monitored": phase.take_flag("monitored", default=True),
            "names": phase.take_texts("names"),
        }
        phase.done()
        if not row["first"] or not row["last"]:
            continue
        if row["last"] < row["first"]:
            phase.fault("last", "the last day lies before the first.", "Exchange the two.")
            continue
        placed.append((phase, row))
    for one, other in rules.overlaps([(row["first"], row["last"]) for _, row in placed]):
        placed[other][0].fault(
            "first",
            f"the phase {placed[other][1]['kind']} overlaps {placed[one][1]['kind']}, which ends on "
            f"{placed[one][1]['last'].isoformat()}.",
            f"Phases may not overlap; see {placed[one][0].where('last')}.",
        )
    pledge.phases = [row for _, row in placed]


def _code(pack: Pack, pledge: Pledge) -> None:
    top = pack.toml("code.toml")
    if top is None:
        return
    pledge.code_where = top.where("version")
    pledge.code = {
        "version": top.take_text("version", required=True, most=20),
        "effective_from": top.take_date("effective_from", required=True),
        "source": top.take_text("source"),
        "titles": top.take_texts("titles", required=True),
        "preambles": top.take_texts("preambles"),
    }
    if not top.has("principles"):
        top.fault("principles", "the Code has no principles.", "Add [[principles]] with their clauses.")
    seen: list[tuple[str, Fields]] = []
    for order, principle in enumerate(top.take_tables("principles")):
        row = {
            "slug": principle.take_slug(most=40),
            "names": principle.take_texts("titles", required=True),
            "texts": principle.take_texts("texts"),
            "order": order,
        }
        found = [(clause.take_slug(most=40), clause) for clause in principle.take_tables("clauses")]
        row["clauses"] = [_clause(slug, clause, at) for at, (slug, clause) in enumerate(found)]
        seen += found
        principle.done()
        if row["slug"] in {other["slug"] for other in pledge.principles}:
            principle.fault("slug", f"the principle “{row['slug']}” stands twice.", "Give it another slug.")
        pledge.principles.append(row)
    for _ in once(seen, "clause"):
        pass
    top.done()
    if pledge.code["version"]:
        pledge.code["sha256"] = rules.text_sha256(pledge.code, pledge.principles)


def _clause(slug: str, clause: Fields, order: int) -> dict:
    kinds = clause.take_words("bound_kinds", [*ActorKind, "all"], required=True)
    row = {
        "slug": slug,
        "titles": clause.take_texts("titles", required=True),
        "texts": clause.take_texts("texts", required=True),
        "bound_kinds": [str(kind) for kind in ActorKind] if "all" in kinds else kinds,
        "duty": clause.take_word("duty", Duty, required=True),
        "on": clause.take_flag("on", default=True),
        "reconstructed": clause.take_flag("reconstructed", default=False),
        "urgent": clause.take_flag("urgent", default=False),
        "source": clause.take_text("source"),
        "order": order,
    }
    clause.done()
    return row


def _areas(pack: Pack, pledge: Pledge) -> None:
    optional = ("sr-Cyrl",) if "sr-Cyrl" in pack.languages and "sr-Cyrl" not in pack.written else ()
    lines = pack.csv("areas.csv", ("slug", *pack.written, "monitored"), optional)
    for slug, line in once([(line.take_slug(), line) for line in lines], "area"):
        names = {tag: line.take_text(tag, required=tag in pack.written, most=200) for tag in (*pack.written, *optional)}
        names = {tag: name for tag, name in names.items() if name}
        if "sr-Cyrl" in pack.languages:
            names = with_cyrillic(names)
        pledge.areas.append({"slug": slug, "names": names, "monitored": line.take_flag("monitored", default=False)})
        line.done()


def _actors(pack: Pack, pledge: Pledge) -> None:
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


def _accounts(pack: Pack, pledge: Pledge) -> None:
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


def _warn(pack: Pack, pledge: Pledge) -> None:
    """What is allowed but will hurt later."""
    if not any(area["monitored"] for area in pledge.areas):
        pack.warnings.append(
            f"areas.csv: none of the {len(pledge.areas)} areas is monitored. Choose yours on the desk's "
            "page “Areas”, or set monitored to true in areas.csv."
        )
    if not pledge.signatures:
        pack.warnings.append("actors.csv: there is no signatory yet. Fill in signed_on for those who signed the Code.")
    silent = sum(1 for actor in pledge.actors if not actor["contact_email"])
    if silent:
        pack.warnings.append(
            f"actors.csv: {silent} of {len(pledge.actors)} actors have no e-mail: who cannot be told is not named."
        )
    if believed := [clause["slug"] for clause in pledge.clauses if clause["on"] and clause["reconstructed"]]:
        pack.warnings.append(
            f"code.toml: switched on although reconstructed, not the signed text: {', '.join(believed)}."
        )
