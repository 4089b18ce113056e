"""The PIN of a token in a file of its user's: refused, as a key is, where others could read it."""

import os
import stat
from pathlib import Path
from typing import Final

from weighbridge.adapters.keys.service import KeyServiceError

_LONGEST: Final = 255
_OTHERS: Final = 0o077


def read_pin(path: Path) -> str:
    """The one line of a file; a link is followed, for orchestrators mount secrets as links. Raises `KeyServiceError`."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as file:
            _refuse_shared(path, os.fstat(handle))
            data = file.read(_LONGEST + 3)
    except OSError as problem:
        raise KeyServiceError(f"{path}: the PIN cannot be read: {problem.strerror}") from problem
    line = data.removesuffix(b"\n").removesuffix(b"\r")
    try:
        pin = line.decode()
    except UnicodeDecodeError:
        pin = ""
    if not pin or not pin.isprintable() or len(line) > _LONGEST:
        raise KeyServiceError(f"{path} holds no PIN: that is one line of at most {_LONGEST} bytes")
    return pin


def _refuse_shared(path: Path, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise KeyServiceError(f"{path} is no file, and no PIN is read from it")
    if os.name == "nt":
        return
    if state.st_mode & _OTHERS:
        raise KeyServiceError(
            f"{path} can be read by others (mode {stat.S_IMODE(state.st_mode):04o}), and so can the PIN in it:"
            " chmod 600 it, and change the PIN if anybody may have read it"
        )
    if state.st_uid not in (0, os.geteuid()):
        raise KeyServiceError(f"{path} belongs to another user, who knows the PIN in it: use a file of your own")
