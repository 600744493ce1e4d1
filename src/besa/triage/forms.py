"""Forms of triage."""

from __future__ import annotations

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from besa.base.words import Concern
from besa.collect.forms.imports import word_choices
from besa.people.templatetags.words import language, pick
from besa.triage.models import Term


class Reason(forms.Form):
    reason = forms.CharField(
        label=_("Why should people look at it?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)


class Put(Reason):
    post_key = forms.CharField(
        label=_("Post"), max_length=300, help_text=_("Its key in the corpus, as platform:number.")
    )  # fmt: skip
    field_order = ("post_key", "reason", "urgent")


MATCHES = {"word": _("as a whole word"), "stem": _("with any ending"), "phrase": _("as a phrase")}


class TermForm(forms.Form):
    """One lexicon entry. Languages and clauses are those of the election."""

    term = forms.CharField(label=_("Term"), max_length=120)
    language = forms.ChoiceField(label=_("Language"))
    match = forms.ChoiceField(label=_("Matches"), choices=MATCHES.items(), initial="stem")
    concern = forms.ChoiceField(label=_("Concern"))
    clause = forms.ChoiceField(label=_("Clause"), required=False)
    strength = forms.FloatField(
        label=_("Weight"), min_value=0, max_value=1, initial=0.5,
        help_text=_("From 0 to 1: how surely this word alone means the concern."),
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )  # fmt: skip
    counter_examples = forms.CharField(
        label=_("But not in"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One wording a line in which the term is harmless."),
    )  # fmt: skip
    note = forms.CharField(label=_("Note"), required=False, max_length=2000)

    def __init__(self, *args, languages, clauses, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, language(code)) for code in languages]
        self.fields["concern"].choices = word_choices(Concern)
        self.fields["clause"].choices = [("", "–"), *((clause.slug, pick(clause.titles)) for clause in clauses)]

    @staticmethod
    def values_of(term: Term) -> dict:
        names = ("term", "language", "match", "concern", "clause", "strength", "note")
        held = {name: getattr(term, name) for name in names}
        return held | {"counter_examples": "\n".join(term.counter_examples or ())}

    def clean_counter_examples(self) -> list[str]:
        """`|` stands between them in files, so none may hold it."""
        given = self.cleaned_data["counter_examples"]
        if "|" in given:
            raise forms.ValidationError(_("Write one wording a line, without “|”."))
        return [" ".join(line.split()) for line in given.splitlines() if line.strip()]


class TermFile(forms.Form):
    language = forms.ChoiceField(label=_("Language"))
    file = forms.FileField(
        label=_("File"), help_text=_("CSV with the columns of a pack’s lexicon; a file given out here shows them."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )  # fmt: skip

    def __init__(self, *args, languages, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(code, language(code)) for code in languages]


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


class Claims(forms.Form):
    file = forms.FileField(
        label=_("List of checked claims"),
        help_text=_(
            "ClaimReview (JSON), or CSV with the columns claim, rating, reviewer and, if known, url, date, language."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.jsonld,.csv"}),
    )
