"""What the report's templates need to look cells up."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def kind_at(columns, index: int) -> str:
    return columns[index].kind


@register.filter
def of(values: dict, key: str):
    return values.get(key, "")


@register.filter
def split_at(items, size: int):
    """The items in rows of this many."""
    return [items[start : start + size] for start in range(0, len(items), size)]
