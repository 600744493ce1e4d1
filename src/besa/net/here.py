"""Asking a server on this very machine: the opposite of the guard. No other address, no redirect."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import httpx

from besa.base.errors import BadInput, BesaError

_SECONDS = 30.0


def loopback(url: str) -> str:
    """The address without its last slash. Raises BadInput unless it is HTTP to a loopback address written as a number.

    (`localhost` counts as 127.0.0.1: a name is never looked up.)
    """
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname or ""
    try:
        here = ipaddress.ip_address(host).is_loopback
        port = parts.port
    except ValueError:
        here, port = False, None
    if parts.scheme != "http" or not here or parts.username or parts.query or parts.fragment:
        raise BadInput(
            f"“{url}” is not a server on this machine.", remedy="Write an address such as http://127.0.0.1:8080/v1."
        )
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def ask(url: str, document: dict[str, Any]) -> dict[str, Any]:
    """POST JSON to a loopback address and return the JSON answer. No proxy, no redirect. Raises BadInput, BesaError."""
    try:
        with httpx.Client(trust_env=False, follow_redirects=False, timeout=_SECONDS) as client:
            answer = client.post(loopback(url), json=document)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise BesaError(f"The server on this machine did not answer as it should ({type(error).__name__}).") from None
    if not isinstance(found, dict):
        raise BesaError("The server on this machine did not answer with an object.")
    return found
