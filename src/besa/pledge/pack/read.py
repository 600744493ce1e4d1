"""Reading the slice: plain dictionaries of column values, every fault reported with its line."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from besa.base.errors import BadInput
from besa.base.languages import INTERFACE, POST
from besa.base.packfile import Fields, Pack, once
from besa.base.words import ActorKind, Concern, Duty, PhaseKind
from besa.net.here import loopback
from besa.pledge import rules
from besa.pledge.pack.keeping import read_retention
from besa.pledge.pack.legal import read_days, read_legal_rules
from besa.pledge.pack.people import read_accounts, read_actors, read_areas
from besa.pledge.pack.slice import Pledge

#: Numbers in [settings]: the most that makes sense, and whether they are whole.
NUMBERS = {
    "docket_per_week": (100_000, True),
    "control_per_week": (100_000, True),
    "duty_per_signatory": (10_000, True),
    "uncertain_per_week": (10_000, True),
    "learn_after": (1_000_000, True),
    "alpha_share": (1, False),
    "coder_hours_per_day": (1000, False),
    "dose_hours_per_day": (24, False),
    "seed": (2**31, True),
    "tips_waiting": (1_000_000, True),
    "tips_megabytes": (1_000_000, True),
    "clock_warning_hours": (1000, True),
}
#: A folder in `models/` of Besa's home, never anywhere else.
_FOLDER = re.compile(r"[A-Za-z0-9][\w.-]*")
SETTINGS = (*NUMBERS, "majority_communities", "holidays", "concern_clauses", "emergency", "local_model", "retention")


def read(pack: Pack) -> Pledge:
    """Read all files of this slice; faults and warnings go to `pack`."""
    pledge = Pledge()
    _election(pack, pledge)
    _code(pack, pledge)
    read_areas(pack, pledge)
    read_actors(pack, pledge)
    read_accounts(pack, pledge)
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
    if top.has("emergency"):
        pledge.settings["emergency"] = top.take_texts("emergency")
    if top.has("retention"):
        pledge.settings["retention"] = read_retention(top)
    _settings(top, pledge)
    _phases(top, pledge)
    pledge.legal_rules = read_legal_rules(top)
    top.done()


def _settings(top: Fields, pledge: Pledge) -> None:
    """How much people can read and how samples are drawn; what is left out keeps Besa's default."""
    given = top.take_table("settings")
    if given is None:
        return
    for key, (most, whole) in NUMBERS.items():
        if given.has(key):
            pledge.settings[key] = given.take_number(key, default=0, least=0, most=most, whole=whole)
    if given.has("majority_communities"):
        pledge.settings["majority_communities"] = given.take_names("majority_communities")
    if given.has("holidays"):
        pledge.settings["holidays"] = read_days(given, "holidays")
    if given.has("no_ads_in"):
        pledge.settings["no_ads_in"] = given.take_words("no_ads_in", PhaseKind)
    if (named := given.take_table("concern_clauses")) is not None:
        pledge.settings["concern_clauses"] = {
            concern: named.take_slug(concern, most=40) for concern in Concern if named.has(concern)
        }
        named.done()
    if (local := given.take_table("local_model")) is not None:
        names = ("onnx",) if local.has("onnx") else ("address", "model")
        told = {name: local.take_text(name, required=True, most=200) for name in names}
        told["concern"] = local.take_word("concern", Concern, required=True)
        if "onnx" in told:
            if not _FOLDER.fullmatch(told["onnx"]):
                local.fault("onnx", "is not the name of a folder.", "Put it into `models/` of Besa's home.")
        else:
            try:
                told["address"] = loopback(told["address"])
            except BadInput as error:
                local.fault("address", error.message, error.remedy)
        local.done()
        pledge.settings["local_model"] = told
    given.done()


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
    slugs = {slug for slug, _ in seen}
    for rule in pledge.legal_rules:
        if rule["clause"] and rule["clause"] not in slugs:
            pack.fault(
                "election.toml",
                f"legal_rules: {rule['slug']} names “{rule['clause']}”, not in code.toml.",
                "Correct it.",
            )
    for concern, clause in pledge.settings.get("concern_clauses", {}).items():
        if clause not in slugs:
            pack.fault(
                "election.toml", f"concern_clauses: {concern} names “{clause}”, not in code.toml.", "Correct it."
            )
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
