"""Which addresses may be fetched when the address came from data: only public ones on the open web."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

from besa.base.errors import Refused

PORTS = frozenset({80, 443, 8000, 8080, 8443})
_NAMES = re.compile(r"(^|\.)(localhost|local|internal|intranet|lan|home|corp|onion|home\.arpa|in-addr\.arpa)$")
#: Special purposes that Python's own table leaves reachable: NAT64, 6to4, Teredo, benchmarks, shared space.
_SPECIAL = [
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4",
        "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
    )
]  # fmt: skip
Resolve = Callable[[str, int], list[str]]


class NoSuchName(Refused):
    """The name is looked up in vain; another time it may be found."""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name, as the system's resolver gives them."""
    return list(dict.fromkeys(info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, whatever IPv4 hides in an IPv6 form."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None or (int(ip) >> 32 == 0):
            return False
    return (
        ip.is_global
        and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local)
        and not any(ip.version == network.version and ip in network for network in _SPECIAL)
    )


def checked(url: str, *, resolver: Resolve = resolve, ports: frozenset[int] = PORTS) -> tuple[str, list[str]]:
    """Host and public addresses of a URL. Raises Refused, saying why, for anything else.

    Connect to one of the addresses given here, not to the name: a name can answer differently
    the next time ("DNS rebinding").
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        raise _refused("This is no web address", url) from None
    if parts.scheme not in ("http", "https"):
        raise _refused("Only http and https are fetched", url)
    if parts.username or parts.password:
        raise _refused("The address carries a user name or password", url)
    if not host or re.search(r"[\s\x00-\x1f\\%]", host):
        raise _refused("The address names no host", url)
    if port not in ports:
        raise _refused(f"Port {port} is not one of the web's", url)
    literal = _literal(host)
    if literal is None and (_NAMES.search(host) or "." not in host):
        raise _refused("The name belongs to a local network", url)
    try:
        addresses = [literal] if literal else resolver(host, port)
    except (OSError, UnicodeError):
        raise NoSuchName("The name cannot be found; nothing was fetched.", where=url[:300]) from None
    if not addresses or not all(is_public(address) for address in addresses):
        raise _refused("The address leads into a local or special network", url)
    return host, addresses


def _literal(host: str) -> str | None:
    """The IP address that a host is, in any form that some library would take for one; None for names.

    127.1, 0x7f000001, 2130706433 and 0177.0.0.1 are all 127.0.0.1 to the C library.
    """
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    if re.fullmatch(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+)){0,3}", host):
        try:
            return socket.inet_ntoa(socket.inet_aton(host))
        except OSError:
            return "0.0.0.0"
    return None


def _refused(message: str, url: str) -> Refused:
    return Refused(f"{message}; nothing was fetched.", where=url[:300])
