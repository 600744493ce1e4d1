"""What is planted, how often, by whom, and what a careful reader ought to say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from besa.site.demo.cast import Account, Actor

_HACKED = (date(2027, 9, 22), date(2027, 9, 23), date(2027, 9, 24))
_BEFORE_VOTE = tuple(date(2027, 10, day) for day in range(6, 13))
_CANDIDATES = ("council_candidate", "council_candidate", "mayor_candidate")
_ANY = ("council_candidate", "council_candidate", "mayor_candidate", "citizen", "citizen", "anonymous_page", "media")
_SIGNED = ("mayor_candidate", "council_candidate", "party", "coalition")


@dataclass(frozen=True)
class Kind:
    """One category of `phrases/*.toml`: `by` are kinds of actor (or of account), drawn evenly."""

    category: str
    number: int
    verdict: str
    by: tuple[str, ...]
    type: str = ""
    clause: str = ""
    target: str = "person"
    target_gender: str = ""
    severity: int = 0
    speech_act: str = "asserts"
    days: tuple[date, ...] = ()
    urgent: bool = False


_MEDIA_AND_PAGES = ("media", "anonymous_page", "analyst", "council_candidate", "citizen")
PLAN = (
    Kind("hate_group", 16, "violation", _ANY, "hate_speech", "no-hate", "group", severity=3),
    Kind("bully_person", 25, "violation", _ANY, "personal_bullying", "no-attack", severity=2),
    Kind("bully_woman", 19, "violation", _ANY, "personal_bullying", "no-attack", target_gender="woman", severity=2),
    Kind("disinfo_person", 12, "violation", _MEDIA_AND_PAGES, "disinformation", "no-falsehood", severity=2),
    Kind("disinfo_party", 7, "violation", _MEDIA_AND_PAGES, "disinformation", "no-falsehood", "party", severity=2),
    Kind("disinfo_person", 2, "violation", ("impersonation",), "disinformation", "no-falsehood", severity=2),
    Kind("bully_person", 2, "violation", ("claimed_hacked",), "personal_bullying", "no-attack", severity=2,
         days=_HACKED),
    Kind("incite_person", 6, "violation", ("citizen", "anonymous_page", "council_candidate"), "incitement",
         "no-incitement", severity=3, urgent=True),
    Kind("incite_group", 2, "violation", ("citizen", "anonymous_page"), "incitement", "no-incitement", "group",
         severity=3, urgent=True),
    Kind("false_voting", 6, "violation", ("anonymous_page", "citizen", "diaspora_page"), "false_voting_information",
         "voting-information", "voters", severity=3, days=_BEFORE_VOTE, urgent=True),
    Kind("privacy_person", 4, "violation", ("anonymous_page", "citizen"), "privacy_breach", "privacy", severity=3),
    Kind("ai_person", 3, "violation", ("anonymous_page", "council_candidate"), "undeclared_ai", "ai-label",
         severity=2),
    Kind("ad_hidden", 9, "violation", ("media", "influencer", "council_candidate"), "untransparent_ad",
         "ads-labelled", "", severity=1),
    Kind("fake_coord", 2, "violation", ("anonymous_page",), "fake_identity", "honest-accounts", "party", severity=2),
    Kind("dialogue", 18, "compliance", ("mayor_candidate", "council_candidate"), "constructive_dialogue",
         "dialogue", ""),
    Kind("dialogue", 14, "compliance", ("party", "coalition"), "constructive_dialogue", "dialogue", ""),
    Kind("inclusion", 9, "compliance", (*_SIGNED, "civil_society"), "inclusion", "equal-part", ""),
    Kind("labelled_ad", 8, "compliance", _CANDIDATES, "labelled_ad", "ads-labelled", ""),
    Kind("spoke_out", 14, "compliance", _SIGNED, "spoke_out", "speak-out", ""),
    Kind("cooperation", 5, "compliance", ("party", "coalition", "civil_society"), "cooperation", "cooperation", ""),
    Kind("harsh", 30, "harsh_but_permitted", _ANY),
    Kind("irony", 11, "harsh_but_permitted", (*_ANY, "parody", "parody"), speech_act="irony"),
    Kind("quote_condemn", 15, "no_issue", (*_CANDIDATES, "civil_society"), speech_act="quotes_to_condemn", target=""),
    Kind("quote_report", 9, "no_issue", ("media",), speech_act="quotes_to_report", target=""),
    Kind("harmless", 17, "no_issue", ("media", "media", "citizen"), target=""),
    Kind("question", 7, "borderline", ("citizen", "analyst", "council_candidate"), speech_act="question"),
    Kind("bully_person", 3, "out_of_scope", ("anonymous_page",), days=(date(2027, 8, 24), date(2027, 8, 26))),
)  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """The truth about one post: `verdict` and the rest as a careful reader would answer."""

    category: str
    verdict: str
    type: str
    clause: str
    source: str
    source_class: str
    account_status: str
    speech_act: str
    severity: int
    urgent: bool
    targets: list[dict[str, str]] = field(default_factory=list)


def answers_of(
    kind: Kind, account: Account, target: Actor | None, party: Actor | None, *, group: str = "", copy_of=None
) -> Planted:
    """What is true of a post of this kind by this account. A person is the source where identity is confirmed."""
    actor = account.actor
    known = actor is not None and account.grade == "confirmed" and account.status == "authentic"
    own_page = actor is not None and actor.kind in ("anonymous_page", "diaspora_page")
    return Planted(
        category=kind.category, verdict=kind.verdict, type=kind.type, clause=kind.clause,
        source=actor.slug if known or own_page else "", source_class=_class(account),
        account_status=account.status, speech_act=kind.speech_act, severity=kind.severity, urgent=kind.urgent,
        targets=list(copy_of.targets) if copy_of else _targets(kind, target, party, group),
    )  # fmt: skip


def _class(account: Account) -> str:
    if account.actor is None:
        return "supporter"
    if account.status in ("impersonation", "parody"):
        return "anonymous_page"
    return "unknown" if account.status == "claimed_hacked" else account.actor.kind


def _targets(kind: Kind, target: Actor | None, party: Actor | None, group: str) -> list[dict[str, str]]:
    def row(what: str, actor: str = "", gender: str = "unknown", community: str = "", ground: str = "") -> dict:
        return {"kind": what, "actor": actor, "gender": gender, "community": community, "ground": ground}

    if kind.verdict not in ("violation", "harsh_but_permitted", "borderline") or not kind.target:
        return []
    if kind.target == "group":
        return [row("group", community=group, ground="community")]
    if kind.target == "voters":
        return [row("voters")]
    if kind.target == "party":
        return [row("party", party.slug)] if party else []
    if target is None:
        return []
    ground = "gender" if kind.target_gender == "woman" else ""
    return [row("person", target.slug, target.gender or "unknown", target.community, ground)]
