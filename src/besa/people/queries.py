"""Reads about people."""

from __future__ import annotations

from besa.base.words import Role
from besa.people.models import Membership, User


def memberships(user: User, election: str) -> frozenset[Role]:
    """Roles in this election, cached on the user object for the length of a request."""
    cache = user.__dict__.setdefault("_besa_roles", {})
    if election not in cache:
        rows = Membership.objects.filter(user=user, election__in=("", election), ended_at=None)
        cache[election] = frozenset(Role(role) for role in rows.values_list("role", flat=True))
    return cache[election]


def local_operator() -> User:
    """The account that commands run as; made at first start by `people.actions.first_start`."""
    return User.objects.get(username="operator")
