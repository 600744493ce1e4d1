"""Besa: from the signature of a code of conduct to the published report on who kept it."""

__version__ = "0.1.0"
