"""The key that signs what this user writes into ledgers."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from weighbridge.adapters.keys.agent import agent_key
from weighbridge.adapters.keys.disk import key_folder, own_key
from weighbridge.ledger.verifier_keys import SigningError, WriterKey

WRITER: Final = "WEIGHBRIDGE_WRITER"
"""The variable that says which key signs: a file's path, `agent`, `agent:SHA256:…`, or a PKCS#11 URI (`pkcs11:…`).

Without it the user's own file does.
"""

_AGENT: Final = "agent"
_URI: Final = "pkcs11:"
_ALMOST_TOKEN: Final = re.compile(r"pkcs-?11:|module-path=|pin-(?:source|value)=", re.IGNORECASE)
"""What nobody calls a file, and what would make one whose name shows a PIN."""


def own_writer(environment: Mapping[str, str] = os.environ) -> WriterKey:
    """The user's key, made now where there is none. Raises `SigningError`."""
    chosen = environment.get(WRITER, "")
    if chosen == _AGENT or chosen.startswith(f"{_AGENT}:"):
        return agent_key(chosen.removeprefix(_AGENT).removeprefix(":"), environment)
    if _is_token(chosen):
        return _token_key(chosen)
    return own_key(_file(environment))


def writer_to_come(environment: Mapping[str, str] = os.environ) -> tuple[WriterKey, Callable[[], None]]:
    """A new key for the user, made beside the one there is, and what puts it in that one's place.

    The old one stays beside it under its id: what it signed is verified with its public side, but a person may want to
    see it destroyed.

    Raises:
        SigningError: no key can be made, or the user's key is not in a file of theirs.
    """
    chosen = environment.get(WRITER, "")
    if _is_token(chosen):
        raise SigningError(
            f"{WRITER} names a key of a PKCS#11 token, and only a key in a file is rotated by this command: make another key"
            f" in the token, put its line beside the old one's in .weighbridge/ledger.yaml, and then let {WRITER} name it"
        )
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


def _is_token(chosen: str) -> bool:
    """Whether it is a PKCS#11 URI; schemes are written in either case."""
    return chosen[: len(_URI)].lower() == _URI


def _token_key(uri: str) -> WriterKey:
    try:
        from weighbridge.adapters.keys.pkcs11 import token_key  # noqa: PLC0415 - 50 ms, and an extra, for whoever has one
    except ModuleNotFoundError as problem:
        raise SigningError(
            f"{WRITER} names a key of a PKCS#11 token, and {problem.name} is not installed: pip install 'weighbridge[hsm]'"
        ) from problem
    return token_key(uri)


def _file(environment: Mapping[str, str]) -> Path:
    chosen = environment.get(WRITER, "")
    if _ALMOST_TOKEN.search(chosen):
        raise SigningError(
            f"{WRITER} names neither a file nor a key of a PKCS#11 token: such a URI begins with {_URI}, without anything before it"
        )
    return Path(chosen).expanduser() if chosen else key_folder(environment) / "writer"
