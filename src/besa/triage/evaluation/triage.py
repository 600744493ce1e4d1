"""`besa evaluate triage`: how well triage ranks one's own labelled texts, beside a plain baseline."""

from __future__ import annotations

import csv
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from besa.base.errors import BadInput
from besa.base.text import fold_all
from besa.triage.learning.labels import positive
from besa.triage.learning.learned import Learned
from besa.triage.learning.training import LEAST, train

_FOLDS = 5
_CONCERN = "concern"
_TEXT = ("text", "test_case", "comment", "content", "post", "tweet", "sentence")
_LABEL = ("label", "label_gold", "label_sexist", "class", "hate", "toxic", "target", "y")
_GROUP = ("group", "family", "templ_id")


def evaluate(
    path: Path,
    *,
    seed: int = 0,
    text: str = "",
    label: str = "",
    train_path: Path | None = None,
    language: str = "",
    baseline: bool = True,
) -> dict:
    """The figures of the command contract, and `baseline` (the same for character TF-IDF with logistic regression).

    With `train_path` the model learns from that file alone; without, each text is scored by a model that did not
    learn from it (5 folds; rows of one `templ_id` or `family` stay together). `text`, `label`: columns, found by
    their usual names where not given. Raises BadInput.
    """
    texts, truth, extra = read(path, text, label)
    if not 0 < truth.sum() < len(truth):
        raise BadInput("All rows have the same label; nothing can be measured.", where=str(path))
    document = {"n": len(texts), "positives": int(truth.sum()), "language": language}
    if train_path:
        learn_texts, learn_truth, learn_extra = read(train_path, text, label)
        if min(learn_truth.sum(), (~learn_truth).sum()) < LEAST:
            raise BadInput(f"Learning needs {LEAST} rows of each label.", where=str(train_path))
        shared = len({*fold_all(texts)} & {*fold_all(learn_texts)})
        rounds = [(learn_texts, learn_truth, learn_extra["groups"], np.arange(len(texts)))]
        document |= {"method": "trained on the other file", "trained_on": len(learn_texts), "texts_in_both": shared}
    else:
        rounds = list(_folds(texts, truth, extra["groups"], seed))
        document |= {"method": f"{_FOLDS} folds", "trained_on": len(texts) * (_FOLDS - 1) // _FOLDS}
    document |= _measured(rounds, texts, truth, extra["functionality"], seed, _ours)
    if baseline:
        document["baseline"] = _measured(rounds, texts, truth, (), seed, _plain)
        document["macro_f1_better_by"] = round(document["macro_f1"] - document["baseline"]["macro_f1"], 4)
    return document


def read(path: Path, text: str = "", label: str = "") -> tuple[list[str], np.ndarray, dict[str, list[str]]]:
    """(texts, whether each is of the concern, {functionality, groups}) of CSV, TSV or JSON lines. Raises BadInput."""
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            separator = "\t" if "\t" in (first := file.readline()) and "," not in first.split("\t")[0] else ","
            file.seek(0)
            if first.lstrip().startswith("{"):
                rows = [_plain_row(json.loads(line)) for line in file if line.strip()]
            else:
                rows = list(csv.DictReader(file, delimiter=separator))
    except OSError as error:
        raise BadInput(f"cannot be read ({error.strerror}).", where=str(path)) from None
    except (ValueError, AttributeError, csv.Error) as error:  # a broken code or JSON is a ValueError too
        raise BadInput(f"is neither CSV nor JSON lines in UTF-8 ({error}).", where=str(path)) from None
    if not rows:
        raise BadInput("has no rows.", where=str(path))
    names = [name for name in rows[0] if name]
    text_column, label_column = _column(names, text, _TEXT, path), _column(names, label, _LABEL, path)
    rows = [row for row in rows if (row[text_column] or "").strip() and (row[label_column] or "").strip()]
    truth = positive([row[label_column] for row in rows], where=f"{path}: column {label_column}")
    group = next((name for name in _GROUP if name in names), "")
    return (
        [row[text_column] for row in rows],
        truth,
        {
            "functionality": [row["functionality"] or "" for row in rows] if "functionality" in names else [],
            "groups": [row[group] or f"row {at}" for at, row in enumerate(rows)] if group else [],
        },
    )


def _plain_row(row: dict) -> dict[str, str]:
    return {name: "" if value is None else str(value) for name, value in row.items()}


def _column(names: Sequence[str], asked: str, usual: Iterable[str], path: Path) -> str:
    if asked and asked in names:
        return asked
    found = None if asked else next((name for name in usual if name in names), None)
    if found is None:
        raise BadInput(
            f"has no column “{asked or next(iter(usual))}”.",
            where=str(path),
            remedy=f"Name the columns with --text and --label; it has: {', '.join(names)}.",
        )
    return found


def _folds(texts, truth, groups, seed):
    if groups:
        made = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed).split(texts, truth, groups)
    else:
        if min(truth.sum(), (~truth).sum()) < 2 * LEAST:
            raise BadInput(f"Folds need {2 * LEAST} rows of each label.", remedy="Give a training file with --train.")
        made = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed).split(texts, truth)
    for learn, test in made:
        yield [texts[at] for at in learn], truth[learn], [groups[at] for at in learn] if groups else [], test


