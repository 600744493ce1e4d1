"""Tips of the public: left at the Door, looked at by monitors, taken up into the corpus or declined with a reason."""

from __future__ import annotations

import json
import os
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from besa.base import clock
from besa.base.errors import BadInput, BesaError, Conflict, NotFound
from besa.base.home import Home
from besa.base.ids import sha256_hex
from besa.base.words import Channel, TipRefusal, TipState
from besa.collect import queries
from besa.collect.actions.importing import import_file
from besa.collect.actions.mappings import save_mapping
from besa.collect.models import Tip, TipContact
from besa.collect.rules import addresses, mapping, tips
from besa.collect.rules.pictures import copy_to_look_at
from besa.ledger.chain import record
from besa.people import policy
from besa.people.policy import DOOR
from besa.vault.store import Vault

#: How the row that a monitor fills in becomes a post; the tip itself never enters the corpus.
_MAPPING = {
    "fields": {
        name: name
        for name in ("native_id", "text", "posted_at", "account_handle", "account_name", "url", "observed_at",
                     "platform", "kind")
    }
}  # fmt: skip


class BoxFull(BesaError):
    """So many tips wait, or so much disk is used, that another one has to come later."""


def leave_tip(
    *, by=DOOR, election, number: str, consent: str, language: str, concern: str = "", channel: str = "public",
    link: str = "", note: str = "", picture: bytes = b"", contact: str = "",
) -> Tip:  # fmt: skip
    """Keep what a visitor tells us. The same number again is the same tip. Raises BadInput, BoxFull, DiskFloor.

    `number` is the tracking number; only its hash is kept.
    """
    policy.check(by, "tip.leave", election.slug)
    digest = sha256_hex(number)
    if known := Tip.objects.filter(number_sha256=digest).first():
        return known
    link = tips.clean_link(link)
    if not link and not picture:
        raise BadInput(_("A link or a picture is needed."))
    _room(election)
    copy = copy_to_look_at(picture) if picture else b""
    vault = Vault(Home.here().vault)
    kept, seen = (vault.put(picture), vault.put(copy)) if picture else ("", "")
    with transaction.atomic():
        _room(election)
        tip, made = Tip.objects.get_or_create(
            number_sha256=digest,
            defaults={
                "election": election, "concern": concern, "channel": Channel(channel), "link": link,
                "same": tips.same(link), "note": tips.without_numbers(note).strip(), "language": language,
                "consent": consent, "received_at": clock.now(), "bytes": len(picture) + len(copy),
                "picture_sha256": kept, "copy_sha256": seen,
            },
        )  # fmt: skip
        if made:
            rows: list = [tip]
            if contact.strip():
                rows.append(TipContact.objects.create(tip=tip, sealed=_fernet().encrypt(contact.encode()).decode()))
            record(by=by, act="tip.leave", rows=rows, election=election.slug)
    return tip


def _room(election) -> None:
    if tips.is_full(*queries.tips_held(election), election.settings):
        raise BoxFull("So many tips are waiting that no more can be taken now.")


@transaction.atomic
def look_at_tip(*, by, tip: Tip, remark: str = "") -> Tip:
    """Somebody has looked and will come back to it."""
    return _decide(by, tip, "tip.look", state=TipState.LOOKED_AT, remark=remark)


@transaction.atomic
def decline_tip(*, by, tip: Tip, refusal: str, remark: str = "") -> Tip:
    """Not taken up; the sender may read `refusal`, never `remark`."""
    return _decide(by, tip, "tip.decline", state=TipState.DECLINED, refusal=TipRefusal(refusal), remark=remark)


@transaction.atomic
def join_tips(*, by, tip: Tip, first: Tip) -> Tip:
    """`tip` tells of the same as `first`, which it follows from now on."""
    if first.duplicate_of_id:
        first = first.duplicate_of
    if first.pk == tip.pk or first.election_id != tip.election_id:
        raise BadInput(_("A tip cannot be its own duplicate."))
    rows = list(Tip.objects.filter(duplicate_of=tip))
    for row in rows:
        row.duplicate_of = first
        row.save(update_fields=["duplicate_of"])
    return _decide(by, tip, "tip.join", also=rows, duplicate_of=first, state=TipState.LOOKED_AT)


