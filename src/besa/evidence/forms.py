"""Forms of the evidence room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddFile(forms.Form):
    file = forms.FileField(
        label=_("Screenshot, recording or document"),
        help_text=_("PNG, JPEG, WebP, GIF, PDF, MP4, WebM, WACZ or WARC, up to 50 MB. It is hashed and kept as it is."),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": "image/png,image/jpeg,image/webp,image/gif,application/pdf,video/mp4,video/webm,"
                ".wacz,.warc,.warc.gz"
            }
        ),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, help_text=_("Where and when it was taken.")
    )  # fmt: skip


class AskPage(forms.Form):
    url = forms.CharField(
        label=_("Address"), max_length=2000, widget=forms.URLInput(attrs={"placeholder": "https://"})
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), required=False, max_length=1000)


class AskAnyPage(AskPage):
    post = forms.CharField(
        label=_("Post on the docket"), required=False, max_length=12,
        help_text=_("Its number. Left empty, the post that has this address, or a new one."),
    )  # fmt: skip


class KeepLogIn(forms.Form):
    host = forms.CharField(
        label=_("Host"), max_length=300, widget=forms.TextInput(attrs={"placeholder": "platform.example"})
    )
    file = forms.FileField(
        label=_("Storage state (JSON)"),
        help_text=_("As Playwright saves it. Only what is of this host is kept, enciphered."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/json,.json"}),
    )
    names = forms.CharField(
        label=_("What the account is called there"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One name on each line. They are blacked out in whatever is captured with this log-in."),
    )  # fmt: skip
