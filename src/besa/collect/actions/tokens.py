"""Personal upload tokens: made and revoked at the desk, shown once."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from besa.base import clock
from besa.base.errors import BadInput, Refused
from besa.base.ids import new_token, sha256_hex
from besa.collect.models import UploadToken
from besa.ledger import chain
from besa.people import policy

LONGEST_DAYS = 180


def make_token(*, by, election, name: str, days: int = 30) -> tuple[UploadToken, str]:
    """A token for one person and election; the text is given this once and not kept. Raises BadInput, Refused."""
    policy.check(by, "collect.capture", election.slug)
    if not 1 <= days <= LONGEST_DAYS:
        raise BadInput(f"A token holds for 1 to {LONGEST_DAYS} days.")
    text, now = new_token(), clock.now()
    with transaction.atomic():
        row = UploadToken.objects.create(
            user=by, election=election.slug, name=name.strip()[:80] or "browser", token_sha256=sha256_hex(text),
            made_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        chain.record(by=by, act="token.make", rows=[row], election=election.slug)
    return row, text


def revoke_token(*, by, token: UploadToken) -> UploadToken:
    """End a token now; one's own, or anybody's for those who manage people. Raises Refused."""
    policy.check(by, "collect.capture" if token.user_id == by.pk else "people.manage", token.election)
    with transaction.atomic():
        token = UploadToken.objects.select_for_update().get(pk=token.pk)
        if token.revoked_at is None:
            token.revoked_at = clock.now()
            token.save()
            chain.record(by=by, act="token.revoke", rows=[token], election=token.election)
    return token


def admitted(text: str) -> UploadToken:
    """The living token of this text, its holder still active. Raises Refused, never saying why."""
    now = clock.now()
    row = UploadToken.objects.select_related("user").filter(token_sha256=sha256_hex(text), revoked_at=None).first()
    if row is None or row.expires_at <= now or not row.user.is_active:
        raise Refused("This token does not hold.", remedy="Make a new one at the desk, under Capture.")
    return row


def used(token: UploadToken) -> None:
    """Note for its holder when the token was last of use (to the hour, so that it costs nothing)."""
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > timedelta(hours=1):
        UploadToken.objects.filter(pk=token.pk).update(last_used_at=now)
