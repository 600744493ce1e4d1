"""Slows those who try something too often at the Door, counted for all processes together.

No network address is kept: it is hashed with a secret that lasts a day, and the hash goes when its span is over.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import secrets
from datetime import UTC, datetime

from django.db.models import F

from besa.base import clock
from besa.people.models import DoorSalt, Knock

#: Addresses of this installation's own reverse proxies; only they may say whom they speak for.
PROXIES = frozenset(filter(None, os.environ.get("BESA_PROXIES", "").split(",")))


def allowed(what: str, whose: str, *, most: int, seconds: int) -> bool:
    """Count one try of `what`; False where `most` tries within `seconds` are used up, and then nothing is written.

    `whose`: a network address, or '' for a limit that all share.
    """
    now = clock.now()
    span = int(now.timestamp()) // seconds
    key = _key(_salt(now.date()), f"{what} {span} {_network(whose)}")
    tried = Knock.objects.filter(key=key).values_list("count", flat=True).first()
    if tried is None:
        Knock.objects.filter(until__lt=now).delete()
        until = datetime.fromtimestamp((span + 1) * seconds, UTC)
        Knock.objects.bulk_create([Knock(key=key, until=until)], ignore_conflicts=True)
    elif tried >= most:
        return False
    return bool(Knock.objects.filter(key=key, count__lt=most).update(count=F("count") + 1))


def address_of(request) -> str:
    """Where a request comes from; behind a proxy of our own, what that proxy says."""
    address = request.META.get("REMOTE_ADDR", "")
    if address in PROXIES:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip() or address
    return address


def _network(address: str) -> str:
    """One household's addresses count as one: a /64 in IPv6."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def _key(salt: str, text: str) -> str:
    return hmac.new(salt.encode(), text.encode(), hashlib.sha256).hexdigest()


def _salt(day) -> str:
    salt = DoorSalt.objects.filter(day=day).values_list("salt", flat=True).first()
    if salt is None:
        DoorSalt.objects.exclude(day=day).delete()
        DoorSalt.objects.bulk_create([DoorSalt(day=day, salt=secrets.token_hex(32))], ignore_conflicts=True)
        salt = DoorSalt.objects.values_list("salt", flat=True).get(day=day)
    return salt
