"""Every address of the site, as tests walk them."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, route)
        else:
            yield route, entry


def routes() -> list[tuple[str, URLPattern]]:
    return list(_patterns(get_resolver()))


def address(pattern: URLPattern, route: str, **values) -> str:
    """The route with its arguments filled in; rows that are not there are fine here."""
    for name, converter in pattern.pattern.converters.items():
        value = values.get(name, 1 if type(converter).__name__ == "IntConverter" else "x")
        route = route.replace(f"<{_kind(converter)}:{name}>", str(value)).replace(f"<{name}>", str(value))
    return "/" + route


def _kind(converter) -> str:
    return next(name for name, known in get_converters().items() if type(known) is type(converter))
