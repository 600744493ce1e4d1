"""The pages of the coding room."""

from besa.coding.views.adjudicating import adjudicate_item
from besa.coding.views.agreement import agreement, agreement_differing, agreement_variable
from besa.coding.views.coding import actors, answered, ask, code_item, draft, questions, take_back
from besa.coding.views.findings import changed, finding, findings
from besa.coding.views.screening import coding_home, give_back, screen_next, take, undo

__all__ = [
    "actors",
    "adjudicate_item",
    "agreement",
    "agreement_differing",
    "agreement_variable",
    "answered",
    "ask",
    "changed",
    "code_item",
    "coding_home",
    "draft",
    "finding",
    "findings",
    "give_back",
    "questions",
    "screen_next",
    "take",
    "take_back",
    "undo",
]
