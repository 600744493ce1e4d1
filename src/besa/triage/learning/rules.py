"""Pure decisions of learning: what is tested on, when to learn again, what may be promoted, what is uncertain."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from besa.triage.learning.types import Example
from besa.triage.rules import WEIGHTS

#: Every fourth post is kept for testing, chosen by its name, and so many of either kind are needed for a figure.
TEST_SHARE, LEAST_TESTED = 0.25, 10
#: With so many new decisions since the last training it is worth training again.
LEARN_AFTER = 50
#: The promoted model must be passed by this much (area under the curve) on the frozen test set.
BETTER_BY = 0.002


def name_of(election: str, post_key: str) -> str:
    """What the frozen test set keeps of a post."""
    return hashlib.sha256(f"test\0{election}\0{post_key}".encode()).hexdigest()[:16]


def for_testing(election: str, examples: Iterable[Example]) -> list[str]:
    names = {name_of(election, example.post_key) for example in examples}
    return sorted(name for name in names if int(name[:8], 16) < TEST_SHARE * 16**8)


def apart(election: str, examples: Sequence[Example], frozen: Iterable[str]) -> tuple[list[Example], list[Example]]:
    """(learn from, test on): the frozen posts and every copy of them are never learned from."""
    names = frozenset(frozen)
    test = [example for example in examples if name_of(election, example.post_key) in names]
    held = {example.family for example in test}
    learn = {example.family: example for example in examples if example.family not in held}
    return sorted(learn.values(), key=lambda example: example.post_key), test


def testable(examples: Sequence[Example]) -> bool:
    positives = sum(bool(example.concerns) for example in examples)
    return min(positives, len(examples) - positives) >= LEAST_TESTED


def risks(chances: np.ndarray, concerns: Sequence[str]) -> np.ndarray:
    """One figure for each text, put together as the ranking does it."""
    weights = np.array([WEIGHTS.get(concern, 0.5) for concern in concerns])
    return 1 - np.prod(1 - chances * weights, axis=1)


def figures(test: Sequence[Example], chances: np.ndarray, concerns: Sequence[str], threshold: np.ndarray) -> dict:
    """How well the tested posts are ranked: all together, by concern, by language; each with its n.

    `quality` is the chance that a post in which people saw a concern is ranked above one in which they saw none.
    """
    truth = np.array([bool(example.concerns) for example in test], bool)
    risk = risks(chances, concerns)
    top = np.argsort(-risk, kind="stable")[: max(1, round(0.2 * len(test)))] if len(test) else []
    return {
        "n": len(test),
        "positives": int(truth.sum()),
        "quality": _area(truth, risk) if testable(test) else None,
        "recall_at_20": round(float(truth[top].sum() / truth.sum()), 4) if truth.any() else None,
        "by_concern": {
            concern: _told(
                np.array([concern in example.concerns for example in test], bool), chances[:, at], threshold[at]
            )
            for at, concern in enumerate(concerns)
        },
        "by_language": {
            language: _told(truth[mine], risk[mine], None)
            for language in sorted({example.language for example in test})
            if len(mine := [at for at, example in enumerate(test) if example.language == language])
        },
    }


def _told(truth: np.ndarray, scores: np.ndarray, threshold: float | None) -> dict:
    known = 0 < truth.sum() < len(truth)
    found = {"n": len(truth), "positives": int(truth.sum()), "roc_auc": _area(truth, scores) if known else None}
    if threshold is not None:
        found["macro_f1"] = (
            round(float(f1_score(truth, scores >= threshold, average="macro")), 4) if known else None
        )  # fmt: skip
    return found


def _area(truth: np.ndarray, scores: np.ndarray) -> float:
    return round(float(roc_auc_score(truth, scores)), 4)


def may_learn_again(examples: int, learned_from: int, after: int = LEARN_AFTER) -> bool:
    return examples - learned_from >= after


def between_phases(day: date, phase_began: date | None) -> bool:
    """Weeks of one phase stay comparable: a model changes on the day a phase begins, or where none is running."""
    return phase_began is None or day == phase_began


def obstacles(card: Mapping, *, between: bool, state: str) -> list[str]:
    """Why a model may not be promoted, as words of `OBSTACLES`; none: it may."""
    test = card.get("test") or {}
    found = []
    if state != "candidate":
        found.append("not_candidate")
    if not between:
        found.append("phase_running")
    if test.get("quality") is None:
        found.append("not_tested")
    elif test["quality"] < (test.get("before") if test.get("before") is not None else 0.5) + BETTER_BY:
        found.append("not_better")
    return found
