"""What builders say of images, in the forms that the world's tools write."""

import json
from base64 import b64encode

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from weighbridge.ledger.envelope import pre_authentication_encoding

DIGITS = "d" * 64
IMAGE = f"registry.example.org/shop/cart@sha256:{DIGITS}"
COMMIT = "c" * 40
REPOSITORY = "https://github.com/acme/shop"
BUILDER = "https://github.com/acme/shop/.github/workflows/build.yml@refs/heads/main"
TYPE = "application/vnd.in-toto+json"


def v1(
    *, digits: str = DIGITS, commit: str = COMMIT, builder: str = BUILDER, more: tuple[dict[str, object], ...] = ()
) -> dict[str, object]:
    """SLSA provenance of version 1, as actions/attest-build-provenance writes it."""
    source: dict[str, object] = {"uri": f"git+{REPOSITORY}@refs/heads/main", "digest": {"gitCommit": commit}}
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": "registry.example.org/shop/cart", "digest": {"sha256": digits}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://actions.github.io/buildtypes/workflow/v1",
                "externalParameters": {"workflow": {"ref": "refs/heads/main", "repository": REPOSITORY}},
                "resolvedDependencies": [source, *more],
            },
            "runDetails": {"builder": {"id": builder}, "metadata": {"invocationId": f"{REPOSITORY}/actions/runs/1"}},
        },
    }


def v02(*, digits: str = DIGITS, commit: str = COMMIT) -> dict[str, object]:
    """SLSA provenance of version 0.2, as buildkit and Tekton Chains write it."""
    return {
        "_type": "https://in-toto.io/Statement/v0.1",
        "subject": [{"name": "shop/cart", "digest": {"sha256": digits}}],
        "predicateType": "https://slsa.dev/provenance/v0.2",
        "predicate": {
            "builder": {"id": BUILDER},
            "buildType": "https://mobyproject.org/buildkit@v1",
            "invocation": {"configSource": {"uri": f"git+{REPOSITORY}", "digest": {"sha1": commit}}},
            "materials": [
                {"uri": "pkg:docker/python@3.12", "digest": {"sha256": "a" * 64}},
                {"uri": f"git+{REPOSITORY}@refs/heads/main", "digest": {"sha1": commit}},
            ],
        },
    }


def envelope(
    statement: dict[str, object], *signatures: tuple[str, bytes], payload_type: str = TYPE
) -> dict[str, object]:
    """A DSSE envelope around a statement."""
    return {
        "payload": b64encode(payload(statement)).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": name, "sig": b64encode(sig).decode()} for name, sig in signatures],
    }


def bundle(statement: dict[str, object], *signatures: tuple[str, bytes]) -> dict[str, object]:
    """A Sigstore bundle, as `gh attestation download` writes one to a line."""
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"certificate": {"rawBytes": "MIIB"}, "tlogEntries": []},
        "dsseEnvelope": envelope(statement, *(signatures or (("", b"by a certificate"),))),
    }


def inspected(*, digits: str = DIGITS, commit: str = COMMIT) -> list[dict[str, object]]:
    """What `docker inspect` prints."""
    labels = {"org.opencontainers.image.revision": commit, "org.opencontainers.image.source": REPOSITORY}
    return [{"Id": "sha256:1", "RepoDigests": [f"shop/cart@sha256:{digits}"], "Config": {"Labels": labels}}]


def payload(statement: dict[str, object]) -> bytes:
    """A statement's bytes, spelled as nobody in particular does."""
    return json.dumps(statement, indent=1).encode()


def encoding(statement: dict[str, object]) -> bytes:
    """What is signed of it."""
    return pre_authentication_encoding(payload(statement), TYPE)


class Cosign:
    """A key pair as `cosign generate-key-pair` makes it: ECDSA on P-256."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        line = self._key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        self.line = f"{line.decode()} cosign"

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))
