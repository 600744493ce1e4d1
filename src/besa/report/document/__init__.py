"""The report as one structure, whatever file it becomes."""

from besa.report.document.build import build, compute_all, stats, told

__all__ = ["build", "compute_all", "stats", "told"]
