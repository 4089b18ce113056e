"""Names that look like others: letters of other alphabets drawn as Latin ones (CVE-2021-42694)."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

# Written as escapes: a reader could not tell these letters from the Latin ones they stand for.
_CYRILLIC: Final = dict(
    zip(
        "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0455\u0456\u0458\u04bb\u0501\u051b\u051d\u044c\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0405\u0406\u0408\u0423\u0417",
        "aceopxysijhdqwbABEKMHOPCTXSIJY3",
        strict=True,
    )
)
_GREEK: Final = dict(
    zip(
        "\u03bf\u03bd\u03b9\u03c5\u03ba\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
        "ovlukABEZHIKMNOPTYX",
        strict=True,
    )
)
_ARMENIAN: Final = dict(zip("\u0585\u057d\u0570\u0566\u0581\u0575\u0578\u0578\u054f", "ouhqgjnnS", strict=True))
_OTHERS: Final = {
    "\u0251": "a",
    "\u0261": "g",
    "\u217c": "l",
    "\ua4f2": "I",
    "\ua4f3": "O",
    "\u1d0f": "o",
    "\u1d04": "c",
    "\u1d20": "v",
    "\u1d22": "z",
    "\ua731": "s",
}
_LATIN_FOR: Final = {**_CYRILLIC, **_GREEK, **_ARMENIAN, **_OTHERS}
_WORD: Final = re.compile(r"[^\W\d]\w*")
_PUNCTUATION: Final = {"\u01c3": "!", "\u037e": ";", "\ua789": ":", "\u2236": ":"}

RISKY: Final = frozenset(
    (
        "eval",
        "exec",
        "compile",
        "open",
        "getattr",
        "setattr",
        "import",
        "system",
        "globals",
        "locals",
        "require",
        "Function",
        "Runtime",
        "ProcessBuilder",
        "unsafe",
        "input",
        "vars",
        "popen",
        "spawn",
    )
)
"""Names whose look-alike is alarming even where the name itself does not stand nearby."""


class LookAlike(Struct, frozen=True, kw_only=True):
    """A word that reads as another one: where in the line (from 1), the word, and what a reader takes it for."""

    column: int
    word: str
    reads_as: str


def skeleton(word: str) -> str:
    """The word a reader sees, in Latin letters where they look the same."""
    return "".join(_LATIN_FOR.get(c, c) for c in unicodedata.normalize("NFKC", word))


def is_mixed(word: str) -> bool:
    """Whether Latin letters stand in one word with letters of another alphabet that look like Latin ones."""
    has_latin = any(c.isascii() and c.isalpha() for c in word)
    return has_latin and any(c in _LATIN_FOR for c in word)


def look_alikes(text: str, known: Iterable[str] = ()) -> Iterator[LookAlike]:
    """The words of a line that read as another one.

    A word wholly of another alphabet counts only when what it reads as is among `known` words, or is risky: words of
    other languages are no attack.
    """
    if text.isascii():
        return
    names = frozenset(known)
    for found in _WORD.finditer(text):
        word = found.group()
        reads_as = "" if word.isascii() or not word.isidentifier() else skeleton(word)
        if not reads_as.isascii() or len(reads_as) < 2:
            continue
        if is_mixed(word) or (len(reads_as) > 2 and (reads_as in names or reads_as in RISKY)):
            yield LookAlike(column=found.start() + 1, word=word, reads_as=reads_as)
    for at, character in enumerate(text):
        if character in _PUNCTUATION and not text[at - 1 : at].isspace():
            yield LookAlike(column=at + 1, word=character, reads_as=_PUNCTUATION[character])


def ascii_words(text: str) -> frozenset[str]:
    """The plain words of a text, to compare others with."""
    return frozenset(word for word in _WORD.findall(text) if word.isascii())
