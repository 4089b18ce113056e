"""What squawk found in the scripts of a change, and did not find before: the fact that the rule of its findings asks for.

Its format: https://squawkhq.com/docs/cli (`--reporter json`, whose lines begin with 0).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.inputs import Inputs
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.domain.system import Dialect
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.sql.sql_change import SqlChange

if TYPE_CHECKING:
    from weighbridge.landscape.sql.migrations import Migration

KIND: Final = "squawk"


class ScanError(ValueError):
    """The bytes are nothing that squawk writes."""


class SqlScanned(Struct, frozen=True, kw_only=True):
    """One of its findings, by its own rule's `name`."""

    name: str
    words: str
    path: RepoPath
    line: int
    end_line: int
    key: str = ""
    """What it was found in, as written: stays the same when lines move."""

    def at(self, path: RepoPath) -> "SqlScanned":
        """The same in a file of another name."""
        return replace(self, path=path)


SqlScan = Callable[[Sequence[Mapping[RepoPath, bytes]]], Sequence[tuple[SqlScanned, ...]] | CouldNotLook]
"""Runs it on several sets of files, and tells what it found in each."""


class SqlScans:
    """What it found that is new, in scripts that are known to be PostgreSQL's."""

    def __init__(
        self,
        sql: SqlChange,
        contents: ChangedBytes,
        *,
        inputs: Inputs,
        find: Callable[[], SqlScan | None] | None = None,
    ) -> None:
        self._sql = sql
        self._contents = contents
        self._inputs = inputs.of(KIND)
        self._find = find

    @cached_property
    def new(self) -> tuple[SqlScanned, ...] | CouldNotLook:
        """Its findings that the base did not have, none of what takes a script back; none where it neither ran nor was given."""
        if self._inputs:
            return self._given()
        heads = {each.path: self._bytes(each.path, Side.HEAD) for each in self._scripts} if self._find else {}
        scan = self._find() if heads and self._find is not None else None
        if scan is None:
            return ()
        bases = {path: data for path in heads if (data := self._bytes(path, Side.BASE))}
        found = scan([bases, heads])
        if isinstance(found, CouldNotLook):
            return found
        known = {(each.path, each.name, each.key) for each in self._keyed(found[0], bases)}
        keyed = self._keyed(found[1], heads)
        return tuple(each for each in keyed if (each.path, each.name, each.key) not in known and not self._undoes(each))

    def _given(self) -> tuple[SqlScanned, ...] | CouldNotLook:
        """What was given of the head, where the change has written."""
        found: list[SqlScanned] = []
        for each in self._inputs:
            if isinstance(each.data, CouldNotLook):
                return each.data
            try:
                found += read_squawk(each.data)
            except ScanError as error:
                return CouldNotLook(reason=Reason.UNPARSED, detail=f"{each.path}: {error}")
        return tuple(each for each in self._in_changed_lines(found) if not self._undoes(each))

    def _in_changed_lines(self, found: Sequence[SqlScanned]) -> Iterator[SqlScanned]:
        for script in self._scripts:
            data = self._bytes(script.path, Side.HEAD)
            for each in found:
                is_here = each.path == script.path or each.path.endswith(f"/{script.path}")
                if is_here and any(span.touches(each.line, each.end_line) for span in script.added):
                    yield from self._keyed([each.at(script.path)], {script.path: data})

    @cached_property
    def _scripts(self) -> "tuple[Migration, ...]":
        """The scripts in SQL that something says are PostgreSQL's."""
        return tuple(
            each
            for each in self._sql.migrations
            if not each.is_code and each.returned is None and each.spoken.surely is Dialect.POSTGRES
        )

    def _bytes(self, path: RepoPath, side: Side) -> bytes:
        data = self._contents.of(path, side)
        return data if isinstance(data, bytes) else b""

    def _undoes(self, found: SqlScanned) -> bool:
        """Whether it stands in what takes its script back."""
        script = next((each for each in self._scripts if each.path == found.path), None)
        undoing = script.undoing if script is not None else ()
        return any(deed.line <= found.end_line and found.line <= deed.end_line for deed in undoing)

    def _keyed(self, found: Sequence[SqlScanned], files: Mapping[RepoPath, bytes]) -> Iterator[SqlScanned]:
        for each in found:
            lines = files.get(each.path, b"").split(b"\n")[each.line - 1 : each.end_line]
            yield replace(each, key=" ".join(b" ".join(lines).decode("utf-8", "replace").split()))


def read_squawk(data: bytes) -> list[SqlScanned]:
    """Its findings from what it wrote. Raises `ScanError`."""
    try:
        return [_of_json(each) for each in msgspec.json.decode(data)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ScanError(f"it is not what squawk writes as JSON ({type(error).__name__})") from error


def _of_json(said: Any) -> SqlScanned:  # noqa: ANN401 - whatever was decoded
    line = int(said["line"])
    last = said.get("line_end")
    help_text = said.get("help")
    words = str(said["message"]).strip().rstrip(".")
    return SqlScanned(
        name=str(said["rule_name"]),
        words=f"{words}. {help_text}".strip().rstrip(".") if help_text else words,
        path=RepoPath(str(said["file"])),
        line=line + 1,
        end_line=(int(last) if last is not None else line) + 1,
    )
