"""What the election's own model takes a post for; silent where no model is promoted."""

from besa.triage.detectors.learned.detect import detect
from besa.triage.detectors.learned.examples import EXAMPLES, a_model

__all__ = ["EXAMPLES", "a_model", "detect"]
