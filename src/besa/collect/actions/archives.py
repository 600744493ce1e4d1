"""A ZIP file that holds several files: each is recognised and imported on its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from besa.base.errors import BadInput
from besa.collect.actions.importing import import_file
from besa.collect.actions.opening import members_of
from besa.collect.models import Mapping


def import_all(
    *,
    by,
    election,
    path: Path | str,
    file_name: str = "",
    connector: str = "",
    mapping: Mapping | None = None,
    route: str = "watch_list",
    consent: str = "",
    advance: Callable[[int], None] | None = None,
) -> tuple[list[dict[str, Any]], list[BadInput]]:
    """Import a file, or every file of a ZIP: rows of the command contract, and what was refused, by name.

    All else is handed to `import_file`. A file that is no archive is refused by raising, as there.
    """
    path = Path(path)

    def one(member: str = "") -> dict[str, Any]:
        return import_file(
            by=by, election=election, path=path, file_name=file_name, member=member, connector=connector,
            mapping=mapping, route=route, consent=consent, advance=advance,
        )  # fmt: skip

    members = members_of(path)
    if not members:
        return [one()], []
    done, refused = [], []
    for member in members:
        try:
            done.append(one(member))
        except BadInput as error:
            refused.append(error)
    return done, refused
