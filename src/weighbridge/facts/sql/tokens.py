"""SQL files, read by hand: tokens with their lines, grouped into statements.

Only what a rule needs is told apart: words, quoted names, texts, symbols. Comments and texts are never taken for words.
What is not plain SQL (a client's commands, a template's braces, a text that never ends) is not guessed at: the lines are
listed as unread.
"""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

_LONGEST_GO: Final = 40
MOST_TOKENS: Final = 200_000
"""A file with more is a dump of data: what follows is unread."""

_BLANKS: Final = re.compile(r"\s+")
_WORD: Final = re.compile(r"[\w@#$]+")
_COMMENT_MARKS: Final = re.compile(r"/\*|\*/")
_ROUTINES: Final = frozenset({"TRIGGER", "FUNCTION", "PROCEDURE", "EVENT"})
_CLOSED_BY_NAME: Final = frozenset({"IF", "LOOP", "WHILE", "REPEAT"})
"""What `END` is followed by where it ends no block; what it closes is not counted when it opens, as `IF EXISTS` opens nothing."""
_BEFORE_KIND: Final = frozenset(
    {"OR", "REPLACE", "CONSTRAINT", "TEMP", "TEMPORARY", "AGGREGATE", "DEFINER", "SQL", "SECURITY"}
)
"""What may stand between `CREATE` and the word that says what is made."""
_LONGEST_DEFINER: Final = 14
"""The words and symbols of `CREATE DEFINER = a@b SQL SECURITY INVOKER`, and some more."""

_TEMPLATES: Final = ("{{", "{%", "${", "<%")
_QUOTES: Final = {'"': '"', "`": "`", "[": "]"}


class TokenKind(StrEnum):
    """What a token is."""

    WORD = "word"
    NAME = "quoted name"
    TEXT = "text"
    BODY = "dollar-quoted text"
    SYMBOL = "symbol"
    END = "end of a statement"
    """Another mark than a semicolon: a line `GO`, or the delimiter that MySQL's client was told."""


class Token(Struct, frozen=True, gc=False):
    """One token; `text` is without its quotes. It stands from `start` up to `end` in what was read."""

    kind: TokenKind
    text: str
    line: int
    start: int = 0
    end: int = 0

    def says(self, *words: str) -> bool:
        """Whether this is one of these words or symbols; words are given in capitals."""
        return self.kind in (TokenKind.WORD, TokenKind.SYMBOL) and self.text.upper() in words

    @property
    def is_name(self) -> bool:
        """Whether it can name a table or column."""
        return self.kind in (TokenKind.WORD, TokenKind.NAME)


class Statement(Struct, frozen=True):
    """The tokens of one statement, without its semicolon."""

    tokens: tuple[Token, ...]

    @property
    def line(self) -> int:
        """Its first line."""
        return self.tokens[0].line

    @property
    def end_line(self) -> int:
        """Its last token's line."""
        return self.tokens[-1].line


class Unread(Struct, frozen=True):
    """Lines that are not SQL as it is known here, and why."""

    line: int
    end_line: int
    why: str


class Script(Struct, frozen=True):
    """One SQL file: what could be read, and what could not."""

    statements: tuple[Statement, ...] = ()
    unread: tuple[Unread, ...] = ()


def read_sql(text: str, first_line: int = 1) -> Script:
    """The statements of `text`, whose first line is `first_line` of its file; takes time in proportion to its length."""
    reader = _Reader(text, first_line)
    statements: list[Statement] = []
    current: list[Token] = []
    compound = _Compound()
    for token in reader.tokens():
        is_end = token.kind is TokenKind.END or (
            token.kind is TokenKind.SYMBOL and token.text == ";" and not reader.has_delimiter and not compound.depth
        )
        if not is_end:
            current.append(token)
            compound.pass_over(current)
            continue
        if current:
            statements.append(Statement(tuple(current)))
        current, compound = [], _Compound()
    if current:
        statements.append(Statement(tuple(current)))
    return Script(tuple(statements), tuple(reader.unread))


