"""Posts that the contract test shows to the detector, and the small invented model that it is tested with."""

from __future__ import annotations

from besa.triage.learning.learned import Learned

EXAMPLES = (
    {"text": "Zgjebrak i ndyrë, ik nga këtu", "concerns": ["harassment"]},
    {"text": "Sot hapëm rrugën e re në fshat", "concerns": []},
    {"text": "", "concerns": []},
)

_RUDE = ("zgjebrak i ndyrë", "je një zgjebrak", "ndyrësirë, ik nga këtu", "ik more zgjebrak", "i ndyri zgjebrak flet")
_CALM = ("hapëm rrugën e re", "sot në fshat", "takim me qytetarët", "ujë i pastër për fshatin", "rruga e re në qytet")


def a_model() -> Learned:
    """Learned from invented sentences; only tests ask for it."""
    from besa.triage.learning.training import train

    texts = [f"{text} {place}" for text in (*_RUDE, *_CALM) for place in ("sot", "dje", "këtu", "atje")]
    return train(texts, {"harassment": [at < len(texts) // 2 for at in range(len(texts))]}, version="example").model
