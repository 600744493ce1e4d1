"""Every write of triage: a run of the detectors with its docket, posts put there by hand, models, claims."""

from besa.triage.actions.claims import set_aside, take_in
from besa.triage.actions.docket import put, put_captured
from besa.triage.actions.learning import promote, train
from besa.triage.actions.runs import run

__all__ = ["promote", "put", "put_captured", "run", "set_aside", "take_in", "train"]
