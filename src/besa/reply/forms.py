"""What people fill in: the reply at the Door, the decision and the remedy at the desk."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from besa.base.languages import NAMES
from besa.base.words import LABELS, GoneCause, RemedyKind, ReplyKind


def _choices(words, empty: str = "") -> list[tuple[str, object]]:
    labels = [(value, _(text)) for value, text in LABELS[words].items()]
    return [("", empty), *labels] if empty else labels


class _Form(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)


class ReplyForm(_Form):
    kind = forms.ChoiceField(label=_("What is your reply?"), choices=_choices(ReplyKind), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Your words"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("They are published word for word beside the finding, if it is published under your name."),
    )  # fmt: skip


class DecisionForm(_Form):
    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            ("upheld", _("Upheld: the reply is right, the finding stays without a name")),
            ("set_aside", _("Set aside: the reply is not right, the name may be published")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class RemedyForm(_Form):
    kind = forms.ChoiceField(label=_("What was done"), choices=_choices(RemedyKind))
    gone_cause = forms.ChoiceField(
        label=_("Why the post is gone"), choices=_choices(GoneCause, _("It is still there")), required=False
    )
    vantage_points = forms.IntegerField(
        label=_("Seen from how many vantage points"), min_value=0, max_value=9, initial=0, required=False,
        help_text=_("Logged in and logged out make two. A removal counts from two on."),
    )  # fmt: skip
    note = forms.CharField(label=_("Where it was seen"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def clean_vantage_points(self) -> int:
        return self.cleaned_data["vantage_points"] or 0


class AgainForm(_Form):
    address = forms.EmailField(label=_("Address"))
    reason = forms.CharField(label=_("Reason"), max_length=500)


class CaseForm(_Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    findings = forms.CharField(
        label=_("Findings"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4_000,
        help_text=_("Their numbers, by comma or line."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 3}))

    def numbers(self) -> list[str]:
        return list(dict.fromkeys(self.cleaned_data["findings"].replace(",", " ").split()))


class DossierForm(_Form):
    recipient = forms.CharField(
        label=_("Who gets it"), max_length=200, help_text=_("The panel, commission or platform.")
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language of the cover"), choices=list(NAMES.items()))
