"""A writer's key in an SSH agent: the agent signs, and the key never leaves it (draft-ietf-sshm-ssh-agent)."""

import hashlib
import os
import socket
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.adapters.keys.names import verifier_of
from weighbridge.ledger.verifier_keys import SigningError, VerifierKey

_FAILURE: Final = 5
_ASK_IDENTITIES: Final = 11
_IDENTITIES: Final = 12
_ASK_SIGNATURE: Final = 13
_SIGNATURE: Final = 14
_LARGEST: Final = 256 << 10
"""Bytes of an answer; OpenSSH's own limit."""

_PATIENCE: Final = 120.0
"""Seconds: an agent may ask somebody whether it should sign."""

_KIND: Final = b"ssh-ed25519"


class AgentIdentity(Struct, frozen=True, kw_only=True):
    """An Ed25519 key that an agent holds; `comment` is what people call it."""

    blob: bytes
    public: bytes
    comment: str

    @property
    def fingerprint(self) -> str:
        """As `ssh-add -l` shows it."""
        return "SHA256:" + b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


class SshAgent:
    """The agent that listens at a socket; each question is a connection of its own."""

    def __init__(self, socket_path: str, *, patience: float = _PATIENCE) -> None:
        """`patience` is in seconds, for each answer as a whole."""
        self._path = socket_path
        self._patience = patience

    def identities(self) -> tuple[AgentIdentity, ...]:
        """The Ed25519 keys it holds, certificates and keys of other kinds left out. Raises `SigningError`."""
        answer = _Reader(self._ask(_ASK_IDENTITIES, b"", expected=_IDENTITIES))
        return tuple(_identities(answer))

    def sign(self, identity: AgentIdentity, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `SigningError`."""
        question = _string(identity.blob) + _string(message) + bytes(4)
        answer = _Reader(self._ask(_ASK_SIGNATURE, question, expected=_SIGNATURE))
        inner = _Reader(answer.string())
        kind, signature = inner.string(), inner.string()
        if kind != _KIND or len(signature) != 64:
            raise SigningError(f"the SSH agent signed with {kind[:40]!r} where a key of kind ssh-ed25519 was asked for")
        return signature

    def _ask(self, kind: int, body: bytes, *, expected: int) -> bytes:
        question = _string(bytes([kind]) + body)
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                until = time.monotonic() + self._patience
                connection.settimeout(self._patience)
                connection.connect(self._path)
                connection.sendall(question)
                size = int.from_bytes(_exactly(connection, 4, until=until))
                if not 1 <= size <= _LARGEST:
                    raise SigningError("the SSH agent gave an answer of a size that no agent gives")
                answer = _exactly(connection, size, until=until)
        except (OSError, ValueError) as problem:
            words = getattr(problem, "strerror", None) or str(problem) or type(problem).__name__
            raise SigningError(f"the SSH agent at {self._path} does not answer ({words}): is it running?") from problem
        if answer[0] == _FAILURE:
            raise SigningError(
                "the SSH agent refused: is the key still in it (ssh-add -l), and was it asked to confirm?"
            )
        if answer[0] != expected:
            raise SigningError(f"the SSH agent gave an answer of kind {answer[0]} where {expected} was asked for")
        return answer[1:]


class AgentKey:
    """A key that an agent holds; keeps to the `WriterKey` port."""

    def __init__(self, agent: SshAgent, identity: AgentIdentity) -> None:
        self._agent = agent
        self._identity = identity
        self.verifier: VerifierKey = verifier_of(identity.public)

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`. Raises `SigningError`."""
        signature = self._agent.sign(self._identity, message)
        if not self.verifier.verifies(signature, message):
            raise SigningError(f"what the SSH agent signed with {self._identity.fingerprint} does not verify")
        return signature


def agent_key(fingerprint: str = "", environment: Mapping[str, str] = os.environ) -> AgentKey:
    """The agent's key of this fingerprint, or its only one of kind Ed25519.

    Raises:
        SigningError: there is no agent, no such key, or more than one to choose from.
    """
    path = environment.get("SSH_AUTH_SOCK")
    if not path:
        raise SigningError("there is no SSH agent (SSH_AUTH_SOCK is not set): start one, or use a key on disk")
    agent = SshAgent(path)
    held = agent.identities()
    fitting = [each for each in held if fingerprint in ("", each.fingerprint)]
    if len(fitting) != 1:
        known = ", ".join(f"{each.fingerprint} ({each.comment})" for each in held) or "none"
        wanted = f"no key {fingerprint}" if fingerprint else "no key that is the only one"
        raise SigningError(f"the SSH agent holds {wanted} of kind ssh-ed25519; it holds {known}")
    return AgentKey(agent, fitting[0])


def _identities(answer: "_Reader") -> Iterator[AgentIdentity]:
    for _ in range(answer.number()):
        blob, comment = answer.string(), answer.string()
        inner = _Reader(blob)
        if inner.string() == _KIND:
            public = inner.string()
            if len(public) == 32 and blob == _string(_KIND) + _string(public):
                yield AgentIdentity(blob=blob, public=public, comment=comment.decode("utf-8", "replace"))


class _Reader:
    """Takes numbers and strings off the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def number(self) -> int:
        return int.from_bytes(self._take(4))

    def string(self) -> bytes:
        return self._take(self.number())

    def _take(self, size: int) -> bytes:
        if size > len(self._data):
            raise SigningError("the SSH agent's answer breaks off")
        taken, self._data = self._data[:size], self._data[size:]
        return taken


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4) + data


def _exactly(connection: socket.socket, size: int, *, until: float) -> bytes:
    """So many bytes, however they drip. Raises `TimeoutError` where they are not there in time."""
    parts = bytearray()
    while len(parts) < size:
        if (left := until - time.monotonic()) <= 0:
            raise TimeoutError("it took too long")
        connection.settimeout(left)
        part = connection.recv(size - len(parts))
        if not part:
            raise SigningError("the SSH agent ended the connection before its answer was whole")
        parts += part
    return bytes(parts)
