"""What learning is given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A text that people have decided on. `concerns`: those that they saw in it; none is an example against all.

    `family`: what copies of one content share; they are learned from once and never also tested on.
    """

    post_key: str
    text: str
    language: str
    concerns: frozenset[str]
    family: str
    week: str = ""
