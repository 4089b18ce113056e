"""The files of a change that agents obey, before and after: the fact that rules ask for."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.change import Blob, Change, FileChange, Mode
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, NotRead, Reason
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.agents.files import (
    DEFINITIONS,
    IGNORES,
    INSTRUCTIONS,
    SETTINGS,
    UNREAD,
    agent_role,
    form_of,
    role_of_change,
)
from weighbridge.landscape.changed_bytes import ChangedBytes

if TYPE_CHECKING:
    from weighbridge.landscape.agents.model import Powers

NOT_READ_YET: Final = CouldNotLook(
    reason=Reason.UNSUPPORTED,
    detail="a form of settings for coding agents that is not read yet",
    remedy="read by hand what it lets agents do",
)
_OF_RULES: Final = frozenset((SETTINGS, INSTRUCTIONS, DEFINITIONS, IGNORES))
_MOST_TEXT: Final = 1_000_000
_TOO_LONG: Final = CouldNotLook(
    reason=Reason.LIMIT,
    detail=f"it is larger than {_MOST_TEXT:,} bytes",
    remedy="read it by hand; no agent takes up as much",
)


class PowersPair(Struct, frozen=True, kw_only=True):
    """A file of settings, before and after; without a version it gives and holds nothing."""

    file: FileChange
    old: "Powers"
    new: "Powers"

    def place(self, line: int, *, side: Side = Side.HEAD) -> Place:
        """A line of it on one side; the whole file where there is no such line."""
        return place(self.file, line, side=side)

    @property
    def is_new(self) -> bool:
        """Whether it was no such file before."""
        return self.file.base is None or not form_of(self.file.base.path)


class TextPair(Struct, frozen=True, kw_only=True):
    """A text that agents read, before and after."""

    file: FileChange
    role: str
    old: str
    new: str

    def place(self, line: int, *, side: Side = Side.HEAD) -> Place:
        """A line of it on one side."""
        return place(self.file, line, side=side)


def place(file: FileChange, line: int, *, side: Side = Side.HEAD) -> Place:
    """A line of a changed file, of the side that has it."""
    side = side if file.on(side) is not None else (Side.BASE if side is Side.HEAD else Side.HEAD)
    blob = file.on(side)
    assert blob is not None, "a file change has at least one side"
    return Place(path=blob.path, line=line, end_line=line, side=side)


class AgentFiles:
    """The files of a change that agents obey."""

    def __init__(self, change: Change, contents: ChangedBytes) -> None:
        self._change = change
        self._contents = contents

    @cached_property
    def roles(self) -> Mapping[RepoPath, str]:
        """The role of each."""
        found = ((file.path, role_of_change(file)) for file in self._change.files)
        return {path: role for path, role in found if role}

    @cached_property
    def settings(self) -> tuple[PowersPair | NotRead, ...]:
        """Every file of settings, and why one could not be read."""
        return tuple(pair for file in self._of(SETTINGS) for pair in _apart(self._powers(file)))

    @property
    def pairs(self) -> Iterator[PowersPair]:
        """Those that were read."""
        return (each for each in self.settings if isinstance(each, PowersPair))

    @property
    def unread(self) -> Iterator[NotRead]:
        """Why others were not."""
        return (each for each in self.settings if isinstance(each, NotRead))

    def texts(self, *roles: str) -> Iterator[TextPair | NotRead]:
        """Every text of these roles, and why one could not be read."""
        for role in roles:
            for file in self._of(role):
                yield self._text(file, role)

    @cached_property
    def understood(self) -> Mapping[RepoPath, CouldNotLook | None]:
        """Those of head that rules read, and why one of them cannot be."""
        found: dict[RepoPath, CouldNotLook | None] = {
            file.path: None
            for role in _OF_RULES
            for file in self._of(role)
            if file.head is not None and agent_role(file.head.path) == role
        }
        found |= {each.path: each.plain for each in self.unread if each.path in found}
        return found | {file.path: NOT_READ_YET for file in self._of(UNREAD) if file.head is not None}

    def _of(self, role: str) -> Iterator[FileChange]:
        return (file for file in self._change.files if self.roles.get(file.path) == role)

    def _powers(self, file: FileChange) -> PowersPair | NotRead:
        from weighbridge.landscape.agents.model import NO_POWERS  # noqa: PLC0415 - few changes hold any settings of agents
        from weighbridge.landscape.agents.reading import read_powers  # noqa: PLC0415 - the same

        sides: list[Powers] = []
        for side in Side:
            blob = file.on(side)
            form = form_of(blob.path) if blob is not None else ""
            data = self._data(blob, side) if blob is not None and form else None
            found = read_powers(data, form) if isinstance(data, bytes) else data
            if isinstance(found, CouldNotLook):
                return _not_read(file, found, side=side)
            sides.append(NO_POWERS if found is None else found)
        return PowersPair(file=file, old=sides[0], new=sides[1])

    def _text(self, file: FileChange, role: str) -> TextPair | NotRead:
        sides: list[str] = []
        for side in Side:
            blob = file.on(side)
            is_obeyed = blob is not None and agent_role(blob.path) == role
            data = self._data(blob, side) if blob is not None and is_obeyed else None
            if isinstance(data, CouldNotLook):
                return _not_read(file, data, side=side)
            sides.append(data.decode("utf-8", "replace") if data is not None else "")
        return TextPair(file=file, role=role, old=sides[0], new=sides[1])

    def _data(self, blob: Blob, side: Side) -> bytes | CouldNotLook | None:
        data = self._contents.of(blob.path, side)
        if blob.mode is not Mode.SYMLINK:
            return _TOO_LONG if isinstance(data, bytes) and len(data) > _MOST_TEXT else data
        target = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
        if agent_role(RepoPath(target.removeprefix("./"))) in (INSTRUCTIONS, DEFINITIONS):
            return None
        return CouldNotLook(
            reason=Reason.UNSUPPORTED,
            detail=f"it is a link to `{target[:200]}`: what agents obey stands there",
            remedy="read what stands there, or put a file in the link's place",
        )


def _apart(pair: PowersPair | NotRead) -> "Iterator[PowersPair | NotRead]":
    """A file that moves to another folder holds nothing back where it was, and is new where it is."""
    from weighbridge.landscape.agents.model import NO_POWERS  # noqa: PLC0415 - few changes hold any settings of agents

    base, head = (None, None) if isinstance(pair, NotRead) else (pair.file.base, pair.file.head)
    if isinstance(pair, NotRead) or base is None or head is None or folder_of(base.path) == folder_of(head.path):
        yield pair
        return
    yield PowersPair(file=replace(pair.file, head=None), old=pair.old, new=NO_POWERS)
    yield PowersPair(file=replace(pair.file, base=None), old=NO_POWERS, new=pair.new)


def _not_read(file: FileChange, why: CouldNotLook, *, side: Side) -> NotRead:
    before = "before the change, " if side is Side.BASE else ""
    return NotRead(path=file.path, reason=why.reason, detail=f"{before}{why.detail}", remedy=why.remedy)
