"""What was said: append-only, versioned, columnar."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from besa.corpus.store import Appended, Corpus

__all__ = ["Appended", "Corpus"]


def __getattr__(name: str):
    """The engine takes half a second to import; whoever only asks for the schema does not wait for it."""
    if name not in __all__:
        raise AttributeError(name)
    from besa.corpus import store

    return getattr(store, name)
