"""How well triage learns from half of what is labelled: `python benchmarks/triage_model.py [FILE …] [--seeds N]`.

Each file (CSV as `besa evaluate triage` takes it; without any, those of `../shared/data` that are there) is cut in
two halves of equal shares of each label, N times by N seeds; rows of one `templ_id` or `family` stay together. Besa's
model and the plain baseline (character TF-IDF with logistic regression) learn from the first half and are measured on
the second. Then the time to learn and to score, by processor, each text met for the first time. A file with
`functionality` is told apart by kind: `above` is the chance that a case of a kind is ranked on the right side of those
of the other label (.5 is guessing), `right` the share judged rightly.
"""

from __future__ import annotations

import argparse
import csv
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from besa.triage.evaluation.triage import evaluate, read
from besa.triage.learning.training import train

SAMPLES = Path(os.environ.get("BESA_SAMPLES") or Path(__file__).parents[1] / ".." / "shared" / "data")
FILES = ("edos-sexism-en/edos_dev.csv", "hatecheck-en/cases_templ_id_mod3_eq0.csv")
MEASURES = ("macro_f1", "roc_auc", "recall_at_20")
#: What people say against hate, and denials: the kinds that mislead a model of words.
KINDS = ("counter_quote_nh", "counter_ref_nh", "negate_neg_nh", "negate_pos_h")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=8)
    given = parser.parse_args()
    for path in given.files or [SAMPLES / name for name in FILES if (SAMPLES / name).exists()]:
        measure(path, given.seeds)


def measure(path: Path, seeds: int) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    texts, truth, extra = read(path)
    if len(texts) != len(rows):
        raise SystemExit(f"{path} has rows without a text or a label.")
    told = []
    with TemporaryDirectory() as folder:
        for seed in range(seeds):
            learn, test = _half(truth, extra["groups"], seed)
            for name, places in (("learn", learn), ("test", test)):
                _write(Path(folder, f"{name}.csv"), [rows[at] for at in places])
            told.append(evaluate(Path(folder, "test.csv"), train_path=Path(folder, "learn.csv"), seed=seed))
    print(f"\n{path.name}: {len(texts):,} texts, half of them to learn from, {seeds} seeds (mean, least, most)")
    for name in MEASURES:
        ours, plain = ([one[name] for one in part] for part in (told, [one["baseline"] for one in told]))
        better = np.subtract(ours, plain)
        print(f"  {name:14} Besa {_three(ours)}   baseline {_three(plain)}   better by {_three(better)}")
    for kind in KINDS if "by_functionality" in told[0] else ():
        # with few templates, all of a kind may be in the half that is learned from
        found = [one["by_functionality"][kind] for one in told if kind in one["by_functionality"]]
        above, right = ([one[name] for one in found] for name in ("above", "right"))
        print(f"  {kind:17} above {_three(above)}   right {_three(right)}")
    learn, test = _half(truth, extra["groups"], 0)
    groups = [extra["groups"][at] for at in learn] if extra["groups"] else None
    began = time.process_time()
    model = train([texts[at] for at in learn], {"concern": truth[learn]}, version="measured", groups=groups).model
    learned = time.process_time()
    model.chances([texts[at] for at in test])
    seconds = time.process_time() - learned
    print(f"  learned in {learned - began:.1f} s of processor time, {len(test) / seconds:,.0f} texts scored a second")


def _half(truth, groups, seed):
    halves = (StratifiedGroupKFold if groups else StratifiedKFold)(2, shuffle=True, random_state=seed)
    return next(halves.split(np.zeros(len(truth)), truth, groups or None))


def _write(path: Path, rows: list[dict]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]))
        sheet.writeheader()
        sheet.writerows(rows)


def _three(figures) -> str:
    return f"{np.mean(figures):.3f} ({min(figures):.3f} to {max(figures):.3f})"


if __name__ == "__main__":
    main()
