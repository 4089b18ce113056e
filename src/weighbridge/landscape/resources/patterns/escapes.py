"""What stands for characters in a regular expression: escapes and classes in brackets."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.outcomes import Reason
from weighbridge.landscape.resources.patterns import charsets
from weighbridge.landscape.resources.patterns.charsets import Charset
from weighbridge.landscape.resources.patterns.refusal import UnreadError
from weighbridge.landscape.resources.patterns.tree import Border, BorderKind

_PLAIN: Final = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "a": 7}
_HEX: Final = {"x": 2, "u": 4, "U": 8}
_PROPERTIES: Final = {
    "L": charsets.WIDE_LETTERS,
    "Letter": charsets.WIDE_LETTERS,
    "Alphabetic": charsets.WIDE_LETTERS,
    "IsAlphabetic": charsets.WIDE_LETTERS,
    "Alpha": charsets.union(charsets.UPPER[:1], charsets.LOWER[:1]),
    "Lu": charsets.UPPER,
    "Upper": charsets.UPPER[:1],
    "Ll": charsets.LOWER,
    "Lower": charsets.LOWER[:1],
    "N": charsets.WIDE_DIGITS,
    "Nd": charsets.WIDE_DIGITS,
    "Number": charsets.WIDE_DIGITS,
    "Digit": charsets.DIGITS,
    "Alnum": charsets.WORD[:2] + charsets.WORD[3:],
    "P": charsets.PUNCTUATION,
    "Punct": charsets.GRAPHIC,
    "Z": charsets.WIDE_SPACES,
    "Zs": charsets.WIDE_SPACES,
    "Space": charsets.SPACES,
    "M": ((0x300, 0x36F),),
    "S": charsets.SYMBOLS,
    "Sm": charsets.of_text("+<=>|~\xb1\xd7\xf7"),
    "Sc": charsets.of_text("$\xa2\xa3\xa5\u20ac"),
    "Sk": charsets.of_text("^`\xa8\xaf\xb4"),
    "Pc": charsets.of_text("_\u203f"),
    "Pd": charsets.of_text("-\u2013\u2014"),
    "Ps": charsets.of_text("([{"),
    "Pe": charsets.of_text(")]}"),
    "Pi": charsets.of_text("\xab\u2018\u201c\u2039"),
    "Pf": charsets.of_text("\xbb\u2019\u201d\u203a"),
    "Cc": ((0, 31), (127, 159)),
    "Emoji": (*charsets.of_text("#*"), *charsets.DIGITS, (0x1F300, 0x1FAFF)),
    "Extended_Pictographic": ((0x1F300, 0x1FAFF),),
    "ASCII": ((0, 127),),
    "Any": charsets.ANY,
    "XDigit": ((48, 57), (65, 70), (97, 102)),
}


class Flags(Struct, frozen=True, kw_only=True):
    """What flags say from a place on."""

    ignore_case: bool = False
    multiline: bool = False
    dot_all: bool = False
    verbose: bool = False
    ascii_only: bool = False


class Escapes:
    """The escapes and classes of one pattern."""

    def __init__(self, text: str, dialect: str) -> None:
        self._text = text
        self._dialect = dialect

    def border(self, letter: str) -> Border | None:
        """The border that a letter behind a backslash stands for."""
        known: dict[str, BorderKind] = {"b": "word", "B": "not-word"}
        if self._dialect != "javascript":
            known |= {"A": "start", "Z": "end" if self._dialect == "python" else "end-or-last-line", "z": "end"}
        if letter == "G" and self._dialect == "java":
            raise UnreadError(Reason.UNSUPPORTED, "where the last match ended (\\G) is not read")
        return Border(known[letter]) if letter in known else None

    def reference(self, at: int, *, names: Mapping[str, int], groups: int) -> tuple[int, int] | None:
        """Where a reference to a group ends, and which it is; None where none stands there."""
        text = self._text
        if text.startswith(("\\k<", "\\g<"), at):
            end = text.find(">", at)
            name = text[at + 3 : end]
            if end < 0 or (name not in names and not name.isdecimal()):
                raise UnreadError(Reason.UNSUPPORTED, "it refers to a group that is not read before")
            return end + 1, names.get(name) or int(name)
        end = at + 1
        while end < len(text) and text[end].isdecimal() and end < at + 3:
            end += 1
        digits = text[at + 1 : end]
        if not digits or digits[0] == "0" or not digits.isascii():
            return None
        while int(digits) > groups and len(digits) > 1:
            digits = digits[:-1]
        if int(digits) > groups:
            if self._dialect == "javascript":
                return None
            raise UnreadError(Reason.UNPARSED, "it refers to a group that is not there")
        return at + 1 + len(digits), int(digits)

    def one(self, at: int, flags: Flags) -> tuple[int, Charset]:
        """Where the escape at `at` ends, and the characters it stands for."""
        letter = self._text[at + 1 : at + 2]
        if not letter:
            raise UnreadError(Reason.UNPARSED, "it ends with a backslash")
        shorthand = self._shorthand(letter, flags)
        if shorthand is not None:
            return at + 2, shorthand
        if letter in "pP" and self._text[at + 2 : at + 3] in ("{", *"LNPZM"):
            return self._property(at)
        if letter in _HEX:
            return self._coded(at)
        if letter in "01234567":
            end = at + 2
            while end < len(self._text) and end < at + 4 and self._text[end] in "01234567":
                end += 1
            return end, ((int(self._text[at + 1 : end], 8),) * 2,)
        if letter == "c" and self._dialect != "python" and self._text[at + 2 : at + 3].isalpha():
            return at + 3, ((ord(self._text[at + 2]) % 32,) * 2,)
        if letter in ("N", "R", "X", "h") and self._dialect != "javascript":
            raise UnreadError(Reason.UNSUPPORTED, f"the escape \\{letter} is not read")
        return at + 2, ((_PLAIN.get(letter, ord(letter)),) * 2,)

    def _shorthand(self, letter: str, flags: Flags) -> Charset | None:
        is_wide = self._dialect == "python" and not flags.ascii_only
        digits = charsets.WIDE_DIGITS if is_wide else charsets.DIGITS
        word = charsets.union(charsets.WIDE_LETTERS, charsets.WIDE_DIGITS, charsets.WORD) if is_wide else charsets.WORD
        spaces = charsets.WIDE_SPACES if is_wide else charsets.SPACES
        if self._dialect == "javascript":
            spaces = charsets.SCRIPT_SPACES
        known = {"d": digits, "w": word, "s": spaces}
        found = known.get(letter.lower()) if letter in "dDwWsS" else None
        return charsets.others(found) if found is not None and letter.isupper() else found

    def _property(self, at: int) -> tuple[int, Charset]:
        is_braced = self._text[at + 2] == "{"
        end = self._text.find("}", at) if is_braced else at + 2
        name = self._text[at + 3 : end] if is_braced else self._text[at + 2]
        found = _PROPERTIES.get(name.removeprefix("General_Category=").removeprefix("gc="))
        if end < 0 or found is None:
            raise UnreadError(Reason.UNSUPPORTED, "a class of Unicode that it names is not known")
        return end + 1, charsets.others(found) if self._text[at + 1] == "P" else found

    def _coded(self, at: int) -> tuple[int, Charset]:
        letter = self._text[at + 1]
        start, end = at + 2, at + 2 + _HEX[letter]
        if self._text[start : start + 1] == "{" and self._dialect != "python":
            start, end = start + 1, self._text.find("}", start)
        try:
            code = int(self._text[start:end], 16)
        except ValueError:
            return at + 2, ((ord(letter),) * 2,)
        if code > charsets.TOP:
            raise UnreadError(Reason.UNPARSED, "it names a character that is none")
        return end + (self._text[end : end + 1] == "}" and start > at + 2), ((code, code),)

    def bracket(self, at: int, flags: Flags) -> tuple[int, Charset]:
        """Where the class that begins at `at` ends, and its characters."""
        text = self._text
        at += 1
        is_negative = text.startswith("^", at)
        at += is_negative
        found: list[Charset] = []
        first = at
        while True:
            if at >= len(text):
                raise UnreadError(Reason.UNPARSED, "a class in brackets is not closed")
            if text[at] == "]" and (at > first or self._dialect == "javascript"):
                break
            self._refuse(at)
            at, low = self._member(at, flags)
            if text.startswith("-", at) and text[at + 1 : at + 2] not in ("]", "") and _is_single(low):
                at, high = self._member(at + 1, flags)
                if not _is_single(high):
                    found += (low, charsets.of_text("-"), high)
                    continue
                if high[0][0] < low[0][0]:
                    raise UnreadError(Reason.UNPARSED, "a range in brackets runs backwards")
                found.append(((low[0][0], high[0][0]),))
            else:
                found.append(low)
        whole = charsets.union(*found)
        if flags.ignore_case:
            whole = charsets.folded(whole)
        return at + 1, charsets.others(whole) if is_negative else whole

    def _refuse(self, at: int) -> None:
        """Raises where a set is taken from another, or put into it."""
        is_nested = self._dialect == "java" and self._text[at] == "["
        if is_nested or (self._dialect == "java" and self._text.startswith("&&", at)):
            raise UnreadError(Reason.UNSUPPORTED, "classes within classes are not read")

    def _member(self, at: int, flags: Flags) -> tuple[int, Charset]:
        if self._text[at] != "\\":
            return at + 1, ((ord(self._text[at]),) * 2,)
        if self._text[at + 1 : at + 2] == "b":
            return at + 2, ((8, 8),)
        return self.one(at, flags)


def _is_single(of: Charset) -> bool:
    return len(of) == 1 and of[0][0] == of[0][1]
