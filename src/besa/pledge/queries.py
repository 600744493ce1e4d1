"""Reads about elections, the Code, signatories and the watch-list."""

from __future__ import annotations

from besa.pledge.models import Election


def elections() -> list[Election]:
    return list(Election.objects.order_by("-id"))


def current_election(slug: str | None) -> Election | None:
    """The election of this slug, else the one loaded last."""
    loaded = elections()
    return next((election for election in loaded if election.slug == slug), loaded[0] if loaded else None)
