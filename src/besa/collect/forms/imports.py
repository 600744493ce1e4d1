"""Forms of the import pages."""

from __future__ import annotations

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from besa.base.errors import BadInput
from besa.base.words import LABELS, Channel, Platform, PostKind, Route
from besa.collect.actions.importing import CONSENT_LENGTH
from besa.collect.rules.mapping import FIELDS, checked

#: What the fields of a mapping are called, and a word of help.
FIELD_WORDS = {
    "native_id": (
        gettext_lazy("Id of the post"),
        gettext_lazy("The platform's own; without it the address or the text identify the post."),
    ),
    "text": (gettext_lazy("Text"), ""),
    "posted_at": (gettext_lazy("Time of posting"), ""),
    "account_id": (gettext_lazy("Id of the account"), gettext_lazy("A number that stays when the name changes.")),
    "account_handle": (gettext_lazy("Short name of the account (@…)"), ""),
    "account_name": (gettext_lazy("Name of the account as shown"), ""),
    "url": (gettext_lazy("Address"), ""),
    "title": (gettext_lazy("Title"), ""),
    "language": (gettext_lazy("Language that the source claims"), ""),
    "parent_id": (gettext_lazy("Id of the post it answers or shares"), ""),
    "root_id": (gettext_lazy("Id of the conversation's first post"), ""),
    "host_account_id": (gettext_lazy("Id of the page or group it stands in"), ""),
    "observed_at": (gettext_lazy("Time at which it was collected"), ""),
    "edited_at": (gettext_lazy("Time of the last change"), ""),
    "reactions": (gettext_lazy("Reactions or likes"), ""),
    "comments": (gettext_lazy("Number of comments"), ""),
    "shares": (gettext_lazy("Number of shares"), ""),
    "views": (gettext_lazy("Number of views"), ""),
    "followers": (gettext_lazy("Followers of the account"), ""),
    "links": (
        gettext_lazy("Links"),
        gettext_lazy("Left empty, they are taken from the text; so are hashtags and mentions."),
    ),
    "hashtags": (gettext_lazy("Hashtags"), ""),
    "mentions": (gettext_lazy("Mentions"), ""),
    "media": (gettext_lazy("Addresses of pictures and videos"), ""),
    "sponsor": (gettext_lazy("Who paid for it"), ""),
    "platform": (gettext_lazy("Platform, where a column names it"), ""),
    "kind": (gettext_lazy("Kind of post, where a column names it"), ""),
}  # fmt: skip

#: Why rows were left out, in words.
REASON_WORDS = {
    "repeated_header": gettext_lazy("a header row repeated inside the file"),
    "no_id": gettext_lazy("no id, address or text to know the post by"),
    "no_data": gettext_lazy("no record of the platform in it"),
    "no_platform": gettext_lazy("the platform is not named"),
    "platform_not_read": gettext_lazy("a platform that this connector does not read"),
    "not_a_record": gettext_lazy("not a record"),
    "broken_row": gettext_lazy("a broken row"),
    "error_row": gettext_lazy("a scraper's report of an error"),
    "no_results": gettext_lazy("a search without results"),
    "service_message": gettext_lazy("a notice of the chat itself"),
    "not_a_post": gettext_lazy("no post (a channel, a list)"),
    "advertiser_total": gettext_lazy("a total of an advertiser, no ad"),
    "location_total": gettext_lazy("a total of a place, no ad"),
    "deleted": gettext_lazy("the platform's word that a post or account was deleted"),
    "withheld": gettext_lazy("withheld by the platform"),
    "no_text": gettext_lazy("a message without text"),
    "no_page": gettext_lazy("no page (a request, a picture)"),
    "page_error": gettext_lazy("a page that the server did not give"),
    "no_article": gettext_lazy("a page without running text"),
    "gone": gettext_lazy("a post that is gone or blocked"),
    "no_address": gettext_lazy("a line that is no web address"),
    "broken_line": gettext_lazy("a broken line"),
    "encoding": gettext_lazy("not UTF-8"),
    "too_long": gettext_lazy("longer than a post can be"),
    "truncated": gettext_lazy("the file ends inside"),
    "unreadable": gettext_lazy("could not be read"),
    "held": gettext_lazy("held until somebody has looked at the import"),
}


def reasons(skipped: dict[str, int]) -> list[tuple[str, int]]:
    """Skipped rows by reason, in words, the most frequent first."""
    ordered = sorted(skipped.items(), key=lambda item: -item[1])
    return [(str(REASON_WORDS.get(reason, reason)), number) for reason, number in ordered]


