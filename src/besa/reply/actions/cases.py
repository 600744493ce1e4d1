"""Cases, and the dossier that is handed over of one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext as _

from besa.base import clock, languages, words
from besa.base.errors import BadInput, BesaError, Conflict
from besa.base.home import Home
from besa.coding.models import Finding
from besa.edition import keys
from besa.evidence import dossier as sealing
from besa.evidence.actions.stamps import ask_for
from besa.evidence.authorities import authorities
from besa.evidence.models import Custody, Exhibit
from besa.ledger.chain import record
from besa.people.policy import check
from besa.pledge.models import Election
from besa.reply import dossier as contents
from besa.reply.models import Case, CaseFinding, Dossier
from besa.reply.queries.cases import case_alone, findings_of
from besa.vault import Vault


@transaction.atomic
def open_case(*, by, election: Election, title: str, findings: Sequence[Finding], note: str = "") -> Case:
    """Raises BadInput without a title or a finding."""
    check(by, "case.edit", election.slug)
    if not title.strip() or not findings:
        raise BadInput(_("A case needs a title and at least one finding."))
    last = Case.objects.filter(election=election).aggregate(last=Max("number"))["last"] or 0
    case = Case.objects.create(
        election=election, number=last + 1, title=title.strip(), note=note.strip(), opened_at=clock.now(),
        opened_by=by.username,
    )  # fmt: skip
    rows = [CaseFinding.objects.create(case=case, finding=finding) for finding in findings]
    record(by=by, act="case.open", rows=[case, *rows], election=election.slug)
    return case


@transaction.atomic
def add_to_case(*, by, case: Case, finding: Finding) -> CaseFinding:
    """Raises Conflict where it stands there already."""
    check(by, "case.edit", case.election.slug)
    Case.objects.select_for_update().get(pk=case.pk)
    if CaseFinding.objects.filter(case=case, finding=finding).exists():
        raise Conflict(_("This finding belongs to the case already."))
    row = CaseFinding.objects.create(case=case, finding=finding)
    record(by=by, act="case.add", rows=[row], election=case.election.slug)
    return row


def hand_over(*, by, finding: Finding, language: str, recipient: str, out: Path | None = None) -> Dossier:
    """The dossier of one finding at once, with what there is by now: the case that holds it alone is opened where there
    is none yet. A confidential referral is no publication: it waits for no reply. Raises as `make_dossier` does."""
    check(by, "dossier.make", finding.election.slug)
    _named(recipient)
    case = case_alone(finding)
    if case is None:
        with translation.override(languages.django_code(language)):
            title = f"{_(words.label(words.FindingType, finding.type))} ({finding.number})"
        case = open_case(by=by, election=finding.election, title=title, findings=[finding])
    return make_dossier(by=by, case=case, language=language, recipient=recipient, out=out)


def make_dossier(*, by, case: Case, language: str, recipient: str, out: Path | None = None) -> Dossier:
    """Seal what is preserved of a case, for `recipient`: into the vault, and a copy to `out`.

    Every file in it gets an entry of custody. Raises BadInput where nothing is preserved, or without a recipient;
    Tampered where the bytes of a file are not those that were kept.
    """
    slug = case.election.slug
    check(by, "dossier.make", slug)
    _named(recipient)
    home, vault = Home.here(), Vault(Home.here().vault)
    findings = findings_of(case)
    exhibits = contents.exhibits_of(findings)
    there = [one for one in exhibits if vault.has(one.sha256)]
    if not there:
        raise BadInput(_("Nothing of this case is preserved yet."), remedy=_("Let the belt run once, then try again."))
    reason, now = f"C-{case.number}: {recipient.strip()}", clock.now()
    entries = [
        Custody(exhibit=one, act=act, by=by.username, at=now, reason=reason)
        for one in there for act in ("sealed", "exported")
    ]  # fmt: skip
    custody = Custody.objects.filter(exhibit__in=exhibits).select_related("exhibit").order_by("id")
    with tempfile.TemporaryDirectory(prefix="besa-dossier-") as place:
        packed = contents.contents(
            case, findings, exhibits, [*custody, *entries], language=language, recipient=recipient, by=by
        )
        # the authorities may take long to answer: they are asked before anything is written
        sealed = sealing.seal(
            Path(place) / "dossier.zip", packed.parts, info=packed.info, readme=packed.readme,
            key=keys.signing_key(home.signing_key), stamp=_stamps,
        )  # fmt: skip
        with sealed.path.open("rb") as file:
            vault.put(file)
        with transaction.atomic():
            entries = Custody.objects.bulk_create(entries)
            made = Dossier.objects.create(
                case=case, language=language, recipient=recipient.strip(), sha256=sealed.sha256, size=sealed.size,
                files=sealed.files, made_at=clock.now(), made_by=by.username,
            )  # fmt: skip
            record(by=by, act="dossier.make", rows=[made, *entries], election=slug, reason=recipient.strip())
        if out is not None:
            contents.copy_to(sealed.path, out)
    return made


def _named(recipient: str) -> None:
    if not recipient.strip():
        raise BadInput(_("Who will get the dossier?"), remedy=_("Name the panel, commission or platform."))


@transaction.atomic
def handed_over(*, by, dossier: Dossier) -> list[Custody]:
    """Say of every file in a dossier that the recipient has it now. Raises Conflict where that was said before."""
    slug = dossier.case.election.slug
    check(by, "dossier.make", slug)
    reason = f"C-{dossier.case.number}: {dossier.recipient}, {dossier.sha256[:12]}"
    Case.objects.select_for_update().get(pk=dossier.case_id)
    if Custody.objects.filter(act="handed_over", reason=reason).exists():
        raise Conflict(_("This dossier was handed over already."))
    sealed = Custody.objects.filter(act="sealed", at__lte=dossier.made_at, exhibit__in=_exhibits_in(dossier))
    rows = Custody.objects.bulk_create(
        [
            Custody(exhibit_id=pk, act="handed_over", by=by.username, at=clock.now(), reason=reason)
            for pk in sealed.order_by("exhibit").values_list("exhibit", flat=True).distinct()
        ]
    )
    record(by=by, act="dossier.handed_over", rows=rows, election=slug)
    return rows


def _exhibits_in(dossier: Dossier):
    return Exhibit.objects.filter(item__in=[one.adjudication.item_id for one in findings_of(dossier.case)])


def _stamps(manifest: bytes) -> list[tuple[bytes, bytes]]:
    """Of the manifest, by every authority that answers now; where none does, the stamps of the files stay."""
    found = []
    for authority in authorities():
        try:
            answer, _told = ask_for(authority, manifest)
        except BesaError:
            continue
        found.append((answer, authority.chain))
    return found
