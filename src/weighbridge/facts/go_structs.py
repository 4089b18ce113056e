"""The fields of Go's structs, with their types and tags, read from the text of a file."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

_TOKEN: Final = re.compile(
    r"//[^\n]*|/\*.*?(?:\*/|\Z)|`[^`]*`?|\"(?:\\.|[^\"\\\n])*\"?|'(?:\\.|[^'\\\n])*'?|\.\.\.|<-|[\w]+|[ \t\r\f\v]+|\n|[^\w\s]",
    re.DOTALL,
)
_SAYS: Final = re.compile(r"(\w+):\"((?:\\.|[^\"\\])*)\"")
_OPENING: Final = "({["
_CLOSING: Final = ")}]"
_DEEPEST: Final = 20


class GoField(Struct, frozen=True, kw_only=True):
    """One field of a struct: `owner` is the struct's name, with that of the field around it where it has none."""

    owner: str
    name: str
    type: str
    tag: str
    line: int

    @property
    def is_exported(self) -> bool:
        """Whether other packages, and what writes JSON, see it."""
        return self.name[:1].isupper()

    def key(self, kind: str) -> tuple[str, frozenset[str]]:
        """What it is called in a format, and what else its tag says of that; empty where it is left out."""
        said = dict(_SAYS.findall(self.tag)).get(kind)
        if said is None:
            return "", frozenset()
        name, *options = said.split(",")
        return ("" if name == "-" and not options else name or self.name), frozenset(options)


class _Token(Struct, frozen=True):
    text: str
    line: int


def fields_of(data: bytes) -> list[GoField]:
    """Every field, in order of the text; what cannot be read as one is left out."""
    tokens = list(_tokens(data.decode("utf-8", "replace")))
    found: list[GoField] = []
    at = 0
    while at < len(tokens):
        is_struct = tokens[at].text == "struct" and at + 1 < len(tokens) and tokens[at + 1].text == "{"
        name = _name_before(tokens, at) if is_struct else ""
        if name:
            at = _struct(tokens, at + 2, owner=name, found=found)
        else:
            at += 1
    return found


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        written = match.group()
        if not written.startswith(("//", "/*", " ", "\t", "\r", "\f", "\v")):
            yield _Token(written, line)
        line += written.count("\n")


def _name_before(tokens: Sequence[_Token], at: int) -> str:
    """The name that a struct is given at the top level: `type Name struct`, or `Name[T any] struct`, `Name = struct`."""
    at -= 1
    if at >= 0 and tokens[at].text == "=":
        at -= 1
    if at >= 0 and tokens[at].text == "]":
        while at >= 0 and tokens[at].text != "[":
            at -= 1
        at -= 1
    before = tokens[at - 1].text if at > 0 else ""
    return tokens[at].text if at >= 0 and tokens[at].text.isidentifier() and before in ("type", "\n", "(") else ""


def _struct(tokens: Sequence[_Token], at: int, *, owner: str, found: list[GoField], depth: int = 0) -> int:
    """Read the fields behind an opening brace; the place behind the closing one."""
    entry: list[_Token] = []
    inner: list[GoField] = []
    while at < len(tokens):
        token = tokens[at]
        if (
            token.text == "struct"
            and at + 1 < len(tokens)
            and tokens[at + 1].text == "{"
            and depth < _DEEPEST
            and entry
        ):
            entry.append(token)
            at = _struct(tokens, at + 2, owner=f"{owner}.{entry[0].text}", found=inner, depth=depth + 1)
            continue
        if token.text in _OPENING:
            end = _closed(tokens, at)
            entry += tokens[at:end]
            at = end
            continue
        if token.text in ("\n", ";", "}"):
            found += [*_entry(entry, owner=owner), *inner]
            entry, inner = [], []
            if token.text == "}":
                return at + 1
        else:
            entry.append(token)
        at += 1
    return at


def _closed(tokens: Sequence[_Token], at: int) -> int:
    """The place behind what closes a bracket."""
    depth = 0
    while at < len(tokens):
        depth += (tokens[at].text in _OPENING) - (tokens[at].text in _CLOSING)
        at += 1
        if not depth:
            break
    return at


def _entry(entry: Sequence[_Token], *, owner: str) -> Iterator[GoField]:
    """The fields of one line: `A, B Type "tag"`, or a type alone, which is called as it is."""
    tag = entry[-1].text if entry and entry[-1].text[:1] in ('"', "`") else ""
    rest = entry[:-1] if tag else entry
    if not rest:
        return
    names: list[_Token] = []
    at = 0
    while at < len(rest) and rest[at].text.isidentifier():
        names.append(rest[at])
        at += 1
        if at >= len(rest) or rest[at].text != ",":
            break
        at += 1
    kind = " ".join(each.text for each in rest[at:] if each.text != "\n")
    if not names or not kind or kind.startswith("."):  # a type alone: `Base`, `*pkg.Base`
        last = next((each for each in reversed(rest) if each.text.isidentifier()), rest[-1])
        names, kind = [last], " ".join(each.text for each in rest)
    for name in names:
        yield GoField(owner=owner, name=name.text, type=kind, tag=tag[1:-1], line=name.line)
