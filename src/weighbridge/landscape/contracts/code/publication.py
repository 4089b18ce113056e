"""Whether others can import a file: it lies in a package that its manifest lets be installed, and not among its own insides."""

from typing import Final

from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import FileCode
from weighbridge.landscape.contracts.code.packages import Published, PublishedPackages
from weighbridge.landscape.contracts.trees import Trees, reading

_INNER: Final = frozenset({"internal", "cmd", "_internal"})


class Publication:
    """Answers for the changed files of one change."""

    def __init__(self, contents: ChangedBytes, *, trees: Trees) -> None:
        base, head = (reading(side, contents, trees=trees) for side in (Side.BASE, Side.HEAD))
        self._packages = PublishedPackages(base, head)

    def of(self, file: FileCode) -> bool:
        """Whether others can import what a file was."""
        base = file.change.base
        if base is None or file.base is None or file.base.package == "main":
            return False
        is_inner = not _INNER.isdisjoint(base.path.split("/"))
        return not is_inner and isinstance(self._packages.promised(base.path, file.role), Published)
