"""How unsure a model is of a post, and the posts of which it is the least sure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np


def doubt(chances: np.ndarray, threshold: np.ndarray) -> np.ndarray:
    """The distance (in log odds) to where the model would begin to speak, of the nearest concern: 0 is the least sure.

    `chances`: texts x concerns, one concern at least.
    """
    return np.abs(_logit(chances) - _logit(np.asarray(threshold))).min(axis=1)


def most_uncertain(keys: Sequence[str], families: Sequence[Hashable], doubts: Sequence[float], count: int) -> list[str]:
    """The posts on which the model is least sure, one of each family."""
    chosen: dict[Hashable, str] = {}
    for at in np.lexsort((np.asarray(keys), np.asarray(doubts))):
        if len(chosen) >= count:
            break
        chosen.setdefault(families[at], keys[at])
    return list(chosen.values())


def _logit(chances: np.ndarray) -> np.ndarray:
    inside = np.clip(chances, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))
