"""Forms of the evidence room."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddFile(forms.Form):
    file = forms.FileField(
        label=_("Screenshot, recording or document"),
        help_text=_("PNG, JPEG, WebP, GIF, PDF, MP4 or WebM, up to 50 MB. It is hashed and kept as it is."),
        widget=forms.ClearableFileInput(
            attrs={"accept": "image/png,image/jpeg,image/webp,image/gif,application/pdf,video/mp4,video/webm"}
        ),
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, help_text=_("Where and when it was taken.")
    )  # fmt: skip
