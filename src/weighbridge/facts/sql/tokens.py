"""SQL files, read by hand: tokens with their lines, grouped into statements.

Only what a rule needs is told apart: words, quoted names, texts, symbols. Comments and texts are never taken for words.
What is not plain SQL (a client's commands, a template's braces, a text that never ends) is not guessed at: the lines are
listed as unread. So are those that one database reads otherwise than another, where nothing says which it is.
"""

import re
from collections.abc import Iterator
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.system import Dialect
from weighbridge.facts.sql.client import command_at
from weighbridge.facts.sql.compound import Compound, unfinished
from weighbridge.facts.sql.lexemes import Script, Statement, Token, TokenKind, Unread, unescaped, with_code_points

_LONGEST_GO: Final = 40
MOST_TOKENS: Final = 200_000
"""A file with more is a dump of data: what follows is unread."""

_BLANKS: Final = re.compile(r"[\s\ufeff]+")
_WORD: Final = re.compile(r"(?:\w|\$(?!\{)|@(?=[\w@]))+")
_WORD_WITH_HASH: Final = re.compile(r"(?:\w|\$(?!\{)|[@#](?=[\w@#]))+")
_COMMENT_MARKS: Final = re.compile(r"/\*|\*/")
_CONDITIONAL: Final = LatePattern(r"/\*M?!(\d{0,6})")
_LAST_VERSION: Final = 130_000
"""What is written for a later version of MySQL or MariaDB runs nowhere."""
_LAST_OF_MYSQL: Final = 99_999
_ENDS_ROWS: Final = LatePattern(r"^\\\.[ \t\r]*$", re.MULTILINE)
_GO: Final = LatePattern(r"^[ \t]*GO[ \t\r]*;?[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
_QUOTES: Final = {'"': '"', "`": "`", "[": "]"}
_ESCAPED: Final = {
    "'": re.compile(r"'[^'\\]*+(?:(?:\\.|'')[^'\\]*+)*+'", re.DOTALL),
    '"': re.compile(r'"[^"\\]*+(?:(?:\\.|"")[^"\\]*+)*+"', re.DOTALL),
}
_BEHIND_BACKSLASH: Final = re.compile(r"(?<!\\)(?:\\\\)*\\'")
_MEANING_MORE: Final = frozenset("dDeEgGuU")
"""Letters that more than a word may begin with: `DELIMITER`, `E'…'`, `GO`, `U&'…'`."""
_TOOL_MARK: Final = LatePattern(
    r"--\s*(?:\+goose\s+(?:Up|Down|StatementEnd)|migrate:(?:up|down)|\+mi(?:g|c)rate\s+(?:Up|Down|StatementEnd)|changeset\s)",
    re.IGNORECASE,
)
"""Where a migration tool ends a statement, though no semicolon does."""
_CONTROL: Final = LatePattern(r"\{\{[-~]?\s*(?:/\*|[#/!^]|(?:if|else|end|range|with|define|template|block)\b)")
"""What a template does and does not fill in."""
_TEMPLATES: Final = {"{{": "}}", "{%": "%}", "${": "}", "<%": "%>"}


def read_sql(text: str, first_line: int = 1, *, dialect: Dialect | None = None) -> Script:
    """The statements of `text`, whose first line is `first_line` of its file; takes time in proportion to its length.

    Where no dialect is given, it is read as PostgreSQL does, and what MySQL would read otherwise is unread.
    """
    reader = _Reader(text, first_line, dialect=dialect)
    statements: list[Statement] = []
    current: list[Token] = []
    compound = reader.compound()
    for token in reader.tokens():
        if not reader.is_end(token, compound):
            current.append(token)
            compound.pass_over(current)
            continue
        if current:
            statements.append(Statement(tuple(current)))
            reader.take_note(statements[-1])
            reader.unread += unfinished(current, compound)
        current, compound = [], reader.compound()
    if current:
        statements.append(Statement(tuple(current)))
        reader.unread += unfinished(current, compound)
    return Script(tuple(statements), tuple(reader.unread))


class _Reader:
    """Walks over the characters once."""

    def __init__(self, text: str, first_line: int, *, dialect: Dialect | None) -> None:
        self._text = text
        self._at = 0
        self._line = first_line
        self._dialect = dialect
        self._is_mysql = dialect is Dialect.MYSQL
        self._has_escapes = self._is_mysql
        """Whether plain texts know backslashes."""
        self._word_pattern = _WORD_WITH_HASH if dialect is Dialect.OTHER else _WORD
        self._has_batches = dialect in (None, Dialect.OTHER) and _GO.search(text) is not None
        self._is_fresh = True
        """Whether nothing but blanks stands before this on its line."""
        self._is_open = False
        """Whether a statement has begun."""
        self._is_conditional = False
        """Whether this stands in a comment that MySQL runs."""
        self._was_escaping = False
        """Whether the last token was a text that knows backslashes: one that follows it goes on with it."""
        self._command_end = 0
        """Where the line ends that is a command of the client and a statement at once."""
        self._delimiter = ""
        self._never_closed: set[str] = set()
        """Marks of templates that were looked for, and are not to be found any more."""
        self.unread: list[Unread] = []

    def compound(self) -> Compound:
        """What goes along with the next statement."""
        return Compound(is_atomic=self._dialect is Dialect.POSTGRES)

    def is_end(self, token: Token, compound: Compound) -> bool:
        """Whether a token ends the statement that it comes in."""
        if token.kind is TokenKind.END:
            return True
        if token.kind is not TokenKind.SYMBOL or token.text != ";" or not compound.ends_before(token):
            return False
        is_whole = bool(self._delimiter) or self._has_batches
        return not (is_whole and compound.is_routine)

    def take_note(self, statement: Statement) -> None:
        """A statement may say how what follows is read: rows that are copied, texts with backslashes."""
        tokens = statement.tokens
        if tokens[0].says("COPY") and not self._is_mysql and _copies_rows(tokens):
            self._skip_rows()
        elif tokens[0].says("SET"):
            said = " ".join(token.text.lower() for token in tokens[1:8])
            if "standard_conforming_strings" in said:
                self._has_escapes = tokens[-1].text.lower() in ("off", "false", "0", "no")
            elif self._is_mysql and "no_backslash_escapes" in said:
                self._has_escapes = False

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
                self._is_open = token.kind is not TokenKind.END and (
                    token.text != ";" or token.kind is not TokenKind.SYMBOL
                )
                yield token

    def _next(self) -> Token | None:
        character = self._text[self._at]
        if character.isalpha() and character not in _MEANING_MORE and not self._delimiter and not self._command_end:
            self._is_fresh = self._was_escaping = False
            return self._word()
        if end := self._end_of_mark(character):
            return self._until(end, TokenKind.END, text=self._text[self._at : end])
        if self._skips(character):
            return None
        if self._command_end and self._at >= self._command_end:
            self._command_end = 0
            return self._until(self._at, TokenKind.END, text="")
        if character == "\\":
            return self._command()
        self._is_fresh = False
        was_escaping, self._was_escaping = self._was_escaping, False
        return self._quoting(character, was_escaping=was_escaping) or self._plain(character)

    def _quoting(self, character: str, *, was_escaping: bool) -> Token | None:
        """A text or a name in quotes, if one begins here."""
        if character == "'":
            return self._quoted(TokenKind.TEXT, "'", has_escapes=self._has_escapes or was_escaping)
        if character in _QUOTES and self._is_quoting(character):
            return self._quoted(TokenKind.NAME, _QUOTES[character], has_escapes=self._is_mysql and character == '"')
        if character == "$" and not self._is_mysql and (mark := self._dollar_mark()):
            return self._dollar_quoted(mark)
        return self._prefixed(character) if character in "eEuU" else None

    def _plain(self, character: str) -> Token | None:
        """What is not quoted; nothing where what is quoted was begun and never ended."""
        if self._at >= len(self._text):
            return None
        if (
            character in "{$<"
            and not self._is_operator(character)
            and (closing := _TEMPLATES.get(self._text[self._at : self._at + 2])) is not None
        ):
            return self._placeholder(closing)
        return self._word() or self._symbol()

    def _skips(self, character: str) -> bool:
        """Blanks and comments are passed over."""
        if character.isspace() or character == "\ufeff":
            self._advance(self._end_of_run(_BLANKS))
        elif character == "-" and self._begins_comment():
            self._advance(self._end_of_comment())
        elif character == "#" and self._begins_hash_comment():
            self._advance(self._end_of_line())
        elif character == "/" and self._text.startswith("/*", self._at):
            self._comment()
        elif self._is_conditional and self._text.startswith("*/", self._at):
            self._is_conditional = False
            self._advance(self._at + 2)
        elif character in "dD" and self._tells_delimiter():
            self._take_delimiter()
        else:
            return False
        return True

    def _begins_comment(self) -> bool:
        """Whether two dashes stand here; in MySQL with a blank behind, as `5--3` is a sum."""
        if not self._text.startswith("--", self._at):
            return False
        if self._is_mysql:  # nothing begins by a sum
            return not self._is_open or self._text[self._at + 2 : self._at + 3] <= " "
        if self._dialect is None and self._text[self._at + 2 : self._at + 3] > " " and self._follows_value():
            self._doubt(self._line, "a comment that is a sum in MySQL")
        return True

    def _follows_value(self) -> bool:
        """Whether a name or number stands directly before this."""
        return self._at > 0 and (self._text[self._at - 1].isalnum() or self._text[self._at - 1] in ")_")

    def _begins_hash_comment(self) -> bool:
        """Whether a comment of MySQL begins; elsewhere it is an operator, or begins the name of a temporary table."""
        if self._is_mysql:
            return True
        if self._dialect is not None or not self._is_fresh or self._is_open:
            return False
        if ";" in self._text[self._at : self._end_of_line()]:
            self._doubt(self._line, "a comment in MySQL alone")
        return True

    def _end_of_comment(self) -> int:
        """A carriage return ends it in PostgreSQL."""
        end = self._end_of_line()
        if self._dialect in (None, Dialect.POSTGRES) and (early := self._text.find("\r", self._at, end)) >= 0:
            return early
        return end

    def _doubt(self, line: int, why: str) -> None:
        """What MySQL reads otherwise is unread, where nothing says which database it is."""
        if self._dialect is None:
            self.unread.append(Unread(line, self._line, f"{why}, and nothing says which database it is for"))

    def _command(self) -> Token | None:
        """A command of the client; within a line it ends the statement, or goes along with it."""
        if self._is_mysql:
            return self._mysql_command()
        if self._text[self._at + 1 : self._at + 5].lower() == "copy":
            self._command_end = self._end_of_line()
            self._advance(self._at + 1)
            return None
        found = command_at(self._text, self._at)
        if found.why:
            self.unread.append(Unread(self._line, self._line, found.why))
        if found.is_sending:
            return self._until(found.end, TokenKind.END, text=found.name)
        self._advance(found.end)
        return None

    def _mysql_command(self) -> Token | None:
        name = self._text[self._at + 1 : self._at + 2]
        if name in ("g", "G"):
            return self._until(self._at + 2, TokenKind.END, text=name)
        if name == "N":  # null
            return self._until(self._at + 2, TokenKind.WORD, text="NULL")
        self._note("a command of the database's client, not SQL")
        return None

    def _tells_delimiter(self) -> bool:
        return (
            self._is_fresh
            and (not self._is_open or bool(self._delimiter))
            and self._dialect not in (Dialect.POSTGRES, Dialect.SQLITE)
            and self._text[self._at : self._at + 10].upper() == "DELIMITER "
        )

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
        if character == "-":
            is_mark = self._is_fresh and self._is_open and _TOOL_MARK.match(self._text, self._at) is not None
            return self._end_of_line() if is_mark else 0
        return self._end_of_go() if self._has_batches and self._is_fresh and character in "gG" else 0

    def _end_of_go(self) -> int:
        """Where SQL Server's word for the end of a batch ends, if it alone stands on this line; else 0."""
        end = self._end_of_line() if self._text[self._at : self._at + 2].upper() == "GO" else self._at
        line = self._text[self._at : min(end, self._at + _LONGEST_GO)].strip().removesuffix(";")
        return self._at + 2 if line.upper() == "GO" else 0

    def _comment(self) -> None:
        """Comments nest in PostgreSQL and SQL Server, and MySQL runs what stands in some."""
        if (found := _CONDITIONAL.match(self._text, self._at)) is not None:
            version = int(found[1] or 0)
            if self._is_mysql and version <= _LAST_VERSION:
                self._is_conditional = True
                self._advance(found.end())
                if version > _LAST_OF_MYSQL:
                    self.unread.append(Unread(self._line, self._line, "what some versions of the database leave out"))
                return
            self._doubt(self._line, "a comment that MySQL runs")
        if self._is_mysql or self._dialect is Dialect.SQLITE:
            end = self._text.find("*/", self._at + 2)
            self._advance(end + 2) if end >= 0 else self._give_up("a comment that never ends")
        else:
            self._nested_comment()

    def _nested_comment(self) -> None:
        start, depth, deepest = self._line, 0, 0
        for mark in _COMMENT_MARKS.finditer(self._text, self._at):
            depth += 1 if mark.group() == "/*" else -1
            deepest = max(depth, deepest)
            if depth == 0:
                self._advance(mark.end())
                if deepest > 1:
                    self._doubt(start, "a comment within a comment, which ends earlier in MySQL")
                return
        self._give_up("a comment that never ends", start)

    def _quoted(self, kind: TokenKind, closing: str, *, has_escapes: bool = False, prefix: int = 0) -> Token | None:
        start = self._at + prefix
        if has_escapes and closing in _ESCAPED:
            found = _ESCAPED[closing].match(self._text, start)
            end = found.end() if found is not None else 0
        else:
            end = self._end_of_quoted(start, closing)
        if not end:
            self._give_up(f"a {kind} that never ends")
            return None
        said = self._text[start + 1 : end - 1]
        if closing in said:
            said = said.replace(closing * 2, closing)
        if has_escapes:
            said = unescaped(said)
            self._was_escaping = kind is TokenKind.TEXT
        line = self._line
        token = self._until(end, kind, text=said)
        if not has_escapes and kind is TokenKind.TEXT and _BEHIND_BACKSLASH.search(self._text, start, end) is not None:
            self._doubt(line, "a quote behind a backslash, at which a text goes on in MySQL")
        return token

    def _end_of_quoted(self, start: int, closing: str) -> int:
        at = start + 1
        while (at := self._text.find(closing, at)) >= 0:
            if self._text[at + 1 : at + 2] != closing:
                return at + 1
            at += 2
        return 0

    def _prefixed(self, character: str) -> Token | None:
        r"""PostgreSQL's `E'…'`, which knows backslashes, and `U&'…'` and `U&"…"`, which know numbers of characters."""
        if character in "eE" and self._text[self._at + 1 : self._at + 2] == "'":
            return self._quoted(TokenKind.TEXT, "'", has_escapes=True, prefix=1)
        quote = self._text[self._at + 2 : self._at + 3]
        if self._is_mysql or self._text[self._at + 1 : self._at + 2] != "&" or quote not in ("'", '"'):
            return None
        kind = TokenKind.TEXT if quote == "'" else TokenKind.NAME
        token = self._quoted(kind, quote, prefix=2)
        return token and Token(token.kind, with_code_points(token.text), token.line, token.start, token.end)

    def _is_quoting(self, character: str) -> bool:
        if character == "[":
            return self._is_bracketed_name()
        return character == '"' or self._dialect is not Dialect.POSTGRES

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

    def _is_operator(self, character: str) -> bool:
        """Whether `<%` stands between two values, as PostgreSQL's measure of likeness does."""
        return character == "<" and self._is_open and self._text[self._at + 2 : self._at + 3] not in ("=", "-", "#")

    def _placeholder(self, closing: str) -> Token | None:
        """What a template fills into a statement is taken for a name; what it does besides is passed over."""
        end = -1 if closing in self._never_closed else self._text.find(closing, self._at + 2)
        opening = self._text[self._at : self._at + 2]
        if end < 0:
            self._never_closed.add(closing)
            self._note("a template's placeholder stands here")
            return None
        start, said = self._line, self._text[self._at : end + len(closing)]
        is_filled = self._is_open and (opening in ("{{", "${") or said.startswith("<%="))
        token = self._until(end + len(closing), TokenKind.NAME, text=said)
        self.unread.append(Unread(start, self._line, "a template's placeholder stands here"))
        return token if is_filled and _CONTROL.match(said) is None else None

    def _word(self) -> Token | None:
        pattern = self._word_pattern
        if self._text[self._at] == "#" and self._dialect is None:
            pattern = _WORD_WITH_HASH
        found = pattern.match(self._text, self._at)
        if found is None:
            return None
        if found[0].upper() == "UESCAPE":
            self.unread.append(Unread(self._line, self._line, "characters by their numbers, with a mark of their own"))
        end = found.end()
        if self._delimiter and (mark := found[0].find(self._delimiter)) > 0:  # `END$$`
            end = self._at + mark
        token = Token(TokenKind.WORD, self._text[self._at : end], self._line, self._at, end)
        self._at = end
        return token

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

    def _skip_rows(self) -> None:
        """What is copied stands in the script, from the next line up to one with a backslash and a dot."""
        if not self._is_fresh and self._text[self._at : self._end_of_line()].strip():
            self._note("what stands behind the rows that are copied")
        found = _ENDS_ROWS.search(self._text, self._at)
        self._advance(found.end()) if found is not None else self._give_up("rows that never end")

    def _note(self, why: str) -> None:
        self.unread.append(Unread(self._line, self._line, why))
        self._advance(self._end_of_line())

    def _give_up(self, why: str, line: int = 0) -> None:
        last = self._line + self._text.count("\n", self._at)
        self.unread.append(Unread(line or self._line, last, why))
        self._advance(len(self._text))


def _copies_rows(tokens: tuple[Token, ...]) -> bool:
    """Whether `COPY t FROM STDIN` stands there: the rows follow in the script."""
    depth = 0
    for at, token in enumerate(tokens[:-1]):
        depth += token.says("(") - token.says(")")
        if not depth and token.says("FROM"):
            return tokens[at + 1].says("STDIN", "PSTDIN")
    return False
