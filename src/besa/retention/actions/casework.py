"""Blanking rows that must remain, removing those that need not, and covering names and quotations everywhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from besa.base import clock
from besa.base.words import ErasureGround, label
from besa.collect.models import Capture, Tip, TipContact
from besa.collect.names.queries import secret_of
from besa.collect.rules import names
from besa.evidence.models import Custody, Exhibit, PageCapture, Recheck
from besa.ledger.chain import record
from besa.ledger.fields import WordField
from besa.ledger.models import Salt
from besa.ledger.verify import EXEMPT
from besa.people.models import DoorSalt, Knock
from besa.pledge.models import Account
from besa.retention import rules
from besa.retention.keys import secret
from besa.retention.models import REQUESTS, Erasure
from besa.retention.queries.due import TIMED
from besa.retention.queries.finding import Plan, parts
from besa.triage.models import DocketItem, Family

#: Tables in which no name is covered: what the election and its law say, who works here, and this room's own.
_OWN = {
    "pledge": {"election", "phase", "legalrule", "code", "principle", "clause", "area", "actor"},
    "triage": {"term", "frozentest", "trainedmodel"},
    "coding": {"codebook"},
    "retention": {"erasure", "hold", "tombstone"},
}
_ROOMS = ("outbox", "pledge", "collect", "triage", "evidence", "coding", "reply", "report", "retention")
_BATCH = 200
#: What of a reason says nothing of the text.
_PLAIN = ("concern", "clause", "score")


def clear(*, by, erasure: Erasure, found: Plan, cover: rules.Cover, advance: Callable[[int], None] | None) -> None:
    """All rows of casework that the plan names, in small transactions; those that are done are not found again."""
    write = _Writer(by, erasure)
    if erasure.what in REQUESTS and cover:
        _cover(write, cover, found)
    for batch in parts(found.items, _BATCH):
        with transaction.atomic():
            write(_spoken_of(batch))
            write(_blanked_items(batch, erasure, found))
        Erasure.objects.filter(pk=erasure.pk).update(progress=models.F("progress") + len(batch))
        if advance:
            advance(len(batch))
    for batch in parts(found.exhibits, _BATCH):
        with transaction.atomic():
            write(_exhibits(batch, by, erasure))
    for batch in parts(found.captures, _BATCH):
        with transaction.atomic():
            write(_captures(batch))
    with transaction.atomic():
        write(_tips(found.tips), _gone(TipContact, found.contacts))
    with transaction.atomic():
        write([*_accounts(found.accounts, erasure), *_families(found.posts)])
    if erasure.what == "work_times":
        _forget_times(write, erasure)
    if erasure.what == "desk_log":
        for model in (Session, Knock, DoorSalt):
            model.objects.all().delete()


class _Writer:
    """Saves rows, forgets the salts of what stood in them, and has the ledger vouch for what stands now."""

    def __init__(self, by, erasure: Erasure):
        self.by, self.erasure = by, erasure

    def __call__(self, rows: Sequence[models.Model], erased: Sequence[tuple[str, str]] = ()) -> None:
        for row in rows:
            row.save()
        vouched = [row for row in rows if row._meta.db_table not in EXEMPT]
        if not vouched and not erased:
            return
        forget_salts(vouched)
        for table, pk in erased:
            Salt.objects.filter(trace__table=table, trace__pk_text=pk).delete()
        record(
            by=self.by, act="erasure.rows", rows=vouched, erased=erased, election=self.erasure.election.slug,
            reason=self.erasure.erasure_id,
        )  # fmt: skip


def forget_salts(rows: Iterable[models.Model]) -> None:
    """Without its salt, the hash of a row as it was cannot be guessed back to what it said."""
    ordered = sorted(rows, key=lambda row: row._meta.db_table)
    for table, group in groupby(ordered, key=lambda row: row._meta.db_table):
        for part in parts([str(row.pk) for row in group]):
            Salt.objects.filter(trace__table=table, trace__pk_text__in=part).delete()


def _spoken_of(pks: list[int]) -> list[models.Model]:
    """Notes and answers about these posts, without the author's name and without quotations."""
    covers = {
        item.pk: rules.Cover(dict.fromkeys((item.account_handle, item.account_name), "[…]"), (item.title, item.text))
        for item in DocketItem.objects.filter(pk__in=pks)
    }
    rows = []
    for model in apps.get_models():
        fields = [field for field in model._meta.concrete_fields if _says_something(field)]
        if not fields or not any(field.name == "item" for field in model._meta.concrete_fields):
            continue
        rows += [
            row for row in model._default_manager.filter(item__in=pks) if _covered(row, fields, covers[row.item_id])
        ]
    return rows


def _covered(row: models.Model, fields: Sequence[models.Field], cover: rules.Cover) -> bool:
    """Whether something in the row had to be covered."""
    changed = False
    for field in fields:
        before = getattr(row, field.attname)
        after = cover(before) if before else before
        if after != before:
            most = getattr(field, "max_length", None)
            setattr(row, field.attname, after[:most] if most and isinstance(after, str) else after)
            changed = True
    return changed


