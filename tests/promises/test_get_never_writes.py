"""Looking changes nothing: all pages are opened, and casework and ledger stand as before."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

import make
from besa.base.words import Role
from besa.ledger.chain import head, record
from besa.ledger.verify import EXEMPT
from besa.people.models import Membership
from besa.people.policy import BELT
from routing import address, routes


@pytest.fixture
def everybody(election, users):
    """One account that holds every role of the desk."""
    user = users["administrator"]
    with transaction.atomic():
        rows = [
            Membership.objects.get_or_create(user=user, role=role, election=election.slug)[0]
            for role in Role
            if role not in (Role.BELT, Role.DOOR)
        ]
        record(by=BELT, act="test.roles", rows=rows)
    return user


def _counts() -> dict[str, int]:
    return {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table not in EXEMPT
    }


def test_every_page_is_opened_and_nothing_is_written(everybody, election, home):
    item = make.docket_item(election)
    client = Client(raise_request_exception=False)
    client.force_login(everybody)
    before = head(), _counts()
    opened = 0
    for route, pattern in routes():
        if not getattr(pattern.callback, "besa_act", None):
            continue
        url = address(pattern, route, item=item.pk, pk=item.pk)
        status = client.get(url).status_code
        assert status < 500, f"{url}: {status}"
        opened += status == 200
        assert (head(), _counts()) == before, f"GET {url} wrote something"
    assert opened > 8
