"""Tells Ruby's tokens apart: names, symbols, strings of every kind, texts that begin on a later line."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.calls.forms import Text
from weighbridge.facts.calls.strings import ends_at, name_in, unescaped
from weighbridge.facts.calls.tokens import Token

_TOKEN: Final = LatePattern(
    r"(?P<space>(?:[ \t\f\r]|\\\r?\n)+)|(?P<comment>#[^\n]*|(?<![^\n])=begin\b.*?(?:\n=end[^\n]*|\Z))|(?P<newline>\n)"
    r"|(?P<heredoc><<[~-]?(?:\"[\w ]+\"|'[\w ]+'|`\w+`|[A-Z_]\w*))|(?P<words>%[wWiI](?=[^\w\s]))|(?P<quoted>%[qQx]?(?=[\[({<|!/]))"
    r"|(?P<text>[\"'`])|(?P<sign>:[\"'])|(?P<symbol_>:[A-Za-z_]\w*[?!=]?(?![:\w]))|(?P<label>[A-Za-z_]\w*[?!]?:(?!:))"
    r"|(?P<number>\d[\d_]*(?:\.\d[\d_]*)?(?:e\d+)?)|(?P<name>(?:@{1,2}|\$)?[^\W\d]\w*[?!]?(?:::[A-Z]\w*)*)"
    r"|(?P<symbol>=>|->|&\.|::|\|\||&&|==|!=|<=|>=|=~|!~|<<|\*\*|\.\.\.?|[|&+*/-]=|.)",
    re.DOTALL,
)
_CLOSES: Final = {"[": "]", "(": ")", "{": "}", "<": ">"}
_ENDS: Final = {quote: LatePattern(rf"\\.|{quote}", re.DOTALL) for quote in ('"', "'", "`", "/")}
_HOLE: Final = LatePattern(r"#\{[^{}]{0,500}(?:\{[^{}]{0,500}\}[^{}]{0,500}){0,20}\}")
_FLAGS: Final = tuple("imxounse")
_BEFORE_PATTERN: Final = ("(", ",", "=~", "!~", "[", "&&", "||", "!", "=", "{", ";")


class _Reader:
    """Goes through a source once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.line = 1
        self.waiting: list[tuple[int, str, bool, bool]] = []
        """Texts that begin on the next line: the place of each one's token, its end mark, whether indented, whether filled in."""
        self.is_apart = False
        self.unended = 0
        """The line at which a text begins that never ends; 0 where each does."""

    def read(self) -> list[Token]:
        at = 0
        while at < len(self.source):
            match = _TOKEN.match(self.source, at)
            if match is None:
                break
            kind = match.lastgroup or ""
            if kind == "name" and match[0] == "__END__" and (at == 0 or self.source[at - 1] == "\n"):
                break
            at = self._take(kind, match[0], start=at, end=match.end())
        if self.waiting:
            self.unended = self.unended or self.line
        return self.tokens

    def _take(self, kind: str, said: str, *, start: int, end: int) -> int:
        if kind in ("comment", "space"):
            self.line += said.count("\n")
            self.is_apart = kind == "space" or self.is_apart
        elif kind == "newline":
            self._add("newline", "\n", start=start, end=end)
            self.line += 1
            return self._heredocs(end)
        elif kind == "symbol_":
            self._add("text", "", start=start, end=end, string=Text(said[1:], self.line, self.line))
        elif kind == "label":
            self._add("label", said[:-1], start=start, end=end)
        elif kind == "symbol" and said == "/" and self._begins_pattern(end):
            return self._pattern(start, end)
        elif kind in ("heredoc", "words", "quoted", "text", "sign"):
            return self._quoted(kind, said, start=start, end=end)
        else:
            self._add(kind, said, start=start, end=end)
        return end

    def _quoted(self, kind: str, said: str, *, start: int, end: int) -> int:
        if said.startswith(("`", "%x")):  # a command of the system, as if `system` were given it
            self._add("name", "system", start=start, end=start)
            self.is_apart = True
        if kind == "heredoc":
            return self._heredoc(said, start, end=end)
        if kind in ("words", "quoted"):
            return self._percent(said, start, end=end, is_words=kind == "words")
        return self._string(said[-1], start, end=end)

    def _pattern(self, start: int, end: int) -> int:
        stop, after = ends_at(self.source, _ENDS["/"], at=end)
        while after > stop and self.source[after : after + 1] in _FLAGS:
            after += 1
        self._add("name", "//", start=start, end=after)
        self.line += self.source.count("\n", start, stop)
        return after

    def _begins_pattern(self, end: int) -> bool:
        last = self.tokens[-1] if self.tokens else None
        if last is None or last.kind == "newline" or last.says(*_BEFORE_PATTERN):
            return True
        return last.kind == "name" and self.is_apart and self.source[end : end + 1] not in (" ", "=", "")

    def _add(self, kind: str, said: str, *, start: int, end: int, string: Text | None = None) -> None:
        last = string.end_line if string is not None else self.line
        self.tokens.append(Token(kind, said, self.line, start, end, last, 0, self.is_apart, string))
        self.is_apart = False

    def _string(self, quote: str, start: int, *, end: int) -> int:
        stop, after = ends_at(self.source, _ENDS[quote], at=end)
        if after == stop:
            self.unended = self.unended or self.line
        raw = self.source[end:stop]
        lines = raw.count("\n")
        text = text_from(raw, self.line, end_line=self.line + lines, is_filled=quote != "'", is_as_laid_out=lines > 0)
        if self.source[after : after + 1] == ":" and self.source[after + 1 : after + 2] != ":" and quote != "`":
            self._add("label", text.value, start=start, end=after + 1)
            after += 1
        else:
            self._add("text", "", start=start, end=after, string=text)
        self.line += lines
        return after

    def _percent(self, said: str, start: int, *, end: int, is_words: bool) -> int:
        opens = self.source[end]
        closes = _CLOSES.get(opens, opens)
        depth, at = 1, end + 1
        while at < len(self.source) and depth:
            sign = self.source[at]
            if sign == "\\":
                at += 1
            elif sign == closes:
                depth -= 1
            elif sign == opens:
                depth += 1
            at += 1
        if depth:
            self.unended = self.unended or self.line
        raw = self.source[end + 1 : at - 1]
        last = self.line + raw.count("\n")
        if is_words:
            self._add("symbol", "[", start=start, end=end)
            for word in raw.split():
                self._add("text", "", start=start, end=at, string=Text(word, self.line, last))
                self._add("symbol", ",", start=start, end=at)
            self._add("symbol", "]", start=at - 1, end=at)
        else:
            text = text_from(raw, self.line, end_line=last, is_filled="q" not in said, is_as_laid_out=last > self.line)
            self._add("text", "", start=start, end=at, string=text)
        self.line = last
        return at

    def _heredoc(self, said: str, start: int, *, end: int) -> int:
        mark = said.lstrip("<~-").strip("\"'`")
        self._add("text", "", start=start, end=end, string=Text("", self.line, self.line))
        self.waiting.append((len(self.tokens) - 1, mark, said[2] in "~-", "'" not in said))
        return end

    def _heredocs(self, at: int) -> int:
        """The texts that were announced on the line before, and where they end."""
        for place, mark, is_indented, is_filled in self.waiting:
            begins, first = at, self.line
            while at < len(self.source):
                stop = self.source.find("\n", at)
                stop = len(self.source) if stop < 0 else stop
                row = self.source[at:stop]
                at = min(stop + 1, len(self.source))
                self.line += 1
                if (row.strip() if is_indented else row.rstrip("\r")) == mark:
                    at_end = stop - len(row)
                    break
            else:
                at_end = len(self.source)
                self.unended = self.unended or self.tokens[place].line
            token = self.tokens[place]
            raw = self.source[begins:at_end]
            text = text_from(raw, first, end_line=max(first, self.line - 2), is_filled=is_filled, is_as_laid_out=True)
            self.tokens[place] = Token(
                token.kind, "", token.line, token.start, token.end, token.line, 0, token.is_apart, text
            )
        self.waiting = []
        return at


def text_from(raw: str, line: int, *, end_line: int, is_filled: bool, is_as_laid_out: bool) -> Text:
    """A string from what stands between its marks."""
    holes: tuple[str, ...] = ()
    if is_filled and "#{" in raw:
        holes = tuple(name_in(match[0][2:-1]) for match in _HOLE.finditer(raw))
        raw = _HOLE.sub("{}", raw)
    value = unescaped(raw) if is_filled else raw.replace("\\'", "'")
    return Text(value, line, end_line, bool(holes), is_as_laid_out, holes)


def ruby_tokens(source: str) -> tuple[list[Token], int]:
    """The tokens of a file, and the line at which a text begins that never ends; 0 where each does."""
    reader = _Reader(source)
    return reader.read(), reader.unended
