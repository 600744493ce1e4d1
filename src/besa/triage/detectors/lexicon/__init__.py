"""Terms of the pack's lexicon in the text of a post, however they were disguised."""

from besa.triage.detectors.lexicon.detect import detect
from besa.triage.detectors.lexicon.examples import EXAMPLES, TERMS

__all__ = ["EXAMPLES", "TERMS", "detect"]
