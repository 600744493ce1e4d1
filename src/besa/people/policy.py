"""The one table that answers "may they?".

`ACTS[act]` is the set of roles that may do it. `never_own` acts are refused on one's own work.
Actions call `check`; views declare their act with `desk`, so that a test can walk every route.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from besa.base.errors import Refused
from besa.base.words import Role, label

_CO, _CD, _AJ, _ED = Role.COORDINATOR, Role.CODER, Role.ADJUDICATOR, Role.EDITOR
_AN, _DP, _AD, _BELT, _DOOR = Role.ANALYST, Role.DATA_PROTECTION, Role.ADMINISTRATOR, Role.BELT, Role.DOOR
_STAFF = frozenset({_CO, _CD, _AJ, _ED, _AN, _DP, _AD})

ACTS: dict[str, frozenset[Role]] = {
    # the house
    "home.see": _STAFF,
    "people.manage": frozenset({_AD}),
    "doctor.see": frozenset({_CO, _AD}),
    # pledge
    "pack.load": frozenset({_CO, _AD}),
    "code.see": _STAFF,
    "signatory.see": _STAFF,
    "signatory.sign": frozenset({_CO, _AD}),
    "signatory.withdraw": frozenset({_CO, _AD}),
    "signing.ask": frozenset({_DOOR}),
    "signing.invite": frozenset({_CO}),
    "signing.sign": frozenset({_DOOR}),
    "watchlist.see": _STAFF,
    "watchlist.edit": frozenset({_CO, _AN, _AD}),
    "claim.confirm": frozenset({_CO, _AN, _AJ, _AD}),
    # collect
    "import.see": frozenset({_CO, _AN, _AD, _DP}),
    "import.run": frozenset({_CO, _AN, _AD, _BELT}),
    "import.release": frozenset({_CO, _AN, _AD}),
    "coverage.see": frozenset({_CO, _AN, _ED, _AD, _DP}),
    "name.lift": frozenset({_DP}),
    "name.see": frozenset({_CO, _AJ, _DP}),
    "mapping.save": frozenset({_CO, _AN, _AD}),
    "collect.capture": frozenset({_CO, _CD, _AN, _AD, _BELT}),
    "corpus.query": frozenset({_CO, _AN, _AD}),
    "tip.leave": frozenset({_DOOR}),
    "tip.see": frozenset({_CO, _CD, _AN, _AD, _DP}),
    "tip.decide": frozenset({_CO, _CD, _AN, _AD}),
    "tip.take_up": frozenset({_CO, _AN, _AD}),
    "tip.contact": frozenset({_CO, _DP}),
    "source.see": frozenset({_CO, _AN, _AD, _DP}),
    "source.edit": frozenset({_CO, _AN, _AD}),
    "source.poll": frozenset({_CO, _AN, _AD, _BELT}),
    "key.store": frozenset({_CO, _AD}),
    # triage
    "triage.run": frozenset({_CO, _AN, _AD, _BELT}),
    "docket.see": frozenset({_CO, _AN, _AJ, _AD}),
    "docket.put": frozenset({_CO, _CD, _AN, _AJ, _AD, _BELT}),
    "corpus.explore": frozenset({_CO, _CD, _AN, _AJ, _AD}),
    "view.save": frozenset({_CO, _CD, _AN, _AJ, _AD}),
    "signal.see": frozenset({_CO, _AN, _AJ, _AD}),
    "lexicon.see": frozenset({_CO, _AN, _AJ, _AD}),
    "lexicon.edit": frozenset({_CO, _AN, _AD}),
    "clock.tend": frozenset({_CO, _BELT}),
    "clock.close": frozenset({_CO, _AJ}),
    "docket.budget": frozenset({_CO, _AD}),
    "evaluation.keep": frozenset({_CO, _AN, _AD}),
    "claims.take_in": frozenset({_CO, _AN, _AD}),
    "model.see": frozenset({_CO, _AN, _AD}),
    "model.train": frozenset({_CO, _AN, _AD, _BELT}),
    "model.promote": frozenset({_CO, _AD}),
    # evidence
    "evidence.preserve": frozenset({_CO, _CD, _AJ, _AN, _AD, _BELT}),
    "evidence.see": frozenset({_CO, _CD, _AJ, _ED, _AN, _AD}),
    "log_in.store": frozenset({_AD}),
    # coding
    "coding.screen": frozenset({_CD, _CO, _AD}),
    "coding.code": frozenset({_CD, _AD}),
    "coding.answer": frozenset({_CO, _AJ}),
    "coding.adjudicate": frozenset({_AJ}),
    "coding.extend": frozenset({_AJ}),
    "coding.own": frozenset({_CD, _AJ, _CO, _AD}),
    "coding.assign": frozenset({_CO, _AD}),
    "codebook.see": _STAFF,
    "codebook.change": frozenset({_CO, _AD}),
    "coding.agreement": frozenset({_CO, _AJ, _AN, _ED, _AD}),
    "finding.review": frozenset({_CO, _AJ}),
    "finding.see": frozenset({_CO, _AJ, _ED, _AN, _AD}),
    # reply
    "notice.see": frozenset({_CO, _AJ, _ED, _AD}),
    "notice.serve": frozenset({_CO, _AD}),
    "reply.leave": frozenset({_DOOR}),
    "reply.decide": frozenset({_AJ, _CO}),
    "remedy.record": frozenset({_CO, _AJ}),
    "case.see": frozenset({_CO, _AJ, _ED, _AD}),
    "case.edit": frozenset({_CO, _AJ}),
    "dossier.make": frozenset({_CO, _AD}),
    "mail.send": frozenset({_BELT, _CO, _AD}),
    # retention
    "retention.see": frozenset({_CO, _DP, _AD}),
    "retention.run": frozenset({_CO, _DP, _BELT}),
    "erasure.order": frozenset({_CO, _DP}),
    "erasure.finish": frozenset({_CO, _DP, _AD, _BELT}),
    "hold.set": frozenset({_CO, _AJ, _DP}),
    "hold.lift": frozenset({_CO, _DP}),
    # report
    "report.see": frozenset({_CO, _ED, _AN, _AJ, _AD}),
    "report.freeze": frozenset({_CO, _ED, _AN, _AD}),
    "report.edit": frozenset({_ED, _CO}),
    "report.sign_off": frozenset({_ED, _CO}),
    "edition.publish": frozenset({_CO, _ED, _AD}),
    "edition.stamp": frozenset({_CO, _ED, _AD, _BELT}),
}  # fmt: skip

#: Acts that nobody may do to their own work; the action passes `own=True` where it is.
NEVER_OWN = frozenset({"claim.confirm", "coding.adjudicate", "coding.extend", "report.sign_off"})


@dataclass(frozen=True)
class Worker:
    """Somebody who acts without being a person at the desk."""

    username: str
    role: Role

    is_authenticated = True


BELT = Worker("belt", Role.BELT)
DOOR = Worker("door", Role.DOOR)


def roles_of(by, election: str) -> frozenset[Role]:
    """The roles that `by` holds in this election (those held for all elections included)."""
    if isinstance(by, Worker):
        return frozenset({by.role})
    from besa.people.queries import memberships

    if not getattr(by, "is_active", False):
        return frozenset()
    return memberships(by, election)


def may(by, act: str, election: str = "", *, own: bool = False) -> bool:
    if own and act in NEVER_OWN:
        return False
    return bool(ACTS[act] & roles_of(by, election))


def reaches_from(user, address: str | None) -> bool:
    """Demo accounts, whose passwords everybody knows, work on this machine only."""
    return not getattr(user, "demo", False) or address in ("127.0.0.1", "::1")


def check(by, act: str, election: str = "", *, own: bool = False) -> None:
    """Raise Refused, saying who may, where `by` may not."""
    if may(by, act, election, own=own):
        return
    if own and act in NEVER_OWN:
        raise Refused(f"{by.username} may not do this to their own work ({act}).")
    who = ", ".join(sorted(label(Role, role) for role in ACTS[act]))
    raise Refused(f"{by.username} may not do this ({act}).", remedy=f"It is for: {who}.")


def desk(act: str) -> Callable:
    """Mark a view as belonging to the desk and needing this act; the view gets `request.election`.

    The check itself is made by the site's middleware, which refuses every view without a mark.
    """
    if act not in ACTS:
        raise KeyError(act)

    def mark(view):
        view.besa_act = act
        return view

    return mark


def door(view):
    """Mark a view as open to visitors without a staff session."""
    view.besa_act = "door"
    return view