def _blanked_items(pks: list[int], erasure: Erasure, found: Plan) -> list[models.Model]:
    """The rows stay, for the counts and for the decisions that rest on them; what was said and by whom goes."""
    key, rows = secret(), []
    for item in DocketItem.objects.filter(pk__in=pks).select_related("election"):
        known = names.identity(item.platform, item.account_key, item.account_handle, item.account_name)
        if item.account_id is None or item.account_id in found.accounts:
            code = names.code(secret_of(item.election), known) if known else ""
            item.account_key = f"{item.platform}:~{code}" if code else ""
            item.account_handle = item.account_name = ""
            item.account_id = None
        item.post_key = rules.pseudonym(key, item.post_key)
        item.parent_key = rules.pseudonym(key, item.parent_key) if item.parent_key else ""
        item.host_account_key = item.url = item.title = item.text = item.put_reason = ""
        item.media, item.ad, item.keep = [], {}, False
        item.reasons = [
            {name: value for name, value in reason.items() if name in _PLAIN} | {"text": "", "spans": []}
            for reason in item.reasons
        ]
        rows.append(item)
    for page in PageCapture.objects.filter(item__in=pks):
        page.url = page.problem = ""
        page.facts = {}
        page.state = "failed" if page.state == "wanted" else page.state
        rows.append(page)
    for look in Recheck.objects.filter(item__in=pks):
        look.address = look.text = look.problem = ""
        rows.append(look)
    return rows


def _exhibits(pks: list[int], by, erasure: Erasure) -> list[models.Model]:
    now, rows = clock.now(), []
    ground = label(ErasureGround, erasure.ground)
    for exhibit in Exhibit.objects.filter(pk__in=pks, erased_at=None):
        exhibit.erased_at, exhibit.pdq, exhibit.quality, exhibit.file_name, exhibit.note = now, "", 0, "", ""
        rows.append(exhibit)
    entries = Custody.objects.bulk_create(
        [Custody(exhibit=one, act="erased", by=by.username, at=now, reason=ground) for one in rows]
    )
    return [*rows, *entries]


def _captures(pks: list[int]) -> list[models.Model]:
    key, rows = secret(), []
    for row in Capture.objects.filter(pk__in=pks):
        row.post_key = rules.pseudonym(key, row.post_key)
        row.url = row.account_handle = row.account_name = row.title = row.text = row.parent_url = row.note = ""
        row.docket_reason, row.thread, row.video = "", {}, {}
        rows.append(row)
    return rows


def _tips(pks: list[int]) -> list[models.Model]:
    rows = []
    for part in parts(pks):
        for row in Tip.objects.filter(pk__in=part):
            row.link = row.same = row.note = row.remark = row.post_key = row.picture_sha256 = row.copy_sha256 = ""
            row.bytes = 0
            rows.append(row)
    return rows


def _gone(model: type[models.Model], pks: list[int]) -> list[tuple[str, str]]:
    for part in parts(pks):
        model.objects.filter(pk__in=part).delete()
    return [(model._meta.db_table, str(pk)) for pk in pks]


def _accounts(pks: list[int], erasure: Erasure) -> Iterator[models.Model]:
    """Of an account of the watch-list the row stays, for the findings; nobody looks for it any more."""
    for row in Account.objects.filter(pk__in=pks).select_related("election"):
        known = names.identity(row.platform, row.key, row.handle, row.name)
        row.key = f"{row.platform}:~{names.code(secret_of(row.election), known)}"
        row.handle = row.name = row.url = row.status_evidence = row.gone_evidence = ""
        row.watched = False
        yield row


def _families(posts: set[str]) -> Iterator[models.Model]:
    key = secret()
    for row in Family.objects.all() if posts else ():
        if posts.isdisjoint(row.members) and row.first_key not in posts:
            continue
        row.members = [rules.pseudonym(key, one) if one in posts else one for one in row.members]
        if row.first_key in posts:
            row.first_key = rules.pseudonym(key, row.first_key)
        yield row


def _forget_times(write: _Writer, erasure: Erasure) -> None:
    for model in TIMED:
        timed = list(model.objects.filter(item__election=erasure.election, seconds__gt=0).values_list("pk", flat=True))
        for part in parts(timed, _BATCH):
            rows = list(model.objects.filter(pk__in=part))
            for row in rows:
                row.seconds = 0
            with transaction.atomic():
                write(rows)


def _cover(write: _Writer, cover: rules.Cover, found: Plan) -> None:
    """Names and quotations in every text of every table, but in rows that a hold keeps and in those blanked anyway."""
    blanked = {DocketItem: set(found.items), Account: set(found.accounts)}
    held = set(DocketItem.objects.filter(post_key__in=list(found.held_posts)).values_list("pk", flat=True))
    for model in apps.get_models():
        room = model._meta.app_label
        if room not in _ROOMS or model._meta.model_name in _OWN.get(room, ()):
            continue
        fields = [field for field in model._meta.concrete_fields if _says_something(field)]
        if not fields:
            continue
        own, rows = blanked.get(model, set()), []
        for row in model._default_manager.iterator():
            item = row.pk if model is DocketItem else getattr(row, "item_id", None)
            if row.pk in own or item in held:
                continue
            if _covered(row, fields, cover):
                rows.append(row)
        for part in parts(rows, _BATCH):
            with transaction.atomic():
                write(part)


def _says_something(field: models.Field) -> bool:
    text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return text and not isinstance(field, WordField) and not field.primary_key and "sha256" not in field.name
