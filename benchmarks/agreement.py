"""Alpha of 10 coders on 100,000 units beside the `krippendorff` package: `python benchmarks/agreement.py [UNITS]`.

Invented ratings: five values, 30 % missing. The package is given the matrix it wants, Besa the triples it gets from the
desk and from files, so its time holds the making of the table too. Processor time, the least of three runs each.
"""

from __future__ import annotations

import sys
import time

import krippendorff
import numpy as np

from besa.coding.rules.agreement import alpha

CODERS, VALUES, MISSING = 10, 5, 0.3


def invented(units: int, seed: int = 7) -> np.ndarray:
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, VALUES, units)
    guess = chance.integers(0, VALUES, (CODERS, units))
    matrix = np.where(chance.random((CODERS, units)) < 0.6, truth, guess).astype(float)
    matrix[chance.random(matrix.shape) < MISSING] = np.nan
    return matrix


def least(job, times: int = 3):
    taken = []
    for _ in range(times):
        started = time.process_time()
        result = job()
        taken.append(time.process_time() - started)
    return min(taken), result


def main(units: int) -> None:
    matrix = invented(units)
    ratings = [(coder, unit, value) for (coder, unit), value in np.ndenumerate(matrix) if value == value]
    for level in ("nominal", "ordinal", "interval"):
        package, point = least(lambda level=level: krippendorff.alpha(matrix, level_of_measurement=level))
        whole, found = least(lambda level=level: alpha(ratings, level, bootstrap=0))
        drawn, interval = least(lambda level=level: alpha(ratings, level, bootstrap=1000))
        assert abs(point - found.alpha) < 1e-9
        print(
            f"{level:9} package {package:.3f} s; Besa from triples {whole:.3f} s; with 1,000 replicates {drawn:.3f} s"
            f"  (alpha {found.alpha:.4f}, {interval.low:.4f} to {interval.high:.4f})"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
