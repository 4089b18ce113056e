"""What documentation lists: parameters and errors, in the forms of Google, NumPy, Sphinx, JSDoc and Javadoc."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern


class Entry(Struct, frozen=True, kw_only=True):
    """One parameter or error with what is said of it; `line` counts from 0 within the documentation."""

    name: str
    words: str
    line: int
    default: str = ""
    """What it is said to be where nothing is given."""


class Listed(Struct, frozen=True, kw_only=True):
    """The parameters and the errors that documentation lists."""

    parameters: tuple[Entry, ...] = ()
    errors: tuple[Entry, ...] = ()


_SECTION: Final = LatePattern(
    r"^\s*(Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments|Other Parameters|Raises|Throws|Exceptions|Returns?|Yields?|Examples?|Notes?|Attributes|See Also|References|Warns|Warnings?|Usage|Todo)\s*:?\s*$"
)
_GOOGLE: Final = LatePattern(
    r"^(\s+)\*{0,2}([A-Za-z_][\w.]*)\s*(?:\(([^()]{0,80}(?:\([^()]*\)[^()]{0,40})?)\))?\s*:\s*(.*)$"
)
_NUMPY: Final = LatePattern(r"^\*{0,2}([A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*)\s*(?::\s*(.*))?$")
_FIELD: Final = LatePattern(r"^\s*[:@](param|parameter|arg|argument|keyword|raises?|except|exception|throws)\b\s*(.*)$")
_DEFAULT: Final = LatePattern(
    r"(?i)\bdefaults?(?: value)?(?: is| are| to|:|=)*\s*(?:to |is |of )?[`'\"]*([\w.+-]+)[`'\"]*"
)
_PARAMETERS: Final = frozenset(
    {"args", "arguments", "parameters", "params", "keyword args", "keyword arguments", "other parameters"}
)
_ERRORS: Final = frozenset({"raises", "throws", "exceptions"})
_RULED: Final = LatePattern(r"^\s*-{3,}\s*$")
_MOST_LINES: Final = 200


def listed_in(documentation: str) -> Listed:
    """What documentation lists; nothing where it is written in no such form."""
    lines = documentation.splitlines()[:_MOST_LINES]
    parameters: list[Entry] = []
    errors: list[Entry] = []
    for name, is_error, line, words in (*_of_fields(lines), *_of_sections(lines)):
        entry = Entry(name=name, words=words, line=line, default=_default(words))
        (errors if is_error else parameters).append(entry)
    return Listed(parameters=tuple(parameters), errors=tuple(errors))


def _default(words: str) -> str:
    found = _DEFAULT.search(words)
    return found.group(1).rstrip(".,;:)") if found else ""


_Raw = tuple[str, bool, int, str]


def _of_fields(lines: Sequence[str]) -> Iterator[_Raw]:
    """`:param int x: …`, `@param {number} [x=3] - …`, `@throws E …`."""
    for number, line in enumerate(lines):
        found = _FIELD.match(line)
        if found is None:
            continue
        is_error = found.group(1).startswith(("raise", "except", "throws"))
        rest = found.group(2)
        said = ""
        if line.lstrip().startswith(":"):
            head, _, words = rest.partition(":")
            name = (head.split() or [""])[-1] if not is_error else head.strip()
        else:
            if rest.startswith("{"):
                kind, _, rest = rest[1:].partition("}")
                if is_error:
                    rest = f"{kind} {rest}"
            name, _, words = rest.strip().partition(" ")
            if name.startswith("["):
                name, _, said = name.strip("[]").partition("=")
        if name.replace("_", "a").replace(".", "a").isalnum():
            more = _continued(lines, number)
            yield name, is_error, number, f"default {said} {words}" if said else " ".join([words, *more]).strip()


def _continued(lines: Sequence[str], number: int) -> list[str]:
    """The lines of a field behind its first."""
    found: list[str] = []
    for line in lines[number + 1 : number + 6]:
        if not line.strip() or line.lstrip().startswith((":", "@")):
            break
        found.append(line.strip())
    return found


def _of_sections(lines: Sequence[str]) -> Iterator[_Raw]:
    section, is_numpy, indent = "", False, 0
    number = -1
    while number + 1 < len(lines):
        number += 1
        line = lines[number]
        head = _SECTION.match(line)
        if head is not None:
            is_numpy = number + 1 < len(lines) and bool(_RULED.match(lines[number + 1]))
            is_google = line.rstrip().endswith(":")
            section = head.group(1).lower() if is_numpy or is_google else ""
            indent = 0
            number += is_numpy
            continue
        if section not in _PARAMETERS and section not in _ERRORS:
            continue
        if is_numpy:
            yield from _of_numpy(lines, number, is_error=section in _ERRORS)
            continue
        found = _GOOGLE.match(line)
        own = len(line) - len(line.lstrip())
        if found is not None and (not indent or own == indent):
            indent = own
            words = f"{found.group(3) or ''} {found.group(4)}"
            yield (
                found.group(2),
                section in _ERRORS,
                number,
                " ".join([words, *_deeper(lines, number, indent=own)]).strip(),
            )
        elif line.strip() and own < indent:
            section = ""


def _of_numpy(lines: Sequence[str], number: int, *, is_error: bool) -> Iterator[_Raw]:
    line = lines[number]
    below = lines[number + 1] if number + 1 < len(lines) else ""
    own = len(line) - len(line.lstrip())
    found = _NUMPY.match(line.strip()) if line.strip() else None
    is_entry = found is not None and (
        ":" in line or is_error or (below.strip() and len(below) - len(below.lstrip()) > own)
    )
    before = next((each for each in reversed(lines[:number]) if each.strip()), "")
    is_deeper = not _RULED.match(before) and _indent(before) < own
    if found is not None and is_entry and not is_deeper:
        words = " ".join([found.group(2) or "", *_deeper(lines, number, indent=own)]).strip()
        for name in found.group(1).split(","):
            yield name.strip(), is_error, number, words


def _deeper(lines: Sequence[str], number: int, *, indent: int) -> list[str]:
    found: list[str] = []
    for line in lines[number + 1 : number + 8]:
        if not line.strip() or _indent(line) <= indent:
            break
        found.append(line.strip())
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
