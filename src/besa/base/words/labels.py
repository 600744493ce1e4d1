"""The English wording that the catalogues start from."""

from __future__ import annotations

from enum import StrEnum

from besa.base.words.values import (
    PLATFORM_NAMES,
    AccountStatus,
    ActorKind,
    CapturedKind,
    Channel,
    CheckResult,
    ClockOutcome,
    Concern,
    CountedFrom,
    Decision,
    Device,
    Duty,
    ErasureGround,
    FindingType,
    Gender,
    GoneCause,
    Grade,
    HeldKind,
    LegalKind,
    PhaseKind,
    Platform,
    PostKind,
    RecordKind,
    RemedyKind,
    ReplyKind,
    Role,
    Route,
    Sample,
    Screen,
    SignatoryStatus,
    SignatureKind,
    SpeechAct,
    TargetKind,
    TieKind,
    TipRefusal,
    TipState,
)


def N_(message: str) -> str:
    """Mark a text for translation; it is translated where it is shown."""
    return message


LABELS: dict[type[StrEnum], dict[str, str]] = {
    Role: {
        "coordinator": N_("Coordinator"), "coder": N_("Coder"), "adjudicator": N_("Adjudicator"),
        "editor": N_("Editor"), "analyst": N_("Analyst"), "data_protection": N_("Data protection lead"),
        "administrator": N_("Administrator"), "belt": N_("The belt (automatic work)"),
        "door": N_("A visitor at the Door"),
    },
    PhaseKind: {
        "pre_campaign": N_("Pre-campaign"), "campaign": N_("Campaign"), "silence": N_("Silence"),
        "polling_day": N_("Polling day"), "count": N_("Count and results"),
        "between_rounds": N_("Between rounds"), "runoff_campaign": N_("Runoff campaign"),
        "runoff_day": N_("Runoff day"), "after": N_("After the vote"), "outside": N_("Outside all phases"),
    },
    ActorKind: {
        "party": N_("Party"), "coalition": N_("Coalition"), "mayor_candidate": N_("Candidate for mayor"),
        "council_candidate": N_("Candidate for the council"), "party_official": N_("Party official"),
        "national_leader": N_("National party leader"), "minister": N_("Minister"),
        "member_of_parliament": N_("Member of parliament"), "incumbent": N_("Incumbent mayor"),
        "media": N_("Media outlet"), "analyst": N_("Analyst or opinion maker"),
        "civil_society": N_("Civil society organisation"), "institution": N_("Public institution"),
        "page_administrator": N_("Page administrator"), "diaspora_page": N_("Diaspora page"),
        "influencer": N_("Influencer"), "supporter": N_("Supporter or third party"),
        "anonymous_page": N_("Anonymous page"), "unknown": N_("Not known"),
    },
    Grade: {
        "confirmed": N_("Confirmed"), "probable": N_("Probable"), "unknown": N_("Unknown"),
        "disputed": N_("Disputed"),
    },
    AccountStatus: {
        "authentic": N_("Authentic"), "claimed_hacked": N_("Said to have been hacked"),
        "impersonation": N_("Impersonation"), "parody": N_("Parody"),
        "administrator_unknown": N_("Page administrator unknown"),
    },
    SignatureKind: {
        "ceremony": N_("At the ceremony"), "late": N_("Signed later"), "rejoined": N_("Signed again"),
    },
    SignatoryStatus: {
        "signed": N_("Signatory"), "late_signed": N_("Signatory (signed later)"),
        "not_yet": N_("Had not yet signed"), "withdrawn": N_("Withdrawn"), "never": N_("Not a signatory"),
    },
    Duty: {"duty": N_("Duty"), "prohibition": N_("Prohibition")},
    Platform: {
        **PLATFORM_NAMES, "portal": N_("News portal"), "messaging": N_("Messaging"), "other": N_("Other"),
    },
    PostKind: {
        "post": N_("Post"), "comment": N_("Comment"), "reply": N_("Reply"), "share": N_("Share"),
        "story": N_("Story"), "video": N_("Video"), "live": N_("Live broadcast"), "article": N_("Article"),
        "ad": N_("Advertisement"), "message": N_("Message"),
    },
    Channel: {"public": N_("Public"), "closed": N_("Closed group"), "private": N_("Private")},
    Route: {
        "watch_list": N_("Watch-list"), "random": N_("Random sample"), "keyword": N_("Keyword search"),
        "alert": N_("Alert of a tool"), "tip": N_("Tip"), "complaint": N_("Complaint"),
        "hand": N_("Captured by hand"),
    },
    Device: {
        "extension": N_("Browser extension"), "bookmarklet": N_("Bookmarklet"), "form": N_("Web form"),
        "phone": N_("Phone"),
    },
    CapturedKind: {
        "screenshot": N_("Screenshot"), "dom": N_("Copy of the page"), "recording": N_("Screen recording"),
        "file": N_("File"),
    },
    Concern: {
        "hate": N_("Hate"), "harassment": N_("Insult or harassment"),
        "gendered_abuse": N_("Gendered abuse"), "incitement": N_("Threat or incitement"),
        "falsehood": N_("Possible falsehood"), "false_voting": N_("False voting information"),
        "ad": N_("Advertising without a label"), "coordination": N_("Coordinated posting"),
        "privacy": N_("Private life or data"), "dialogue": N_("Constructive dialogue"),
        "correction": N_("Speaking out or correcting"), "legal": N_("Rule of the election law"),
        "unusual": N_("Unusual activity"),
    },
    LegalKind: {
        "campaigning": N_("Campaigning when it is forbidden"),
        "institution_resources": N_("An institution's page used for a campaign"),
        "minors": N_("Children in a campaign"), "ad_running": N_("Advertisement still running"),
    },
    ClockOutcome: {
        "complained": N_("Complaint lodged"), "handed_over": N_("Handed over to the authority"),
        "no_breach": N_("No breach found"), "lapsed": N_("Let lapse"),
    },
    CheckResult: {
        "false": N_("False"), "misleading": N_("Misleading"), "unclear": N_("Unclear"), "true": N_("True"),
    },
    Sample: {
        "ranked": N_("Ranked by signals"), "control": N_("Random control sample"),
        "duty": N_("Duty sample"), "hand": N_("Put there by hand"), "uncertain": N_("The model is unsure"),
    },
    Screen: {"nothing": N_("Nothing"), "look": N_("Look"), "urgent": N_("Urgent")},
    Decision: {
        "violation": N_("Violation"), "compliance": N_("Compliance"),
        "harsh_but_permitted": N_("Harsh but permitted"), "borderline": N_("Borderline"),
        "no_issue": N_("No issue"), "cannot_judge": N_("Cannot judge"), "out_of_scope": N_("Out of scope"),
    },
    FindingType: {
        "hate_speech": N_("Hate speech"), "personal_bullying": N_("Personal bullying or harassment"),
        "disinformation": N_("Disinformation"), "incitement": N_("Incitement to violence"),
        "untransparent_ad": N_("Untransparent political advertising"),
        "false_voting_information": N_("False voting information"),
        "fake_identity": N_("Fake identity or coordination"), "undeclared_ai": N_("Undeclared AI content"),
        "privacy_breach": N_("Breach of privacy"), "other_violation": N_("Other violation"),
        "constructive_dialogue": N_("Constructive dialogue"), "inclusion": N_("Inclusion"),
        "labelled_ad": N_("Advertising with a full label"),
        "spoke_out": N_("Spoke out, corrected or removed"), "cooperation": N_("Cooperation"),
    },
    SpeechAct: {
        "asserts": N_("Asserts"), "quotes_to_report": N_("Quotes to report"),
        "quotes_to_condemn": N_("Quotes to condemn"), "endorses": N_("Endorses"), "irony": N_("Irony"),
        "question": N_("Question"),
    },
    TargetKind: {
        "person": N_("Person"), "party": N_("Party"), "group": N_("Group"),
        "institution": N_("Institution"), "journalist": N_("Journalist"), "voters": N_("Voters"),
    },
    Gender: {"woman": N_("Woman"), "man": N_("Man"), "other": N_("Other"), "unknown": N_("Not known")},
    ReplyKind: {
        "answer": N_("Answer"), "correction": N_("Correction"), "not_my_account": N_("Not my account"),
        "hacked": N_("The account was hacked"), "not_our_member": N_("Not our member"),
        "out_of_context": N_("Edited or out of context"),
    },
    RemedyKind: {
        "removed": N_("Removed by the author"), "corrected": N_("Corrected"),
        "apologised": N_("Apologised"), "disowned": N_("Disowned"), "disciplined": N_("Disciplined"),
    },
    GoneCause: {
        "author": N_("Removed by the author"), "platform": N_("Removed by the platform"),
        "expired": N_("Expired by design"), "account_gone": N_("Account gone"),
        "hidden": N_("Hidden from us"), "unknown": N_("Unknown"),
    },
    RecordKind: {
        "private_posts": N_("Posts of private persons not on the docket"),
        "non_findings": N_("Docketed posts without a finding"),
        "exhibits": N_("Evidence of findings"), "tips": N_("Tips and their pictures"),
        "tip_contacts": N_("Contact data of who sent a tip"), "work_times": N_("Working times of coders"),
        "desk_log": N_("Sessions and logs of the desk"),
    },
    CountedFrom: {"polling_day": N_("from polling day"), "publication": N_("from the last publication")},
    ErasureGround: {
        "period": N_("The period of keeping has ended"), "person": N_("The person concerned asked for it"),
        "court": N_("A court or authority ordered it"),
    },
    HeldKind: {
        "case": N_("Case"), "finding": N_("Finding"), "post": N_("Post"), "account": N_("Account"),
        "exhibit": N_("Piece of evidence"),
    },
    TipState: {
        "received": N_("Received"), "looked_at": N_("Looked at"), "taken_up": N_("Taken up"),
        "declined": N_("Not taken up"),
    },
    TipRefusal: {
        "other_election": N_("It is not about this election"),
        "not_the_code": N_("The Code does not cover it"),
        "not_found": N_("It could not be found any more"),
        "uncorroborated": N_("It could not be confirmed from a second side"),
        "known": N_("We knew of it already"), "nothing_to_go_on": N_("There was too little to go on"),
    },
    TieKind: {
        "member": N_("Member or candidate"), "work": N_("Work or business"), "family": N_("Family"),
        "close": N_("Friendship"), "dispute": N_("Dispute"),
    },
}  # fmt: skip

#: The same by the class's name in lower case, for templates: `{{ value|label:"decision" }}`.
BY_NAME = {cls.__name__.lower(): labels for cls, labels in LABELS.items()}


def label(words: type[StrEnum] | str, value: str | None) -> str:
    """The English label of a value (the value itself where it is unknown)."""
    labels = BY_NAME[words] if isinstance(words, str) else LABELS[words]
    return labels.get(value or "", value or "")
