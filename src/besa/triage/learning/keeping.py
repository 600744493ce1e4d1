"""Models as bytes and back. Only numbers and words are kept, no code: what else a file holds is refused."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import skops.io

from besa.base.errors import Tampered
from besa.triage.learning.learned import Learned, Vocabulary

_ARRAYS = ("weights", "bias", "slope", "offset", "threshold")


def to_bytes(model: Learned) -> bytes:
    return skops.io.dumps(
        {
            "format": "besa-triage-2",
            "version": model.version,
            "concerns": list(model.concerns),
            "turned": float(model.turned),
            "vocabulary": asdict(model.vocabulary),
            **{name: getattr(model, name) for name in _ARRAYS},
        }
    )


def from_bytes(data: bytes) -> Learned:
    """Raises Tampered for anything but what `to_bytes` has made."""
    try:
        strange = skops.io.get_untrusted_types(data=data)
        kept = None if strange else skops.io.loads(data, trusted=[])
    except Exception as error:  # a broken archive may fail in any way
        raise Tampered(f"This is not a model that Besa has kept ({type(error).__name__}).") from None
    if strange:
        raise Tampered(f"This model holds more than numbers and words: {', '.join(strange[:3])}.")
    try:
        if kept["format"] != "besa-triage-2":
            raise ValueError(kept["format"])
        model = Learned(
            str(kept["version"]),
            tuple(kept["concerns"]),
            Vocabulary(**{name: np.asarray(value) for name, value in kept["vocabulary"].items()}),
            *(np.asarray(kept[name]) for name in _ARRAYS),
            turned=float(kept["turned"]),
        )
        if model.weights.shape != (len(model.concerns), model.vocabulary.size):
            raise ValueError("weights")
    except (KeyError, TypeError, ValueError) as error:
        raise Tampered(f"This model is not whole ({error}).", remedy="Train it again.") from None
    return model