class _Compound:
    """Tells how deep within `BEGIN … END` a trigger or routine is being made, whose semicolons are its own."""

    def __init__(self) -> None:
        self.depth = 0
        self._may_begin: bool | None = None

    def pass_over(self, tokens: Sequence[Token]) -> None:
        """Take note of the last of these."""
        token = tokens[-1]
        if token.kind is TokenKind.BODY:
            self._may_begin = False
        if token.kind is not TokenKind.WORD or self._may_begin is False:
            return
        word = token.text.upper()
        if self._may_begin is None:
            self._may_begin = self._makes(tokens, word)
        elif word == "END" and self.depth:
            self.depth -= 1
        elif word == "BEGIN" or tokens[-2].says("END") == (word in _CLOSED_BY_NAME):
            self.depth += word == "BEGIN" or word in _CLOSED_BY_NAME or (word == "CASE" and self.depth > 0)

    @staticmethod
    def _makes(tokens: Sequence[Token], word: str) -> bool | None:
        """Whether a routine is made here; None while that is open."""
        if len(tokens) == 1:
            return None if word == "CREATE" else False
        if word in _ROUTINES:
            return True
        is_before_kind = word in _BEFORE_KIND or (len(tokens) < _LONGEST_DEFINER and tokens[1].says("DEFINER"))
        return None if is_before_kind else False


