"""What the people of the demo answer beyond the variables that every codebook has, as the type calls for it."""

from __future__ import annotations

from random import Random
from typing import Any

_ONE_OF = {
    "hate_speech": {
        "hate_ground": (["ethnicity"], ["ethnicity"], ["religion"], ["gender"]),
        "hate_form": (["slur"], ["stereotype"], ["dehumanises"], ["exclusion"], ["treason"]),
        "hate_open": ("explicit", "explicit", "implicit", "coded"),
        "gendered": ("no", "no", "yes", "unclear"),
    },
    "personal_bullying": {
        "abuse_form": (["insult"], ["insult", "private"], ["looks"], ["crime"], ["treason"]),
        "gendered": ("no", "no", "yes"),
    },
    "incitement": {"gendered": ("no",)},
    "disinformation": {
        "claim_verdict": ("false", "false", "mixed"),
        "falsehood_form": (["fabricated"], ["misleading"], ["false_context"], ["unverified"]),
        "knowledge": ("not_shown", "not_shown", "repeated"),
        "synthetic": ("no",),
    },
    "false_voting_information": {"claim_verdict": ("false",), "knowledge": ("not_shown",)},
    "untransparent_ad": {"ad_label": ("no", "hidden"), "ad_sponsor": ("no", "front")},
    "labelled_ad": {"ad_label": ("yes",), "ad_sponsor": ("named",), "ad_told": (["amount", "dates"], ["amount"])},
    "constructive_dialogue": {"dialogue_form": (["issue"], ["answer"], ["exchange"])},
    "inclusion": {"inclusion_form": (["women"], ["community"], ["language"])},
    "spoke_out": {"spoke_out_form": (["condemned"], ["corrected"], ["removed"])},
    "cooperation": {"cooperation_form": (["contact"], ["answered"], ["published"])},
}
_FACTORS = {
    "context": "Two weeks before the vote; the town has seen quarrels.",
    "speaker": "Known in the town, without office.",
    "intent": "The wording addresses those who share the view.",
    "content": "A direct sentence, no image.",
    "extent": "Public, seen by a few hundred.",
    "likelihood": "Nothing followed that we know of.",
}


def further(answers: dict[str, Any], chance: Random, *, adjudicator: bool = False) -> dict[str, Any]:
    """The same answers with those of the blocks that their type opens."""
    kind = answers["type"]
    made = {**answers, **{name: chance.choice(values) for name, values in _ONE_OF.get(kind, {}).items()}}
    if made.get("gendered") == "yes":
        made["gendered_form"] = [chance.choice(("sexualised", "appearance", "moral", "competence"))]
    if adjudicator and kind in ("hate_speech", "incitement"):
        for factor, reason in _FACTORS.items():
            made |= {f"rabat_{factor}": chance.choice((1, 2, 2, 3)), f"rabat_{factor}_reason": reason}
        made["rabat_tier"] = "civil" if (answers["severity"] or 0) >= 2 else "concern"
    return made
