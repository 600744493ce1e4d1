"""Every write of the room."""

from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping
from besa.collect.actions.releasing import read_again, refuse, release

__all__ = ["import_file", "mapping_of_file", "read_again", "recover", "refuse", "release", "save_mapping"]