class _Reader:
    """Walks over the characters once."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._at = 0
        self._line = first_line
        self._is_fresh = True
        """Whether nothing but blanks stands before this on its line."""
        self._is_open = False
        """Whether a statement has begun: a command of the client is none within it."""
        self._delimiter = ""
        self.unread: list[Unread] = []

    @property
    def has_delimiter(self) -> bool:
        """Whether statements end in another mark than a semicolon from here on."""
        return bool(self._delimiter)

    def tokens(self) -> Iterator[Token]:
        """Every token, in order."""
        count = 0
        while self._at < len(self._text):
            if count >= MOST_TOKENS:
                self._give_up(f"more than {MOST_TOKENS:,} tokens")
                return
            token = self._next()
            if token is not None:
                count += 1
                self._is_open = token.text != ";" or token.kind is not TokenKind.SYMBOL
                yield token

    def _may_command(self) -> bool:
        return not self._is_open or bool(self._delimiter)

    def _next(self) -> Token | None:
        character = self._text[self._at]
        if self._skips():
            return None
        if end := self._end_of_mark(character):
            return self._until(end, TokenKind.END, text=self._text[self._at : end])
        self._is_fresh = False
        if character == "'":
            return self._quoted(TokenKind.TEXT, "'", has_escapes=self._is_escaping())
        if character in _QUOTES and (character != "[" or self._is_bracketed_name()):
            return self._quoted(TokenKind.NAME, _QUOTES[character])
        if character == "$" and (mark := self._dollar_mark()):
            return self._dollar_quoted(mark)
        return self._word() if character.isalnum() or character in "_@#" else self._symbol()

    def _skips(self) -> bool:
        """Blanks and comments are passed over; what is no SQL is noted as unread."""
        rest = self._text[self._at : self._at + 2]
        if rest[0].isspace():
            self._advance(self._end_of_run(_BLANKS))
        elif rest == "--" or (rest[:1] == "#" and self._is_fresh):
            self._advance(self._end_of_line())
        elif rest == "/*":
            self._comment()
        elif rest in _TEMPLATES:
            self._note("a template's placeholder stands here")
        elif rest[:1] == "\\" and self._is_fresh:
            self._note("a command of the database's client, not SQL")
        elif self._is_fresh and self._may_command() and self._text[self._at : self._at + 10].upper() == "DELIMITER ":
            self._take_delimiter()
        else:
            return False
        return True

    def _take_delimiter(self) -> None:
        """MySQL's client is told by what statements end from here on."""
        end = self._end_of_line()
        self._delimiter = self._text[self._at + 10 : end].strip()
        if self._delimiter == ";":
            self._delimiter = ""
        self._advance(end)

    def _end_of_mark(self, character: str) -> int:
        """Where what ends a statement here ends, if it is another mark than a semicolon; else 0."""
        if self._delimiter and self._text.startswith(self._delimiter, self._at):
            return self._at + len(self._delimiter)
        return self._end_of_go() if self._is_fresh and character in "gG" else 0

    def _end_of_go(self) -> int:
        """Where SQL Server's word for the end of a batch ends, if it alone stands on this line; else 0."""
        end = self._end_of_line() if self._text[self._at : self._at + 2].upper() == "GO" else self._at
        line = self._text[self._at : min(end, self._at + _LONGEST_GO)].strip().removesuffix(";")
        return self._at + 2 if line.upper() == "GO" else 0

    def _comment(self) -> None:
        """Comments nest in PostgreSQL and SQL Server; elsewhere an inner opening is rare."""
        start, depth = self._line, 0
        for mark in _COMMENT_MARKS.finditer(self._text, self._at):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                self._advance(mark.end())
                return
        self._give_up("a comment that never ends", start)

    def _quoted(self, kind: TokenKind, closing: str, *, has_escapes: bool = False) -> Token | None:
        at = self._at + 1
        while at < len(self._text):
            if not has_escapes:
                at = self._text.find(closing, at)
                if at < 0:
                    break
            character = self._text[at]
            if character == "\\" and has_escapes:
                at += 2
            elif character != closing:
                at += 1
            elif self._text[at + 1 : at + 2] == closing:
                at += 2
            else:
                return self._until(at + 1, kind, text=self._text[self._at + 1 : at])
        self._give_up(f"a {kind} that never ends")
        return None

    def _is_escaping(self) -> bool:
        """PostgreSQL's `E'…'` knows backslashes; plain texts do not in standard SQL."""
        return self._text[max(self._at - 1, 0)] in "eE" and not self._text[max(self._at - 2, 0)].isalnum()

    def _is_bracketed_name(self) -> bool:
        """`[name]` is SQL Server's quoting; `x[1]` and `ARRAY[…]` are not."""
        before = self._text[self._at - 1] if self._at else " "
        end = self._text.find("]", self._at, self._at + 130)
        inside = self._text[self._at + 1 : end] if end > 0 else ""
        return (
            (before.isspace() or before in ".(,")
            and bool(inside)
            and inside.replace(" ", "").replace("_", "").isalnum()
        )

    def _dollar_mark(self) -> str:
        end = self._text.find("$", self._at + 1, self._at + 66)
        mark = self._text[self._at : end + 1] if end > 0 else ""
        inside = mark[1:-1]
        return mark if mark and (not inside or (inside.replace("_", "a").isalnum() and not inside[0].isdigit())) else ""

    def _dollar_quoted(self, mark: str) -> Token | None:
        end = self._text.find(mark, self._at + len(mark))
        if end < 0:
            self._give_up(f"a text opened by {mark} that never ends")
            return None
        return self._until(end + len(mark), TokenKind.BODY, text=self._text[self._at + len(mark) : end])

    def _word(self) -> Token:
        end = self._end_of_run(_WORD)
        return self._until(end, TokenKind.WORD, text=self._text[self._at : end])

    def _symbol(self) -> Token:
        return self._until(self._at + 1, TokenKind.SYMBOL, text=self._text[self._at])

    def _until(self, end: int, kind: TokenKind, *, text: str) -> Token:
        token = Token(kind, text, self._line, self._at, end)
        self._advance(end)
        return token

    def _advance(self, end: int) -> None:
        passed = self._text.count("\n", self._at, end)
        if passed:
            self._line += passed
            self._is_fresh = True
        self._at = end

    def _end_of_run(self, pattern: re.Pattern[str]) -> int:
        """Where what the pattern matches here ends; one character at least."""
        found = pattern.match(self._text, self._at)
        return max(found.end(), self._at + 1) if found is not None else self._at + 1

    def _end_of_line(self) -> int:
        end = self._text.find("\n", self._at)
        return len(self._text) if end < 0 else end

    def _note(self, why: str) -> None:
        self.unread.append(Unread(self._line, self._line, why))
        self._advance(self._end_of_line())

    def _give_up(self, why: str, line: int = 0) -> None:
        last = self._line + self._text.count("\n", self._at)
        self.unread.append(Unread(line or self._line, last, why))
        self._advance(len(self._text))
