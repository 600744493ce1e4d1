"""Every write of triage: a run of the detectors with its docket, putting a post there by hand, models."""

from besa.triage.actions.clocks import close, stop_settled, tend, warn
from besa.triage.actions.docket import put, put_captured
from besa.triage.actions.learning import promote, train
from besa.triage.actions.runs import run

__all__ = ["close", "promote", "put", "put_captured", "run", "stop_settled", "tend", "train", "warn"]
