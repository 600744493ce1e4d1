"""Every write of the room."""

from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping
from besa.collect.actions.polling import poll
from besa.collect.actions.sources import add_source, derive_sources, poll_soon, store_key, switch_source

__all__ = [
    "add_source",
    "derive_sources",
    "import_file",
    "mapping_of_file",
    "poll",
    "poll_soon",
    "recover",
    "save_mapping",
    "store_key",
    "switch_source",
]
