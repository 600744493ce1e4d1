"""Forms of the import pages."""

from __future__ import annotations

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext, gettext_lazy

from besa.base.errors import BadInput
from besa.base.words import LABELS, Channel, Concern, Platform, PostKind, Route, TipRefusal
from besa.collect.rules.mapping import FIELDS, checked
from besa.collect.rules.tips import clean_link

#: What tips can be about: the concerns that somebody outside can see.
TIP_CONCERNS = ("hate", "harassment", "gendered_abuse", "incitement", "falsehood", "false_voting", "ad", "coordination",
                "privacy")  # fmt: skip
#: What the sender of a tip agrees to; kept with the tip in the words that were shown.
CONSENT = gettext_lazy(
    "I agree that the team reads what I send, keeps it for this monitoring, and may use the post, never my name."
)

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
    "gone": gettext_lazy("a post that is gone or blocked"),
    "no_address": gettext_lazy("a line that is no web address"),
    "broken_line": gettext_lazy("a broken line"),
    "encoding": gettext_lazy("not UTF-8"),
    "too_long": gettext_lazy("longer than a post can be"),
    "truncated": gettext_lazy("the file ends inside"),
    "unreadable": gettext_lazy("could not be read"),
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

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["route"].choices = word_choices(Route)


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


class TipForm(forms.Form):
    """What a visitor fills in at the Door. `website` is never seen by people; who fills it in is none."""

    link = forms.CharField(
        label=gettext_lazy("Link to the post"), required=False, max_length=2_000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Copy it with “Share”, “Copy link”."),
    )  # fmt: skip
    picture = forms.FileField(
        label=gettext_lazy("Or a screenshot"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 5 MB. On a slow line the link alone is enough."),
    )  # fmt: skip
    concern = forms.ChoiceField(label=gettext_lazy("What is it about?"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Where did you see it?"), initial="public")
    member = forms.BooleanField(
        label=gettext_lazy(
            "I belong to this group, or the message was sent to me. I have covered the names and numbers of people who "
            "are not public figures."
        ),
        required=False,
        help_text=gettext_lazy("Only for closed groups and private messages."),
    )
    note = forms.CharField(
        label=gettext_lazy("Anything we should know"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Who posted it, when, and why it matters. Telephone numbers are taken out."),
    )  # fmt: skip
    contact = forms.CharField(
        label=gettext_lazy("How we may reach you"), required=False, max_length=200,
        help_text=gettext_lazy(
            "Only if you wish. It is kept encrypted and apart from the tip; only the coordinator and the data "
            "protection lead may read it, and they erase it when it is no longer needed."
        ),
    )  # fmt: skip
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    consent = forms.BooleanField(label=CONSENT)
    ticket = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, label_suffix="", **kwargs)
        asked = [(word, gettext(LABELS[Concern][word])) for word in TIP_CONCERNS]
        self.fields["concern"].choices = [("", gettext("Something else, or not sure")), *asked]
        self.fields["channel"].choices = [
            ("public", gettext("Where everybody can see it")),
            ("closed", gettext("In a closed group")),
            ("private", gettext("In a private message")),
        ]

    def clean_picture(self):
        picture = self.cleaned_data["picture"]
        if picture and picture.size > 5 << 20:
            raise forms.ValidationError(gettext("The picture is larger than 5 MB."))
        return picture

    def clean_link(self):
        link = self.cleaned_data["link"].strip()
        if link and not clean_link(link):
            raise forms.ValidationError(gettext("This is not a web address. Paste it as the browser shows it."))
        return link

    def clean(self):
        data = super().clean()
        if data.get("website"):
            raise forms.ValidationError(gettext("The form was filled in by a machine. Leave the last field empty."))
        if not self.errors and not data.get("link") and not data.get("picture"):
            raise forms.ValidationError(gettext("Give a link or a screenshot, so that we can find it."))
        if data.get("channel") in ("closed", "private") and not data.get("member"):
            self.add_error("member", gettext("We take what members of a group bring, and nothing else."))
        return data


class NumberForm(forms.Form):
    number = forms.CharField(
        label=gettext_lazy("Your number"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )  # fmt: skip


class DeclineTipForm(forms.Form):
    refusal = forms.ChoiceField(label=gettext_lazy("Why it is not taken up (its sender can read this)"))
    remark = forms.CharField(
        label=gettext_lazy("Remark for the team"), required=False, max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["refusal"].choices = word_choices(TipRefusal)


class TakeUpTipForm(forms.Form):
    """What a monitor sees at the address: one row of the corpus."""

    url = forms.CharField(label=gettext_lazy("Address"), required=False, max_length=2_000)
    platform = forms.ChoiceField(label=gettext_lazy("Platform"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of post"), initial="post")
    account_handle = forms.CharField(
        label=gettext_lazy("Short name of the account (@…)"), required=False, max_length=200
    )  # fmt: skip
    account_name = forms.CharField(
        label=gettext_lazy("Name of the account as shown"), required=False, max_length=200
    )  # fmt: skip
    posted_at = forms.DateTimeField(
        label=gettext_lazy("Time of posting"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In the election's local time. Its week depends on it."),
    )
    text = forms.CharField(
        label=gettext_lazy("Its words, as they stand there"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    remark = forms.CharField(label=gettext_lazy("Remark for the team"), required=False, max_length=1_000)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["platform"].choices = word_choices(Platform)
        self.fields["kind"].choices = word_choices(PostKind)
