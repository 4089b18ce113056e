"""Splits a line of `CODEOWNERS` into its pattern and owners, minding escaped spaces and comments."""

import re
from typing import Final

_SPACE: Final = " \t"
_OWNER: Final = re.compile(
    r"@@?[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?(?:/[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9_])?)?"
    r"|[^@\s<>,;]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)


def tokens(line: str) -> list[str]:
    """The words of a line, up to a comment; a backslash keeps the character after it in the word, both as written."""
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
        elif character == "#" and not word:
            return found
        else:
            word += character
    return [*found, word] if word else found


def is_owner(word: str) -> bool:
    """Whether a word names a person, a team, a role or an address."""
    return _OWNER.fullmatch(word) is not None
