"""A ZIP file that holds several files: each is recognised and imported on its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from besa.base.errors import BadInput
from besa.collect.actions.importing import import_file
from besa.collect.actions.opening import members_of


def import_all(
    *, by, election, path: Path | str, file_name: str = "", **how: Any
) -> tuple[list[dict[str, Any]], list[BadInput]]:
    """Import a file, or every file of a ZIP: rows of the command contract, and what was refused, by name.

    `how` is handed to `import_file`. A file that is no archive is refused by raising, as `import_file` does.
    """
    path = Path(path)
    members = members_of(path)
    if not members:
        return [import_file(by=by, election=election, path=path, file_name=file_name, **how)], []
    done, refused = [], []
    for member in members:
        try:
            done.append(import_file(by=by, election=election, path=path, file_name=file_name, member=member, **how))
        except BadInput as error:
            refused.append(error)
    return done, refused
