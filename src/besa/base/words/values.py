"""The values: stored and exported as they stand here."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    COORDINATOR = "coordinator"
    CODER = "coder"
    ADJUDICATOR = "adjudicator"
    EDITOR = "editor"
    ANALYST = "analyst"
    DATA_PROTECTION = "data_protection"
    ADMINISTRATOR = "administrator"
    BELT = "belt"
    DOOR = "door"


class PhaseKind(StrEnum):
    PRE_CAMPAIGN = "pre_campaign"
    CAMPAIGN = "campaign"
    SILENCE = "silence"
    POLLING_DAY = "polling_day"
    COUNT = "count"
    BETWEEN_ROUNDS = "between_rounds"
    RUNOFF_CAMPAIGN = "runoff_campaign"
    RUNOFF_DAY = "runoff_day"
    AFTER = "after"
    OUTSIDE = "outside"


class ActorKind(StrEnum):
    PARTY = "party"
    COALITION = "coalition"
    MAYOR_CANDIDATE = "mayor_candidate"
    COUNCIL_CANDIDATE = "council_candidate"
    PARTY_OFFICIAL = "party_official"
    NATIONAL_LEADER = "national_leader"
    MINISTER = "minister"
    MEMBER_OF_PARLIAMENT = "member_of_parliament"
    INCUMBENT = "incumbent"
    MEDIA = "media"
    ANALYST = "analyst"
    CIVIL_SOCIETY = "civil_society"
    INSTITUTION = "institution"
    PAGE_ADMINISTRATOR = "page_administrator"
    DIASPORA_PAGE = "diaspora_page"
    INFLUENCER = "influencer"
    SUPPORTER = "supporter"
    ANONYMOUS_PAGE = "anonymous_page"
    UNKNOWN = "unknown"


#: Actors who are persons: only they have a gender.
PERSONS = frozenset(
    {
        ActorKind.MAYOR_CANDIDATE, ActorKind.COUNCIL_CANDIDATE, ActorKind.PARTY_OFFICIAL,
        ActorKind.NATIONAL_LEADER, ActorKind.MINISTER, ActorKind.MEMBER_OF_PARLIAMENT,
        ActorKind.INCUMBENT, ActorKind.ANALYST, ActorKind.INFLUENCER, ActorKind.SUPPORTER,
        ActorKind.PAGE_ADMINISTRATOR,
    }
)  # fmt: skip


class Grade(StrEnum):
    CONFIRMED = "confirmed"
    PROBABLE = "probable"
    UNKNOWN = "unknown"
    DISPUTED = "disputed"


class AccountStatus(StrEnum):
    AUTHENTIC = "authentic"
    CLAIMED_HACKED = "claimed_hacked"
    IMPERSONATION = "impersonation"
    PARODY = "parody"
    ADMINISTRATOR_UNKNOWN = "administrator_unknown"


class SignatureKind(StrEnum):
    CEREMONY = "ceremony"
    LATE = "late"
    REJOINED = "rejoined"


class SignatoryStatus(StrEnum):
    SIGNED = "signed"
    LATE_SIGNED = "late_signed"
    NOT_YET = "not_yet"
    WITHDRAWN = "withdrawn"
    NEVER = "never"


class Duty(StrEnum):
    DUTY = "duty"
    PROHIBITION = "prohibition"


class Platform(StrEnum):
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    X = "x"
    YOUTUBE = "youtube"
    TELEGRAM = "telegram"
    THREADS = "threads"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    TRUTH_SOCIAL = "truth_social"
    PORTAL = "portal"
    MESSAGING = "messaging"
    OTHER = "other"


PLATFORM_NAMES = {
    "facebook": "Facebook", "instagram": "Instagram", "tiktok": "TikTok", "x": "X", "youtube": "YouTube",
    "telegram": "Telegram", "threads": "Threads", "bluesky": "Bluesky", "mastodon": "Mastodon",
    "truth_social": "Truth Social",
}  # fmt: skip


class PostKind(StrEnum):
    POST = "post"
    COMMENT = "comment"
    REPLY = "reply"
    SHARE = "share"
    STORY = "story"
    VIDEO = "video"
    LIVE = "live"
    ARTICLE = "article"
    AD = "ad"
    MESSAGE = "message"


class Channel(StrEnum):
    PUBLIC = "public"
    CLOSED = "closed"
    PRIVATE = "private"


class Route(StrEnum):
    WATCH_LIST = "watch_list"
    RANDOM = "random"
    KEYWORD = "keyword"
    ALERT = "alert"
    TIP = "tip"
    COMPLAINT = "complaint"
    HAND = "hand"


class Device(StrEnum):
    """With what a post was captured by hand."""

    EXTENSION = "extension"
    BOOKMARKLET = "bookmarklet"
    FORM = "form"
    PHONE = "phone"


class CapturedKind(StrEnum):
    """What a file of a capture is."""

    SCREENSHOT = "screenshot"
    DOM = "dom"
    RECORDING = "recording"
    FILE = "file"


class Concern(StrEnum):
    HATE = "hate"
    HARASSMENT = "harassment"
    GENDERED_ABUSE = "gendered_abuse"
    INCITEMENT = "incitement"
    FALSEHOOD = "falsehood"
    FALSE_VOTING = "false_voting"
    AD = "ad"
    COORDINATION = "coordination"
    PRIVACY = "privacy"
    DIALOGUE = "dialogue"
    CORRECTION = "correction"
    LEGAL = "legal"
    UNUSUAL = "unusual"


class LegalKind(StrEnum):
    """What a rule of the election law is broken by; such posts are sought by the detector `legal`."""

    CAMPAIGNING = "campaigning"
    INSTITUTION_RESOURCES = "institution_resources"
    MINORS = "minors"
    AD_RUNNING = "ad_running"


class ClockOutcome(StrEnum):
    """How a legal clock ended."""

    COMPLAINED = "complained"
    HANDED_OVER = "handed_over"
    NO_BREACH = "no_breach"
    LAPSED = "lapsed"


class CheckResult(StrEnum):
    """How the check of a claim by others came out."""

    FALSE = "false"
    MISLEADING = "misleading"
    UNCLEAR = "unclear"
    TRUE = "true"


class Sample(StrEnum):
    """Why a post is on the docket."""

    RANKED = "ranked"
    CONTROL = "control"
    DUTY = "duty"
    HAND = "hand"
    UNCERTAIN = "uncertain"


class Screen(StrEnum):
    NOTHING = "nothing"
    LOOK = "look"
    URGENT = "urgent"


class Decision(StrEnum):
    VIOLATION = "violation"
    COMPLIANCE = "compliance"
    HARSH_BUT_PERMITTED = "harsh_but_permitted"
    BORDERLINE = "borderline"
    NO_ISSUE = "no_issue"
    CANNOT_JUDGE = "cannot_judge"
    OUT_OF_SCOPE = "out_of_scope"


FINDING_DECISIONS = frozenset({Decision.VIOLATION, Decision.COMPLIANCE})


class FindingType(StrEnum):
    HATE_SPEECH = "hate_speech"
    PERSONAL_BULLYING = "personal_bullying"
    DISINFORMATION = "disinformation"
    INCITEMENT = "incitement"
    UNTRANSPARENT_AD = "untransparent_ad"
    FALSE_VOTING_INFORMATION = "false_voting_information"
    FAKE_IDENTITY = "fake_identity"
    UNDECLARED_AI = "undeclared_ai"
    PRIVACY_BREACH = "privacy_breach"
    OTHER_VIOLATION = "other_violation"
    CONSTRUCTIVE_DIALOGUE = "constructive_dialogue"
    INCLUSION = "inclusion"
    LABELLED_AD = "labelled_ad"
    SPOKE_OUT = "spoke_out"
    COOPERATION = "cooperation"


COMPLIANCE_TYPES = frozenset(
    {
        FindingType.CONSTRUCTIVE_DIALOGUE, FindingType.INCLUSION, FindingType.LABELLED_AD,
        FindingType.SPOKE_OUT, FindingType.COOPERATION,
    }
)  # fmt: skip


class SpeechAct(StrEnum):
    ASSERTS = "asserts"
    QUOTES_TO_REPORT = "quotes_to_report"
    QUOTES_TO_CONDEMN = "quotes_to_condemn"
    ENDORSES = "endorses"
    IRONY = "irony"
    QUESTION = "question"


class TargetKind(StrEnum):
    PERSON = "person"
    PARTY = "party"
    GROUP = "group"
    INSTITUTION = "institution"
    JOURNALIST = "journalist"
    VOTERS = "voters"


class Gender(StrEnum):
    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNKNOWN = "unknown"


class ReplyKind(StrEnum):
    ANSWER = "answer"
    CORRECTION = "correction"
    NOT_MY_ACCOUNT = "not_my_account"
    HACKED = "hacked"
    NOT_OUR_MEMBER = "not_our_member"
    OUT_OF_CONTEXT = "out_of_context"


#: Replies that pause publication until somebody has decided on them (practice.md 9).
PAUSING_REPLIES = frozenset(ReplyKind) - {ReplyKind.ANSWER, ReplyKind.CORRECTION}


class RemedyKind(StrEnum):
    REMOVED = "removed"
    CORRECTED = "corrected"
    APOLOGISED = "apologised"
    DISOWNED = "disowned"
    DISCIPLINED = "disciplined"


class GoneCause(StrEnum):
    AUTHOR = "author"
    PLATFORM = "platform"
    EXPIRED = "expired"
    ACCOUNT_GONE = "account_gone"
    HIDDEN = "hidden"
    UNKNOWN = "unknown"


class RecordKind(StrEnum):
    """What may be kept for a time only, each under a rule of its own."""

    PRIVATE_POSTS = "private_posts"
    NON_FINDINGS = "non_findings"
    EXHIBITS = "exhibits"
    TIPS = "tips"
    TIP_CONTACTS = "tip_contacts"
    WORK_TIMES = "work_times"
    DESK_LOG = "desk_log"


class CountedFrom(StrEnum):
    POLLING_DAY = "polling_day"
    PUBLICATION = "publication"


class ErasureGround(StrEnum):
    PERIOD = "period"
    PERSON = "person"
    COURT = "court"


class HeldKind(StrEnum):
    CASE = "case"
    FINDING = "finding"
    POST = "post"
    ACCOUNT = "account"
    EXHIBIT = "exhibit"


class TipState(StrEnum):
    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    TAKEN_UP = "taken_up"
    DECLINED = "declined"


class TipRefusal(StrEnum):
    """Why a tip was not taken up, in words that its sender may read."""

    OTHER_ELECTION = "other_election"
    NOT_THE_CODE = "not_the_code"
    NOT_FOUND = "not_found"
    UNCORROBORATED = "uncorroborated"
    KNOWN = "known"
    NOTHING_TO_GO_ON = "nothing_to_go_on"


class TieKind(StrEnum):
    """How somebody at the desk is tied to somebody on the watch-list."""

    MEMBER = "member"
    WORK = "work"
    FAMILY = "family"
    CLOSE = "close"
    DISPUTE = "dispute"
