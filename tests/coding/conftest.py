from __future__ import annotations

import coding_book
import pytest

import make


@pytest.fixture
def codebook(election):
    return coding_book.codebook(election)


@pytest.fixture
def desk(election, users, codebook):
    """Election, users by name with a third coder, and a codebook."""
    return {**users, "coder3": make.user("coder3", "coder", election.slug)}


@pytest.fixture
def no_share(election):
    """Nothing is coded twice by chance."""
    election.settings = {"alpha_share": 0}
    _save(election)
    return election


@pytest.fixture
def all_share(election):
    election.settings = {"alpha_share": 1}
    _save(election)
    return election


def _save(election):
    from django.db import transaction

    from besa.ledger.chain import record
    from besa.people.policy import BELT

    with transaction.atomic():
        election.save()
        record(by=BELT, act="test.settings", rows=[election], election=election.slug)
