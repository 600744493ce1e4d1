"""What awaits whom: the first page of the desk, from the rooms' own queries."""

from __future__ import annotations

from pathlib import Path

from besa.report.models import Publication


def latest_edition() -> Path | None:
    """The folder of the edition published last, or None where there is none yet."""
    publication = Publication.objects.order_by("-id").first()
    return Path(publication.path) if publication and Path(publication.path).is_dir() else None


def cards(user, election) -> dict:
    return {}
