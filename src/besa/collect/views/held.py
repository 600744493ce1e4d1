"""The pages of held imports: what changed, what neighbouring imports looked like, and the decision."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from besa.base.errors import BadInput
from besa.base.words import label
from besa.collect.actions import holding, read_again, refuse, release
from besa.collect.actions.reading import rows
from besa.collect.connectors import NAMES, connector
from besa.collect.forms.imports import FIELD_WORDS, HeldForm
from besa.collect.models import Import
from besa.collect.queries import leaves
from besa.collect.rules.change import with_all
from besa.people.policy import desk

_EXAMPLES, _NEIGHBOURS = 3, 8
_SHOWN = 120
_OF_FIELDS = {"parent_key": "parent_id", "account_key": "account_id"}
_MORE_WORDS = {"posts": gettext_lazy("Rows that are posts")}


def told(row: Import) -> dict[str, Any]:
    """What the page of an import says of a change of its shape; {} where there was none."""
    if not row.changes and row.state != "held":
        return {}
    fallen = [change for change in row.changes if change["what"] != "key"]
    return {
        "fallen": [_named(change) for change in fallen],
        "new_keys": [change for change in row.changes if change["what"] == "key"],
        "neighbours": _neighbours(row, fallen),
        "examples": _examples(row) if row.state == "held" else [],
        "newer": row.connector in NAMES and connector(row.connector).manifest.version != row.connector_version,
        "held_form": HeldForm(),
    }


@require_POST
@desk("import.release")
def import_held(request, import_id):
    """Release, refuse or read again; a reason is needed for the first two."""
    asked = {"by": request.user, "election": request.election, "import_id": import_id}
    form, decision = HeldForm(request.POST), request.POST.get("decision")
    if decision == "again":
        row = read_again(**asked)
        if row["state"] == "held":
            messages.warning(request, _("Read again, and the shape is still not whole: the import stays held."))
        else:
            messages.success(request, _("Read again: the rows are in the corpus."))
    elif not form.is_valid():
        messages.error(request, _("A reason is needed: it stands in the ledger."))
    elif decision == "release":
        release(**asked, reason=form.cleaned_data["reason"])
        messages.success(request, _("Released: the rows are in the corpus."))
    elif decision == "refuse":
        refuse(**asked, reason=form.cleaned_data["reason"])
        messages.success(request, _("Refused: the rows are deleted; what was noticed stays on this page."))
    else:
        raise BadInput(_("Choose what becomes of the import."))
    return redirect("import_show", import_id)


def _named(change: dict[str, Any]) -> dict[str, Any]:
    name = change["name"]
    words = _MORE_WORDS.get(name) or FIELD_WORDS.get(_OF_FIELDS.get(name, name), (name,))[0]
    platform, _slash, kind = change["group"].partition("/")
    of = f"{_(label('platform', platform))} · {_(label('postkind', kind))}" if kind else ""
    return change | {"label": words, "of": of, "before": change["before"] * 100, "now": change["now"] * 100}


def _neighbours(row: Import, fallen: list[dict]) -> list[dict[str, Any]]:
    """This import and those before it, with the share of each fallen field in per cent (None: nothing of the kind)."""
    out = []
    for held in [row, *holding.history(row)[:_NEIGHBOURS]]:
        filled = with_all(held.filled, held.read)
        groups = [(change["name"], filled.get(change["group"], {})) for change in fallen]
        shares = [100 * group.get(name, 0) / group["rows"] if group.get("rows") else None for name, group in groups]
        out.append({"row": held, "shares": shares, "this": held is row})
    return out


def _examples(row: Import) -> list[list[tuple[str, str]]]:
    """The first rows as they came: (path, what stands there, shortened)."""
    if not holding.place(row.import_id).exists():
        return []
    readable = (found.raw for found in rows(holding.source_of(row.import_id)) if isinstance(found.raw, dict))
    return [
        [(path, str(value)[:_SHOWN].encode("utf-8", "replace").decode()) for path, value in islice(leaves(raw), 60)]
        for raw in islice(readable, _EXAMPLES)
    ]
