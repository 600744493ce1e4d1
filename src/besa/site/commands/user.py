"""`besa user`: accounts and their roles."""

from __future__ import annotations

import argparse

from besa.base.words import Role

_ROLES = sorted(role.value for role in set(Role) - {Role.BELT, Role.DOOR})


def arguments(parser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="add|list|give|end|password")
    add = acts.add_parser("add", help="make an account; prints its first password once")
    add.add_argument("name")
    add.add_argument("--role", action="append", required=True, choices=_ROLES, help="may be given more than once")
    add.add_argument("--language", default="en", help="language of the pages: sq, sr-Latn, sr-Cyrl, en")
    add.add_argument("--reads", action="append", default=[], metavar="LANG", help="a language they read")
    listing = acts.add_parser("list", help="accounts and roles")
    give = acts.add_parser("give", help="give a role")
    give.add_argument("name")
    give.add_argument("--role", required=True, choices=_ROLES)
    end = acts.add_parser("end", help="end a role, or (without --role) close the account")
    end.add_argument("name")
    end.add_argument("--role", choices=_ROLES)
    password = acts.add_parser("password", help="give a new password; ends all sessions of the account")
    password.add_argument("name")
    for part in (add, give, end, password):
        part.add_argument("--reason", default="", help="kept in the ledger")
    for part in (add, listing, give, end, password):
        # these stand in front of the act or behind it
        part.add_argument("--election", metavar="SLUG", default=argparse.SUPPRESS, help="this election only")
        part.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
        part.add_argument("--as", dest="as_user", metavar="USER", default=argparse.SUPPRESS)


def run(arguments, out) -> int:
    from besa.site.start import start, user_of

    start()
    by = user_of(arguments)
    election = _election(arguments)
    return _ACTS[arguments.act](arguments, out, by, election)


def _election(arguments) -> str:
    """'' (all elections) where none is named; a role in an election that is not there helps nobody."""
    from besa.site.start import election_of

    return election_of(arguments).slug if arguments.election else ""


def _add(arguments, out, by, election: str) -> int:
    from besa.base import languages
    from besa.base.errors import BadInput
    from besa.base.ids import new_token
    from besa.people.actions import add_user

    if arguments.language not in languages.INTERFACE:
        raise BadInput(f"No pages in “{arguments.language}”.", remedy=f"Choose: {', '.join(languages.INTERFACE)}.")
    password = new_token(12)
    user = add_user(
        by=by,
        username=arguments.name,
        password=password,
        roles=arguments.role,
        election=election,
        languages=arguments.reads,
        interface_language=arguments.language,
        reason=arguments.reason,
    )
    document = {
        "user": user.username, "roles": arguments.role, "election": election, "monitor_name": user.monitor_name,
        "password": password,
    }  # fmt: skip
    out.result(
        document,
        f"Made {user.username} ({user.monitor_name}). First password, shown once: {password}\n"
        "At the first log-in a second factor is set up; let them change the password there.",
    )
    return 0


def _list(arguments, out, by, election: str) -> int:
    from besa.people.policy import check
    from besa.people.queries import people

    check(by, "people.manage", election)
    rows = people(election)
    document = [
        {
            "user": person.user.username,
            "monitor_name": person.user.monitor_name,
            "roles": [{"role": role, "election": slug} for role, slug in person.roles],
            "open": person.user.is_active,
            "demo": person.user.demo,
        }
        for person in rows
    ]
    lines = [
        [
            person.user.username,
            person.user.monitor_name,
            ", ".join(f"{role} ({slug or 'all'})" for role, slug in person.roles) or "–",
            "" if person.user.is_active else "closed",
        ]
        for person in rows
    ]
    out.result(document, lambda: out.table("Accounts", ["account", "shown as", "roles", "state"], lines))
    return 0


def _give(arguments, out, by, election: str) -> int:
    from besa.people.actions import give_role
    from besa.people.queries import user_named

    user = user_named(arguments.name)
    give_role(by=by, user=user, role=arguments.role, election=election, reason=arguments.reason)
    out.result(
        {"user": user.username, "role": arguments.role, "election": election}, f"{user.username}: {arguments.role}."
    )
    return 0


def _end(arguments, out, by, election: str) -> int:
    from besa.base.errors import BadInput
    from besa.people.actions import close_user, end_role
    from besa.people.models import Membership
    from besa.people.queries import user_named

    user = user_named(arguments.name)
    if not arguments.role:
        close_user(by=by, user=user, reason=arguments.reason)
        out.result({"user": user.username, "closed": True}, f"The account “{user.username}” is closed.")
        return 0
    membership = Membership.objects.filter(user=user, role=arguments.role, election=election, ended_at=None).first()
    if membership is None:
        raise BadInput(f"{user.username} does not hold this role there.", remedy="`besa user list` shows the roles.")
    end_role(by=by, membership=membership, reason=arguments.reason)
    out.result({"user": user.username, "ended": arguments.role, "election": election}, "The role has ended.")
    return 0


def _password(arguments, out, by, election: str) -> int:
    from besa.base.ids import new_token
    from besa.people.actions import set_password
    from besa.people.queries import user_named

    user, password = user_named(arguments.name), new_token(12)
    set_password(by=by, user=user, password=password, reason=arguments.reason)
    out.result(
        {"user": user.username, "password": password},
        f"New password of {user.username}, shown once: {password}\nAll sessions of the account have ended.",
    )
    return 0


_ACTS = {"add": _add, "list": _list, "give": _give, "end": _end, "password": _password}
