"""All detectors, in the order in which they run. A new one is a folder and a line here."""

from __future__ import annotations

from importlib.metadata import entry_points

from besa.triage.detectors import (
    ads,
    checkable,
    claims,
    coordination,
    copies,
    learned,
    legal,
    lexicon,
    local,
    spikes,
)
from besa.triage.types import Detector

DETECTORS: tuple[Detector, ...] = (
    Detector("lexicon", "2", lexicon.detect, examples=lexicon.EXAMPLES),
    Detector("ads", "2", ads.detect, examples=ads.EXAMPLES),
    Detector("library", "1", ads.library.detect, across=True, examples=ads.library.EXAMPLES),
    Detector("claims", "1", claims.detect, examples=claims.EXAMPLES),
    Detector("new_claims", "1", claims.detect_new, across=True, examples=claims.EXAMPLES_NEW),
    Detector("checkable", "1", checkable.detect, examples=checkable.EXAMPLES),
    Detector("legal", "1", legal.detect, examples=legal.EXAMPLES),
    Detector("learned", "1", learned.detect, examples=learned.EXAMPLES),
    Detector("local", "1", local.detect, examples=local.EXAMPLES),
    Detector("copies", "2", copies.detect, across=True, examples=copies.EXAMPLES),
    Detector("coordination", "2", coordination.detect, across=True, examples=coordination.EXAMPLES),
    Detector("spikes", "2", spikes.detect, across=True, examples=spikes.EXAMPLES),
)


def detectors() -> tuple[Detector, ...]:
    """Besa's own, then those that other installed packages bring (entry points `besa.detectors`)."""
    return (*DETECTORS, *(point.load() for point in entry_points(group="besa.detectors")))
