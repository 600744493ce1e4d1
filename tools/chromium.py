"""Print the path of a Chromium that the browser tests can use; exit 1 where there is none.

Looked for: $BESA_CHROMIUM, the system's, the one that Playwright downloads.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def find() -> str | None:
    named = os.environ.get("BESA_CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    found = find()
    if found:
        print(found)
    sys.exit(0 if found else 1)
