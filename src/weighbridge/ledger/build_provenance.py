"""From what comes with an image to what it claims: which source it was built of, by whom, and whether that is proven.

Read are SLSA provenance of version 1 and 0.2 as an in-toto statement, bare, in a DSSE envelope or in a Sigstore bundle, one
to a line or a file, and what `docker inspect` prints. A claim is proven by the signature of a builder whom Trust names and
by nothing else: a Sigstore certificate is not verified here, and labels are what an image says of itself.
"""

from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.ledger.builders import Builder
from weighbridge.ledger.envelope import Signature, pre_authentication_encoding
from weighbridge.ledger.errors import MalformedError

_T = TypeVar("_T")
LARGEST: Final = 16 << 20
"""Bytes of a file of provenance."""
_MOST_LINES: Final = 1_000
_STATEMENTS: Final = ("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1")
_V1: Final = "https://slsa.dev/provenance/v1"
_V02: Final = "https://slsa.dev/provenance/v0.2"
_PAYLOAD: Final = "application/vnd.in-toto+json"
_IMAGE: Final = LatePattern(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,500}@sha256:[0-9a-f]{64}")
_COMMIT: Final = LatePattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REVISION: Final = "org.opencontainers.image.revision"
_SOURCE: Final = "org.opencontainers.image.source"

SET_UP: Final = (
    "let the build sign its provenance with a key, and name that under `builders` in .weighbridge/ledger.yaml on the"
    " protected branch"
)


class Source(Struct, frozen=True, kw_only=True):
    """A commit that something was built of, and the repository's address as the builder gives it."""

    commit: ObjectId
    uri: str = ""


class Claim(Struct, frozen=True, kw_only=True):
    """What is said of an image; `unproven` is why that proves nothing, empty where a builder whom Trust names signed it."""

    sources: tuple[Source, ...]
    builder: str = ""
    signer: str = ""
    unproven: str = ""

    @property
    def commit(self) -> ObjectId:
        """The one commit that it was built of. Raises `MalformedError` where several might be meant."""
        commits = list(dict.fromkeys(source.commit for source in self.sources))
        if len(commits) != 1:
            raise MalformedError(
                f"the provenance names {len(commits)} commits that it was built of: say under the builder's `source` in"
                " ledger.yaml which repository is this one"
            )
        return commits[0]


def digest_of_image(reference: str) -> str:
    """The hex digits of the digest that an image is pinned to. Raises `MalformedError` where it is pinned to none."""
    if _IMAGE.fullmatch(reference) is None:
        raise MalformedError(
            f"{reference[:200]!r} is pinned to no digest, and a tag can be moved after it was looked at: name the image as"
            " registry/name@sha256:<64 hex digits>"
        )
    return reference.rpartition(":")[2]


def claim_of(data: bytes, reference: str, *, builders: Sequence[Builder]) -> Claim:
    """What a file says of the image, the best proven of what stands there.

    Raises:
        MalformedError: it is nothing that can be read, or says nothing of this image; the message says what is missing.
    """
    wanted = digest_of_image(reference)
    if len(data) > LARGEST:
        raise MalformedError(f"the provenance has more than the {LARGEST >> 20} MB that are read")
    claims: list[Claim] = []
    problems: list[str] = []
    for value in _values(data):
        try:
            claims.append(_claim(value, wanted, builders=builders))
        except MalformedError as problem:
            problems.append(str(problem))
    proven = [claim for claim in claims if not claim.unproven]
    if proven or claims:
        return (proven or claims)[0]
    raise MalformedError(problems[0] if problems else "the provenance is empty")


def _values(data: bytes) -> Iterator[object]:
    """The JSON values of a file: one, a list of them, or one a line."""
    try:
        value = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        lines = [line for line in data.split(b"\n") if line.strip()]
        if not 1 < len(lines) <= _MOST_LINES:
            raise MalformedError(_UNKNOWN) from None
        for line in lines:
            try:
                yield msgspec.json.decode(line)
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise MalformedError(_UNKNOWN) from None
        return
    yield from value if isinstance(value, list) else [value]


_UNKNOWN: Final = (
    "this is no provenance that can be read: an in-toto statement, a DSSE envelope or a Sigstore bundle in JSON, or what"
    " docker inspect prints"
)


def _claim(value: object, wanted: str, *, builders: Sequence[Builder]) -> Claim:
    if not isinstance(value, dict):
        raise MalformedError(_UNKNOWN)
    if "RepoDigests" in value or "Config" in value:
        return _labelled(value, wanted)
    if "_type" in value:
        words = f"the provenance is signed by nobody: {SET_UP}"
        return _stated(_converted(value, _Statement), wanted, unproven=words)
    is_bundle = "dsseEnvelope" in value
    envelope = _converted(value["dsseEnvelope"] if is_bundle else value, _Envelope)
    if envelope.payload_type != _PAYLOAD:
        raise MalformedError(f"the envelope holds {envelope.payload_type[:80]!r}, and no in-toto statement")
    payload = _decoded(envelope.payload)
    statement = _converted(_json(payload), _Statement)
    encoding = pre_authentication_encoding(payload, envelope.payload_type)
    signers = [b for b in builders for each in envelope.signatures if b.verifies(_signature(each), encoding)]
    if signers:
        return _said_by(signers, statement, wanted=wanted)
    return _stated(statement, wanted, unproven=_stranger(envelope, is_bundle=is_bundle))


