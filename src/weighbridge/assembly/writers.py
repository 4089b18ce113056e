"""The key that signs what this user writes into ledgers."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from weighbridge.adapters.keys.agent import agent_key
from weighbridge.adapters.keys.disk import key_folder, own_key
from weighbridge.ledger.verifier_keys import SigningError, WriterKey

WRITER: Final = "WEIGHBRIDGE_WRITER"
"""The variable that says which key signs: a file's path, `agent`, or `agent:SHA256:…`; without it the user's own file."""

_AGENT: Final = "agent"


def own_writer(environment: Mapping[str, str] = os.environ) -> WriterKey:
    """The user's key, made now where there is none. Raises `SigningError`."""
    chosen = environment.get(WRITER, "")
    if chosen == _AGENT or chosen.startswith(f"{_AGENT}:"):
        return agent_key(chosen.removeprefix(_AGENT).removeprefix(":"), environment)
    return own_key(_file(environment))


def writer_to_come(environment: Mapping[str, str] = os.environ) -> tuple[WriterKey, Callable[[], None]]:
    """A new key for the user, made beside the one there is, and what puts it in that one's place.

    The old one stays beside it under its id: what it signed is verified with its public side, but a person may want to
    see it destroyed.

    Raises:
        SigningError: no key can be made, or the user's key is not in a file of theirs.
    """
    chosen = environment.get(WRITER, "")
    if chosen.startswith(_AGENT):
        raise SigningError(f"{WRITER} names a key of the SSH agent: only a key in a file is rotated by this command")
    file = _file(environment)
    old = own_key(file).verifier.keyid
    beside = file.with_name(f"{file.name}.next")
    new = own_key(beside)

    def put_in_place() -> None:
        kept = file.with_name(f"{file.name}.{old}")
        try:
            if not kept.exists():
                os.link(file, kept)
            os.replace(beside, file)
        except OSError as problem:
            raise SigningError(
                f"{file}: the new key cannot be put there: {problem.strerror}; run this again"
            ) from problem

    return new, put_in_place


def _file(environment: Mapping[str, str]) -> Path:
    chosen = environment.get(WRITER, "")
    return Path(chosen).expanduser() if chosen else key_folder(environment) / "writer"
