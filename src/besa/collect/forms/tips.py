"""Forms of tips: the Door's and the desk's."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext, gettext_lazy

from besa.base.words import LABELS, Concern, Platform, PostKind, TipRefusal
from besa.collect.forms.imports import word_choices
from besa.collect.rules.tips import clean_link

#: What tips can be about: the concerns that somebody outside can see.
TIP_CONCERNS = ("hate", "harassment", "gendered_abuse", "incitement", "falsehood", "false_voting", "ad", "coordination",
                "privacy")  # fmt: skip
#: What the sender of a tip agrees to; kept with the tip in the words that were shown.
CONSENT = gettext_lazy(
    "I agree that the team reads what I send, keeps it for this monitoring, and may use the post, never my name."
)


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
