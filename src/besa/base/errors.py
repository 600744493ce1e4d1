"""One tree of errors. Each explains itself: what happened, where, and what to do next."""

from __future__ import annotations


class BesaError(Exception):
    """Root of all errors that a user may see.

    `where` names file and line (or row, or address); `remedy` says what to do next.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", remedy: str = ""):
        super().__init__(message)
        self.message, self.where, self.remedy = message, where, remedy

    def __str__(self) -> str:
        parts = [f"{self.where}: {self.message}" if self.where else self.message]
        if self.remedy:
            parts.append(self.remedy)
        return " ".join(parts)


class BadInput(BesaError):
    """Input that cannot be read or used as it is (exit code 2)."""

    exit_code = 2


class UnknownFormat(BadInput):
    """A file that no connector knows."""


class Refused(BesaError):
    """The policy table says no."""


class Conflict(BesaError):
    """Somebody else was first, or the state does not allow the act (any more)."""


class NotFound(BesaError):
    """No such row or file; on the command line a wrong name (exit code 2)."""

    exit_code = 2


class Erased(NotFound):
    """It was there and was lawfully erased; the message says when and on which ground."""


class Tampered(BesaError):
    """Stored bytes or rows are not what was stored."""


class DiskFloor(BesaError):
    """Too little free disk to write safely; nothing was written."""
