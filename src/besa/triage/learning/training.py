"""Learning from labelled texts: for each concern a mixture of two linear models, calibrated on texts not learned from.

Logistic regression sees which pieces go together; the same with each piece weighed beforehand by how much oftener
it stands in one class (the “NB-SVM” of Wang and Manning) sees rare telling words. Which share each has is
decided by what they say of texts that they did not learn from; so is what denied and quoted words count.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from besa.triage.learning.learned import Learned, Vocabulary
from besa.triage.learning.vectors import counts

#: A concern with fewer examples for or against it is not learned.
LEAST = 15
_FOLDS = 5
_MIXTURES = (0.0, 0.35, 0.5, 0.65, 0.8)
#: What denied, quoted and reported words may count: as all others, hardly, or against what they say.
_TURNS = (1.0, 0.25, -0.5)
#: A language with few examples weighs more, but never more than this.
MOST_WEIGHT = 3.0


@dataclass(frozen=True)
class Told:
    """What learning found out: the model, and for each concern its figures on texts it did not learn from."""

    model: Learned
    figures: dict[str, dict]


def train(
    texts: Sequence[str],
    labels: Mapping[str, Sequence[bool]],
    *,
    version: str,
    seed: int = 0,
    languages: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
) -> Told:
    """Learn each concern of `labels` (concern -> yes or no for each text) that has enough examples.

    `groups`: what near-equal texts share; they are never judged by a model that learned from one another.

    The same texts, labels and seed give the same model. Raises ValueError where no concern can be learned.
    """
    kept = {name: np.asarray(given, bool) for name, given in labels.items()}
    kept = {name: given for name, given in kept.items() if min(given.sum(), (~given).sum()) >= LEAST}
    if not kept:
        raise ValueError(f"no concern has {LEAST} examples for and {LEAST} against it")
    counted = counts(texts)
    vocabulary = Vocabulary.of(counted)
    importance = language_weights(languages) if languages is not None else np.ones(len(texts))
    made = [_learned(vocabulary.matrix(counted, turn), kept, importance, seed, groups) for turn in _TURNS]
    quality = [np.mean([figures["roc_auc"] for _, figures in one.values()]) for one in made]
    best = int(np.argmax(quality))
    parts, figures = zip(*made[best].values(), strict=True)
    weights, bias, slope, offset, threshold = zip(*parts, strict=True)
    model = Learned(
        version, tuple(made[best]), vocabulary, np.array(weights, np.float32), np.array(bias),
        np.array(slope), np.array(offset), np.array(threshold), _TURNS[best],
    )  # fmt: skip
    return Told(model, dict(zip(made[best], figures, strict=True)))


def _learned(matrix: csr_matrix, kept: Mapping[str, np.ndarray], importance: np.ndarray, seed: int, groups) -> dict:
    return {name: _concern(matrix, truth, importance, seed, groups) for name, truth in sorted(kept.items())}


def language_weights(languages: Sequence[str]) -> np.ndarray:
    """Root of how much rarer the language is than the most frequent one, mean 1: few examples weigh more, not all."""
    names, at, often = np.unique(np.asarray(languages, dtype=str), return_inverse=True, return_counts=True)
    if len(names) < 2:
        return np.ones(len(languages))
    weights = np.minimum(np.sqrt(often.max() / often), MOST_WEIGHT)[at]
    return weights / weights.mean()


def _concern(matrix: csr_matrix, truth: np.ndarray, importance: np.ndarray, seed: int, groups):
    """((weights, bias, slope, offset, threshold), figures) of one concern."""
    folds = (StratifiedKFold if groups is None else StratifiedGroupKFold)(_FOLDS, shuffle=True, random_state=seed)
    apart = np.zeros((2, len(truth)))
    for learn, test in folds.split(np.zeros(len(truth)), truth, groups):
        for at, (weights, bias) in enumerate(_two(matrix[learn], truth[learn], importance[learn])):
            apart[at, test] = matrix[test] @ weights + bias
    scales = np.maximum(apart.std(axis=1), 1e-9)
    quality = [roc_auc_score(truth, _mixed(share, *(apart / scales[:, None]))) for share in _MIXTURES]
    share = _MIXTURES[int(np.argmax(quality))]
    scores = _mixed(share, *(apart / scales[:, None]))
    slope, offset = _platt(scores, truth)
    chances = 1 / (1 + np.exp(-(scores * slope + offset)))
    threshold = best_threshold(truth, chances)
    (one, one_bias), (two, two_bias) = _two(matrix, truth, importance)
    weights = _mixed(share, one / scales[0], two / scales[1])
    bias = _mixed(share, one_bias / scales[0], two_bias / scales[1])
    figures = {
        "n": len(truth),
        "positives": int(truth.sum()),
        "macro_f1": round(float(f1_score(truth, chances >= threshold, average="macro")), 4),
        "roc_auc": round(float(roc_auc_score(truth, chances)), 4),
        "brier": round(float(np.mean((chances - truth) ** 2)), 4),
        "mixture": share,
    }
    return (weights, bias, slope, offset, threshold), figures


def _mixed(share: float, plain, weighed):
    return (1 - share) * plain + share * weighed


def _two(matrix: csr_matrix, truth: np.ndarray, importance: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """The plain and the weighed model: (weights, bias) of each."""
    ratio = _ratio(matrix, truth, importance)
    weights, bias = _fit(matrix @ diags(ratio), truth, importance, 0.1)
    return [_fit(matrix, truth, importance, 1.0), (weights * ratio, bias)]


def _fit(matrix: csr_matrix, truth: np.ndarray, importance: np.ndarray, strength: float) -> tuple[np.ndarray, float]:
    learner = LogisticRegression(C=strength, class_weight="balanced", solver="liblinear", max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        learner.fit(matrix, truth, sample_weight=importance)
    return learner.coef_.ravel(), float(learner.intercept_[0])


def _ratio(matrix: csr_matrix, truth: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """Logarithm of how much oftener each piece stands in the texts that are of the concern than in the others."""
    smooth = float(matrix.data.mean()) if matrix.nnz else 1.0
    said = matrix.maximum(0).tocsr()  # what is denied says nothing of how often a piece is meant
    mass = [importance[side] @ said[side] + smooth for side in (truth, ~truth)]
    return np.log(mass[0] / mass[0].sum()) - np.log(mass[1] / mass[1].sum())


def _platt(scores: np.ndarray, truth: np.ndarray) -> tuple[float, float]:
    """Slope and offset that make chances of scores; never a falling slope."""
    fitted = LogisticRegression(C=1e4).fit(scores[:, None], truth)
    slope = float(fitted.coef_[0, 0])
    if slope <= 0:
        rate = truth.mean()
        return 1e-3, float(np.log(rate / (1 - rate)))
    return slope, float(fitted.intercept_[0])


def best_threshold(truth: np.ndarray, chances: np.ndarray) -> float:
    """The chance from which on a "yes" gives the best macro-F1; smoothed, so that no single text decides.

    Where most texts are of the concern they were gathered for it, and say nothing of how many there are among posts:
    they weigh as much as the others together, not more.
    """
    order = np.argsort(-chances, kind="stable")
    n = len(truth)
    weight = np.where(truth, min(1.0, (n - truth.sum()) / max(truth.sum(), 1)), 1.0)[order]
    yes, said = np.cumsum(weight * truth[order]), np.cumsum(weight)
    wrong_yes, missed = said - yes, yes[-1] - yes
    right_no = said[-1] - said - missed
    both = yes / np.maximum(2 * yes + wrong_yes + missed, 1e-9) + right_no / np.maximum(
        2 * right_no + wrong_yes + missed, 1e-9
    )
    width = max(1, n // 100)
    smooth = np.convolve(np.pad(both, width, mode="edge"), np.ones(2 * width + 1) / (2 * width + 1), "valid")
    at = int(np.argmax(smooth))
    return float((chances[order[at]] + chances[order[min(at + 1, n - 1)]]) / 2)
