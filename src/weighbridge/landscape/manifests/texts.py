"""Reading the text of manifests: where a word stands, what a relative path means, JSON and TOML that may be hostile."""

import json
import posixpath
import re
from collections.abc import Iterator

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.toml import load_toml
from weighbridge.landscape.manifests.claims import ManifestError

_COMMENTS = LatePattern(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.DOTALL)
_COMMAS = LatePattern(r'"(?:[^"\\]|\\.)*+(?:"|\Z)|,(?=\s*[}\]])', re.DOTALL)
"""Of JSON with comments: texts, which stay, and what plain JSON has not."""


def text_of(data: bytes) -> str:
    """The text of a manifest; a byte order mark is dropped.

    Raises:
        ManifestError: it is not UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"byte {error.start} is not UTF-8") from error


def line_of(text: str, pattern: str, *, start: int = 0) -> int:
    """The 1-based line of the first match of `pattern` at or after offset `start`, 0 when there is none."""
    found = re.compile(pattern, re.MULTILINE).search(text, start)
    return text.count("\n", 0, found.start()) + 1 if found else 0


def with_lines(pattern: re.Pattern[str], text: str, *, start: int = 0) -> Iterator[tuple[re.Match[str], int]]:
    """Every match of `pattern` at or after offset `start`, each with the 1-based line of its beginning."""
    line, at = 1, 0
    for found in pattern.finditer(text, start):
        line += text.count("\n", at, found.start())
        at = found.start()
        yield found, line


def first_lines(pattern: re.Pattern[str], text: str, *, start: int = 0) -> dict[str, int]:
    """The line of the first match for each text that the only group of `pattern` holds.

    To look for each name of a manifest from its beginning takes the square of their number.
    """
    lines: dict[str, int] = {}
    for found, line in with_lines(pattern, text, start=start):
        lines.setdefault(found.group(1), line)
    return lines


def resolve(folder: str, relative: str) -> RepoPath | None:
    """The repository path `relative` means as seen from `folder`; None when it leaves the repository."""
    if relative.startswith("/") or "\\" in relative or "\0" in relative:
        return None
    joined = posixpath.normpath(posixpath.join(folder, relative))
    if joined == ".." or joined.startswith("../"):
        return None
    return RepoPath("" if joined == "." else joined)


def json_object(data: bytes) -> tuple[dict[str, object], str]:
    """The object a JSON manifest holds, and its text.

    Raises:
        ManifestError: it is not JSON, nests too deep, or holds something else than an object.
    """
    text = text_of(data)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"it is not JSON: {_first_line(error)}") from error
    if not isinstance(value, dict):
        raise ManifestError("it does not hold a JSON object")
    return value, text


def commented_json_object(data: bytes) -> dict[str, object]:
    """The object that JSON with comments and commas too many holds, as `tsconfig.json` does; empty for anything else.

    Raises:
        ManifestError: it is not JSON, even with comments.
    """
    text = text_of(data)
    for pattern in (_COMMENTS, _COMMAS):
        text = pattern.sub(lambda found: found.group() if found.group().startswith('"') else "", text)
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ManifestError("it is not JSON, even with comments") from error
    return value if isinstance(value, dict) else {}


def toml_table(data: bytes) -> tuple[dict[str, object], str]:
    """The table a TOML manifest holds, and its text.

    Raises:
        ManifestError: it is not TOML, or nests too deep.
    """
    text = text_of(data)
    try:
        return load_toml(text), text
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"it is not TOML: {_first_line(error)}") from error


def table(value: object, *keys: str) -> dict[str, object]:
    """The table found by following `keys` down from `value`; empty when any step is missing or something else."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return {k: v for k, v in value.items() if isinstance(k, str)} if isinstance(value, dict) else {}


def string(value: object) -> str:
    """`value` when it is a string, else the empty string."""
    return value.strip() if isinstance(value, str) else ""


def strings(value: object) -> tuple[str, ...]:
    """The strings in a list, or a lone string as a list of one; everything else is dropped."""
    if isinstance(value, str):
        return (value,)
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:200] or type(error).__name__
