"""The receipt of a signature: who pledged which text on which day, sealed, so that anyone can check it offline.

A receipt is one JSON file: `{"format", "receipt": {facts}, "text", "public_key", "signature"}`. `text` is the very
text that was signed, `receipt.text_sha256` its SHA-256; the signature (Ed25519) is over the canonical facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from besa.base.ids import canonical_json, sha256_hex
from besa.edition import keys

FORMAT = "besa receipt 1"
#: Characters shown around the first place where two texts differ.
_AROUND = 40


def sealed(facts: Mapping[str, Any], text: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """The receipt. `facts` must name `text_sha256`, the SHA-256 of `text`; the same facts give the same bytes."""
    if facts["text_sha256"] != sha256_hex(text):
        raise ValueError("this is not the text that was signed")
    plain = json.loads(canonical_json(facts))
    return {
        "format": FORMAT,
        "receipt": plain,
        "text": text,
        "public_key": keys.public_hex(key),
        "signature": key.sign(_message(plain)).hex(),
    }


def read(data: bytes) -> dict[str, Any] | None:
    """The receipt in this file; None where it is none."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) and document.get("format") == FORMAT else None


def problems(document: Mapping[str, Any], text: str | None = None, key: str | None = None) -> Iterator[dict[str, str]]:
    """`{where, problem}` of a receipt; `text`: what is said to have been signed; `key`: whose seal it must bear."""
    facts, own, seal = document.get("receipt"), document.get("public_key"), document.get("signature")
    held = document.get("text")
    if not (isinstance(facts, dict) and all(isinstance(one, str) for one in (own, seal, held))):
        yield {"where": "receipt", "problem": "it is not whole"}
        return
    if key is not None and own != key:
        yield {"where": "public_key", "problem": f"sealed with another key than {key}"}
    if not keys.signature_holds(own, seal, _message(facts)):
        yield {"where": "signature", "problem": "the seal does not hold: the receipt was changed after it was issued"}
        return
    if sha256_hex(held) != facts.get("text_sha256"):
        yield {"where": "text", "problem": f"the text in the receipt was changed; {_signed(facts)}"}
        return
    # an editor may end a file with a line break; nothing else may differ
    if text is not None and text.removesuffix("\n").removesuffix("\r") != held:
        yield {"where": "text", "problem": f"this is not the text that was signed; {_signed(facts)}"}
        yield {"where": "text", "problem": _difference(held, text)}


def told(facts: Mapping[str, Any]) -> str:
    """Its facts in one sentence."""
    signatory = facts.get("signatory")
    name = signatory.get("name") if isinstance(signatory, dict) else "?"
    ended = f"; withdrawn on {facts['withdrawn_on']}" if facts.get("withdrawn_on") else ""
    return f"{name}: {_signed(facts)}{ended}."


def _message(facts: Mapping[str, Any]) -> bytes:
    return canonical_json({"format": FORMAT, "receipt": facts}).encode("utf-8", "surrogatepass")


def _signed(facts: Mapping[str, Any]) -> str:
    code = facts.get("code")
    version = code.get("version") if isinstance(code, dict) else "?"
    return f"signed was version {version} of the Code (SHA-256 {facts.get('text_sha256')}) on {facts.get('signed_on')}"


def _difference(signed: str, given: str) -> str:
    alike = min(len(signed), len(given))
    at = next((at for at in range(alike) if signed[at] != given[at]), alike)
    start = max(0, at - _AROUND)
    was, is_ = (repr(one[start : at + _AROUND]) for one in (signed, given))
    return f"first difference at character {at + 1:,}: signed {was}, given {is_}"
