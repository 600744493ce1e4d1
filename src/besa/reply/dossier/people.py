"""The numbers under which the people at the desk are known outside."""

from __future__ import annotations

import re

from besa.people.models import User


class Monitors:
    def __init__(self):
        self.numbers = {user.username: user.monitor_name or f"Monitor {user.pk:02d}" for user in User.objects.all()}
        longest_first = sorted(map(re.escape, self.numbers), key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)") if longest_first else None

    def hidden(self, text: str) -> str:
        """The text with every log-in name as its number."""
        return self._names.sub(lambda found: self.numbers[found[0]], text) if self._names else text