def _decide(by, tip: Tip, act: str, *, also=(), remark: str = "", **values) -> Tip:
    policy.check(by, "tip.take_up" if act == "tip.take_up" else "tip.decide", tip.election.slug)
    tip.refresh_from_db()
    if tip.state == TipState.TAKEN_UP:
        raise Conflict(_("This tip has been taken up."), remedy=_("What came of it is on the docket."))
    for name, value in {"refusal": "", "duplicate_of": None, **values}.items():
        setattr(tip, name, value)
    tip.remark = remark.strip() or tip.remark
    tip.looked_at, tip.looked_by = clock.now(), by.username
    tip.save()
    record(by=by, act=act, rows=[tip, *also], election=tip.election.slug, reason=tip.remark)
    return tip


def take_up_tip(
    *, by, tip: Tip, platform: str = "", kind: str = "post", url: str = "", text: str = "", account_handle: str = "",
    account_name: str = "", posted_at: datetime | None = None, remark: str = "",
) -> Tip:  # fmt: skip
    """What the tip is about enters the corpus as one row of its own, unless it is there; `tip.post_key` names it.

    From a closed group or a private message it stays a lead (`post_key` is empty). Raises BadInput, Conflict.
    """
    policy.check(by, "tip.take_up", tip.election.slug)
    if tip.state == TipState.TAKEN_UP:
        raise Conflict(_("This tip has been taken up."), remedy=_("What came of it is on the docket."))
    post_key = ""
    if tip.channel == Channel.PUBLIC:
        address = addresses.read(url)
        row = {
            "platform": platform, "kind": kind, "url": url, "text": text, "account_handle": account_handle,
            "account_name": account_name, "posted_at": posted_at.isoformat() if posted_at else "",
            "observed_at": clock.now().isoformat(),
            "native_id": address.native_id if address and address.is_post else "",
        }  # fmt: skip
        saved = save_mapping(by=by, election=tip.election, name="tip", body=_MAPPING)
        read = mapping.parser(saved.body)(row)
        post_key = getattr(read, "post_key", "")
        if not post_key or not (text.strip() or url):
            raise BadInput(_("What was posted is missing."), remedy=_("Give its address or its words."))
        if not queries.in_corpus(tip.election, post_key):
            _import(by, tip, row, saved)
    with transaction.atomic():
        return _decide(by, tip, "tip.take_up", state=TipState.TAKEN_UP, post_key=post_key, remark=remark)


def _import(by, tip: Tip, row: dict, saved) -> None:
    path = Home.here().staging / f"tip-{tip.pk}-{os.getpid()}.ndjson"
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    try:
        import_file(
            by=by, election=tip.election, path=path, connector="generic", mapping=saved, route="tip",
            file_name=f"tip-{tip.pk}.ndjson",
        )  # fmt: skip
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def read_contact(*, by, tip: Tip) -> str:
    """How the sender can be reached; that somebody read it is in the ledger. Raises NotFound."""
    policy.check(by, "tip.contact", tip.election.slug)
    held = TipContact.objects.filter(tip=tip).first()
    if held is None:
        raise NotFound(_("The sender left no contact, or it has been erased."))
    record(by=by, act="tip.read_contact", rows=[held], election=tip.election.slug)
    try:
        return _fernet().decrypt(held.sealed.encode()).decode()
    except InvalidToken:
        raise NotFound(
            _("The contact cannot be read with the key of this installation."),
            remedy=_("Restore keys/contacts.key from the backup."),
        ) from None


@transaction.atomic
def erase_contact(*, by, tip: Tip) -> None:
    """Forget how the sender can be reached; the tip stays. Raises NotFound."""
    policy.check(by, "tip.contact", tip.election.slug)
    held = TipContact.objects.filter(tip=tip).first()
    if held is None:
        raise NotFound(_("The sender left no contact, or it has been erased."))
    pk = str(held.pk)
    held.delete()
    record(by=by, act="tip.erase_contact", erased=[(TipContact._meta.db_table, pk)], election=tip.election.slug)


def _fernet() -> Fernet:
    """The key of the contacts, made at first use; it lies apart from the database and its backups of tables."""
    path = Home.here().contacts_key
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(Fernet.generate_key())
    except FileExistsError:
        pass
    return Fernet(path.read_bytes())
