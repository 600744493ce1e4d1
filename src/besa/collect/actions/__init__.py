"""Every write of the room."""

from besa.collect.actions.archives import import_all
from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping

__all__ = ["import_all", "import_file", "mapping_of_file", "recover", "save_mapping"]
