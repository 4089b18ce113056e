"""Splits `CODEOWNERS` into lines and words, minding escaped spaces and comments."""

from collections.abc import Iterator
from typing import Final

_SPACE: Final = " \t\v\f\r"


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without white space around them; only a line feed ends one, as for git and the forges."""
    return ((number, line.strip(_SPACE)) for number, line in enumerate(text.split("\n"), start=1))


def words_of(line: str) -> list[str]:
    """The words of a line; a backslash keeps the character after it in the word, both as written."""
    found: list[str] = []
    word = ""
    characters = iter(line)
    for character in characters:
        if character == "\\":
            word += character + next(characters, "")
        elif character in _SPACE:
            if word:
                found.append(word)
            word = ""
        else:
            word += character
    return [*found, word] if word else found


def without_comment(words: list[str]) -> list[str]:
    """The words up to the first that begins a comment."""
    return words[: next((n for n, word in enumerate(words) if word.startswith("#")), len(words))]
