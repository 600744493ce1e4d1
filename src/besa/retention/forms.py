"""What people type: an erasure, a hold, and why."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from besa.base.words import ErasureGround, HeldKind, label


def _reason(text) -> forms.CharField:
    return forms.CharField(
        label=text, min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stands in the ledger for good: write no name."),
    )  # fmt: skip


def _words(cls, *, without: tuple[str, ...] = ()):
    from django.utils.translation import gettext

    return lambda: [(word, gettext(label(cls, word))) for word in cls if word not in without]


class ErasureForm(forms.Form):
    what = forms.ChoiceField(label=_("What"), choices=_words(HeldKind, without=("case", "finding")))
    key = forms.CharField(
        label=_("Which one"), max_length=400,
        help_text=_("The key of a post or account, the code shown instead of a name, or the number of the evidence."),
    )  # fmt: skip
    ground = forms.ChoiceField(label=_("Ground"), choices=_words(ErasureGround, without=("period",)))


class ReasonForm(forms.Form):
    reason = _reason(_("Reason"))


class HoldForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=_words(HeldKind))
    key = forms.CharField(
        label=_("Which one"),
        max_length=400,
        help_text=_("Number of the case, finding or evidence; key of a post or account."),
    )
    reason = _reason(_("Reason"))
