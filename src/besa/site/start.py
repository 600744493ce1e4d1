"""Starting Django for a command or a test: the home is made, the tables are brought up to date."""

from __future__ import annotations

import os

from besa.base import clock
from besa.base.errors import BadInput
from besa.base.home import Home


def start(*, migrate: bool = True) -> Home:
    """Set Django up for this home; safe to call twice. Returns the home."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "besa.site.settings")
    home = Home.here().make()
    import django

    django.setup()
    if migrate:
        from django.core.management import call_command
        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        from besa.people.actions import first_start

        first_start()
        from besa.edition.keys import signing_key

        signing_key(home.signing_key)
    if demo := clock.recall_demo(home.demo_clock):
        clock.set_clock(demo)
    return home


def user_of(arguments):
    """The account a command acts as: `--as`, else the local operator. Raises BadInput."""
    from besa.people.models import User
    from besa.people.queries import local_operator

    if not arguments.as_user:
        return local_operator()
    try:
        return User.objects.get(username=arguments.as_user)
    except User.DoesNotExist:
        raise BadInput(f"There is no account “{arguments.as_user}”.", remedy="`besa user list` shows them.") from None


def election_of(arguments):
    """The election a command is about: `--election`, else the only one loaded. Raises BadInput."""
    from besa.pledge.queries import elections

    loaded = {election.slug: election for election in elections()}
    if arguments.election:
        if arguments.election not in loaded:
            raise BadInput(
                f"No election “{arguments.election}” is loaded.",
                remedy=f"Loaded: {', '.join(loaded) or 'none; run `besa pack load demo`'}.",
            )
        return loaded[arguments.election]
    if not loaded:
        raise BadInput("No election is loaded.", remedy="Run `besa pack load demo` or name your own pack.")
    if len(loaded) > 1:
        raise BadInput("More than one election is loaded.", remedy=f"Add --election with one of: {', '.join(loaded)}.")
    return next(iter(loaded.values()))
