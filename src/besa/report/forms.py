"""What people may send to the report room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from besa.base import languages


class FreezeForm(forms.Form):
    week = forms.RegexField(r"^\d{4}-W\d{2}$", required=False)
    kind = forms.ChoiceField(choices=[("weekly", "weekly"), ("final", "final")])


class ProseForm(forms.Form):
    language = forms.ChoiceField(choices=[(tag, languages.NAMES[tag]) for tag in languages.INTERFACE])
    text = forms.CharField(label=_("Text"), required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 10}))


class SignOffForm(forms.Form):
    note = forms.CharField(label=_("Note (optional)"), required=False, max_length=2000)


class PublishForm(forms.Form):
    change_note = forms.CharField(
        label=_("What this edition corrects (only where it replaces an earlier one)"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
