"""Who is spoken of in a text: the persons, parties and groups of a register. Pure; no Django, no clock, no chance."""

from besa.triage.mentions.reading import mentions
from besa.triage.mentions.register import Register
from besa.triage.mentions.types import Mention, Named

__all__ = ["Mention", "Named", "Register", "mentions"]
