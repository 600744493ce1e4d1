"""Families of accounts that share together: the list, one family with its network, the network as a file."""

from __future__ import annotations

import math

import polars as pl
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from besa.base.errors import NotFound
from besa.collect.rules.names import without
from besa.people.policy import desk
from besa.triage.detectors.coordination import files
from besa.triage.detectors.coordination.together import RULE
from besa.triage.queries import coordination as queries

_LISTED, _OBJECTS, _TIES, _DRAWN = 50, 100, 200, 150
_WIDE, _HIGH, _EDGE = 960, 600, 40
_FORMS = {"gexf": (files.gexf, "application/gexf+xml"), "graphml": (files.graphml, "application/graphml+xml")}


@require_safe
@desk("docket.see")
def coordination(request):
    election = request.election
    families = queries.found(election) if election else []
    shown = families[:_LISTED]
    known = (
        queries.members(election, {account for family in shown for account in family.accounts}, request.user)
        if shown
        else {}
    )
    rows = [
        {
            "family": family,
            "address": queries.address(election, family),
            "members": [known[account] for account in family.accounts[:6]],
            "more": max(0, len(family.accounts) - 6),
            "parties": sorted({known[account].party for account in family.accounts} - {""}),
            "signed": sum(known[account].signed for account in family.accounts),
        }
        for family in shown
    ]
    context = {"rows": rows, "all": len(families), "window": RULE.window}
    return render(request, "triage/coordination.html", context)


@require_safe
@desk("docket.see")
def coordination_family(request, address: str):
    election, family = request.election, _named(request, address)
    known = queries.members(election, family.accounts, request.user)
    number = {account: at for at, account in enumerate(family.accounts, 1)}
    things = family.shared.head(_OBJECTS).to_dicts()
    items = queries.docketed(election, {key for thing in things for key in thing["posts"]})
    private = [name for member in known.values() for name in member.spelled]
    for thing in things:
        thing["object_id"] = without(thing["object_id"], private) or "–"
        thing["at"] = queries.moment(thing["first"])
        thing["items"] = [items[key] for key in thing["posts"] if key in items]
    ties = [
        {"a": number[row["account_a"]], "b": number[row["account_b"]], "one": known[row["account_a"]].author.name,
         "other": known[row["account_b"]].author.name, "weight": row["weight"], "seconds": row["mean_delta"]}
        for row in family.ties.sort("weight", "mean_delta", descending=[True, False]).to_dicts()
    ]  # fmt: skip
    posts = dict(family.posts.group_by("account").agg(pl.col("post_key").n_unique()).iter_rows())
    context = {
        "family": family,
        "address": address,
        "members": [{"number": number[account], "posts": posts[account], "who": known[account]} for account in number],
        "things": things,
        "ties": ties[:_TIES],
        "all_ties": len(ties),
        "most": max(tie["weight"] for tie in ties),
        "picture": _picture(ties, known, number),
        "window": RULE.window,
    }
    return render(request, "triage/coordination_family.html", context)


@require_safe
@desk("docket.see")
def coordination_network(request, address: str, form: str):
    """The network of one family, accounts named as this reader may see them."""
    if form not in _FORMS:
        raise NotFound(_("There is no such form."))
    family = _named(request, address)
    known = queries.members(request.election, family.accounts, request.user)
    nodes = {
        f"n{number}": {"label": known[account].author.name, "platform": known[account].platform,
                       "of": known[account].of, "party": known[account].party}
        for number, account in enumerate(family.accounts, 1)
    }  # fmt: skip
    name = dict(zip(family.accounts, nodes, strict=True))
    edges = [(name[row.pop("account_a")], name[row.pop("account_b")], row) for row in family.ties.to_dicts()]
    write, media_type = _FORMS[form]
    answer = HttpResponse(write(nodes, edges), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="family-{address}.{form}"'
    return answer


def _named(request, address: str):
    for family in queries.found(request.election) if request.election else ():
        if queries.address(request.election, family) == address:
            return family
    raise NotFound(_("There is no such family of accounts; new posts may have changed it."))


def _picture(ties: list[dict], known: dict, number: dict[str, int]) -> dict:
    """The network as places on a sheet; the same network always looks the same. Only the accounts with most ties."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_weighted_edges_from((tie["a"], tie["b"], tie["weight"]) for tie in ties)
    drawn = sorted(graph, key=lambda node: (-graph.degree(node, "weight"), node))[:_DRAWN]
    graph = graph.subgraph(sorted(drawn))
    place = nx.spring_layout(graph, weight=None, seed=1, k=2.2 / math.sqrt(len(graph)))
    low = [min(at[axis] for at in place.values()) for axis in (0, 1)]
    high = [max(at[axis] for at in place.values()) for axis in (0, 1)]

    def on_sheet(node: int) -> tuple[str, str]:
        return tuple(
            f"{_EDGE + (place[node][axis] - low[axis]) / ((high[axis] - low[axis]) or 1) * (size - 2 * _EDGE):.1f}"
            for axis, size in ((0, _WIDE), (1, _HIGH))
        )

    at = {node: on_sheet(node) for node in graph}
    most = max(weight for _, _, weight in graph.edges(data="weight"))
    lines = [
        {"a": one, "b": other, "weight": weight, "x1": at[one][0], "y1": at[one][1], "x2": at[other][0],
         "y2": at[other][1], "wide": f"{1 + 4 * (weight - 1) / max(most - 1, 1):.1f}"}
        for one, other, weight in sorted(graph.edges(data="weight"), key=lambda edge: edge[2])
    ]  # fmt: skip
    account = {at_: key for key, at_ in number.items()}
    nodes = [
        {"number": node, "x": at[node][0], "y": at[node][1], "name": known[account[node]].author.name,
         "ties": graph.degree(node)}
        for node in sorted(graph)  # as the arrow keys go, and as they are numbered in the table
    ]  # fmt: skip
    return {"wide": _WIDE, "high": _HIGH, "lines": lines, "nodes": nodes, "left_out": len(number) - len(nodes)}
