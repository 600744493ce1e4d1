"""`{% together reason.text %}`: what the detector of coordination says, in the reader's language."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from besa.triage.detectors.coordination import read

register = template.Library()


@register.simple_tag
def together(reason: str) -> str:
    told = read(reason)
    if told is None:
        return _("several accounts shared the same within a minute")
    things = {"link": _("Link"), "text": _("Text"), "hashtags": _("Hashtags"), "image": _("Image")}
    told["thing"] = things.get(told["thing"], told["thing"])
    if told["times"]:
        return (
            _(
                "%(thing)s shared by %(accounts)d accounts within %(seconds)d seconds; times together: %(times)d; "
                "faster than chance would have it"
            )
            % told
        )
    return (
        _("%(thing)s shared by %(accounts)d accounts within %(seconds)d seconds, only once: chance is not ruled out")
        % told
    )
