"""The words of a message that are its writer's own: what is quoted, code, trailers and boxes nobody ticked say nothing."""

import re
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern

MOST_READ: Final = 100_000
"""Characters of a message that are read: what kind of change it is stands at its beginning."""
_LONGEST_LINE: Final = 2_000
_MOST_SUBJECT: Final = 300

_FENCE: Final = LatePattern(r"^\s{0,3}(?:`{3,}|~{3,})")
_TRAILER: Final = LatePattern(r"^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]+(\S.*)$")
_BOX: Final = LatePattern(r"^\s*[-*+]\s*\[\s?\]")
_COMMENT: Final = LatePattern(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_REVERT: Final = LatePattern(r"^This reverts commit [0-9a-f]{7,}", re.IGNORECASE)
_ASIDE: Final = LatePattern(r"^\s*<(?:details|blockquote)\b", re.IGNORECASE)
_ASIDE_ENDS: Final = LatePattern(r"</(?:details|blockquote)>", re.IGNORECASE)
_MAIL: Final = LatePattern(r"^(?:signed-off-by|co-authored-by|reviewed-by|acked-by|tested-by|cc)\b", re.IGNORECASE)
_SCOPE: Final = "scope"


class OwnWords(Struct, frozen=True, kw_only=True):
    """A message as its writer said it; `scope` is what a trailer or block `Scope:` lists."""

    subject: str
    body: str
    scope: tuple[str, ...] = ()
    is_cut: bool = False
    """Whether the message was longer than what is read of one."""


def own_words(message: str) -> OwnWords:
    """The writer's own words of a message."""
    read = _COMMENT.sub("", message[:MOST_READ])
    lines = [line[:_LONGEST_LINE].rstrip() for line in read.strip().splitlines()]
    subject, rest = (lines[0][:_MOST_SUBJECT], lines[1:]) if lines else ("", [])
    kept, scope = _kept(rest)
    return OwnWords(subject=subject.strip(), body="\n".join(kept).strip(), scope=scope, is_cut=len(message) > MOST_READ)


def _kept(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """The lines that say something, and what is listed as the scope."""
    kept: list[str] = []
    scope: list[str] = []
    in_fence = in_aside = in_scope = False
    for line in lines:
        if _FENCE.match(line):
            in_fence = not in_fence
        if _REVERT.match(line):
            break
        in_aside = in_aside or bool(_ASIDE.match(line))
        ends_aside = bool(_ASIDE_ENDS.search(line))
        trailer = _TRAILER.match(line)
        if in_fence or in_aside or _FENCE.match(line) or _is_not_said(line):
            in_aside = in_aside and not ends_aside
        elif line.lower().rstrip(" ") in ("scope:", "## scope", "### scope", "**scope:**"):
            in_scope = True
        elif trailer and trailer.group(1).lower() == _SCOPE:
            scope += _listed(trailer.group(2))
        elif in_scope and line.lstrip().startswith(("-", "*", "+")):
            scope += _listed(line.lstrip().lstrip("-*+ "))
        elif line or not in_scope or scope:
            in_scope = False
            kept += [] if _MAIL.match(line) else [line]
    return kept, tuple(dict.fromkeys(scope))


def _is_not_said(line: str) -> bool:
    return line.lstrip().startswith(">") or line.startswith(("    ", "\t")) or bool(_BOX.match(line))


def _listed(text: str) -> list[str]:
    parts = (part.strip().strip("`'\"").removeprefix("./").rstrip("/.;") for part in text.replace(",", " ").split())
    return [part for part in parts if part and part.lower() != "and"]
