"""One side of the changed files, for rules that look at how things stand and not at what changed."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Side
from weighbridge.facts.model import FileFacts
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange


class State(Struct, frozen=True):
    """The changed files as they stand on one side; a renamed file goes by its new path on both."""

    side: Side
    code: CodeChange
    bytes: ChangedBytes

    def files(self, *roles: str) -> Iterator[tuple[RepoPath, FileFacts]]:
        """The code files of these roles that exist on this side and could be read."""
        for path, file in self.code.files.items():
            facts = file.on(self.side)
            if facts is not None and file.role in roles:
                yield path, facts

    def text(self, path: RepoPath) -> str:
        """A changed file's text on this side, by the path `files` gives."""
        file = self.code.files.get(path)
        blob = file.change.on(self.side) if file else None
        return self.bytes.text(blob.path, self.side) if blob else ""
