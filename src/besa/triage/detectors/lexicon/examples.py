"""Invented posts with what must be seen in them; the contract test runs them."""

from besa.triage.types import TermSpec

TERMS = (
    TermSpec("sq", "tradhtar", "stem", "hate", "", 0.6),
    TermSpec("sr", "izdajnik", "stem", "hate", "", 0.6, ("izdajnik u šahu",)),
    TermSpec("en", "traitor", "stem", "hate", "", 0.6),
)
EXAMPLES = (
    {"text": "Ata janë tradhtarët e kombit", "language": "sq", "concerns": ["hate"], "says": ["tradhtarët"]},
    {"text": "Они су издајници!", "language": "sr", "concerns": ["hate"], "says": ["издајници"]},
    {"text": "t r a i t o r", "language": "en", "concerns": ["hate"], "says": ["t r a i t o r"]},
    {"text": "Nesër mblidhemi në shesh.", "language": "sq", "concerns": [], "says": []},
    {"text": "Film se zove Izdajnik u šahu.", "language": "sr", "concerns": [], "says": []},
)
