"""What people fill in at the desk. Whether it is allowed is decided by the actions."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from besa.base.languages import NAMES
from besa.base.words import LABELS, AccountStatus, ActorKind, Grade, Platform, SignatureKind
from besa.pledge import queries
from besa.pledge.models import Election


def _choices(words, only=None):
    """Values with their labels, translated when they are shown."""
    labels = LABELS[words]
    return [(str(value), _(labels[value])) for value in (only or words)]


def _day(label, **more):
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class SignForm(forms.Form):
    signed_on = _day(_("Day of signature"))
    kind = forms.ChoiceField(
        label=_("How it was signed"),
        choices=lambda: _choices(SignatureKind, (SignatureKind.CEREMONY, SignatureKind.LATE)),
    )
    signer = forms.CharField(
        label=_("Who signed"), required=False, max_length=200, help_text=_("The office is enough: general secretary.")
    )
    language = forms.ChoiceField(label=_("Language of the text signed"))
    keeper_office = forms.CharField(
        label=_("Office of the Code keeper"), required=False, max_length=200, help_text=_("Shown in the register.")
    )
    keeper_email = forms.EmailField(
        label=_("E-mail of the Code keeper"), required=False, help_text=_("For notices; never published.")
    )
    confirm = forms.BooleanField(label=_("I have seen the signature, and the text signed is the one named above."))

    def __init__(self, *args, election: Election, again: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [(tag, NAMES[tag]) for tag in election.languages]
        if again:
            for name in ("kind", "keeper_office", "keeper_email"):
                del self.fields[name]


class WithdrawForm(forms.Form):
    withdrawn_on = _day(_("First day on which the signature no longer binds"))
    reason = forms.CharField(
        label=_("Reason given"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("In the signatory's own words; published in the register. Empty where none was given."),
    )
    confirm = forms.BooleanField(label=_("The signatory told us so itself, and I have seen it."))


class GradeForm(forms.Form):
    """The grade of a claim: account to actor, or actor to party."""

    grade = forms.ChoiceField(label=_("How sure"), choices=lambda: _choices(Grade))
    how_known = forms.CharField(label=_("How it is known"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    first = _day(_("From"), required=False)
    last = _day(_("Until (included)"), required=False)


class IdentityForm(GradeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["how_known"].help_text = _(
            "“Confirmed” needs two independent proofs, separated by a semicolon. Only who is confirmed may be named."
        )


class AffiliationForm(GradeForm):
    party = forms.ChoiceField(label=_("Party"))
    field_order = ("party", "grade", "how_known", "first", "last")

    def __init__(self, *args, election: Election, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [(party.slug, party.name) for party in queries.parties(election)]


class StatusForm(forms.Form):
    status = forms.ChoiceField(label=_("Status of the account"), choices=lambda: _choices(AccountStatus))
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Required for all but authentic. A fake profile makes the person the target, not the source."),
    )
    first = _day(_("From"), required=False)
    last = _day(_("Until (included)"), required=False)


class ClaimForm(IdentityForm):
    """Whose an account is, on the account's own page."""

    actor = forms.CharField(
        label=_("Whose it is"), max_length=80, help_text=_("Name or id."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    field_order = ("actor", "grade", "how_known", "first", "last")

    def __init__(self, *args, election: Election, **kwargs):
        super().__init__(*args, **kwargs)
        self.election = election

    def clean_actor(self):
        text = self.cleaned_data["actor"].strip()
        found = queries.actors(self.election).filter(slug=text) or queries.actors(self.election, search=text)
        if len(found) != 1:
            raise forms.ValidationError(
                gettext("%(count)s fit. Write the id of the one meant.") % {"count": len(found)}
            )
        return found[0].slug


class GoneForm(forms.Form):
    gone_on = _day(_("Gone since"))
    evidence = forms.CharField(label=_("What was seen"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class ListForm(forms.Form):
    file = forms.FileField(
        label=_("Table"),
        help_text=_("CSV or XLSX. Headings and words in any of the four languages; the template has them."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )


class AccountFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    platform = forms.ChoiceField(label=_("Platform"), required=False)
    grade = forms.ChoiceField(label=_("How sure"), required=False)
    status = forms.ChoiceField(label=_("Status of the account"), required=False)
    activity = forms.ChoiceField(label=_("Activity"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.fields["platform"].choices = everything + _choices(Platform)
        self.fields["grade"].choices = [*everything, *_choices(Grade), ("none", _("Nobody's so far"))]
        self.fields["status"].choices = everything + _choices(AccountStatus)
        self.fields["activity"].choices = [
            *everything, ("silent", _("Silent for 30 days")), ("gone", _("Gone")), ("unwatched", _("Not watched")),
        ]  # fmt: skip


class WatchListFilter(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    area = forms.ChoiceField(label=_("Municipality"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    party = forms.ChoiceField(label=_("Party"), required=False)

    def __init__(self, *args, election: Election, areas: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        everything = [("", _("All"))]
        self.fields["area"].choices = everything + areas
        self.fields["kind"].choices = everything + _choices(ActorKind)
        self.fields["party"].choices = everything + [
            (party.slug, party.short_name or party.name) for party in queries.parties(election)
        ]


class AskForm(forms.Form):
    """What somebody fills in at the Door who wants to sign. `website` is never seen by people."""

    body = forms.CharField(label=_("For whom you want to sign"), max_length=200, help_text=_("Party, outlet, person."))
    person = forms.CharField(label=_("Your name"), max_length=200)
    office = forms.CharField(label=_("Your office there"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), help_text=_("The link goes there. An address of the body is best."))
    note = forms.CharField(
        label=_("How we can verify that you may sign"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def clean_website(self):
        if self.cleaned_data["website"]:
            raise forms.ValidationError(gettext("Leave this empty"))
        return ""


class SignSelfForm(forms.Form):
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    signer = forms.CharField(label=_("Your name and office"), max_length=200)
    keeper_office = forms.CharField(
        label=_("Office of the Code keeper"), required=False, max_length=200, help_text=_("Shown in the register.")
    )
    keeper_email = forms.EmailField(
        label=_("E-mail of the Code keeper"), required=False, help_text=_("For notices; never published.")
    )
    confirm = forms.BooleanField(label=_("I have read the text above, I may sign for this body, and I sign it."))


class InviteForm(forms.Form):
    """`act`: invite, refuse or end; the buttons name it."""

    actor = forms.ChoiceField(label=_("Who it is on the watch-list"), required=False)
    reason = forms.CharField(
        label=_("How you know, or why not"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Call them at a number you found yourself, never at one given in the request."),
    )  # fmt: skip
    act = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, election: Election, state: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.acts = {"asked": ("invite", "refuse"), "invited": ("invite", "end")}.get(state, ())
        actors = queries.actors(election)
        self.fields["actor"].choices = [("", "–"), *((actor.slug, actor.name) for actor in actors)]

    def clean(self):
        given = super().clean()
        if given.get("act") not in self.acts:
            raise forms.ValidationError(gettext("This request has been dealt with."))
        if given["act"] == "invite" and not given.get("actor"):
            self.add_error("actor", gettext("Choose a body of this election."))
        return given


class CarryForm(forms.Form):
    to = forms.ChoiceField(label=_("Who goes on"))
    on = _day(_("From"))
    reason = forms.CharField(
        label=_("How it is known"), widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example the decision of the congress, or the entry in the register of parties."),
    )  # fmt: skip

    def __init__(self, *args, signatory, **kwargs):
        super().__init__(*args, **kwargs)
        actors = queries.actors(signatory.actor.election).exclude(pk=signatory.actor_id)
        self.fields["to"].choices = [("", "–"), *((actor.slug, actor.name) for actor in actors)]


class CloneForm(forms.Form):
    to = forms.ChoiceField(label=_("Election"))
    version = forms.CharField(label=_("Version"), max_length=20)
    effective_from = _day(_("In force from"))

    def __init__(self, *args, elections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(one.slug, one.slug) for one in elections]


class CeremonyForm(forms.Form):
    actors = forms.MultipleChoiceField(label=_("Who signs"), widget=forms.CheckboxSelectMultiple)
    authority = forms.CharField(
        label=_("How their authority is verified"), widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example: a written mandate, shown at the door of the hall."),
    )  # fmt: skip

    def __init__(self, *args, election: Election, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["actors"].choices = [
            (actor.slug, actor.name)
            for actor in queries.may_sign(election)
            if actor.kind not in (ActorKind.MAYOR_CANDIDATE, ActorKind.COUNCIL_CANDIDATE)
        ]


class RemindForm(forms.Form):
    on = _day(_("Day"))
    how = forms.CharField(label=_("How they were reminded"), max_length=300)
    acknowledged_by = forms.CharField(label=_("Who acknowledged it"), required=False, max_length=200)
