"""Whether an authenticator's maker vouches for its model: WebAuthn's attestation in the form `packed`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from msgspec import Struct

from weighbridge.ledger.cose import algorithm_of, check_by, check_of

_MODEL: Final = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
"""The extension in which a maker's certificate names the model (AAGUID)."""
_MOST_CERTIFICATES: Final = 5
_UNIT: Final = "Authenticator Attestation"
_BROKEN: Final = (
    InvalidSignature,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)


class Attested(Struct, frozen=True, kw_only=True):
    """What was signed at a registration, the credential's COSE key, the model it names, and the maker's statement."""

    signed: bytes
    key: bytes
    model: str
    statement: dict[int | str, object]


def is_of_model(attested: Attested, roots: Sequence[bytes]) -> bool:
    """Whether certificates in `roots` (DER) lead to whoever attested; False for one that attests itself.

    Raises:
        ValueError: the attestation is false or malformed, for the reason in its message.
    """
    statement = attested.statement
    algorithm, signature, chain = statement.get("alg"), statement.get("sig"), statement.get("x5c")
    if isinstance(algorithm, bool) or not isinstance(algorithm, int) or not isinstance(signature, bytes):
        raise ValueError("it has no signature")
    if chain is None:
        if algorithm != algorithm_of(attested.key) or not check_of(attested.key)(signature, attested.signed):
            raise ValueError("its own signature does not verify")
        return False
    if not isinstance(chain, list) or not 1 <= len(chain) <= _MOST_CERTIFICATES:
        raise ValueError("it has no certificates")
    try:
        certificates = [x509.load_der_x509_certificate(each) for each in chain]
        _check_leaf(certificates[0], attested.model)
        if not check_by(certificates[0].public_key(), algorithm)(signature, attested.signed):
            raise ValueError("its maker's signature does not verify")
        return _leads_to(certificates, [x509.load_der_x509_certificate(root) for root in roots])
    except _BROKEN as problem:
        raise ValueError(str(problem)[:120] or "its certificates do not hold") from None


def _check_leaf(leaf: x509.Certificate, model: str) -> None:
    """What WebAuthn asks of the certificate that signs attestations."""
    units = [str(each.value) for each in leaf.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)]
    if leaf.version is not x509.Version.v3 or units != [_UNIT]:
        raise ValueError("its certificate is none for attestations")
    for extension in leaf.extensions:
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            raise ValueError("its certificate is an authority's")
        if extension.oid == _MODEL:
            said = extension.value.public_bytes()
            if said[-16:].hex() != model.replace("-", ""):
                raise ValueError("its certificate is that of another model")


def _leads_to(chain: list[x509.Certificate], roots: list[x509.Certificate]) -> bool:
    """Whether each certificate was issued by the next, and the last by a root or is one itself."""
    for issued, issuer in pairwise(chain):
        issued.verify_directly_issued_by(issuer)
        _refuse_no_authority(issuer)
    known = {root.public_bytes(Encoding.DER) for root in roots}
    if any(each.public_bytes(Encoding.DER) in known for each in chain):
        return True
    return any(_is_issued_by(chain[-1], root) for root in roots)


def _refuse_no_authority(certificate: x509.Certificate) -> None:
    for extension in certificate.extensions:
        if isinstance(extension.value, x509.BasicConstraints) and extension.value.ca:
            return
    raise ValueError("one of its certificates was issued by none that may issue")


def _is_issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except _BROKEN:
        return False
    return True
