"""Sets of characters as ranges of code points, and the classes that some sets divide all characters into."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

Charset = tuple[tuple[int, int], ...]
"""Ranges of code points, first and last, in order, none of which touch."""

TOP: Final = 0x10FFFF
ANY: Final[Charset] = ((0, TOP),)
NOTHING: Final[Charset] = ()

DIGITS: Final[Charset] = ((48, 57),)
WORD: Final[Charset] = ((48, 57), (65, 90), (95, 95), (97, 122))
SPACES: Final[Charset] = ((9, 13), (32, 32))
WIDE_DIGITS: Final[Charset] = ((48, 57), (0x660, 0x669), (0x6F0, 0x6F9), (0x966, 0x96F), (0xFF10, 0xFF19))
WIDE_SPACES: Final[Charset] = ((9, 13), (28, 32), (133, 133), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000))  # fmt: skip
SCRIPT_SPACES: Final[Charset] = ((9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF))  # fmt: skip
WIDE_LETTERS: Final[Charset] = ((65, 90), (97, 122), (0xAA, 0xAA), (0xB5, 0xB5), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2C1), (0x370, 0x373), (0x386, 0x386), (0x388, 0x481), (0x48A, 0x559), (0x561, 0x587), (0x5D0, 0x5EA), (0x620, 0x64A), (0x671, 0x6D3), (0x904, 0x939), (0xE01, 0xE30), (0x10A0, 0x10FF), (0x1E00, 0x1FBC), (0x3041, 0x3096), (0x30A1, 0x30FA), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x10000, 0x100FA), (0x20000, 0x2A6DF))  # fmt: skip
"""Most letters that are written: those of rare scripts are left out, which no witness is made of."""
UPPER: Final[Charset] = ((65, 90), (0xC0, 0xD6), (0xD8, 0xDE), (0x391, 0x3A9), (0x410, 0x42F))
LOWER: Final[Charset] = ((97, 122), (0xB5, 0xB5), (0xDF, 0xF6), (0xF8, 0xFF), (0x3B1, 0x3C9), (0x430, 0x44F))
GRAPHIC: Final[Charset] = ((33, 47), (58, 64), (91, 96), (123, 126))
SYMBOLS: Final[Charset] = ((36, 36), (43, 43), (60, 62), (94, 94), (96, 96), (124, 124), (126, 126), (0xA2, 0xA6), (0x20A0, 0x20BF), (0x2190, 0x23FF))  # fmt: skip
PUNCTUATION: Final[Charset] = ((33, 35), (37, 42), (44, 47), (58, 59), (63, 64), (91, 93), (95, 95), (123, 123), (125, 125), (0xA1, 0xA1), (0xA7, 0xA7), (0x2010, 0x2027), (0x3001, 0x3003))  # fmt: skip
NEWLINE: Final[Charset] = ((10, 10),)
LINE_ENDS: Final[Charset] = ((10, 10), (13, 13), (0x2028, 0x2029))

_LIKED: Final = "a0 A1-_.,/:;!@#=bx\"'<>(){}[]*+?&%$~|^`\\\t\n"
"""What a witness is best made of, the best first."""
_FOLDED: Final = 600
"""Ranges with more characters are folded only as far as their letters of ASCII go."""
_OFFSET: Final = 32


def union(*sets: Charset) -> Charset:
    """What lies in any of the sets."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(each for one in sets for each in one):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def others(of: Charset) -> Charset:
    """What does not lie in the set."""
    found: list[tuple[int, int]] = []
    at = 0
    for first, last in of:
        if first > at:
            found.append((at, first - 1))
        at = last + 1
    if at <= TOP:
        found.append((at, TOP))
    return tuple(found)


def of_text(characters: str) -> Charset:
    """The characters of a text."""
    return union(*(((ord(each), ord(each)),) for each in characters))


def folded(of: Charset) -> Charset:
    """The set with the other case of its letters."""
    further: list[tuple[int, int]] = []
    for first, last in of:
        for low, high, step in ((65, 90, _OFFSET), (97, 122, -_OFFSET)):
            if first <= high and last >= low:
                further.append((max(first, low) + step, min(last, high) + step))
        if last > TOP_OF_ASCII and last - first < _FOLDED:
            for code in range(max(first, TOP_OF_ASCII + 1), last + 1):
                further += ((ord(each), ord(each)) for each in {chr(code).lower(), chr(code).upper()} if len(each) == 1)
    return union(of, tuple(further)) if further else of


TOP_OF_ASCII: Final = 127


class Alphabet:
    """The classes of characters that none of some sets tells apart, each with a character that stands for it."""

    def __init__(self, sets: Iterable[Charset]) -> None:
        edges = {0}
        distinct = set(sets)
        for one in distinct:
            for first, last in one:
                edges.add(first)
                edges.add(last + 1)
        edges.discard(TOP + 1)
        self._starts = sorted(edges)
        signatures: dict[tuple[int, ...], int] = {}
        self._class_of: list[int] = []
        ordered = sorted(distinct)
        marks: list[list[int]] = [[] for _ in self._starts]
        for index, one in enumerate(ordered):
            for first, last in one:
                for at in range(self._index(first), self._index(last) + 1):
                    marks[at].append(index)
        for mark in marks:
            self._class_of.append(signatures.setdefault(tuple(mark), len(signatures)))
        self.size = len(signatures)
        self._masks = dict.fromkeys(ordered, 0)
        for signature, number in signatures.items():
            for index in signature:
                self._masks[ordered[index]] |= 1 << number
        self.shown = self._shown()

    def _index(self, code: int) -> int:
        return bisect_right(self._starts, code) - 1

    def _shown(self) -> list[str]:
        found: dict[int, str] = {}
        for liked in _LIKED:
            found.setdefault(self.class_of(liked), liked)
        for at, number in enumerate(self._class_of):
            code = self._starts[at]
            found.setdefault(number, chr(code) if not 0xD800 <= code <= 0xDFFF else "\ufffd")
        return [found[number] for number in range(self.size)]

    def class_of(self, character: str) -> int:
        """The class a character lies in."""
        return self._class_of[self._index(ord(character))]

    def mask(self, of: Charset) -> int:
        """The classes of one of the sets, a bit each."""
        return self._masks[of]

    def mask_or_none(self, of: Charset) -> int:
        """The same; no class where the set is none of them."""
        return self._masks.get(of, 0)

    def best(self, mask: int) -> int:
        """Of some classes the one whose character reads best."""
        numbers = [number for number in range(self.size) if mask >> number & 1]
        return min(numbers, key=self.rank)

    def rank(self, number: int) -> int:
        """How well the character reads that stands for a class: the lower, the better."""
        place = _LIKED.find(self.shown[number])
        return place if place >= 0 else len(_LIKED)
