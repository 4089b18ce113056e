"""Escapes for Markdown as forges render it: text that stays text, code that stays code.

Forges look for mentions, references, links and emoji in the text that is left after Markdown, so an escape does not
stop them; a code span does. Every word that could be read as one of those is shown as code.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Final

from weighbridge.review.visible import block, one_line, shortened

_LOADED: Final = re.compile(
    r"""[@#!$~%&^](?=\w)        # a mention or reference of some forge
      | ://|\bwww\.|\bmailto:   # what becomes a link by itself
      | :\w+:                   # an emoji
      | \bGH-\d                 # a reference spelled with letters
      | \b[0-9a-f]{7,64}\b      # a commit
      | \[\[|\\\(|\$\$          # wiki links and mathematics
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"[#$&*<@\[\\\]^`{|}~]|^>|(?<![^\W_])_|_(?![^\W_])")
_QUOTED: Final = re.compile(r"`([^`]+)`")
_BEGINS_A_BLOCK: Final = re.compile(r"[-+=]+|\d{1,9}[.)]")
_RUN: Final = re.compile(r"`+")


def prose(text: str, limit: int = 600) -> str:
    """`text` as Markdown that shows exactly it: no markup, no mention of a person, no link, no reference.

    Only what stands between two backticks is shown as code without them, as our own sentences mean it.
    """
    pieces = _QUOTED.split(shortened(one_line(text), limit))
    parts = [part for n, piece in enumerate(pieces) for part in (_quoted(piece) if n % 2 else _plain(piece))]
    runs = groupby((part for part in parts if part[0]), key=itemgetter(1))  # spans side by side would be read as one
    return "".join(code(shown) if is_code else shown for is_code, run in runs for shown in ["".join(p for p, _ in run)])


def _quoted(text: str) -> Iterator[tuple[str, bool]]:
    """A piece of code, the space around it outside: a code span loses it."""
    shown = text.strip()
    yield " " * (len(text) - len(text.lstrip())), False
    yield shown, True
    yield " " * (len(text) - len(text.rstrip())), False


def _plain(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text, escaped, each with whether it is to be shown as code, and then as it is."""
    for n, word in enumerate(text.split(" ")):
        yield (" " if n else ""), False
        bare = (word.lstrip("(").rstrip(".,;:)") or word) if _LOADED.search(word) else ""
        begin = word.find(bare)
        yield _escaped(word[:begin]), False
        yield bare, True
        yield _escaped(word[begin + len(bare) :]), False


def _escaped(word: str) -> str:
    """Character references cannot form structure, and unlike a backslash they cannot be escaped themselves."""
    if _BEGINS_A_BLOCK.fullmatch(word):
        return "".join(c if c.isalnum() or not c.isascii() else _reference(c) for c in word)
    return _MARKUP.sub(lambda found: _reference(found.group()), word)


def _reference(character: str) -> str:
    return f"&#{ord(character)};"


def code(text: str, limit: int = 300) -> str:
    """`text` as a code span that nothing inside it can close."""
    shown = shortened(one_line(text), limit)
    if not shown:
        return ""
    fence = "`" * (max((len(run) for run in _RUN.findall(shown)), default=0) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def fenced(text: str, language: str = "", *, limit: int = 4000) -> str:
    """`text` as a code block that nothing inside it can close."""
    shown = block(text.rstrip("\n"))
    if len(shown) > limit:
        shown = shown[:limit].rpartition("\n")[0] + "\n…"
    fence = "`" * max(3, max((len(run) for run in _RUN.findall(shown)), default=0) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def row(*cells: str) -> str:
    """One line of a table from cells that are Markdown already."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
