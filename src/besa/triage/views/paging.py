"""One page of a long list."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import QueryDict

_PAGE = 25


def paged(request, rows, size: int = _PAGE):
    """The page asked for, and the rest of the address for its neighbours."""
    rest: QueryDict = request.GET.copy()
    rest.pop("page", None)
    return Paginator(rows, size).get_page(request.GET.get("page")), rest.urlencode()
