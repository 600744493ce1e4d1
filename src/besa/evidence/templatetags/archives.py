"""`{% archive exhibit %}`: of a web archive, whether everything in it is whole; nothing of other files."""

from __future__ import annotations

from django import template

from besa.evidence.models import Exhibit
from besa.evidence.queries import archive_problems

register = template.Library()


@register.inclusion_tag("evidence/archive.html")
def archive(exhibit: Exhibit) -> dict:
    return {"problems": archive_problems(exhibit)}
