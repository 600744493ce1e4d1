"""Forms of triage."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class Put(forms.Form):
    post_key = forms.CharField(
        label=_("Post"), max_length=300, help_text=_("Its key in the corpus, as platform:number.")
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why should people look at it?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


class Claims(forms.Form):
    file = forms.FileField(
        label=_("List of checked claims"),
        help_text=_(
            "ClaimReview (JSON), or CSV with the columns claim, rating, reviewer and, if known, url, date, language."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.jsonld,.csv"}),
    )
