"""What people heard and saw in a captured video, typed when there is time for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from besa.collect.models import Capture
from besa.collect.rules.video import checked
from besa.ledger import chain
from besa.people import policy


@transaction.atomic
def describe_video(*, by, capture: Capture, video: Mapping[str, Any]) -> Capture:
    """Put times, quotes and what was watched in place of what stood there. Raises BadInput.

    The record in the corpus stays as it was when the post was captured; this is what people made of it since.
    """
    policy.check(by, "collect.capture", capture.election)
    said = checked(video)
    capture = Capture.objects.select_for_update().get(pk=capture.pk)
    if capture.video != said:
        capture.video = said
        capture.save()
        chain.record(by=by, act="collect.describe_video", rows=[capture], election=capture.election)
    return capture