def _measured(rounds, texts, truth, functionality, seed, scorer) -> dict:
    scores, said = np.zeros(len(texts)), np.zeros(len(texts), bool)
    train_seconds, score_seconds = 0.0, 0.0
    for learn_texts, learn_truth, learn_groups, test in rounds:
        began = time.perf_counter()
        score = scorer(learn_texts, learn_truth, learn_groups, seed)
        learned = time.perf_counter()
        found, threshold = score([texts[at] for at in test])
        score_seconds += time.perf_counter() - learned
        train_seconds += learned - began
        # folds have scales of their own: ranks are told from the threshold of each
        scores[test], said[test] = found - threshold, found >= threshold
    figures = measures(truth, scores, said)
    figures |= {
        "train_seconds": round(train_seconds / len(rounds), 2),
        "texts_per_second": round(len(texts) / max(score_seconds, 1e-9)),
    }
    if functionality:
        figures["by_functionality"] = by_functionality(truth, scores, said, functionality)
    return figures


def _ours(texts: Sequence[str], truth: np.ndarray, groups: Sequence[str], seed: int):
    model: Learned = train(texts, {_CONCERN: truth}, version="evaluated", seed=seed, groups=groups or None).model
    return lambda wanted: (model.chances(wanted)[:, 0], float(model.threshold[0]))


def _plain(texts: Sequence[str], truth: np.ndarray, groups: Sequence[str], seed: int):
    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), lowercase=False)
    matrix = vectors.fit_transform(fold_all(texts))
    learner = LogisticRegression(class_weight="balanced", solver="liblinear").fit(matrix, truth)
    return lambda wanted: (learner.decision_function(vectors.transform(fold_all(wanted))), 0.0)


def measures(truth: np.ndarray, scores: np.ndarray, said: np.ndarray) -> dict:
    top = np.argsort(-scores, kind="stable")[: max(1, round(0.2 * len(truth)))]
    caught = int(truth[top].sum())
    return {
        "macro_f1": round(float(f1_score(truth, said, average="macro")), 4),
        "roc_auc": round(float(roc_auc_score(truth, scores)), 4),
        "recall_at_20": round(caught / int(truth.sum()), 4),
        "precision_at_20": round(caught / len(top), 4),
    }


def by_functionality(truth, scores, said, functionality) -> dict[str, dict]:
    """Of each kind of case: n, the share judged rightly, and (`above`) the chance that a case of the other
    label is ranked on the right side of one of these: .5 is what guessing gives."""
    at = defaultdict(list)
    for place, name in enumerate(functionality):
        at[name].append(place)
    found = {}
    for name, places in sorted(at.items()):
        yes = bool(truth[places].mean() >= 0.5)
        others = scores[truth != yes]
        own = scores[places]
        wins = (own[:, None] > others).mean() + 0.5 * (own[:, None] == others).mean()
        found[name] = {
            "n": len(places),
            "label": "positive" if yes else "negative",
            "right": round(float((said[places] == truth[places]).mean()), 4),
            "above": round(float(wins if yes else 1 - wins), 4),
        }
    return found
