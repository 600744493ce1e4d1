"""Writing the slice into the tables; runs inside the loader's one transaction."""

from __future__ import annotations

from datetime import date

from besa.base.packfile import Pack
from besa.pledge.models import (
    Account,
    Actor,
    Affiliation,
    Area,
    Clause,
    Code,
    Election,
    Identity,
    LegalRule,
    Phase,
    Principle,
    Signatory,
    Signature,
)
from besa.pledge.pack.merge import Merge
from besa.pledge.pack.read import SETTINGS
from besa.pledge.pack.slice import Pledge


def write(pledge: Pledge, pack: Pack, merge: Merge, *, digest: str, texts: dict) -> Election:
    """Bring the tables to what the pack says; returns the election.

    `texts`: further entries of `Election.settings` (notices, report). A change of words that somebody
    has signed is a fault in `pack`.
    """
    election = _election(pledge, merge, digest, texts)
    _calendar(pledge, merge, election)
    code = _code(pledge, pack, merge, election)
    areas = _areas(pledge, merge, election)
    actors = _actors(pledge, merge, election, areas)
    if code is not None:
        _signatures(pledge, merge, election, actors)
    _accounts(pledge, merge, election, areas, actors)
    return election


def _election(pledge: Pledge, merge: Merge, digest: str, texts: dict) -> Election:
    slug = pledge.election["slug"]
    existing = {row.slug: row for row in Election.objects.filter(slug=slug)}
    held = existing[slug].settings if existing else {}
    others = {key: value for key, value in held.items() if key not in SETTINGS}
    settings = {**others, **texts, **pledge.settings}
    wanted = {slug: {**pledge.election, "settings": settings, "pack_digest": digest}}
    return merge.bring(Election, existing, wanted, what="Election", always=True)[slug]


def _calendar(pledge: Pledge, merge: Merge, election: Election) -> None:
    phases = {(row.kind, row.first): row for row in Phase.objects.filter(election=election)}
    wanted = {(row["kind"], row["first"]): {"election": election, **row} for row in pledge.phases}
    merge.bring(Phase, merge.remove(phases, wanted), wanted, what="Phase")
    legal = {row.slug: row for row in LegalRule.objects.filter(election=election)}
    wanted = {row["slug"]: {"election": election, **row} for row in pledge.legal_rules}
    merge.bring(LegalRule, merge.remove(legal, wanted), wanted, what="Legal rule")


def _code(pledge: Pledge, pack: Pack, merge: Merge, election: Election) -> Code | None:
    version = pledge.code["version"]
    codes = {row.version: row for row in Code.objects.filter(election=election)}
    signed = version in codes and Signature.objects.filter(code=codes[version]).exists()
    if signed and codes[version].sha256 != pledge.code["sha256"]:
        pack.fault(
            pledge.code_where,
            f"version {version} of the Code has been signed; its text (or which clauses are on) cannot change.",
            "Raise “version”; the signatures given stay bound to the old text.",
        )
        return None
    code = merge.bring(Code, codes, {version: {"election": election, **pledge.code}}, what="Code")[version]
    principles = {row.slug: row for row in Principle.objects.filter(code=code)}
    wanted = {
        row["slug"]: {"code": code, **{key: value for key, value in row.items() if key != "clauses"}}
        for row in pledge.principles
    }
    merge.missing(principles, wanted, "Principles")
    principles = merge.bring(Principle, principles, wanted, what="Principle")
    clauses = {row.slug: row for row in Clause.objects.filter(principle__code=code).select_related("principle")}
    wanted = {
        clause["slug"]: {"principle": principles[row["slug"]], **clause}
        for row in pledge.principles
        for clause in row["clauses"]
    }
    merge.missing(clauses, wanted, "Clauses (switched off)")
    for slug, clause in clauses.items():
        if slug not in wanted and clause.on:
            wanted[slug] = {"on": False}
    merge.bring(Clause, clauses, wanted, what="Clause")
    return code


