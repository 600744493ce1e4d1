"""Every write of this room. The pack loader (`pledge.pack`, called by `site.packs`) is the other way in."""

from besa.pledge.actions.grading import (
    choose_areas,
    confirm,
    grade_affiliation,
    grade_identity,
    mark_gone,
    set_account_status,
)
from besa.pledge.actions.listing import import_list, undo_list
from besa.pledge.actions.signing import rejoin, sign, withdraw

__all__ = [
    "choose_areas",
    "confirm",
    "grade_affiliation",
    "grade_identity",
    "import_list",
    "mark_gone",
    "rejoin",
    "set_account_status",
    "sign",
    "undo_list",
    "withdraw",
]
