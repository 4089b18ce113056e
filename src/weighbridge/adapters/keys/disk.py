"""A writer's key in a file of its user's: made when it is first needed, and refused when others could have read it.

The file holds one line, as the programs of the Go checksum database write such keys:
`PRIVATE+KEY+<name>+<key id>+<base64 of a type byte and the seed>`.
"""

import os
import secrets
import stat
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from weighbridge.adapters.keys.names import verifier_of
from weighbridge.ledger.errors import MalformedError
from weighbridge.ledger.verifier_keys import KeyKind, SigningError, VerifierKey, read_verifier_key

_HEAD: Final = "PRIVATE+KEY+"
_LARGEST: Final = 4096
_OTHERS: Final = 0o077


def key_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where a user's own keys lie: `$WEIGHBRIDGE_CONFIG/keys`, else below the platform's folder for configuration."""
    if chosen := environment.get("WEIGHBRIDGE_CONFIG"):
        return Path(chosen) / "keys"
    if os.name == "nt" and (roaming := environment.get("APPDATA")):
        return Path(roaming) / "weighbridge" / "keys"
    if chosen := environment.get("XDG_CONFIG_HOME"):
        return Path(chosen) / "weighbridge" / "keys"
    return Path(environment.get("HOME") or Path.home()) / ".config" / "weighbridge" / "keys"


class DiskKey:
    """A key in a file; keeps to the `WriterKey` port."""

    def __init__(self, path: Path, verifier: VerifierKey, *, private: Ed25519PrivateKey) -> None:
        self.path = path
        self.verifier = verifier
        self._private = private

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of Ed25519 over `message`."""
        return self._private.sign(message)


def own_key(path: Path) -> DiskKey:
    """The key in a file, made now where there is none.

    Raises:
        SigningError: it cannot be read or made, is of another form, or others than its owner can read it.
    """
    try:
        if not os.path.lexists(path):
            _make(path)
        return _read(path)
    except OSError as problem:
        raise SigningError(
            f"{path}: the key that signs what this machine writes cannot be read or made: {problem.strerror}"
        ) from problem


def _read(path: Path) -> DiskKey:
    _refuse_shared_folder(path.parent)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as problem:
        if path.is_symlink():
            raise SigningError(f"{path} is a link: put the key itself there, or name its place") from problem
        raise
    with open(handle, "rb") as file:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise SigningError(f"{path} is no file, and no key can be read from it")
        _refuse_shared(path, state)
        data = file.read(_LARGEST)
    return _parsed(path, data)


def _refuse_shared(path: Path, state: os.stat_result) -> None:
    if os.name == "nt":
        return
    if state.st_mode & _OTHERS:
        raise SigningError(
            f"{path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o}), so whatever it signs could be theirs: "
            f"chmod 600 it if nobody read it, else take another key with weighbridge ledger key --rotate"
        )
    if state.st_uid != os.geteuid():
        raise SigningError(f"{path} belongs to another user, who could put another key there: use one of your own")


def _refuse_shared_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    state = folder.stat()
    if state.st_mode & _OTHERS or state.st_uid != os.geteuid():
        raise SigningError(
            f"{folder} is open to others (mode {stat.S_IMODE(state.st_mode):04o}), who could read or replace the keys in it: "
            "make it yours with chmod 700"
        )


def _parsed(path: Path, data: bytes) -> DiskKey:
    try:
        line = data.decode("ascii").removesuffix("\n")
        name, keyid, encoded = line.removeprefix(_HEAD).split("+", 2)
        seed = b64decode(encoded, validate=True)
        if not line.startswith(_HEAD) or len(seed) != 33 or seed[0] != KeyKind.NOTE:
            raise ValueError(path)
        private = Ed25519PrivateKey.from_private_bytes(seed[1:])
        verifier = VerifierKey(name=name, public=private.public_key().public_bytes_raw())
        read_verifier_key(str(verifier))
        if verifier.keyid != keyid:
            raise ValueError(path)
    except (ValueError, MalformedError):
        raise SigningError(
            f"{path} is no key of Weighbridge's: restore it, or put it away and the next append makes a new one"
        ) from None
    return DiskKey(path, verifier, private=private)


def _make(path: Path) -> None:
    """Make a key; where another process is first, that one's stays."""
    path.parent.parent.mkdir(parents=True, exist_ok=True)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    _refuse_shared_folder(path.parent)
    private = Ed25519PrivateKey.generate()
    verifier = verifier_of(private.public_key().public_bytes_raw())
    seed = b64encode(bytes([KeyKind.NOTE]) + private.private_bytes_raw()).decode()
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(handle, "w", encoding="ascii") as file:
            file.write(f"{_HEAD}{verifier.name}+{verifier.keyid}+{seed}\n")
            file.flush()
            os.fsync(handle)
        with suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        temporary.unlink()