def _areas(pledge: Pledge, merge: Merge, election: Election) -> dict[str, Area]:
    areas = {row.slug: row for row in Area.objects.filter(election=election)}
    wanted = {row["slug"]: {"election": election, **row} for row in pledge.areas}
    merge.missing(areas, wanted, "Areas")
    return merge.bring(Area, areas, wanted, what="Area")


def _actors(pledge: Pledge, merge: Merge, election: Election, areas: dict[str, Area]) -> dict[str, Actor]:
    actors = {row.slug: row for row in Actor.objects.filter(election=election).select_related("area")}
    wanted = {
        row["slug"]: {"election": election, **row, "area": areas[row["area"]] if row["area"] else None}
        for row in pledge.actors
    }
    merge.missing(actors, wanted, "Actors")
    actors = merge.bring(Actor, actors, wanted, what="Actor")
    rows = Affiliation.objects.filter(actor__election=election).select_related("actor", "party").order_by("id")
    existing = {(row.actor.slug, row.party.slug): row for row in rows}
    wanted = {
        (row["actor"], row["party"]): {**row, "actor": actors[row["actor"]], "party": actors[row["party"]]}
        for row in pledge.affiliations
    }
    merge.missing(existing, wanted, "Affiliations")
    merge.bring(Affiliation, existing, wanted, what="Affiliation")
    return actors


def _signatures(pledge: Pledge, merge: Merge, election: Election, actors: dict[str, Actor]) -> None:
    """The pack knows the first signature of each; what followed was recorded at the desk."""
    rows = Signatory.objects.filter(actor__election=election).select_related("actor")
    signatories = {row.actor.slug: row for row in rows}
    wanted = {
        row["actor"]: {
            "actor": actors[row["actor"]],
            "keeper_office": row["keeper_office"],
            "keeper_email": row["keeper_email"],
            "language": actors[row["actor"]].language,
        }
        for row in pledge.signatures
    }
    merge.missing(signatories, wanted, "Signatories")
    signatories = merge.bring(Signatory, signatories, wanted, what="Signatory")
    first: dict[str, Signature] = {}
    given = Signature.objects.filter(signatory__actor__election=election).select_related("signatory__actor", "code")
    for signature in given.order_by("signed_on", "id"):
        first.setdefault(signature.signatory.actor.slug, signature)
    codes = list(Code.objects.filter(election=election).order_by("effective_from", "id"))
    wanted = {}
    for row in pledge.signatures:
        slug = row["actor"]
        values = {key: row[key] for key in ("signed_on", "kind", "withdrawn_on", "signer", "withdrawal_reason")}
        if slug not in first:
            code = _in_force(codes, row["signed_on"])
            values |= {
                "signatory": signatories[slug],
                "code": code,
                "text_sha256": code.sha256,
                "language": signatories[slug].language,
            }
        wanted[slug] = values
    merge.bring(Signature, first, wanted, what="Signature of")


def _in_force(codes: list[Code], day: date) -> Code:
    """The version that was in force on the day of signature; before the first, the first."""
    return next((code for code in reversed(codes) if code.effective_from <= day), codes[0])


def _accounts(
    pledge: Pledge, merge: Merge, election: Election, areas: dict[str, Area], actors: dict[str, Actor]
) -> None:
    accounts = {row.key: row for row in Account.objects.filter(election=election).select_related("area")}
    wanted = {
        row["key"]: {"election": election, **row, "area": areas[row["area"]] if row["area"] else None}
        for row in pledge.accounts
    }
    merge.missing(accounts, wanted, "Accounts")
    accounts = merge.bring(Account, accounts, wanted, what="Account")
    rows = Identity.objects.filter(account__election=election).select_related("account", "actor").order_by("id")
    existing = {(row.account.key, row.actor.slug): row for row in rows}
    wanted = {
        (row["account"], row["actor"]): {**row, "account": accounts[row["account"]], "actor": actors[row["actor"]]}
        for row in pledge.identities
    }
    merge.missing(existing, wanted, "Identities")
    merge.bring(Identity, existing, wanted, what="Identity")
