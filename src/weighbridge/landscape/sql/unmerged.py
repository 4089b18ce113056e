"""What came with the branch that a change goes on with, which is not merged: no database in use has it."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.acts import Act, DropColumn, DropNotNull, RenameColumn, SetDefault
from weighbridge.landscape.source import Blobs
from weighbridge.landscape.sql.before import Before
from weighbridge.landscape.sql.known_types import KnownScripts
from weighbridge.landscape.sql.migrations import Step, alike
from weighbridge.landscape.sql.names import last_part
from weighbridge.landscape.sql.written import is_whole_schema

_MOST_DUMP: Final = 8_000_000
_OF_COLUMN: Final = (DropColumn, RenameColumn, DropNotNull, SetDefault)
"""What is done to a column alone; another type, or a search of its rows, is of the whole table, which may be old."""


class Unmerged:
    """Answers for one change; where nobody knows what is merged, nothing came with the branch."""

    def __init__(self, before: Before, known: KnownScripts, *, blobs: Blobs, files: Sequence[FileChange]) -> None:
        self._before = before
        self._known = known
        self._blobs = blobs
        self._files = files
        self._came: dict[tuple[str, str, Dialect], bool] = {}

    def made(self, table: str, dialect: Dialect, *, column: str = "") -> bool:
        """Whether a table, or a column of it, was made in the branch."""
        key = (table, column, dialect)
        if key not in self._came:
            made_by = (
                self._known.givers(table, dialect, column=column) if column else self._known.makers(table, dialect)
            )
            self._came[key] = self._before.merged() is not None and self._is_only_of(
                made_by, said=column or last_part(table)
            )
        return self._came[key]

    def undoes(self, step: Step) -> bool:
        """Whether a step concerns a column of the branch's own, or stood in a script of the branch's own that goes for this one."""
        act = step.act
        if isinstance(act, _OF_COLUMN) and self.made(act.table, step.migration.dialect, column=act.column):
            return True
        return bool(self._withdrawn) and step.migration.is_migration and alike(act) in self._withdrawn

    @cached_property
    def _withdrawn(self) -> frozenset[Act]:
        """What the scripts of the branch did that the change takes away, or has at another place."""
        gone = (file.base.path for file in self._files if file.base is not None and _is_gone(file))
        mine = [path for path in gone if path in self._known.scripts and self._before.is_only_here(path)]
        return frozenset(alike(act) for path in mine for act in self._known.done_by(path))

    def _is_only_of(self, made_by: Iterable[RepoPath], *, said: str) -> bool:
        merged = self._before.merged()
        if merged is None:
            return False
        every = list(made_by)
        scripts = [path for path in every if not is_whole_schema(path)]
        dumps = [path for path in every if is_whole_schema(path) and path in merged.blobs]
        texts = (self._blobs.read(merged.blobs[path].oid, _MOST_DUMP) for path in dumps)
        word = said.lower().encode()
        return (
            bool(scripts)
            and all(self._before.is_only_here(path) for path in scripts)
            and all(isinstance(text, bytes) and word not in text.lower() for text in texts)
        )


def _is_gone(file: FileChange) -> bool:
    return file.base is not None and (file.head is None or file.base.path != file.path)
