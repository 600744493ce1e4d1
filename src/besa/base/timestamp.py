"""RFC 3161 time-stamps: what an authority is asked, and whether its answer holds. Pure: no network, no clock.

An answer holds for good: it is checked at the time that it names, by the certificates that were kept with it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import rfc3161_client as rfc3161
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from besa.base.errors import BesaError

QUERY_TYPE, ANSWER_TYPE = "application/timestamp-query", "application/timestamp-reply"
_SHA256 = x509.ObjectIdentifier("2.16.840.1.101.3.4.2.1")
_STRONG = {_SHA256, *(x509.ObjectIdentifier(f"2.16.840.1.101.3.4.2.{number}") for number in (2, 3, 8, 9, 10))}
#: Tags of DER: a sequence, a set, and what stands under a number.
_SEQUENCE, _SET, _CERTIFICATES = 0x30, 0x31, 0xA0


class Untrue(BesaError):
    """A time-stamp that does not hold; the message says why."""


@dataclass(frozen=True)
class Stamp:
    """What a time-stamp says: these bytes existed `at` this time (UTC), says `authority`, under this number.

    `root`: SHA-256 of the kept certificate that it goes back to.
    """

    at: datetime
    authority: str
    serial: int
    root: str


def query(data: bytes) -> tuple[bytes, int]:
    """(request in DER, its nonce) for the SHA-256 of `data`, with the authority's certificate asked for."""
    made = rfc3161.TimestampRequestBuilder().data(data).hash_algorithm(rfc3161.HashAlgorithm.SHA256).build()
    return made.as_bytes(), made.nonce


def check(answer: bytes, sha256: str, chain: bytes, *, nonce: int | None = None) -> Stamp:
    """What the answer (DER) says of the bytes with this SHA-256, by the kept certificates (PEM). Raises Untrue.

    `chain`: root first or last, with what lies between; the authority's own certificate may be in either.
    """
    certificates = read_chain(chain)
    try:
        return _checked(answer, bytes.fromhex(sha256), certificates, nonce)
    except rfc3161.VerificationError as error:
        raise Untrue(f"does not hold: {error}") from None
    except ValueError:
        raise Untrue("is no answer of a time-stamp authority.") from None


def _checked(answer: bytes, digest: bytes, certificates: list[x509.Certificate], nonce: int | None) -> Stamp:
    response = rfc3161.decode_timestamp_response(_in_order(answer))
    status = rfc3161.PKIStatus(response.status)
    if status != rfc3161.PKIStatus.GRANTED:
        raise Untrue(f"The authority refused: {'; '.join(response.status_string) or status.name}.")
    told, signed = response.tst_info, response.signed_data
    if not {told.message_imprint.hash_algorithm, *signed.digest_algorithms} <= _STRONG:
        raise Untrue("rests on a digest that is too weak.")
    if told.message_imprint.hash_algorithm != _SHA256 or told.message_imprint.message != digest:
        raise Untrue("is of other bytes: its hash is not the file's.")
    if nonce is not None and told.nonce != nonce:
        raise Untrue("answers another request.")
    given = [x509.load_der_x509_certificate(one) for one in signed.certificates]
    signer = _signer(signed.signer_infos, [*given, *certificates])
    _meant_for_time(signer)
    root = _trusted(signer, given, certificates, told.gen_time)
    builder = rfc3161.VerifierBuilder(tsa_certificate=signer)
    for certificate in certificates:
        if certificate.issuer == certificate.subject:
            builder = builder.add_root_certificate(certificate)
        elif certificate != signer:
            builder = builder.add_intermediate_certificate(certificate)
    builder.build().verify(response, digest)
    return Stamp(
        told.gen_time.astimezone(UTC), _name(signer), told.serial_number, sha256_of(root.public_bytes(Encoding.DER))
    )


def read_chain(chain: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises Untrue."""
    try:
        return x509.load_pem_x509_certificates(chain)
    except ValueError:
        raise Untrue("The certificates of the authority cannot be read.") from None


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _in_order(answer: bytes) -> bytes:
    """The answer with the certificates that came with it in the order that DER asks for, each once.

    Some authorities send them in another, and are not read then. No signature covers their order.
    """
    outer = _fields(answer, _SEQUENCE)
    if len(outer) < 2:
        return answer
    token = _fields(outer[1], _SEQUENCE)
    (signed,) = _fields(token[-1], _CERTIFICATES)
    fields = [
        _der(field[0], b"".join(sorted(set(_fields(field, field[0]))))) if field[0] in (_SET, _CERTIFICATES) else field
        for field in _fields(signed, _SEQUENCE)
    ]
    token[-1] = _der(_CERTIFICATES, _der(_SEQUENCE, b"".join(fields)))
    outer[1] = _der(_SEQUENCE, b"".join(token))
    return _der(_SEQUENCE, b"".join(outer))


def _fields(data: bytes, tag: int) -> list[bytes]:
    """The parts of what stands in DER under `tag`, each with its own tag and length. Raises ValueError."""
    start, end = _span(data, 0)
    if data[0] != tag or end != len(data):
        raise ValueError("another part of DER was expected")
    found = []
    while start < end:
        _, after = _span(data, start)
        found.append(data[start:after])
        start = after
    return found


def _span(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the part at this place begins and ends. Raises ValueError."""
    length, start = int.from_bytes(data[at + 1 : at + 2]), at + 2
    if length > 127:
        start += length - 128
        length = int.from_bytes(data[at + 2 : start]) if length > 128 else -1
    if length < 0 or start + length > len(data) or at + 2 > len(data):
        raise ValueError("DER that was cut short")
    return start, start + length


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 128 + len(length))) + length + content


def _meant_for_time(signer: x509.Certificate) -> None:
    """The certificate must be for time-stamps, said as critical, and for nothing else (RFC 3161, 2.3)."""
    try:
        use = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, ValueError):
        use = None
    if use is None or not use.critical or list(use.value) != [x509.ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Untrue(f"is signed with a certificate that is not for time-stamps ({_name(signer)}).")


def _signer(infos, certificates: list[x509.Certificate]) -> x509.Certificate:
    named = [(info.issuer, info.serial_number) for info in infos]
    if len(named) != 1:
        raise Untrue("is signed by none or by several.")
    for certificate in certificates:
        if (certificate.issuer, certificate.serial_number) == named[0]:
            return certificate
    raise Untrue("is signed by somebody whose certificate is not there.")


def _trusted(signer, given, kept, at: datetime) -> x509.Certificate:
    """The kept root to which a way leads from the signer, each certificate valid at that time; Untrue without one."""
    if signer.issuer == signer.subject:
        raise Untrue(f"is signed with a certificate that vouches for itself ({_name(signer)}).")
    roots = [one for one in kept if one.issuer == one.subject]
    at_hand, here = [*kept, *given], signer
    for _ in range(len(at_hand) + 1):
        if not here.not_valid_before_utc <= at.astimezone(UTC) <= here.not_valid_after_utc:
            raise Untrue(f"was made at {at:%Y-%m-%d %H:%M} when the certificate of {_name(here)} was not valid.")
        if here in roots:
            return here
        above = next((one for one in at_hand if one != here and _vouches(one, here)), None)
        if above is None:
            break
        here = above
    raise Untrue(f"was not made by the kept authority: nobody known vouches for {_name(here)}.")


def _vouches(issuer: x509.Certificate, issued: x509.Certificate) -> bool:
    try:
        issued.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
