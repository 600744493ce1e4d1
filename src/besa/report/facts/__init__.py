"""From casework and corpus to de-identified fact tables, and from there to a freeze on disk."""

from besa.report.facts.gather import gather
from besa.report.facts.store import load, save

__all__ = ["gather", "load", "save"]
