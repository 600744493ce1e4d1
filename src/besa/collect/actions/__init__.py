"""Every write of the room."""

from besa.collect.actions.archives import import_all
from besa.collect.actions.capturing import capture, enter_pending
from besa.collect.actions.delivering import import_delivered
from besa.collect.actions.describing import describe_video
from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping
from besa.collect.actions.polling import poll
from besa.collect.actions.releasing import read_again, refuse, release
from besa.collect.actions.sources import add_source, derive_sources, poll_soon, store_key, switch_source
from besa.collect.actions.tips import (
    decline_tip,
    erase_contact,
    join_tips,
    leave_tip,
    look_at_tip,
    read_contact,
    take_up_tip,
)
from besa.collect.actions.tokens import make_token, revoke_token

__all__ = [
    "add_source",
    "capture",
    "decline_tip",
    "derive_sources",
    "describe_video",
    "enter_pending",
    "erase_contact",
    "import_all",
    "import_delivered",
    "import_file",
    "join_tips",
    "leave_tip",
    "look_at_tip",
    "make_token",
    "mapping_of_file",
    "poll",
    "poll_soon",
    "read_again",
    "read_contact",
    "recover",
    "refuse",
    "release",
    "revoke_token",
    "save_mapping",
    "store_key",
    "switch_source",
    "take_up_tip",
]
