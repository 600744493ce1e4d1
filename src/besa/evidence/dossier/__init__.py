"""One sealed file that holds without Besa: written once, checked by anyone."""

from besa.evidence.dossier.verifier import is_dossier, problems
from besa.evidence.dossier.writer import Part, Sealed, seal

__all__ = ["Part", "Sealed", "is_dossier", "problems", "seal"]
