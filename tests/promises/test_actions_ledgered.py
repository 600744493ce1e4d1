"""Every write asks the policy table and leaves a link in the chain: no action can leave either out."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import besa

#: (module, function) that need not ask the table, and why.
NO_CHECK = {
    ("besa.people.actions", "first_start"): "there is nobody yet who could be asked",
}
#: (module, function) that change no row.
NO_WRITE = {("besa.report.actions", "render"): "makes documents out of a freeze"}
#: (module, function) that leave no entry: they touch exempt tables only (leases, drafts, the outbox).
NO_ENTRY = {
    ("besa.coding.actions", "next_item"),
    ("besa.coding.actions", "release"),
    ("besa.coding.actions", "release_all"),
    ("besa.coding.actions", "save_draft"),
    ("besa.coding.actions", "take_batch"),
}
#: The outbox is a floor: whoever calls it has checked, and records it.
FLOORS = ("besa.outbox.actions",)


def _modules() -> Iterator:
    for found in pkgutil.walk_packages(besa.__path__, "besa."):
        parts = found.name.split(".")
        if len(parts) >= 3 and parts[2] == "actions" and not found.name.startswith(FLOORS):
            yield importlib.import_module(found.name)


def _public() -> list[tuple[str, str, object]]:
    """(room's actions module, name, function), each function once."""
    found = []
    for module in _modules():
        names = getattr(module, "__all__", None)
        for name, value in vars(module).items():
            if name.startswith("_") or not inspect.isfunction(value) or value.__module__ != module.__name__:
                continue
            room = ".".join(module.__name__.split(".")[:3])
            offered = getattr(importlib.import_module(room), "__all__", None)
            if module.__name__ != room and (offered is None or name not in offered):
                continue  # a part of a folder that the room does not offer
            if (names is None or name in names) and (room, name) not in NO_WRITE:
                found.append((room, name, value))
    return found


def _calls() -> dict[str, set[str]]:
    """Function name -> names called in it, over all modules of the rooms' actions."""
    out: dict[str, set[str]] = {}
    for module in _modules():
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.FunctionDef):
                called = {
                    call.func.id if isinstance(call.func, ast.Name) else call.func.attr
                    for call in ast.walk(node)
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute)
                }
                out.setdefault(node.name, set()).update(called)
    return out


def _reaches(start: str, goal: str, calls: dict[str, set[str]]) -> bool:
    seen, todo = set(), [start]
    while todo:
        name = todo.pop()
        if goal in calls.get(name, ()):
            return True
        seen.add(name)
        todo += [called for called in calls.get(name, ()) if called in calls and called not in seen]
    return False


def test_there_are_actions_to_look_at():
    rooms = {room for room, _, _ in _public()}
    assert {"besa.people.actions", "besa.pledge.actions", "besa.reply.actions"} <= rooms


def test_every_action_takes_keywords_only_and_says_by_whom():
    wrong = []
    for room, name, function in _public():
        parameters = inspect.signature(function).parameters.values()
        if (room, name) in NO_CHECK:
            continue
        if not any(p.name == "by" for p in parameters) or any(p.kind is not p.KEYWORD_ONLY for p in parameters):
            wrong.append(f"{room}.{name}{inspect.signature(function)}")
    assert wrong == []


def test_every_action_asks_the_table():
    calls = _calls()
    wrong = [f"{r}.{n}" for r, n, _ in _public() if (r, n) not in NO_CHECK and not _reaches(n, "check", calls)]
    assert wrong == []


def test_every_action_leaves_an_entry():
    calls = _calls()
    wrong = [f"{r}.{n}" for r, n, _ in _public() if (r, n) not in NO_ENTRY and not _reaches(n, "record", calls)]
    assert wrong == []
