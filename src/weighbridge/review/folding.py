"""Sentences folded at a terminal's width: what a person copies out of them, a command above all, stays in one piece."""

from collections.abc import Iterator
from typing import Final

from weighbridge.review.visible import columns

_PROGRAMS: Final = frozenset({"weighbridge", "git"})
_WITH_COMMANDS: Final = frozenset({"document", "ledger", "packages", "people", "policy", "reset"})
"""Commands of ours that have commands of their own."""
_HANGS: Final = 2
_ENDS: Final = (",", ";", ":", ".", ")", "?", "!")
_QUOTES: Final = ("`", '"', "'")
_BEFORE: Final = "([{"
_BEHIND: Final = f"{''.join(_ENDS)}]}}"


def folded(text: str, width: int) -> str:
    """Each line of `text` in lines of at most `width` columns, the later ones further in; of a longer piece one that is longer."""
    return "\n".join(part for line in text.split("\n") for part in _folded(line, width))


def _folded(line: str, width: int) -> Iterator[str]:
    if columns(line) <= width:
        yield line
        return
    words = line.lstrip(" ")
    indent = " " * (len(line) - len(words))
    first, *more = filled(words, width - len(indent), hang=_HANGS)
    yield indent + first
    yield from (f"{indent}{' ' * _HANGS}{part}" for part in more)


def filled(words: str, room: int, *, hang: int = 0) -> list[str]:
    """`words` in lines of `room` columns, the later ones of `hang` less."""
    lines = [""]
    for piece in _pieces(words.split(" "), room - hang):
        joined = f"{lines[-1]} {piece}" if lines[-1] else piece
        if not lines[-1] or columns(joined) <= room - (hang if len(lines) > 1 else 0):
            lines[-1] = joined
        else:
            lines.append(piece)
    return lines


def _pieces(words: list[str], room: int) -> Iterator[str]:
    """The words, those of a command or a quotation together."""
    at = 0
    while at < len(words):
        end = max(_quoted(words, at, room=room), _commanded(words, at))
        yield " ".join(words[at:end])
        at = end


def _quoted(words: list[str], at: int, *, room: int) -> int:
    """Where the quotation that begins there ends, if it fits in; of a command wherever that is."""
    quote = words[at].lstrip(_BEFORE)[:1]
    if quote not in _QUOTES:
        return at + 1
    taken, is_command = 0, words[at].lstrip(_BEFORE)[1:] in _PROGRAMS
    for end in range(at, len(words)):
        taken += columns(words[end]) + (end > at)
        if taken > room and not is_command:
            break
        word = words[end].lstrip(_BEFORE)[1:] if end == at else words[end]
        if word.rstrip(_BEHIND).endswith(quote):
            return end + 1
    return at + 1


def _commanded(words: list[str], at: int) -> int:
    """Where the command that begins there ends, as far as its words can be told from prose."""
    if words[at].lstrip(_BEFORE) not in _PROGRAMS or at + 1 == len(words) or not words[at + 1][:1].islower():
        return at + 1
    end = at + 2
    if words[end - 1] in _WITH_COMMANDS and end < len(words):
        end += 1
    while end < len(words) and not words[end - 1].endswith(_ENDS):
        is_value = words[end - 1].startswith("--") and "=" not in words[end - 1]
        if not (is_value or _is_argument(words[end])):
            break
        end += 1
    return end


def _is_argument(word: str) -> bool:
    """Whether nobody would take it for a word of the sentence."""
    bare = word.rstrip(_BEHIND)
    return bare.startswith("-") or (len(bare) > 1 and bare.isupper()) or any(c in bare for c in "./:=<>_@{}0123456789")
