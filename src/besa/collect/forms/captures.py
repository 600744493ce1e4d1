"""Forms of capturing by hand."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext, gettext_lazy

from besa.base import clock
from besa.base.words import Channel, Device, Platform, PostKind
from besa.collect.forms.imports import word_choices
from besa.collect.rules.values import moment
from besa.collect.types import NewFile


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("For what"), max_length=80, help_text=gettext_lazy("For example: Firefox on my laptop.")
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Holds for"),
        coerce=int,
        choices=[(7, gettext_lazy("a week")), (30, gettext_lazy("30 days")), (90, gettext_lazy("90 days"))],
        initial=30,
    )


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class CaptureForm(forms.Form):
    """One post captured at the desk; filled in from its address, by the bookmarklet, or by hand."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=80)
    operator = forms.CharField(widget=forms.HiddenInput, required=False, max_length=2_000)
    device = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    seen_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    counts = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)
    url = forms.CharField(
        label=gettext_lazy("Address of the post"),
        required=False,
        max_length=4_000,
        help_text=gettext_lazy("Paste it; platform, account and time are filled in where the address tells them."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "autofocus": True}),
    )
    screenshots = FilesField(
        label=gettext_lazy("Screenshots and recordings"),
        required=False,
        help_text=gettext_lazy("Drop them anywhere on this page, or paste a picture with Ctrl+V."),
        widget=SeveralFiles(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif,application/pdf,video/mp4,video/webm"}
        ),
    )
    dom = forms.FileField(required=False, widget=forms.ClearableFileInput(attrs={"hidden": True, "tabindex": "-1"}))
    text = forms.CharField(
        label=gettext_lazy("Text"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    account_name = forms.CharField(label=gettext_lazy("Name of the account as shown"), required=False, max_length=300)
    account_handle = forms.CharField(
        label=gettext_lazy("Short name of the account (@…)"), required=False, max_length=300
    )
    posted_at = forms.DateTimeField(
        label=gettext_lazy("Time of posting"),
        required=False,
        help_text=gettext_lazy("Local time, as the platform shows it."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
    )
    parent_url = forms.CharField(
        label=gettext_lazy("Address of the post above"),
        required=False,
        max_length=4_000,
        help_text=gettext_lazy("For a comment: the post under which it stands."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=2_000)
    docket_reason = forms.CharField(
        label=gettext_lazy("Why should people look at it?"),
        required=False,
        max_length=1_000,
        help_text=gettext_lazy("With a reason it goes on the docket; the time of posting must then be known."),
    )
    urgent = forms.BooleanField(label=gettext_lazy("Urgent"), required=False)

    def __init__(self, *args, zone: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = ZoneInfo(zone)
        choices = {
            "platform": (gettext("Platform"), word_choices(Platform, gettext("As the address says")), ""),
            "kind": (gettext("Kind of post"), word_choices(PostKind), "post"),
            "channel": (gettext("Channel"), word_choices(Channel), "public"),
        }
        for name, (text, offered, initial) in choices.items():
            self.fields[name] = forms.ChoiceField(
                label=text, required=name != "platform", choices=offered, initial=initial
            )

    def first(self):
        return [self[name] for name in ("url", "screenshots", "text")]

    def more(self):
        names = ("platform", "kind", "account_name", "account_handle", "posted_at", "channel", "parent_url", "note")
        return [self[name] for name in names]

    def last(self):
        return [self[name] for name in ("docket_reason", "urgent")]

    def unseen(self):
        return [self[name] for name in ("token", "operator", "device", "seen_at", "counts", "dom")]

    def clean(self):
        data = super().clean()
        if not (data.get("url") or data.get("text") or data.get("screenshots")):
            raise forms.ValidationError(gettext("Give an address, a text or a screenshot."))
        return data

    def clean_posted_at(self):
        at = self.cleaned_data["posted_at"]
        return at.replace(tzinfo=self.zone) if at else None

    def arguments(self) -> dict:
        """The keyword arguments of `actions.capture`."""
        data = dict(self.cleaned_data)
        names = data.pop("operator").splitlines()
        files = [NewFile("file", file, file.content_type or "", file.name) for file in data.pop("screenshots")]
        if dom := data.pop("dom"):
            files.append(NewFile("dom", dom, "text/html", "page.html", scrubbed=True))
        return {
            **data,
            "device": data["device"] if data["device"] in set(Device) else Device.FORM,
            "seen_at": moment(data["seen_at"]) or clock.now(),
            "counts": _object(data["counts"]),
            "operator_names": [name for line in names if (name := line.strip())],
            "files": files,
        }


def _object(text: str) -> dict:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
