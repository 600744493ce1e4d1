"""`{% shown exhibit %}`: where a page of work shows a file to its reader.

Custody speaks of who opened a file on the page of its post. Whoever codes or decides on a post sees its pictures as
part of that, and their coding says so; the address holds for this reader, this file and this day.
"""

from __future__ import annotations

from django import template

from besa.evidence.models import Exhibit
from besa.evidence.views import address_of

register = template.Library()


@register.simple_tag(takes_context=True)
def shown(context, exhibit: Exhibit) -> str:
    return address_of(exhibit, context["request"].user)
