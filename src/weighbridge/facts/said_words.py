"""Which words a text says, as few bytes as can be kept: that a text says none of some words is then told without it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, TypeVar
from zlib import crc32

K = TypeVar("K")

SAID_VERSION: Final = 1
"""Another number when words are packed otherwise."""

_WORD: Final = re.compile(r"\w+")
_BYTES: Final = 4
_LONGEST: Final = 128
"""Characters of a word that are looked at, from its end: no name that is asked for is longer, and a line of underscores may be."""
_REMEMBERED: Final = 1 << 15


def packed(text: str) -> bytes:
    r"""The words of a text (`\w+`), and what each ends with after an underscore: what `find_by_name` says, says `name`."""
    found: set[bytes] = set()
    for word in set(_WORD.findall(text)):
        found.update(_endings(word[-_LONGEST:]))
    return b"".join(sorted(found))


def that_may_say(texts: Mapping[K, bytes], words: Collection[str]) -> Iterator[K]:
    """Those of packed texts that may say any of some words; of what is no word, or is too long to be told, all may."""
    if not all(map(_is_told, words)):
        yield from texts
        return
    wanted = [_hashed(word) for word in words]
    for key, text in texts.items():
        if any(_holds(text, each) for each in wanted):
            yield key


def _is_told(word: str) -> bool:
    return len(word) <= _LONGEST and _WORD.fullmatch(word) is not None


@lru_cache(_REMEMBERED)
def _endings(word: str) -> Iterable[bytes]:
    """A word with all its endings, each as it is packed."""
    found = [_hashed(word)]
    at = word.find("_") + 1
    while at:
        found.append(_hashed(word[at:]))
        at = word.find("_", at) + 1
    return tuple(found)


def _hashed(word: str) -> bytes:
    return crc32(word.encode("utf-8", "surrogatepass")).to_bytes(_BYTES, "little")


def _holds(text: bytes, wanted: bytes) -> bool:
    at = text.find(wanted)
    while at > 0 and at % _BYTES:  # it is the end of one and the beginning of the next
        at = text.find(wanted, at + 1)
    return at >= 0
