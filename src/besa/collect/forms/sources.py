"""Forms of live sources."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy


class SourceForm(forms.Form):
    """One more address to poll."""

    address = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=500,
        help_text=gettext_lazy(
            "A site, its feed or its sitemap; a Telegram channel, a YouTube channel, a Bluesky or Mastodon account; "
            "a search in Meta's libraries."
        ),
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "placeholder": "https://"}),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, required=False, help_text=gettext_lazy("As it stands in lists.")
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between two polls"),
        required=False,
        min_value=5,
        max_value=7 * 24 * 60,
        help_text=gettext_lazy("Left empty, what is usual for the service."),
    )
