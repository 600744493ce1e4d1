"""`{% names_read %}` for the coder who has just answered, `{% names_added item %}` for whoever decides."""

from __future__ import annotations

from django import template

from besa.coding import names_read as read
from besa.pledge.models import Actor

register = template.Library()


@register.inclusion_tag("coding/names_read.html", takes_context=True)
def names_read(context, coding) -> dict:
    return {"coding": coding, "names": read.to_check(coding), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("coding/names_added.html")
def names_added(item) -> dict:
    rows = read.added(item)
    slugs = {slug for row in rows for slug in row.added}
    named = dict(Actor.objects.filter(election=item.election, slug__in=slugs).values_list("slug", "name"))
    return {"names": [named.get(slug, slug) for row in rows for slug in row.added]}
