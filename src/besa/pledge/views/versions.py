"""Versions of the Code: what changed, and the copy into another election."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from besa.base.errors import BadInput, Conflict, NotFound
from besa.base.languages import NAMES, tag_of
from besa.people.policy import desk, may
from besa.pledge import actions, forms, queries
from besa.pledge.models import Code
from besa.pledge.queries import versions as reads
from besa.pledge.views import election_of


@desk("code.see")
@require_safe
def versions(request):
    """All versions; with ?from=&to= the difference of two, in the language chosen."""
    election = election_of(request)
    rows = reads.versions(election, queries.active_code(election))
    of = {str(row.code.pk): row.code for row in rows}
    codes = [row.code for row in rows]
    new = of.get(request.GET.get("to", ""), codes[0] if codes else None)
    old = of.get(request.GET.get("from", ""), codes[1] if len(codes) > 1 else None)
    language = request.GET.get("language", "")
    language = language if language in NAMES else tag_of(get_language() or "en")
    return render(
        request,
        "pledge/versions.html",
        {
            "rows": rows,
            "old": old,
            "new": new,
            "changes": reads.changes(old, new, language) if old and new else [],
            "languages": NAMES.items(),
            "language": language,
            "may_clone": len(_others(request)) > 0,
        },
    )


@desk("pack.load")
@require_http_methods(["GET", "HEAD", "POST"])
def clone(request, pk: int):
    code = Code.objects.filter(pk=pk, election=election_of(request)).select_related("election").first()
    if code is None:
        raise NotFound(_("There is no such version of the Code."))
    others = _others(request)
    form = forms.CloneForm(request.POST or None, elections=others, initial={"version": code.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        to = next(one for one in others if one.slug == given.pop("to"))
        try:
            actions.clone_code(by=request.user, code=code, to=to, **given)
        except (BadInput, Conflict) as error:
            form.add_error(None, f"{error} {error.remedy}".strip())
        else:
            messages.success(request, _("The Code was copied to %(election)s.") % {"election": to.slug})
            return redirect("code_versions")
    status = 422 if request.method == "POST" else 200
    return render(request, "pledge/clone.html", {"code": code, "form": form}, status=status)


def _others(request) -> list:
    here = election_of(request)
    return [one for one in queries.elections() if one != here and may(request.user, "pack.load", one.slug)]
