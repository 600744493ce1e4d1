"""Forms of triage."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from besa.people.templatetags.words import language


class Put(forms.Form):
    post_key = forms.CharField(
        label=_("Post"), max_length=300, help_text=_("Its key in the corpus, as platform:number.")
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why should people look at it?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


def _hours(label, *, required: bool = False) -> forms.FloatField:
    step = forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=0, required=required, widget=step)


class BudgetForm(forms.Form):
    """Hours of a week; of languages (`of_sq`) and of days (`day_0` is Monday) where somebody wants to say so."""

    week = forms.ChoiceField(label=_("From this week on"))
    hours = _hours(_("Coder-hours a week"), required=True)

    def __init__(self, *args, weeks: list[str], languages: list[str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["week"].choices = [(week, week) for week in weeks]
        for code in languages:
            self.fields[f"of_{code}"] = _hours(language(code))
        for at in range(7):
            self.fields[f"day_{at}"] = _hours(WEEKDAYS[at])

    def of_languages(self):
        return [self[name] for name in self.fields if name.startswith("of_")]

    def of_days(self):
        return [self[name] for name in self.fields if name.startswith("day_")]

    def asked(self) -> dict:
        """What `actions.set_budget` takes; days count where one of them is filled in."""
        given = self.cleaned_data
        days = [given[f"day_{at}"] for at in range(7)]
        return {
            "week": given["week"],
            "hours": given["hours"],
            "languages": {name[3:]: own for name, own in given.items() if name.startswith("of_") and own is not None},
            "days": [own or 0.0 for own in days] if any(own is not None for own in days) else [],
        }
