"""Every write of this room. The pack loader (`pledge.pack`, called by `site.packs`) is the other way in."""

from besa.pledge.actions.ceremony import acknowledge, call_up
from besa.pledge.actions.grading import (
    choose_areas,
    confirm,
    grade_affiliation,
    grade_identity,
    mark_gone,
    set_account_status,
)
from besa.pledge.actions.inviting import ask, invite, redeem, refuse, sign_self, take_back
from besa.pledge.actions.listing import import_list, undo_list
from besa.pledge.actions.signing import carry, rejoin, sign, withdraw
from besa.pledge.actions.versions import clone_code

__all__ = [
    "acknowledge",
    "ask",
    "call_up",
    "carry",
    "choose_areas",
    "clone_code",
    "confirm",
    "grade_affiliation",
    "grade_identity",
    "import_list",
    "invite",
    "mark_gone",
    "redeem",
    "refuse",
    "rejoin",
    "set_account_status",
    "sign",
    "sign_self",
    "take_back",
    "undo_list",
    "withdraw",
]
