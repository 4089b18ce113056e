"""The program `buf`, where it is installed: run beside the repository, on files that are copied for it, with settings of our own.

What a repository says of buf is left aside, for it may name programs to run. Nothing is fetched.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.adapters.scanners.apart import run_apart
from weighbridge.adapters.scanners.installed import installed
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.landscape.contracts.protobuf.peer import Files, Said

_SETTINGS: Final = '{"version":"v2","breaking":{"use":["FILE"]}}'
_MOST_SECONDS: Final = 20.0
_DONE: Final = frozenset({0, 100})
_REMEDY: Final = "the findings of Weighbridge itself stand; run buf by hand"


class _Line(Struct, frozen=True):
    """One line of what buf prints."""

    type: str
    message: str
    path: str = ""
    start_line: int = 1


class Buf(Struct, frozen=True, kw_only=True):
    """The program, ready to compare two sets of files."""

    program: str
    most_seconds: float = _MOST_SECONDS

    def __call__(self, old: Files, new: Files) -> Sequence[Said] | CouldNotLook:
        """What it finds in the second that breaks the first, or why it cannot."""
        with tempfile.TemporaryDirectory(prefix="weighbridge-buf-") as folder:
            before, after = Path(folder, "old"), Path(folder, "new")
            _write(before, old)
            _write(after, new)
            command = [self.program, "breaking", "--against", str(before), "--error-format=json", "--config", _SETTINGS]
            said = run_apart(command, after, timeout=self.most_seconds, done=_DONE)
        if isinstance(said, CouldNotLook):
            return replace(said, remedy=_REMEDY)
        return _said(said)


def find_buf(environment: Mapping[str, str], *, outside: Path | None = None) -> Buf | None:
    """The program, where one of the absolute folders of PATH has it that lies `outside` of a repository."""
    program = installed("buf", environment, outside=outside)
    return Buf(program=program) if program else None


def _write(folder: Path, files: Files) -> None:
    folder.mkdir()
    for name, data in files.items():
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or parts[0] == "/":
            continue
        target = folder.joinpath(*parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def _said(output: bytes) -> Sequence[Said] | CouldNotLook:
    try:
        lines = [msgspec.json.decode(line, type=_Line) for line in output.splitlines() if line.strip()]
    except msgspec.DecodeError:
        return CouldNotLook(reason=Reason.FAILED, detail="what `buf` said cannot be read", remedy=_REMEDY)
    unread = next((line for line in lines if line.type == "COMPILE"), None)
    if unread is not None:
        detail = f"buf cannot read {unread.path}:{unread.start_line}: {unread.message[:160]}"
        return CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail, remedy=_REMEDY)
    return [Said(name=line.path, line=line.start_line, check=line.type, words=line.message) for line in lines]
