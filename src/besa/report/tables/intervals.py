"""Intervals for shares of random samples. Pure arithmetic."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054


def wilson(part: int, base: int) -> tuple[float, float]:
    """95 % Wilson score interval of part/base, each 0 to 1. (0, 1) for an empty base."""
    if not base:
        return 0.0, 1.0
    share = part / base
    middle = share + _Z * _Z / (2 * base)
    spread = _Z * sqrt(share * (1 - share) / base + _Z * _Z / (4 * base * base))
    scale = 1 + _Z * _Z / base
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
