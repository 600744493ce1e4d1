"""Posts that may break a rule of the election law."""

from besa.triage.detectors.legal.detect import Hit, detect, hits, poster_of
from besa.triage.detectors.legal.examples import EXAMPLES, LAWS, PARTIES, POSTERS

__all__ = ["EXAMPLES", "LAWS", "PARTIES", "POSTERS", "Hit", "detect", "hits", "poster_of"]
