"""Every write about people."""

from __future__ import annotations

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput
from besa.base.words import Role
from besa.ledger.chain import record
from besa.people.models import Membership, User
from besa.people.policy import check

#: What the local operator (whoever has the machine) may do: everything but judging alone.
_OPERATOR_ROLES = (Role.ADMINISTRATOR, Role.COORDINATOR, Role.ANALYST)


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
    """Make an account with its roles in one election ('' for all). Raises BadInput, Refused."""
    check(by, "people.manage", election)
    if User.objects.filter(username=username).exists():
        raise BadInput(f"There is an account “{username}” already.")
    user = User(
        username=username,
        date_joined=clock.now(),
        languages=list(languages),
        interface_language=interface_language,
        monitor_name=monitor_name,
        demo=demo,
    )
    user.set_password(password)
    user.save()
    memberships = [Membership.objects.create(user=user, election=election, role=Role(role)) for role in roles]
    record(by=by, act="people.add_user", rows=[user, *memberships], election=election, reason=reason)
    return user


@transaction.atomic
def end_role(*, by, membership: Membership, reason: str) -> None:
    check(by, "people.manage", membership.election)
    membership.ended_at = clock.now()
    membership.save()
    record(by=by, act="people.end_role", rows=[membership], election=membership.election, reason=reason)
