"""Why a model may not be promoted, in words."""

from django.utils.translation import gettext_lazy as _

OBSTACLES = {
    "not_candidate": _("It is not a candidate (any more)."),
    "phase_running": _("A phase is running; models change on the day a phase begins, so that weeks stay comparable."),
    "not_tested": _("Too few posts of the frozen test set are decided to say whether it is better."),
    "not_better": _("It is not better on the frozen test set."),
}
