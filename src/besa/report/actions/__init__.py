"""Every write of the report room: freeze, words, sign-off, files, publication."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from besa.base import clock, languages
from besa.base.errors import BadInput, BesaError, Conflict
from besa.base.home import Home
from besa.base.ids import canonical_json
from besa.base.weeks import week_days, week_of
from besa.edition import keys, writer
from besa.edition.format import Envelope
from besa.ledger import chain
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge import queries as pledge
from besa.pledge.models import Election
from besa.report import queries
from besa.report.actions.stamps import stamp_editions
from besa.report.content import fill
from besa.report.document import build
from besa.report.facts import save
from besa.report.models import Freeze, Prose, Publication, SignOff
from besa.report.render import renderer
from besa.report.speech import Speech


def freeze(*, by, election: Election, week: str = "", kind: str = "weekly") -> Freeze:
    """Freeze the facts of a week (or, `final`, of the whole election) as they stand now.

    The same facts give the freeze that stands already. Raises BadInput for what is no week, Refused.
    """
    check(by, "report.freeze", election.slug)
    if kind == "final":
        phases = pledge.phases(election)
        week = week or (week_of(max(phase.last for phase in phases)) if phases else "")
    week_days(week)
    now = clock.now()
    head = chain.head()
    facts = queries.live_facts(election, week=week, kind=kind, at=now)
    name = save(Home.here().freezes, facts)
    with transaction.atomic():
        if stands := Freeze.objects.filter(name=name).first():
            return stands
        made = Freeze.objects.create(
            name=name,
            election=election,
            kind=kind,
            week=week,
            corpus_version=facts.meta["corpus_version"],
            ledger_seq=head[0],
            ledger_head=head[1],
            made_at=now,
            made_by=by,
        )
        record(by=by, act="report.freeze", rows=[made], election=election.slug, reason=f"{kind} {week}")
    return made


@transaction.atomic
def write_prose(*, by, freeze: Freeze, language: str, text: str) -> Prose:
    """The editor's own text in one language. Whoever had signed off must read and sign again."""
    check(by, "report.edit", freeze.election.slug)
    if language not in languages.INTERFACE:
        raise BadInput(gettext("“%(value)s” is not a language of the report.") % {"value": language})
    _not_published(freeze)
    prose, _ = Prose.objects.get_or_create(freeze=freeze, language=language)
    prose.text = text.strip()
    prose.save()
    lifted = list(SignOff.objects.filter(freeze=freeze))
    erased = [(sign_off._meta.db_table, str(sign_off.pk)) for sign_off in lifted]
    SignOff.objects.filter(pk__in=[sign_off.pk for sign_off in lifted]).delete()
    record(by=by, act="report.write_prose", rows=[prose], erased=erased, election=freeze.election.slug, reason=language)
    return prose


@transaction.atomic
def sign_off(*, by, freeze: Freeze, note: str = "") -> SignOff:
    """One pair of eyes; never the maker's. Raises Refused, Conflict."""
    check(by, "report.sign_off", freeze.election.slug, own=freeze.made_by_id == by.pk)
    _not_published(freeze)
    if SignOff.objects.filter(freeze=freeze, by=by).exists():
        raise Conflict(gettext("You have signed this freeze off already."))
    made = SignOff.objects.create(freeze=freeze, by=by, at=clock.now(), note=note.strip())
    record(by=by, act="report.sign_off", rows=[made], election=freeze.election.slug, reason=made.note)
    return made


def render(freeze: Freeze, tags: Sequence[str], formats: Sequence[str], out: Path) -> list[Path]:
    """The report of a freeze as files `<kind>-<week>-<language>.<format>` in `out`. Changes no row."""
    for tag in tags:
        if tag not in languages.INTERFACE:
            raise BadInput(
                f"“{tag}” is not a language of the report.", remedy=f"Use: {', '.join(languages.INTERFACE)}."
            )
    writers = {name: renderer(name) for name in formats}
    facts, prose = queries.facts_of(freeze), queries.prose_of(freeze)
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for tag in tags:
        document = build(facts, Speech(tag), prose=prose.get(tag, ""))
        for name, write in writers.items():
            file = out / f"{freeze.kind}-{freeze.week}-{tag}.{name}"
            file.write_bytes(write(document))
            files.append(file)
    return files


