"""`{% author item as who %}`: the author of a docketed post as the reader of this page may see them."""

from __future__ import annotations

from django import template

from besa.collect.names import queries

register = template.Library()


@register.simple_tag(takes_context=True)
def author(context, item) -> queries.Author:
    """One look at the lifted names for a whole page."""
    election, request = context.get("election") or item.election, context.get("request")
    open_names = getattr(request, "open_names", None)
    if open_names is None:
        open_names = queries.lifted(election, context.get("user"))
        if request is not None:
            request.open_names = open_names
    return queries.author(item, election, open_names)
