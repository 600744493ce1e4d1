"""How the people of the demo answer: mostly like the truth, with the slips of tired readers.

All chance is drawn from the seed, the post and the person, so that the order of work changes nothing.
"""

from __future__ import annotations

from random import Random
from typing import Any

from besa.site.demo.blocks import further
from besa.site.demo.planting import Planted

#: How often a coder sees another verdict than the truth's, and slips in the other variables.
VERDICT, SPEECH_ACT, SEVERITY, TYPE, TARGETS, SCREEN = 0.11, 0.05, 0.1, 0.09, 0.05, 0.04
SOURCE, CLASS, STATUS, CONFIDENCE, BLOCKS = 0.03, 0.05, 0.02, 0.12, 0.15

_NEAR = {
    "violation": ("borderline", "harsh_but_permitted"),
    "compliance": ("no_issue",),
    "harsh_but_permitted": ("no_issue", "violation", "borderline"),
    "borderline": ("harsh_but_permitted", "no_issue"),
    "no_issue": ("harsh_but_permitted", "out_of_scope"),
    "out_of_scope": ("no_issue",),
}
_TWIN = {
    "personal_bullying": ("hate_speech", "no-hate"),
    "hate_speech": ("personal_bullying", "no-attack"),
    "disinformation": ("personal_bullying", "no-attack"),
    "incitement": ("personal_bullying", "no-attack"),
}

_REASONS = {
    "violation": (
        "The words themselves break the clause; no context given in the post or under it makes them milder.",
        "Both codings point to the same words. They are aimed at a person or group and not at work done.",
        "Read with the post above it: an assertion by the account, not a quotation, and not a question.",
        "The clause names exactly this. That others wrote worse is no reason to let it pass.",
    ),
    "compliance": (
        "An act that the duty asks for, done by the account itself and of use to a reader.",
        "Goes beyond politeness: there is a question and an answer, or a mistake and its correction.",
    ),
    "harsh_but_permitted": (
        "Sharp, but aimed at work done and decisions taken. The Code does not protect from criticism.",
        "Irony about public works. Nobody is called less than human; a politician has to bear it.",
    ),
    "borderline": (
        "The question form leaves it open whether a fact is claimed. Two careful readers could differ.",
        "Could be read either way; the doubt goes to the one who spoke.",
    ),
    "no_issue": (
        "The words are quoted in order to condemn or report them; quoting is not asserting.",
        "Ordinary campaign talk; the term that was flagged means something harmless here.",
    ),
    "out_of_scope": ("Not about the election, nor by anybody the Code speaks of.",),
}


def key_for(planted: Planted | None, seed: int, post_key: str, username: str) -> str:
    """The first pass: nothing, look, urgent."""
    chance = Random(f"{seed}:screen:{post_key}:{username}")
    if planted is None:
        return "look" if chance.random() < 0.06 else "nothing"
    if planted.urgent:
        return "urgent"
    return "nothing" if chance.random() < SCREEN else "look"


def truth_of(planted: Planted | None, known: dict[str, str]) -> dict[str, Any]:
    """The answers of a careful reader; `known` is what the watch-list says of the author."""
    source_class = known.get("source_class") or (planted.source_class if planted else "") or "supporter"
    answers: dict[str, Any] = {
        "verdict": "no_issue", "type": "", "clauses": [], "speech_act": "asserts",
        "source": known.get("source", ""), "source_class": source_class,
        "account_status": known.get("account_status") or "authentic", "host": "", "targets": [],
        "severity": None, "confidence": 3,
    }  # fmt: skip
    if planted is None:
        return answers
    answers.update(
        verdict=planted.verdict, type=planted.type, clauses=[planted.clause] if planted.clause else [],
        speech_act=planted.speech_act, source_class=planted.source_class, account_status=planted.account_status,
        targets=[dict(target) for target in planted.targets],
        severity=planted.severity if planted.verdict == "violation" else None,
    )  # fmt: skip
    return answers


def answers_for(planted: Planted | None, known: dict[str, str], seed: int, post_key: str, username: str) -> dict:
    """One coder's answers."""
    chance = Random(f"{seed}:code:{post_key}:{username}")
    answers = truth_of(planted, known)
    if planted is not None and chance.random() < VERDICT:
        _another_verdict(answers, chance)
    if answers["verdict"] == "violation":
        if answers["type"] in _TWIN and chance.random() < TYPE:
            answers["type"], clause = _TWIN[answers["type"]]
            answers["clauses"] = [clause]
        if chance.random() < SEVERITY:
            answers["severity"] = min(3, max(1, (answers["severity"] or 1) + chance.choice((-1, 1))))
    if chance.random() < SPEECH_ACT:
        answers["speech_act"] = chance.choice(("asserts", "irony", "quotes_to_report", "question"))
    if len(answers["targets"]) == 1 and chance.random() < TARGETS:
        answers["targets"] = []
    _slip_on_source(answers, chance)
    sure = Random(f"{seed}:sure:{post_key}").choices((3, 2, 1), (66, 26, 8))[0]
    answers["confidence"] = chance.choice((1, 2, 3)) if chance.random() < CONFIDENCE else sure
    return further(answers, Random(f"{seed}:blocks:{post_key}:{username if chance.random() < BLOCKS else ''}"))


