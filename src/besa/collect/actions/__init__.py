"""Every write of the room."""

from besa.collect.actions.capturing import capture, enter_pending
from besa.collect.actions.describing import describe_video
from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping

__all__ = ["capture", "describe_video", "enter_pending", "import_file", "mapping_of_file", "recover", "save_mapping"]
