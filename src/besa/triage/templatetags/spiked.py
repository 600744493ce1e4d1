"""`{% spiked reason.text %}`, `{% spike one %}`: what is unusual about an account, in the reader's language."""

from __future__ import annotations

from django import template
from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from besa.triage.detectors.spikes import NEW_ACCOUNT, NEW_COMMENTERS, REACTIONS, VOLUME, Spike, read
from besa.triage.rules.unusual import NEW_DAYS

register = template.Library()


@register.simple_tag
def spiked(reason: str) -> str:
    return "; ".join(_words(*one) for one in read(reason)) or _("far from what is usual for this account")


@register.simple_tag
def spike(one: Spike) -> str:
    return _words(one.kind, one.figure, one.usual)


def _words(kind: str, figure: float, usual: float) -> str:
    if kind == VOLUME:
        one, more = "%(n)s post on that day; usual are %(usual)s", "%(n)s posts on that day; usual are %(usual)s"
        return ngettext(one, more, int(figure)) % {"n": int(figure), "usual": floatformat(usual, 1)}
    if kind == REACTIONS:
        said = _("A post drew %(n)s reactions, comments and shares; usual are %(usual)s")
        return said % {"n": floatformat(figure, "0g"), "usual": floatformat(usual, "0g")}
    if kind == NEW_ACCOUNT:
        said = _("%(n)s posts on that day, by an account that was made %(age)s days before")
        return said % {"n": int(figure), "age": int(usual)}
    if kind == NEW_COMMENTERS:
        said = _("%(n)s %% of the commenters have accounts made in the %(days)s days before it; usual are %(usual)s %%")
        return said % {"n": round(100 * figure), "usual": round(100 * usual), "days": NEW_DAYS}
    said = _("%(n)s %% of the commenters were never seen before; usual are %(usual)s %%")
    return said % {"n": round(100 * figure), "usual": round(100 * usual)}
