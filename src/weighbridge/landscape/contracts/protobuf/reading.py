"""Reads files of Protocol Buffers (proto2, proto3, editions): every declaration with its line, whatever the options around it."""

import re
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.contracts.protobuf.model import Call, Declared, Field, ProtoFile

_TOKEN: Final = re.compile(
    r"""//[^\n]*|/\*(?:.*?\*/|.*)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|(?P<word>\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"""
    r"""|(?P<number>-?(?:0[xX][0-9a-fA-F]+|\d[\w.]*(?:[eE][+-]?\d+)?))|(?P<sign>[{}\[\]()<>=;,:+\-/])|(?P<space>\s+)|(?P<other>.)""",
    re.DOTALL,
)
_MAX: Final = 536_870_911
_NO_NUMBER: Final = 2**31
"""What no field can have, nor one of a message that is a set of such."""
_MOST_DEEP: Final = 60
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})
_OPEN: Final = re.compile(r"\{[^{}=]*(?==|\})")
_LABELS: Final = frozenset({"optional", "required", "repeated"})


class ProtoError(Exception):
    """The text is no file of Protocol Buffers: what is wrong, and on which line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


def read_proto(path: RepoPath, text: str) -> ProtoFile:
    """What a file declares.

    Raises:
        ProtoError: it cannot be read.
    """
    return _Reader(path, text).read()


class _Reader:
    """Goes through the tokens of one file."""

    def __init__(self, path: RepoPath, text: str) -> None:
        self._file = ProtoFile(path=path)
        self._words: list[str] = []
        self._lines: list[int] = []
        self._at = 0
        line = 1
        for found in _TOKEN.finditer(text):
            word = found.group()
            if found.lastgroup == "other":
                raise ProtoError(f"`{word}` stands where nothing like it can", line)
            if found.lastgroup in ("text", "word", "number", "sign"):
                self._words.append(word)
                self._lines.append(line)
            line += word.count("\n")

    @property
    def _word(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    @property
    def _line(self) -> int:
        return self._lines[min(self._at, len(self._lines) - 1)] if self._lines else 1

    def _next(self) -> str:
        word = self._word
        if not word:
            raise ProtoError("it ends in the middle of something", self._line)
        self._at += 1
        return word

    def _expect(self, sign: str) -> None:
        line = self._line
        if (word := self._next()) != sign:
            raise ProtoError(f"`{word[:40]}` stands where `{sign}` should", line)

    def _skip(self) -> None:
        """Go past a statement: to its end, or past its braces."""
        depth = 0
        while True:
            word = self._next()
            depth += word in "{[(" and word != ""
            if word in ("}", "]", ")"):
                depth -= 1
            if depth <= 0 and word in (";", "}"):
                return

    def read(self) -> ProtoFile:
        """The whole file."""
        while self._word:
            line, word = self._line, self._next()
            if word in ("syntax", "edition"):
                self._expect("=")
                self._file.syntax = self._next().strip("\"'")
                self._expect(";")
            elif word == "package":
                self._file.package, self._file.package_line = self._next(), line
                self._expect(";")
            elif word == "option":
                self._option(line)
            elif word in ("message", "enum", "service", "extend"):
                self._declared(word, self._file.package, depth=0)
            elif word != ";":
                self._at -= 1
                self._skip()
        return self._file

    def _option(self, line: int) -> None:
        name = self._next()
        if self._word == "=":
            self._next()
            self._file.options[name] = (self._next().strip("\"'"), line)
        self._skip()

    def _declared(self, kind: str, around: str, *, depth: int) -> None:
        if depth > _MOST_DEEP:
            raise ProtoError(f"it nests deeper than {_MOST_DEEP} levels", self._line)
        line, name = self._line, self._next()
        full = f"{around}.{name}" if around else name
        found = Declared(kind=kind, name=full, path=self._file.path, line=line)
        if kind == "extend":
            found.name = name.removeprefix(".")
            self._file.extended.append(found)
        else:
            self._file.declared.append(found)
        self._expect("{")
        while self._word != "}":
            self._member(found, depth=depth)
        self._next()

    def _member(self, of: Declared, *, depth: int) -> None:
        word = self._word
        if word == ";":
            self._next()
        elif word == "reserved":
            self._reserved(of)
        elif word == "extensions":
            self._extensible(of)
        elif word == "option":
            self._skip()
        elif of.kind == "enum":
            self._value(of)
        elif of.kind == "service":
            self._call(of)
        elif word in ("message", "enum", "extend") and self._is_declaration():
            self._next()
            self._declared(word, of.name, depth=depth + 1)
        elif word == "oneof" and self._is_declaration():
            self._next()
            name = self._next()
            self._expect("{")
            while self._word != "}":
                if self._word in ("option", ";"):
                    self._skip()
                else:
                    self._field(of, oneof=name, depth=depth)
            self._next()
        else:
            self._field(of, oneof="", depth=depth)

    def _is_declaration(self) -> bool:
        """Whether a word begins a declaration and is no type: a message may be called as one."""
        return self._at + 2 < len(self._words) and self._words[self._at + 2] == "{"

    def _reserved(self, of: Declared) -> None:
        of.reserved.line = of.reserved.line or self._line
        self._next()
        while (word := self._next()) != ";":
            if word == ",":
                continue
            number = _number(word)
            if number is None:
                of.reserved.names.add(word.strip("\"'"))
                continue
            last: int | None = number
            if self._word == "to":
                self._next()
                end = self._next()
                last = _MAX if end == "max" else _number(end)
            of.reserved.ranges.append((number, number if last is None else last))

    def _extensible(self, of: Declared) -> None:
        self._next()
        while (word := self._next()) not in (";", "["):
            number = _number(word)
            if word == "to":
                first, _ = of.extensible.pop() if of.extensible else (0, 0)
                last = _number(end := self._next())
                of.extensible.append((first, _MAX if end == "max" or last is None else last))
            elif number is not None:
                of.extensible.append((number, number))
        if word == "[":
            self._at -= 1
            self._options()
            self._expect(";")

    def _value(self, of: Declared) -> None:
        line, name = self._line, self._next()
        self._expect("=")
        number = _number(self._next())
        if number is None:
            raise ProtoError(f"`{name}` has no number", line)
        of.values[name] = (number, line)
        self._skip()

    def _call(self, of: Declared) -> None:
        if self._next() != "rpc":
            self._at -= 1
            self._skip()
            return
        line, name = self._line, self._next()
        sends_many, sent = self._message()
        self._expect("returns")
        gives_many, given = self._message()
        begin = self._at
        if self._word == "{":
            self._skip()
        else:
            self._expect(";")
        words = self._words[begin : self._at]
        of.calls[name] = Call(
            name=name,
            sent=sent,
            given=given,
            sends_many=sends_many,
            gives_many=gives_many,
            line=line,
            repeats=self._said("idempotency_level", words),
            routes=_routes(words),
        )

    @staticmethod
    def _said(option: str, words: list[str]) -> str:
        """What an option is set to among the words of a declaration."""
        at = words.index(option) if option in words else 0
        return words[at + 2] if words[at - 1 : at] == ["option"] and words[at + 1 : at + 2] == ["="] else ""

    def _message(self) -> tuple[bool, str]:
        self._expect("(")
        word = self._next()
        is_stream = word == "stream" and self._word != ")"
        if is_stream:
            word = self._next()
        self._expect(")")
        return is_stream, word

    def _field(self, of: Declared, *, oneof: str, depth: int) -> None:
        label = ""
        if self._word in _LABELS:
            label = self._next()
        kind = self._next()
        if kind == "map" and self._word == "<":
            self._next()
            key = self._next()
            self._expect(",")
            kind = f"map<{key}, {self._next()}>"
            self._expect(">")
        line, name = self._line, self._next()
        self._expect("=")
        number = _number(self._next())
        if number is None:
            raise ProtoError(f"`{name}` has no number", line)
        if not 0 < number < _NO_NUMBER:
            raise ProtoError(f"`{name}` has a number that no field can have", line)
        options = self._options() if self._word == "[" else {}
        if number in of.fields:
            raise ProtoError(f"`{name}` has the number of `{of.fields[number].name}`", line)
        field = Field(name=name, number=number, type=kind, label=label, oneof=oneof, options=options, line=line)
        of.fields[number] = field
        if kind == "group":
            self._at -= 3
            self._declared_group(of, depth=depth)
        else:
            self._expect(";")

    def _declared_group(self, of: Declared, *, depth: int) -> None:
        """A group is a message of its own beside the field."""
        line, name = self._line, self._next()
        while self._word != "{":
            self._next()
        self._next()
        found = Declared(kind="message", name=f"{of.name}.{name}", path=self._file.path, line=line)
        self._file.declared.append(found)
        while self._word != "}":
            self._member(found, depth=depth + 1)
        self._next()

    def _options(self) -> dict[str, str]:
        found: dict[str, str] = {}
        depth, previous, name = 0, "", ""
        while True:
            word = self._next()
            depth += (word in ("[", "{", "(")) - (word in ("]", "}", ")"))
            if depth == 0:
                return found
            if word == "=" and depth == 1:
                name = previous
            elif previous == "=" and depth == 1 and name:
                found[name] = word.strip("\"'")
            previous = word


def _routes(words: list[str]) -> frozenset[tuple[str, str]]:
    """The methods and paths of HTTP by which a call may be made too, names of what stands in a path left out."""
    if "google.api.http" not in words and ".google.api.http" not in words:
        return frozenset()
    pairs = zip(words, words[2:], strict=False)
    return frozenset(
        (word.upper(), _OPEN.sub("{", path.strip("\"'")))
        for word, path in pairs
        if word in _METHODS and path[:1] in "\"'"
    )


def _number(word: str) -> int | None:
    try:
        return int(word, 0)
    except ValueError:
        return None
