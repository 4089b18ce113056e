"""Cuts out of a `.tf` file the blocks that give names a meaning, or say where things are, without reading the others.

Most files of a folder did not change, and of these nobody asks more; the grammar takes four times as long as all that is done with its tree.
"""

import re
from typing import Final

KINDS: Final = frozenset({"variable", "locals", "terraform", "provider", "module", "moved", "removed", "import"})
"""The types of those blocks."""
_ANY: Final = "|".join(sorted(KINDS)).encode()
_STANDS: Final = re.compile(rb'^\s*(%b)\b|"(%b)"' % (_ANY, _ANY), re.MULTILINE)
_INDENTED: Final = re.compile(rb'^[ \t]+(?:%b)[ \t]*(?:"[^"\n]*"[ \t]*)*\{' % _ANY, re.MULTILINE)
_BLOCK: Final = re.compile(
    rb"^(%b)\b[^\n]*?(?:(\{[ \t\r]*\n(?:[^}\n][^\n]*\n|\n)*\}|\}[ \t\r]*$)|$)" % _ANY, re.MULTILINE
)
"""Its second group is empty where a line begins one that does not go on as `terraform fmt` has it."""
_MARKS: Final = re.compile(rb"<<|/\*")
_UNCERTAIN: Final = re.compile(rb'<<|^(?:[^"\n]|"(?:[^"\\\n]|\\.)*")*?/\*', re.MULTILINE)
"""Begins what may hold lines that look like the end of a block, or like the beginning of one."""


def naming_kinds(data: bytes) -> frozenset[str]:
    """The types of those blocks that a file, in either notation, may hold."""
    return frozenset((each[1] or each[2]).decode() for each in _STANDS.finditer(data))


def naming_blocks(data: bytes, kind: str) -> bytes | None:
    """A file's text with blocks of one of these types alone, each on its lines; None where that takes the grammar to tell.

    It is told of files as `terraform fmt` writes them, where a block begins and ends at the beginning of a line.
    """
    if _INDENTED.search(data) or (_MARKS.search(data) and _UNCERTAIN.search(data)):
        return None
    found: list[bytes] = []
    end = 0
    for block in _BLOCK.finditer(data):
        if block[2] is None:
            return None
        if block[1] == kind.encode():
            found += [b"\n" * data.count(b"\n", end, block.start()), block[0]]
            end = block.end()
    return b"".join(found)
