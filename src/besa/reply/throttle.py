"""Slows those who guess links. A link that is right always opens, so nobody can lock another out."""

from __future__ import annotations

from django.core.cache import cache

MOST_GUESSES = 20
_WINDOW_SECONDS = 600


def wrong_guess(address: str) -> bool:
    """Count one wrong link from this network address; True where there were too many."""
    key = f"door-guess:{address}"
    if cache.add(key, 1, _WINDOW_SECONDS):
        return False
    try:
        return cache.incr(key) > MOST_GUESSES
    except ValueError:  # it ran out between the two calls
        return False
