"""The text of a notice: the pack's own, else a plain default in the recipient's language."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from besa.base import languages, words
from besa.coding.models import Finding
from besa.outbox.actions import LINK
from besa.pledge.models import Actor, Election
from besa.reply.pack import notice_text

#: So much of the disputed text is repeated in a mail, and no more.
_QUOTE = 120
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def language_for(election: Election, wished: str) -> str:
    """The language of a notice: the recipient's, where the interface speaks it."""
    if wished == "sr":
        return "sr-Latn"
    return wished if wished in languages.INTERFACE else (election.languages or ["en"])[0]


def mail_text(
    finding: Finding, recipient: Actor, *, as_party: bool, language: str, deadline: datetime
) -> tuple[str, str]:
    """(subject, body) with all placeholders filled but the link, which stays `[link]`."""
    election = finding.election
    with translation.override(languages.django_code(language)):
        kind = "party_notice" if as_party else "notice"
        subject, body = notice_text(election, language, kind)
        if not body:
            subject, body = _default(kind)
        item = finding.adjudication.item
        facts = {
            "election": languages.pick(election.names, language),
            "operator": languages.pick(election.operator.get("names") or election.operator, language),
            "recipient": languages.pick(recipient.names, language) or recipient.name,
            "person": finding.source.name,
            "number": finding.number,
            "type": gettext(words.label(words.FindingType, finding.type)),
            "clauses": languages.pick(finding.clause.titles, language),
            "platform": gettext(words.label(words.Platform, finding.platform)),
            "posted_at": _local(finding.posted_at, election),
            "url": item.url or "–",
            "quote": _shortened(item.text).replace(LINK, ""),
            "hours": str(election.reply_hours),
            "deadline": _local(deadline, election),
            "link": LINK,
        }
    # one pass, so that braces in a quoted text are left as they are
    return tuple(_PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text) for text in (subject, body))


def new_link_text(election: Election, language: str) -> tuple[str, str]:
    with translation.override(languages.django_code(language)):
        return gettext("A new link for your reply"), "\n\n".join(
            [
                gettext("You asked for a new link to reply to our notice. It opens once:"),
                LINK,
                gettext("The deadline has not changed. If you did not ask for this, you need do nothing."),
                languages.pick(election.names, language),
            ]
        )


def _default(kind: str) -> tuple[str, str]:
    if kind == "party_notice":
        opening = gettext(
            "We found that a post by {person}, known to us as affiliated with you, is against the Code of Conduct."
        )
    else:
        opening = gettext("We found that a post of yours is against the Code of Conduct.")
    paragraphs = [
        "{recipient},",
        opening,
        gettext("Finding {number}: {type} ({clauses}). {platform}, {posted_at}. Address: {url}"),
        gettext("It begins: “{quote}”"),
        gettext("You may reply until {deadline}. What you write is published word for word beside the finding."),
        gettext("If it was not your account, or the account was hacked, say so: then nothing is published under "
                "your name until it has been decided."),
        gettext("This link opens the reply page once:"),
        "{link}",
        "{operator}\n{election}",
    ]  # fmt: skip
    return gettext("Notice about a finding ({number}): your right of reply"), "\n\n".join(paragraphs)


def _local(at: datetime, election: Election) -> str:
    return date_format(at.astimezone(ZoneInfo(election.timezone)), "DATETIME_FORMAT")


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _QUOTE else text[:_QUOTE].rstrip() + "…"
