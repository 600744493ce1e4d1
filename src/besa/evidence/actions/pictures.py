"""Pictures that were kept before their looks were noted get their hash afterwards, some at a time."""

from __future__ import annotations

from django.db import transaction

from besa.base.errors import NotFound
from besa.base.home import Home
from besa.evidence.models import Exhibit
from besa.evidence.rules import looks
from besa.ledger.chain import record
from besa.people import policy
from besa.pledge.models import Election
from besa.vault import Vault

#: Pictures of one round of the belt: a few seconds.
AT_ONCE = 50
#: Stands in place of a hash where a file said to be a picture is none.
UNSEEN = "-"


@transaction.atomic
def hash_pictures(*, by, election: Election, limit: int = AT_ONCE) -> int:
    """Note how so many of the oldest pictures look that nobody has noted yet; how many that were.

    What cannot be opened, or is no longer in the vault, is marked with UNSEEN and not tried again.
    """
    policy.check(by, "evidence.preserve", election.slug)
    vault = Vault(Home.here().vault)
    waiting = Exhibit.objects.filter(item__election=election, media_type__startswith="image/", pdq="").order_by("id")
    done = []
    for exhibit in waiting[:limit]:
        try:
            found = looks(exhibit.media_type, vault.get(exhibit.sha256))
        except NotFound:
            found = {"pdq": "", "quality": 0}
        exhibit.pdq, exhibit.quality = found["pdq"] or UNSEEN, found["quality"]
        exhibit.save(update_fields=["pdq", "quality"])
        done.append(exhibit)
    if done:
        record(by=by, act="evidence.looks", rows=done, election=election.slug)
    return len(done)
