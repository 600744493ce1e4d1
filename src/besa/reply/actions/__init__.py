"""Every write of the room: notices, what comes back through the Door, decisions, remedies."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from besa.base import clock
from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.ids import new_token, sha256_hex
from besa.base.words import PAUSING_REPLIES, GoneCause, RemedyKind, ReplyKind
from besa.coding.models import Finding
from besa.ledger.chain import record
from besa.outbox.actions import put
from besa.people.policy import BELT, DOOR, check
from besa.pledge.models import Actor, Election
from besa.reply import queries, rules, wording
from besa.reply.models import DoorSession, Notice, Remedy, Reply, ReplyDecision

#: How long an opened reply page stays open, and how soon a new link may follow the one before.
SESSION = timedelta(minutes=30)
BETWEEN_LINKS = timedelta(minutes=10)
_LONGEST_REPLY = 10_000


def serve_notices(*, by, election: Election) -> int:
    """Write a notice, and the mail with its link, to each person and party not yet told; how many."""
    check(by, "notice.serve", election.slug)
    made = 0
    for finding, missing in queries.pending(election):
        with transaction.atomic():
            # the lock, and a second look: somebody else may have served this finding since it was read
            Finding.objects.select_for_update().get(pk=finding.pk)
            there = set(Notice.objects.filter(finding=finding).values_list("recipient_id", flat=True))
            rows = [_notice(by, finding, actor, as_party) for actor, as_party in missing if actor.pk not in there]
            if rows:
                record(by=by, act="notice.serve", rows=rows, election=election.slug)
        made += len(rows)
    return made


def serve_again(*, by, notice: Notice, address: str, reason: str) -> Notice:
    """Try a person who was not reached once more, at this address."""
    slug = notice.finding.election.slug
    check(by, "notice.serve", slug)
    if not address or not reason.strip():
        raise BadInput(_("An address and a reason are needed."))
    with transaction.atomic():
        notice = Notice.objects.select_for_update().get(pk=notice.pk)
        if notice.state != "unreachable":
            raise Conflict(_("This notice is on its way or has been served."))
        notice.address, notice.state = address, "intent"
        _write_mail(by, notice)
        notice.save()
        record(by=by, act="notice.serve_again", rows=[notice], election=slug, reason=reason)
    return notice


def mark_served(*, by=BELT) -> int:
    """Start the clock of each notice whose mail has left; note those whose mail was given up. How many."""
    check(by, "mail.send")
    done = 0
    waiting = Notice.objects.filter(state="intent", message__state__in=["sent", "failed"])
    for pk in list(waiting.values_list("pk", flat=True)):
        with transaction.atomic():
            notice = Notice.objects.select_for_update().get(pk=pk)
            if notice.state != "intent":
                continue
            election, message = notice.finding.election, notice.message
            if message.state == "sent":
                notice.state, notice.served_at = "served", message.sent_at
                notice.deadline_at = rules.deadline(message.sent_at, election.reply_hours, election.timezone)
            else:
                notice.state, notice.token_sha256 = "unreachable", ""
            notice.save()
            record(
                by=by, act=f"notice.{notice.state}", rows=[notice], election=election.slug, reason=message.last_error
            )
        done += 1
    return done


def redeem(*, by=DOOR, token: str) -> str:
    """Use a link up; returns the key of a short session at the Door. Raises NotFound, Conflict."""
    check(by, "reply.leave")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(token_sha256=sha256_hex(token)).first()
        if notice is None:
            raise NotFound(_("This link is not valid."))
        if notice.redeemed_at is not None:
            raise Conflict(_("This link was used."))
        notice.redeemed_at = clock.now()
        notice.save()
        key = new_token()
        DoorSession.objects.filter(until__lte=clock.now()).delete()
        DoorSession.objects.create(key_sha256=sha256_hex(key), notice=notice, until=clock.now() + SESSION)
        record(by=by, act="notice.opened", rows=[notice], election=notice.finding.election.slug)
    return key


def request_link(*, by=DOOR, token: str) -> None:
    """Send a new link to the same address in place of a used one. Raises NotFound, Conflict."""
    check(by, "reply.leave")
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(token_sha256=sha256_hex(token)).first()
        if notice is None or not notice.address:
            raise NotFound(_("This link is not valid."))
        if Reply.objects.filter(notice=notice).exists():
            raise Conflict(_("You have replied already."))
        if notice.message.written_at > clock.now() - BETWEEN_LINKS:
            raise Conflict(_("A link was sent a short while ago. Please wait ten minutes."))
        election = notice.finding.election
        subject, body = wording.new_link_text(election, notice.language)
        link = _new_link(notice)
        notice.redeemed_at = None
        notice.message = put(by=by, to=notice.address, subject=subject, body=body, link=link, language=notice.language)
        notice.save()
        record(by=by, act="notice.new_link", rows=[notice], election=election.slug)


def leave_reply(*, by=DOOR, notice: Notice, kind: str, text: str) -> Reply:
    """Keep what they answered, word for word; once. Raises BadInput, Conflict."""
    check(by, "reply.leave")
    if kind not in set(ReplyKind):
        raise BadInput(_("Choose what kind of reply this is."))
    if not text.strip():
        raise BadInput(_("The reply is empty."))
    if len(text) > _LONGEST_REPLY:
        raise BadInput(_("The reply is longer than %(limit)d characters.") % {"limit": _LONGEST_REPLY})
    with transaction.atomic():
        # the lock lets one of two answers sent at the same moment through
        Notice.objects.select_for_update().get(pk=notice.pk)
        if Reply.objects.filter(notice=notice).exists():
            raise Conflict(_("A reply to this notice was received already."))
        reply = Reply.objects.create(notice=notice, kind=kind, text=text, at=clock.now())
        DoorSession.objects.filter(notice=notice).delete()
        record(by=by, act="reply.leave", rows=[reply], election=notice.finding.election.slug)
    return reply


def decide_reply(*, by, reply: Reply, outcome: str, reason: str) -> ReplyDecision:
    """Decide on a reply that disputes who it was: `upheld` or `set_aside`. Raises BadInput, Conflict."""
    slug = reply.notice.finding.election.slug
    check(by, "reply.decide", slug)
    if outcome not in ("upheld", "set_aside"):
        raise BadInput(_("Choose whether the reply is upheld or set aside."))
    if not reason.strip():
        raise BadInput(_("A decision needs a written reason."))
    if reply.kind not in PAUSING_REPLIES:
        raise Conflict(_("This reply disputes nothing; there is nothing to decide."))
    with transaction.atomic():
        Reply.objects.select_for_update().get(pk=reply.pk)
        if ReplyDecision.objects.filter(reply=reply).exists():
            raise Conflict(_("This reply was decided on already."))
        decision = ReplyDecision.objects.create(
            reply=reply, outcome=outcome, reason=reason, by=by.username, at=clock.now()
        )
        record(by=by, act="reply.decide", rows=[decision], election=slug, reason=reason)
    return decision


_NO_REMEDY = {
    "not_by_author": gettext_lazy("Only what the author removed is a remedy."),
    "one_vantage_point": gettext_lazy(
        "A removal counts when it was seen from two vantage points: logged in and logged out."
    ),
    "before_notice": gettext_lazy("It was gone before the author had been told; that is no remedy."),
}


def record_remedy(
    *, by, finding: Finding, kind: str, gone_cause: str = "", vantage_points: int = 0, note: str = "", seen_at=None
) -> Remedy:
    """Note what somebody did about a finding once told. Raises BadInput where it does not count as a remedy."""
    slug = finding.election.slug
    check(by, "remedy.record", slug)
    if kind not in set(RemedyKind) or (gone_cause and gone_cause not in set(GoneCause)):
        raise BadInput(_("Choose what was done."))
    if finding.decision != "violation":
        raise BadInput(_("Only a violation can be remedied."))
    seen_at = seen_at or clock.now()
    if seen_at > clock.now():
        raise BadInput(_("A remedy cannot have been seen in the future."))
    why = rules.why_no_remedy(kind, gone_cause, vantage_points, queries.first_served(finding), seen_at)
    if why:
        raise BadInput(str(_NO_REMEDY[why]), remedy=_("Note it with the evidence instead."))
    if kind != RemedyKind.REMOVED and not note.strip():
        raise BadInput(_("Say where it was seen."))
    with transaction.atomic():
        remedy = Remedy.objects.create(
            finding=finding,
            kind=kind,
            gone_cause=gone_cause,
            vantage_points=vantage_points,
            seen_at=seen_at,
            note=note,
            by=by.username,
        )
        record(by=by, act="remedy.record", rows=[remedy], election=slug, reason=note)
    return remedy


def _notice(by, finding: Finding, actor: Actor, as_party: bool) -> Notice:
    address, language = queries.address_of(actor, as_party=as_party)
    notice = Notice(
        finding=finding,
        recipient=actor,
        as_party=as_party,
        language=wording.language_for(finding.election, language),
        address=address,
    )
    if address:
        _write_mail(by, notice)
    else:
        notice.state = "unreachable"
    notice.save()
    return notice


def _write_mail(by, notice: Notice) -> None:
    election = notice.finding.election
    due = rules.deadline(clock.now(), election.reply_hours, election.timezone)
    subject, body = wording.mail_text(
        notice.finding, notice.recipient, as_party=notice.as_party, language=notice.language, deadline=due
    )
    notice.message = put(
        by=by, to=notice.address, subject=subject, body=body, link=_new_link(notice), language=notice.language
    )


def _new_link(notice: Notice) -> str:
    """Put a fresh token's hash into the notice; the token itself goes into the mail and nowhere else."""
    token = new_token()
    notice.token_sha256 = sha256_hex(token)
    return settings.BASE_URL.rstrip("/") + reverse("door_reply", args=[token])
