"""Forms of the evidence room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddFile(forms.Form):
    file = forms.FileField(
        label=_("Screenshot, recording or document"),
        help_text=_("Picture, PDF, MP4, WebM or web archive (WACZ, WARC), up to 50 MB. Hashed and kept as it is."),
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
