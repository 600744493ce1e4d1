"""Reads about people."""

from __future__ import annotations

from dataclasses import dataclass

from besa.base.errors import BadInput
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


def user_named(username: str) -> User:
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise BadInput(f"There is no account “{username}”.", remedy="`besa user list` shows them.") from None


@dataclass(frozen=True)
class Person:
    """One account with its open roles: (role, election slug or '' for all)."""

    user: User
    roles: tuple[tuple[str, str], ...]


def people(election: str = "") -> list[Person]:
    """All accounts by name; with `election`, those that hold a role in it."""
    roles: dict[int, list[tuple[str, str]]] = {}
    rows = Membership.objects.filter(ended_at=None).order_by("election", "role")
    for user, role, slug in rows.values_list("user_id", "role", "election"):
        if not election or slug in ("", election):
            roles.setdefault(user, []).append((role, slug))
    users = User.objects.order_by("username")
    return [Person(user, tuple(roles.get(user.pk, ()))) for user in users if not election or user.pk in roles]
