import pytest
from django.db import transaction

from besa.ledger.chain import record
from besa.people.policy import BELT
from besa.triage.models import Term

TERMS = [
    ("sq", "tradhtar", "stem", "hate", "hate", 0.6, []),
    ("sr", "izdajnik", "stem", "hate", "hate", 0.6, ["Izdajnik u šahu"]),
    ("sq", "votimi shtyhet", "phrase", "false_voting", "falsehood", 0.9, []),
    ("sq", "dialog", "stem", "dialogue", "dialogue", 0.4, []),
]


@pytest.fixture
def lexicon(election):
    with transaction.atomic():
        terms = [
            Term.objects.create(
                election=election, language=language, term=term, match=match, concern=concern, clause=clause,
                strength=strength, counter_examples=counters,
            )
            for language, term, match, concern, clause, strength, counters in TERMS
        ]  # fmt: skip
        record(by=BELT, act="test.lexicon", rows=terms, election=election.slug)
    return terms
