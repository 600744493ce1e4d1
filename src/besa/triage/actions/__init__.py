"""Every write of triage: a run of the detectors with its docket, putting a post there by hand, hours, models, terms."""

from besa.triage.actions.again import look_again
from besa.triage.actions.budgeting import keep_pace, set_budget
from besa.triage.actions.claims import set_aside, take_in
from besa.triage.actions.clocks import close, stop_settled, tend, warn
from besa.triage.actions.docket import put, put_captured
from besa.triage.actions.evaluating import keep_evaluation
from besa.triage.actions.explorer import drop_view, save_view
from besa.triage.actions.learning import promote, train
from besa.triage.actions.runs import run
from besa.triage.actions.terms import import_terms, retire_term, save_term

__all__ = [
    "close", "drop_view", "import_terms", "keep_evaluation", "keep_pace", "look_again", "promote", "put",
    "put_captured", "retire_term", "run", "save_term", "save_view", "set_aside", "set_budget", "stop_settled",
    "take_in", "tend", "train", "warn",
]  # fmt: skip
