"""Every write of triage: a run of the detectors with its docket, putting a post there by hand, hours, models."""

from besa.triage.actions.budgeting import keep_pace, set_budget
from besa.triage.actions.docket import put, put_captured
from besa.triage.actions.evaluating import keep_evaluation
from besa.triage.actions.learning import promote, train
from besa.triage.actions.runs import run

__all__ = ["keep_evaluation", "keep_pace", "promote", "put", "put_captured", "run", "set_budget", "train"]
