"""The reference of tables is made from the catalogue."""

from pathlib import Path

from besa.report.tables import reference


def test_the_reference_is_fresh():
    assert (Path(__file__).parents[2] / "docs" / "reference" / "tables.md").read_text() == reference()