def word_choices(words, blank: str = "") -> list[tuple[str, str]]:
    """The words of an enumeration with their translated labels."""
    first = [("", blank)] if blank else []
    return first + [(str(value), gettext(label)) for value, label in LABELS[words].items()]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV, Excel or JSON lines, as the tool wrote it; ZIP and gzip are opened."),
    )


class RunForm(forms.Form):
    route = forms.ChoiceField(
        label=gettext_lazy("How these posts reached us"),
        help_text=gettext_lazy("Rates are only computed for the watch-list and for random samples."),
    )

    consent = forms.CharField(
        label=gettext_lazy("Consent of the member who brought it"),
        help_text=gettext_lazy(
            "Which member agreed, when and how, without a name. Names of members and telephone numbers are taken out."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "minlength": CONSENT_LENGTH}),
    )

    def __init__(self, *args, routes: bool = True, consent: bool = False, **kwargs):
        """`consent`: something comes from a closed group. Its posts are tips: alone, it needs no `routes`."""
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = word_choices(Route)
        for name, wanted in (("route", routes), ("consent", consent)):
            if not wanted:
                del self.fields[name]


class HeldForm(forms.Form):
    """What becomes of a held import."""

    reason = forms.CharField(
        label=gettext_lazy("What you saw, and why you decide so"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Stands in the ledger."),
    )


class MappingFileForm(forms.Form):
    mapping_file = forms.FileField(label=gettext_lazy("Mapping file (TOML)"))


class MappingForm(forms.Form):
    """One text input per field of a post, offering the paths seen in the file."""

    name = forms.CharField(
        label=gettext_lazy("Name of this mapping"),
        max_length=80,
        help_text=gettext_lazy("Saved under this name for the next file of the same kind."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform_constant"] = forms.ChoiceField(
            label=gettext("Platform"), required=False, choices=word_choices(Platform, gettext("A column names it"))
        )
        self.fields["kind_constant"] = forms.ChoiceField(
            label=gettext("Kind of post"), required=False, choices=word_choices(PostKind), initial="post"
        )
        self.fields["channel"] = forms.ChoiceField(
            label=gettext("Channel"), required=False, choices=word_choices(Channel), initial="public"
        )
        self.fields["timezone"] = forms.CharField(
            label=gettext("Time zone of times that name none"), required=False, max_length=60
        )
        self.fields["posted_form"] = forms.CharField(
            label=gettext("Form of the time of posting"),
            required=False,
            max_length=60,
            help_text=gettext("Only where it is not recognised, for example %d.%m.%Y %H:%M"),
        )
        self.fields["redact"] = forms.CharField(
            label=gettext("Columns that must never be stored"),
            required=False,
            max_length=500,
            help_text=gettext("Separated by commas: session tokens, addresses of the collecting person."),
        )
        for field in FIELDS:
            label, help_text = FIELD_WORDS[field]
            self.fields[f"field_{field}"] = forms.CharField(
                label=label,
                help_text=help_text,
                required=False,
                max_length=300,
                widget=forms.TextInput(attrs={"list": "paths", "autocomplete": "off", "spellcheck": "false"}),
            )

    def constants(self):
        return [self[name] for name in ("platform_constant", "kind_constant", "channel", "timezone", "posted_form")]

    def paths(self):
        return [self[f"field_{field}"] for field in FIELDS]

    def clean_name(self):
        if not slugify(self.cleaned_data["name"]):
            raise forms.ValidationError(gettext("Letters or figures, please."))
        return self.cleaned_data["name"]

    def clean(self):
        data = super().clean()
        body = {
            "platform": data.get("platform_constant"),
            "kind": data.get("kind_constant"),
            "channel": data.get("channel"),
            "timezone": data.get("timezone"),
            "times": {"posted_at": data["posted_form"]} if data.get("posted_form") else {},
            "redact": [path.strip() for path in data.get("redact", "").split(",") if path.strip()],
            "fields": {field: path for field in FIELDS if (path := data.get(f"field_{field}"))},
        }
        try:
            data["body"] = checked(body)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from None
        return data


def initial_of(body: dict, name: str) -> dict:
    """A saved mapping as the form's first values."""
    return {
        "name": name,
        "platform_constant": body.get("platform", ""),
        "kind_constant": body.get("kind", "post"),
        "channel": body.get("channel", "public"),
        "timezone": body.get("timezone", ""),
        "posted_form": body.get("times", {}).get("posted_at", ""),
        "redact": ", ".join(body.get("redact", [])),
        **{f"field_{field}": path for field, path in body.get("fields", {}).items()},
    }
