"""Every write of triage: a run of the detectors with its docket, and putting a post there by hand."""

from besa.triage.actions.docket import put, put_captured
from besa.triage.actions.runs import run

__all__ = ["put", "put_captured", "run"]