def _said_by(signers: Sequence[Builder], statement: "_Statement", *, wanted: str) -> Claim:
    """What a builder says, as far as it may say it."""
    claim = _stated(statement, wanted)
    words = ""
    for builder in signers:
        wants = _repository(builder.source)
        sources = tuple(each for each in claim.sources if not wants or wants == _repository(each.uri))
        if builder.id not in ("", claim.builder):
            words = f"{builder.name} signed it as the builder {claim.builder[:200]!r}, and may speak as {builder.id}"
        elif not sources:
            words = f"{builder.name} signed it, and it was built of no source at {builder.source}"
        else:
            return Claim(sources=sources, builder=claim.builder, signer=builder.name)
    return Claim(sources=claim.sources, builder=claim.builder, unproven=words)


def _stranger(envelope: "_Envelope", *, is_bundle: bool) -> str:
    named = ", ".join(each.keyid[:80] for each in envelope.signatures if each.keyid)
    if is_bundle and not named:
        return f"its signature is by a certificate, which is not verified here: {SET_UP}"
    return f"its signature{f' ({named})' if named else ''} is by no builder whom ledger.yaml names: {SET_UP}"


def _stated(statement: "_Statement", wanted: str, *, unproven: str = "") -> Claim:
    if statement.type not in _STATEMENTS:
        raise MalformedError(f"the statement is of type {statement.type[:80]!r}, and no in-toto statement")
    if not any(each.digest.get("sha256") == wanted for each in statement.subject):
        about = ", ".join(each.digest.get("sha256", "?")[:12] for each in statement.subject[:3]) or "nothing"
        raise MalformedError(f"the provenance is about {about}, and the image is {wanted[:12]}")
    if statement.predicate_type == _V1:
        said = _converted(statement.predicate, _V1Predicate)
        found, builder = said.build.dependencies, said.run.builder.id
    elif statement.predicate_type == _V02:
        old = _converted(statement.predicate, _V02Predicate)
        found, builder = (*old.materials, old.invocation.source), old.builder.id
    else:
        raise MalformedError(f"the statement is {statement.predicate_type[:120]!r}, and no SLSA provenance (v1, v0.2)")
    sources = tuple(dict.fromkeys(_sources(found)))
    if not sources:
        raise MalformedError("the provenance names no commit that it was built of")
    return Claim(sources=sources, builder=builder, unproven=unproven)


def _sources(found: Sequence["_Dependency"]) -> Iterator[Source]:
    for each in found:
        is_git = each.uri.startswith(("git+", "git://", "https://github.com/"))
        commit = each.digest.get("gitCommit") or (each.digest.get("sha1", "") if is_git else "")
        if _COMMIT.fullmatch(commit):
            yield Source(commit=ObjectId(commit), uri=each.uri)


_BRANCH: Final = LatePattern(r"@(?:refs/.*|[0-9a-f]{40,64})$")


def _repository(uri: str) -> str:
    """The repository of a source's address, without how it is fetched and which branch was."""
    return _BRANCH.sub("", uri).removeprefix("git+").removesuffix("/").removesuffix(".git")


def _labelled(value: Mapping[str, object], wanted: str) -> Claim:
    said = _converted(value, _Inspected)
    if not any(each.endswith(f"@sha256:{wanted}") for each in said.repo_digests):
        raise MalformedError(f"docker inspect is about another image than {wanted[:12]}: it names no such RepoDigest")
    labels = said.config.labels or {}
    commit = labels.get(_REVISION, "")
    if _COMMIT.fullmatch(commit) is None:
        raise MalformedError(f"the image's labels name no commit ({_REVISION})")
    words = f"labels are what an image says of itself, and nobody signed them: {SET_UP}"
    return Claim(sources=(Source(commit=ObjectId(commit), uri=labels.get(_SOURCE, "")),), unproven=words)


def _signature(wire: "_Signature") -> Signature:
    return Signature(keyid=wire.keyid, sig=_decoded(wire.sig))


def _decoded(text: str) -> bytes:
    try:
        data = text.encode("ascii")
        return urlsafe_b64decode(data) if b"-" in data or b"_" in data else b64decode(data, validate=True)
    except ValueError:
        raise MalformedError("the envelope's payload or signature is not in base64") from None


def _json(data: bytes) -> object:
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise MalformedError("the envelope's payload is not JSON") from None


def _converted(value: object, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(value, kind)
    except (msgspec.ValidationError, ValueError, RecursionError) as problem:
        raise MalformedError(f"{_UNKNOWN}: {problem}") from None


class _Signature(Struct, frozen=True):
    sig: str
    keyid: str = ""


class _Envelope(Struct, frozen=True, rename="camel"):
    payload: str
    payload_type: str
    signatures: tuple[_Signature, ...] = ()


class _Dependency(Struct, frozen=True):
    uri: str = ""
    digest: dict[str, str] = {}


class _Statement(Struct, frozen=True, rename="camel"):
    subject: tuple[_Dependency, ...]
    predicate_type: str
    predicate: dict[str, object]
    type: str = msgspec.field(name="_type")


class _Identified(Struct, frozen=True):
    id: str = ""


class _Run(Struct, frozen=True):
    builder: _Identified = _Identified()


class _Build(Struct, frozen=True):
    dependencies: tuple[_Dependency, ...] = msgspec.field(name="resolvedDependencies", default=())


class _V1Predicate(Struct, frozen=True):
    build: _Build = msgspec.field(name="buildDefinition", default=_Build())
    run: _Run = msgspec.field(name="runDetails", default=_Run())


class _Invocation(Struct, frozen=True):
    source: _Dependency = msgspec.field(name="configSource", default=_Dependency())


class _V02Predicate(Struct, frozen=True):
    builder: _Identified = _Identified()
    materials: tuple[_Dependency, ...] = ()
    invocation: _Invocation = _Invocation()


class _Config(Struct, frozen=True, rename="pascal"):
    labels: dict[str, str] | None = None


class _Inspected(Struct, frozen=True, rename="pascal"):
    repo_digests: tuple[str, ...] = ()
    config: _Config = _Config()