def publish(
    *,
    by,
    election: Election,
    freeze: Freeze | None = None,
    out: Path | None = None,
    change_note: str = "",
    render_site: writer.RenderSite | None = None,
) -> Publication:
    """Write the signed edition of a freeze (default: the latest signed-off one) and note it.

    `render_site(edition folder, site folder)` makes the portal; it is handed in because this room does
    not know that one. The long writing happens outside any transaction. Raises Conflict where
    sign-offs are missing, saying which.
    """
    check(by, "edition.publish", election.slug)
    freeze = freeze or queries.latest_signed(election) or _nothing_to_publish(election)
    _publishable(freeze)
    home = Home.here()
    root = Path(out) if out else home.editions
    facts, prose = queries.facts_of(freeze), queries.prose_of(freeze)
    last = Publication.objects.filter(freeze__election=election).order_by("-number").first()
    now = clock.now()
    seq, head = chain.head()
    envelope = Envelope(
        edition="",
        number=last.number + 1 if last else 1,
        previous=last.edition if last else "",
        change_note=change_note.strip(),
        published_at=now.isoformat(timespec="seconds"),
        freeze=freeze.name,
        ledger_seq=seq,
        ledger_head=head,
        site="",
        public_key="",
    )

    def write() -> tuple[Path, Envelope]:
        return writer.write(
            root,
            fill=lambda content: fill(content, facts, freeze.name, prose),
            envelope=envelope,
            key=keys.signing_key(home.signing_key),
            render_site=render_site,
        )

    try:
        path, written = write()
    except Conflict as conflict:
        # an edition that was written but never noted (a crash in between) is written anew
        stray = Path(conflict.where)
        if Publication.objects.filter(edition__startswith=stray.name).exists():
            raise
        shutil.rmtree(stray)
        path, written = write()
    try:
        with transaction.atomic():
            Election.objects.select_for_update().get(pk=election.pk)
            _publishable(freeze)
            newest = Publication.objects.filter(freeze__election=election).order_by("-number").first()
            if newest != last:
                raise Conflict(
                    gettext("Somebody else published meanwhile."), remedy=gettext("Look, and publish again.")
                )
            made = Publication.objects.create(
                freeze=freeze,
                edition=written.edition,
                number=written.number,
                previous=written.previous,
                change_note=written.change_note,
                path=str(path.resolve()),
                at=now,
            )
            record(
                by=by, act="edition.publish", rows=[made], election=election.slug,
                reason=canonical_json({"edition": made.edition, "number": made.number}),
            )  # fmt: skip
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    with contextlib.suppress(BesaError):  # an authority that cannot be asked now delays nothing: the belt asks again
        stamp_editions(by=by, election=election)
    return made


def _not_published(freeze: Freeze) -> None:
    if Publication.objects.filter(freeze=freeze).exists():
        raise Conflict(
            gettext("This freeze is published; it does not change any more."),
            remedy=gettext("Freeze the week again and publish it with a change note."),
        )


def _publishable(freeze: Freeze) -> None:
    if missing := queries.standing_of(freeze).missing:
        raise Conflict(
            gettext("This freeze is not signed off. Missing: %(what)s.")
            % {"what": "; ".join(gettext(what) for what in missing)},
            where=freeze.name[:16],
            remedy=gettext("Two people other than its maker sign it off on the page of the report."),
        )


def _nothing_to_publish(election: Election) -> Freeze:
    newest = queries.latest_freeze(election)
    if newest is None:
        raise Conflict(
            gettext("Nothing has been frozen yet."), remedy=gettext("Freeze a week first: besa report weekly --week …")
        )
    _publishable(newest)
    raise Conflict(gettext("Every signed-off freeze is published already."), where=newest.name[:16])
