"""The translation catalogues: take in new texts, check that they are whole, compile them.

    python tools/translations.py update | check | compile | missing

English stands in the code. Albanian (`sq`) and Serbian in Latin script (`sr_Latn`) are written by
people in `src/besa/locale/*/LC_MESSAGES/django.po`; Serbian in Cyrillic is made from the Latin by
rule when compiling. No gettext programs are needed.
"""

from __future__ import annotations

import io
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.template.base import DebugLexer, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "besa"
LOCALES = SOURCE / "locale"
WRITTEN = ("sq", "sr_Latn")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "N_": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%%")
_IN_TAG = re.compile(r"""\b_\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\)""")


def texts() -> Iterator[tuple[str | tuple[str, str], str | None, str]]:
    """(msgid or (singular, plural), context, place) of every translatable text in the source."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from _in_python(path)
    for path in sorted([*SOURCE.rglob("*.html"), *SOURCE.rglob("*.txt")]):
        if "templates" in path.parts:
            yield from _in_template(path)
    for path in sorted(SOURCE.rglob("manifest.toml")):
        manifest = tomllib.loads(path.read_text("utf-8"))
        for text in (manifest["title"], manifest["obtained"], manifest["legal_basis"], *manifest["limits"]):
            yield text, None, path.relative_to(ROOT).as_posix()


def _in_python(path: Path):
    place = path.relative_to(ROOT).as_posix()
    for _line, function, found, _comments in extract_python(io.BytesIO(path.read_bytes()), KEYWORDS, (), {}):
        found = found if isinstance(found, tuple) else (found,)
        parts = [part for part in found if isinstance(part, str)]
        if not parts or not parts[0]:
            continue
        if function.startswith(("pgettext", "npgettext")):
            yield (tuple(parts[1:3]) if function[0] == "n" else parts[1]), parts[0], place
        elif function.startswith("ngettext"):
            yield tuple(parts[:2]), None, place
        else:
            yield parts[0], None, place


def _in_template(path: Path):
    place = path.relative_to(ROOT).as_posix()
    block: list[str] | None = None
    plural: list[str] | None = None
    options: list[str] = []
    for token in DebugLexer(path.read_text("utf-8")).tokenize():
        words = list(smart_split(token.contents)) if token.token_type == TokenType.BLOCK else []
        name = words[0] if words else ""
        if name in ("blocktranslate", "blocktrans"):
            block, plural, options = [], None, words[1:]
        elif name in ("endblocktranslate", "endblocktrans") and block is not None:
            trim = trim_whitespace if "trimmed" in options else str
            context = _unquoted(options[options.index("context") + 1]) if "context" in options else None
            single = trim("".join(block))
            yield ((single, trim("".join(plural))) if plural is not None else single), context, place
            block = None
        elif name == "plural" and block is not None:
            plural = []
        elif block is not None:
            into = block if plural is None else plural
            if token.token_type == TokenType.TEXT:
                into.append(token.contents.replace("%", "%%"))
            elif token.token_type == TokenType.VAR:
                into.append(f"%({token.contents.strip()})s")
        elif name in ("translate", "trans") and words[1][:1] in "\"'":
            text = words[1].split("|")[0]
            context = _unquoted(words[words.index("context") + 1]) if "context" in words else None
            yield _unquoted(text).replace("%", "%%") if "%" in text else _unquoted(text), context, place
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            for double, single in _IN_TAG.findall(token.contents):
                yield (double or single), None, place


def _unquoted(text: str) -> str:
    return text[1:-1].replace(f"\\{text[0]}", text[0])


def _po(locale: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / "django.po"


def _read(locale: str) -> Catalog:
    path = _po(locale)
    if not path.exists():
        return Catalog(locale=locale, project="Besa", version="1", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def _template() -> Catalog:
    catalog = Catalog(project="Besa", version="1", charset="utf-8")
    for msgid, context, place in texts():
        catalog.add(msgid, context=context, locations=[(place, None)])
    return catalog


def update() -> int:
    """New texts come in empty, texts that are gone go out; nothing is guessed (no fuzzy matches)."""
    template = _template()
    for locale in WRITTEN:
        catalog = _read(locale)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(catalog, locale)
        empty = sum(not _is_whole(message) for message in catalog if message.id)
        print(f"{locale}: {len(catalog)} texts, {empty} still to be translated")
    return 0


def _write(catalog: Catalog, locale: str) -> None:
    path = _po(locale)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalog.header_comment, catalog.fuzzy, catalog.version = f"# Besa, {locale}.", False, "1"
    with path.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False, sort_output=True, include_lineno=False)
    noise = ("-Date:", "Generated-By", "Report-Msgid-Bugs-To", "Last-Translator", "Language-Team")
    lines = [line for line in path.read_text("utf-8").splitlines() if not any(word in line for word in noise)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _is_whole(message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def problems() -> Iterator[str]:
    """Texts that are missing, stale, empty or whose placeholders differ."""
    template = _template()
    wanted = {(message.id, message.context) for message in template if message.id}
    for locale in WRITTEN:
        catalog = _read(locale)
        held = {(message.id, message.context): message for message in catalog if message.id}
        for key in sorted(wanted - held.keys(), key=str):
            yield f"{locale}: not in the catalogue (run `make translations`): {key[0]!r}"
        for key in sorted(held.keys() - wanted, key=str):
            yield f"{locale}: no longer used (run `make translations`): {key[0]!r}"
        for key in wanted & held.keys():
            message = held[key]
            if not _is_whole(message):
                yield f"{locale}: not translated: {key[0]!r}"
                continue
            sources = message.id if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            allowed = set(_PLACEHOLDER.findall("".join(sources)))
            for string in strings:
                if not set(_PLACEHOLDER.findall(string)) <= allowed or (
                    len(strings) == 1 and set(_PLACEHOLDER.findall(string)) != allowed
                ):
                    yield f"{locale}: placeholders differ: {key[0]!r} -> {string!r}"


def check() -> int:
    found = list(problems())
    for line in found[:40]:
        print(line, file=sys.stderr)
    if found:
        print(f"{len(found)} faults in the catalogues.", file=sys.stderr)
    return bool(found)


def missing() -> int:
    """Print the untranslated texts of each catalogue, for a translator."""
    for locale in WRITTEN:
        for message in _read(locale):
            if message.id and not _is_whole(message):
                print(f"{locale}\t{message.id!r}")
    return 0


def compile_all() -> int:
    """Write the .mo files, Serbian in Cyrillic included; only where a catalogue is newer."""
    for locale in (*WRITTEN, "sr"):
        source = _po("sr_Latn" if locale == "sr" else locale)
        target = LOCALES / locale / "LC_MESSAGES" / "django.mo"
        rules = SOURCE / "base" / "script.py"
        newest = max(path.stat().st_mtime for path in (source, rules) if path.exists()) if source.exists() else 0
        if not source.exists() or (target.exists() and target.stat().st_mtime >= newest):
            continue
        catalog = _read("sr_Latn" if locale == "sr" else locale)
        if locale == "sr":
            catalog = _in_cyrillic(catalog)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, catalog)
    return 0


def _in_cyrillic(latin: Catalog) -> Catalog:
    from besa.base.script import to_cyrillic

    cyrillic = Catalog(locale="sr", project="Besa", version="1", charset="utf-8")
    for message in latin:
        if not message.id:
            continue
        strings = message.string
        turned = tuple(map(to_cyrillic, strings)) if isinstance(strings, tuple | list) else to_cyrillic(strings)
        cyrillic.add(message.id, turned, context=message.context)
    return cyrillic


if __name__ == "__main__":
    commands = {"update": update, "check": check, "compile": compile_all, "missing": missing}
    if sys.argv[1:2] == [] or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
