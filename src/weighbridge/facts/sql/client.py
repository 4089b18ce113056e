r"""Commands of PostgreSQL's client, `psql`: they begin with a backslash, may stand anywhere, and are no SQL."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

_COMMAND: Final = LatePattern(r"\\([A-Za-z_]+|.|)", re.DOTALL)
_SILENT: Final = frozenset(
    {
        "a", "c", "C", "conninfo", "connect", "crosstabview", "echo", "elif", "else", "encoding", "endif", "errverbose", "f", "H",
        "if", "l", "o", "out", "p", "prompt", "pset", "q", "qecho", "quit", "r", "reset", "restrict", "set", "t", "T", "timing",
        "unrestrict", "unset", "warn", "x", "z", "d", "dt", "di", "df", "dn", "du", "dv", "dp", "dx", "sf", "sv", ".",
    }
)  # fmt: skip
"""Commands that change nothing: what follows is SQL, whether they skip some of it or not."""
_SENDING: Final = frozenset({"g", "gx", "G", "gset", "gdesc", "gexec", "watch", "bind", "bind_named", "parse"})
"""Commands that send what was written so far, as a semicolon does."""
_END_OF_LINE: Final = re.compile(r"\n")
_END_OF_GIVEN: Final = re.compile(r"[\\\n]")
_GIVEN: Final = re.compile(r"[ \t]+[^\s;]")
"""What a command is given ends with the line, or where the next one begins."""
_SETTING: Final = LatePattern(r"(?P<name>\S+)\s+(?P<value>\S.*)?")


class Command(Struct, frozen=True):
    """One command, which ends at `end`; `why` says what of it cannot be known, empty where it changes nothing."""

    name: str
    end: int
    is_sending: bool = False
    why: str = ""


def command_at(text: str, at: int) -> Command:
    """The command that begins at a backslash."""
    found = _COMMAND.match(text, at)
    name = found[1] if found is not None else ""
    behind = at + 1 + len(name)
    if name in ("\\", ";"):
        return Command(name, behind, is_sending=name == ";")
    is_known = name in _SILENT or name in _SENDING
    if name == "." and _GIVEN.match(text, behind):
        is_known = False  # in MySQL's client it runs what the file holds; in PostgreSQL's it ends rows and stands alone
    found = (_END_OF_GIVEN if is_known else _END_OF_LINE).search(text, behind)
    end = found.start() if found is not None else len(text)
    if not is_known:
        return Command(name, end, why=_UNKNOWN.get(name, "a command of the database's client, not SQL"))
    return Command(name, end, is_sending=name in _SENDING, why=_why(name, text[behind:end].strip()))


_UNKNOWN: Final = {
    ".": "another script is run here",
    "i": "another script is run here",
    "ir": "another script is run here",
    "include": "another script is run here",
    "include_relative": "another script is run here",
    "!": "a program is run here",
}


def _why(name: str, given: str) -> str:
    if name == "gexec":
        return "statements that are put together when it runs"
    if "`" in given or (name in ("g", "gx", "o", "out") and "|" in given):
        return "a program is run here"
    if name == "set":
        setting = _SETTING.match(given)
        value = (setting["value"] or "").strip("'\" ") if setting is not None else ""
        if setting is not None and not setting["name"].isupper() and (" " in value or ";" in value):
            return "a variable of the client that holds more than a word: what it is put into cannot be known"
    return ""
