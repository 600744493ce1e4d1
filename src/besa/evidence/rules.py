"""Pure decisions of evidence: what a file is, and how big it may be."""

from __future__ import annotations

from besa.base.files import recognise, safe_name

#: Bytes; a screen recording of some minutes fits.
LARGEST = 50 << 20
RAW_TYPE = "application/json"

__all__ = ["LARGEST", "RAW_TYPE", "recognise", "safe_name"]
