"""Every write about people."""

from __future__ import annotations

import re

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Conflict
from besa.base.words import Role
from besa.ledger.chain import record
from besa.people.models import Membership, User
from besa.people.policy import check

#: What the local operator (whoever has the machine) may do: everything but judging alone.
_OPERATOR_ROLES = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST)
GIVEN_ROLES = frozenset(Role) - {Role.BELT, Role.DOOR}
_USERNAME = re.compile(r"[\w.\-]{1,150}")


def first_start() -> None:
    """Make the local operator account once; without a usable password, it cannot log in."""
    if User.objects.filter(username="operator").exists():
        return
    with transaction.atomic():
        operator, made = User.objects.get_or_create(username="operator", defaults={"date_joined": clock.now()})
        if not made:
            return
        operator.set_unusable_password()
        operator.save()
        memberships = [Membership.objects.create(user=operator, role=role) for role in _OPERATOR_ROLES]
        record(by=operator, act="people.first_start", rows=[operator, *memberships], reason="first start")


@transaction.atomic
def add_user(
    *,
    by,
    username: str,
    password: str | None,
    roles: list[str],
    election: str = "",
    languages: list[str] = (),
    interface_language: str = "en",
    monitor_name: str = "",
    demo: bool = False,
    reason: str = "",
) -> User:
    """Make an account with its roles in one election ('' for all). Raises BadInput, Refused.

    Without a `monitor_name` the next free "Monitor 07" is taken; `password` None: cannot log in.
    """
    check(by, "people.manage", election)
    if not _USERNAME.fullmatch(username):
        raise BadInput(
            f"“{username}” cannot be the name of an account.", remedy="Take letters, figures and . - _ (150 at most)."
        )
    if User.objects.filter(username=username).exists():
        raise BadInput(f"There is an account “{username}” already.", remedy="`besa user give` adds a role to it.")
    user = User(
        username=username,
        date_joined=clock.now(),
        languages=list(languages),
        interface_language=interface_language,
        monitor_name=monitor_name or f"Monitor {User.objects.count():02}",
        demo=demo,
    )
    user.set_password(password)
    user.save()
    memberships = [
        Membership.objects.create(user=user, election=election, role=role) for role in dict.fromkeys(map(_role, roles))
    ]
    record(by=by, act="people.add_user", rows=[user, *memberships], election=election, reason=reason)
    return user


@transaction.atomic
def give_role(*, by, user: User, role: str, election: str = "", reason: str = "") -> Membership:
    """Give a role, or give it again after it ended. Raises BadInput, Conflict, Refused."""
    check(by, "people.manage", election)
    if not user.is_active:
        raise Conflict(f"The account “{user.username}” is closed.")
    membership, made = Membership.objects.get_or_create(user=user, election=election, role=_role(role))
    if not made and membership.ended_at is None:
        raise Conflict(f"{user.username} has this role already.")
    membership.ended_at = None
    membership.save()
    record(by=by, act="people.give_role", rows=[membership], election=election, reason=reason)
    return membership


@transaction.atomic
def end_role(*, by, membership: Membership, reason: str) -> None:
    check(by, "people.manage", membership.election)
    if membership.ended_at is not None:
        raise Conflict("This role has ended already.")
    membership.ended_at = clock.now()
    membership.save()
    record(by=by, act="people.end_role", rows=[membership], election=membership.election, reason=reason)


@transaction.atomic
def set_password(*, by, user: User, password: str, reason: str = "") -> None:
    """A new password; all sessions of the account end with the old one. Raises BadInput, Refused.

    Whoever may set another's password could act as them: only an administrator of all elections may.
    """
    if by.username != user.username:
        check(by, "people.manage")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages), remedy="Choose another password.") from None
    user.set_password(password)
    user.save()
    record(by=by, act="people.set_password", rows=[user], reason=reason)


@transaction.atomic
def close_user(*, by, user: User, reason: str) -> None:
    """The account can no longer log in and holds no role; what it did stays. Raises Conflict, Refused."""
    check(by, "people.manage")
    if user.username in ("operator", by.username):
        raise Conflict("The local operator and one's own account stay open.")
    if not user.is_active:
        raise Conflict(f"The account “{user.username}” is closed already.")
    user.is_active = False
    user.set_unusable_password()
    user.save()
    memberships = list(Membership.objects.filter(user=user, ended_at=None))
    for membership in memberships:
        membership.ended_at = clock.now()
        membership.save()
    record(by=by, act="people.close_user", rows=[user, *memberships], reason=reason)


def _role(role: str) -> Role:
    if role not in GIVEN_ROLES:
        raise BadInput(f"There is no role “{role}”.", remedy=f"Roles: {', '.join(sorted(GIVEN_ROLES))}.")
    return Role(role)