def _slip_on_source(answers: dict[str, Any], chance: Random) -> None:
    """Who it was: left empty, or a stranger's page taken for a supporter's. Whom a clause binds stays the same."""
    if answers["source"] and chance.random() < SOURCE:
        answers["source"] = ""
    if answers["source_class"] == "supporter" and chance.random() < CLASS:
        answers["source_class"] = "unknown"
    if answers["account_status"] == "administrator_unknown" and chance.random() < STATUS:
        answers["account_status"] = "authentic"


def _another_verdict(answers: dict[str, Any], chance: Random) -> None:
    verdict = chance.choice(_NEAR[answers["verdict"]])
    answers.update(verdict=verdict, type="", clauses=[], severity=None)
    if verdict == "violation":
        answers.update(type="personal_bullying", clauses=["no-attack"], severity=1)


def decision_for(planted: Planted | None, known: dict[str, str], seed: int, post_key: str) -> tuple[dict, str]:
    """The adjudicator's answers and the reason in words; close to the truth, a little milder."""
    chance = Random(f"{seed}:adjudicate:{post_key}")
    answers = truth_of(planted, known)
    if answers["verdict"] == "violation" and (answers["severity"] or 0) < 3 and chance.random() < 0.05:
        answers.update(verdict="borderline", type="", clauses=[], severity=None)
    reason = chance.choice(_REASONS[answers["verdict"]])
    return further(answers, Random(f"{seed}:blocks:{post_key}:"), adjudicator=True), reason


REPLIES = {
    "answer": {
        "sq": "E kemi lexuar njoftimin. Fjalët u thanë në nxehtësinë e fushatës; kritika mbetet, toni jo.",
        "sr-Latn": "Pročitali smo obaveštenje. Reči su pale u žaru kampanje; kritika ostaje, ton ne.",
        "en": "We have read the notice. The words were said in the heat of the campaign; we stand by the criticism, "
        "not by the tone.",
    },
    "correction": {
        "sq": "Keni të drejtë. Postimin e kemi korrigjuar dhe kërkojmë falje.",
        "sr-Latn": "U pravu ste. Objavu smo ispravili i izvinjavamo se.",
        "en": "You are right. We have corrected the post and apologise.",
    },
    "out_of_context": {
        "sq": "Fjalia është shkëputur nga një debat më i gjatë; ju lutemi lexojeni të plotë.",
        "sr-Latn": "Rečenica je istrgnuta iz duže rasprave; molimo vas da je pročitate u celini.",
        "en": "The sentence is torn out of a longer debate; please read it as a whole.",
    },
    "not_my_account": {
        "sq": "Kjo llogari nuk është e imja. E kam lajmëruar te platforma.",
        "sr-Latn": "Taj nalog nije moj. Prijavljen je platformi.",
        "en": "This account is not mine. I have reported it to the platform.",
    },
    "not_our_member": {
        "sq": "Ky person nuk është anëtar i partisë sonë që nga pranvera.",
        "sr-Latn": "Ta osoba od proleća nije član naše stranke.",
        "en": "This person has not been a member of our party since spring.",
    },
}  # fmt: skip


def reply_for(number: str, recipient: str, as_party: bool, language: str, seed: int) -> tuple[str, str] | None:
    """Kind and text of the reply, or nothing: about half never answer."""
    chance = Random(f"{seed}:reply:{number}:{recipient}")
    if chance.random() > 0.52:
        return None
    weights = {"answer": 6, "correction": 3, "out_of_context": 1.2}
    weights |= {"not_our_member": 0.7} if as_party else {"not_my_account": 0.5}
    kind = chance.choices(list(weights), list(weights.values()))[0]
    texts = REPLIES[kind]
    return kind, texts.get(language) or texts["sr-Latn" if language.startswith("sr") else "en"]


def outcome_for(kind: str, number: str, seed: int) -> tuple[str, str]:
    """What is decided on a reply that disputes who it was, and why."""
    chance = Random(f"{seed}:outcome:{number}")
    if kind == "not_my_account" or chance.random() < 0.35:
        return "upheld", "What they showed us is borne out by the dates and by the platform's own page."
    return "set_aside", "The account has been used in their name since July and was declared as theirs."
