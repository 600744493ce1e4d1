"""`{{ view.asked|query }}`: what a saved view asks for, as the rest of an address."""

from __future__ import annotations

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.filter
def query(asked: dict[str, str]) -> str:
    return urlencode(asked)
