"""Every write of the room."""

from besa.collect.actions.archives import import_all
from besa.collect.actions.capturing import capture, enter_pending
from besa.collect.actions.delivering import import_delivered
from besa.collect.actions.describing import describe_video
from besa.collect.actions.importing import import_file, recover
from besa.collect.actions.mappings import mapping_of_file, save_mapping
from besa.collect.actions.tokens import make_token, revoke_token

__all__ = [
    "capture", "describe_video", "enter_pending", "import_all", "import_delivered", "import_file", "make_token",
    "mapping_of_file", "recover", "revoke_token", "save_mapping",
]  # fmt: skip
