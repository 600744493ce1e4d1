"""Every write of the room: holds, erasures, and erasing again what a restored backup brought back."""

from besa.retention.actions.again import erase_again, keep_erased
from besa.retention.actions.erasing import finish, finish_pending, order, run_due
from besa.retention.actions.holds import lift, set_hold

__all__ = ["erase_again", "finish", "finish_pending", "keep_erased", "lift", "order", "run_due", "set_hold"]
