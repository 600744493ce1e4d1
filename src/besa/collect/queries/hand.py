"""Reads about captures by hand."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from besa.base import clock
from besa.collect.models import Capture, CapturedFile, UploadToken


def captures(election) -> QuerySet[Capture]:
    """What was captured by hand in an election, newest first."""
    return Capture.objects.filter(election=election.slug if election else "")


def living_tokens(user, election) -> QuerySet[UploadToken]:
    """The upload tokens of a person that still hold, the newest first."""
    found = UploadToken.objects.filter(user=user, election=election.slug if election else "", revoked_at=None)
    return found.filter(expires_at__gt=clock.now())


def captured_files(captures: Iterable[Capture]) -> list[CapturedFile]:
    """The files of these captures."""
    return list(CapturedFile.objects.filter(capture__in=list(captures)))
