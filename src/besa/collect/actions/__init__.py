"""Every write of the room."""

from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping
from besa.collect.actions.tips import (
    decline_tip,
    erase_contact,
    join_tips,
    leave_tip,
    look_at_tip,
    read_contact,
    take_up_tip,
)

__all__ = [
    "decline_tip",
    "erase_contact",
    "import_file",
    "join_tips",
    "leave_tip",
    "look_at_tip",
    "mapping_of_file",
    "read_contact",
    "recover",
    "save_mapping",
    "take_up_tip",
]
