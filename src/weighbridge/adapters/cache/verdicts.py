"""Kept verdicts on signatures: a file of tags in the user's cache, each made with a secret that does not lie there.

A tag is the HMAC over one question with its answer. So a file that somebody wrote, brought from another machine or spoilt
answers nothing: it holds no tag of what is asked, and the signature is verified. Nothing that was said stands in it, and
not whose signatures they were. A secret that others could have read or put there is none.
"""

import hmac
import os
import secrets
import stat
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

FORM: Final = 1
"""Raised with any change of what a question holds."""
FEW: Final = 64
"""Verdicts that are made without looking: verifying takes less than reading what is kept."""
MOST: Final = 1 << 16
"""Tags that are kept: 1 MB. Those that were asked for stay."""

_TAG: Final = 16
_SECRET: Final = 32
_NO, _YES = b"\0", b"\1"


class KeptVerdicts:
    """Those of one ledger as one clone sees it; keeps to the `Verdicts` port."""

    def __init__(self, file: Path, *, secret: Path, few: int = FEW) -> None:
        self._file = file
        self._few = few
        self._secret_file = secret
        self._asked = 0
        self._secret = b""
        self._kept: dict[bytes, None] = {}
        self._used: dict[bytes, None] = {}
        self._has_new = False

    def of(self, question: bytes, ask: Callable[[], bool]) -> bool:
        """What `ask` answers, or answered when exactly this was asked before."""
        self._asked += 1
        if self._asked <= self._few:
            return ask()
        if self._asked == self._few + 1:
            self._secret = self._own_secret()
            self._kept = self._read()
        if not self._secret:
            return ask()
        yes, no = (self._tag(answer + question) for answer in (_YES, _NO))
        for tag in (yes, no):
            if tag in self._kept or tag in self._used:
                self._used[tag] = None
                return tag == yes
        answer = ask()
        self._used[yes if answer else no] = None
        self._has_new = True
        return answer

    def keep(self) -> None:
        """Put down what was asked for; where that cannot be done, nothing is lost but time."""
        if not self._has_new:
            return
        self._has_new = False
        tags = list(dict.fromkeys((*self._used, *self._read())))[:MOST]
        with suppress(OSError):
            _write(self._file, b"".join(tags))

    def _tag(self, text: bytes) -> bytes:
        return hmac.digest(self._secret, b"%d %b" % (FORM, text), "sha256")[:_TAG]

    def _read(self) -> dict[bytes, None]:
        data = _read_file(self._file, MOST * _TAG) or b""
        return dict.fromkeys(data[at : at + _TAG] for at in range(0, len(data), _TAG))

    def _own_secret(self) -> bytes:
        """The user's secret, made when it is first needed; empty where none can be kept."""
        if found := self._read_secret():
            return found
        with suppress(OSError):
            _write(self._secret_file, secrets.token_bytes(_SECRET))
        return self._read_secret()  # of two who make one at once the later counts

    def _read_secret(self) -> bytes:
        found = _read_file(self._secret_file, _SECRET + 1, own=True) or b""
        return found if len(found) == _SECRET else b""


def _read_file(file: Path, most: int, *, own: bool = False) -> bytes | None:
    """At most so much of a file; None where there is none, or it is a pipe or a link; where it must be the user's `own`, also
    where others may read or change it.
    """
    with suppress(OSError):
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
        with open(handle, "rb") as opened:
            state = os.fstat(handle)
            if stat.S_ISREG(state.st_mode) and not (own and _is_shared(state)):
                return opened.read(most)
    return None


def _is_shared(state: os.stat_result) -> bool:
    return os.name != "nt" and (bool(state.st_mode & 0o077) or state.st_uid != os.geteuid())


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, for this user's eyes. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(data)
        os.replace(name, file)
        name = ""
    finally:  # an interrupt ends it too
        if name:
            with suppress(OSError):
                os.unlink(name)
