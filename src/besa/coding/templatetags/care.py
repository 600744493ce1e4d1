"""What is hard to read."""

from __future__ import annotations

from django import template

from besa.coding.queries import care

register = template.Library()
register.filter("heavy", care.heavy)
