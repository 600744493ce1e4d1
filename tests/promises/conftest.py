"""The small demo, for promises that are proved on the whole method."""

from __future__ import annotations

from pathlib import Path

import pytest

import demo_home


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> Path:
    """Read only."""
    return demo_home.made(tmp_path_factory)
