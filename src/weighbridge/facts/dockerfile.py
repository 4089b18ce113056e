"""Reads a Dockerfile: its stages and their instructions, with continuations, here-documents, arguments and what is for later builds.

Source: https://docs.docker.com/reference/dockerfile/. Whatever is no instruction is told as unread, never left out.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct, field

KNOWN: Final = frozenset(
    {
        *("ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER"),
        *("ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    }
)
_WITH_DOCUMENTS: Final = frozenset({"RUN", "COPY", "ADD"})
_DIRECTIVE: Final = re.compile(r"#\s*([a-z]+)\s*=\s*(\S+)\s*$", re.IGNORECASE)
_DOCUMENT: Final = re.compile(
    r"(?<!\S)\d*<<(-?)([\"']?)([A-Za-z_]\w*)\2|\\.|\"(?:[^\"\\]|\\.)*(?:\"|\\?\Z)|'[^']*(?:'|\Z)", re.DOTALL
)
"""A word that begins a here-document; or, without its name, what is escaped or quoted, in which none begins."""
_FLAG: Final = re.compile(r"--([a-z][a-z.-]*)(?:=(\S+))?\s+")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}]|\$\{\w+\})*))?\})")
_PAIR: Final = re.compile(r"(?<![\w.-])([\w.-]+)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*)")

_QUOTED: Final = re.compile(r"\"((?:[^\"\\]|\\.)*)(\"|\\?\Z)", re.DOTALL)
_GROWTH: Final = 4000
"""By how many characters a text may grow when its variables are filled in; those beyond stay as they are written."""


class Instruction(Struct, frozen=True, kw_only=True):
    """One instruction; `text` is what follows its name and flags, its lines put together, `document` what is written below it."""

    name: str
    text: str
    line: int
    end_line: int
    flags: Mapping[str, str] = field(default_factory=dict)
    document: str = ""
    is_later: bool = False
    """Whether it is done by builds that begin with this image (`ONBUILD`)."""

    @property
    def words(self) -> list[str]:
        """Its words; those of a list where it is written as one."""
        if self.text.startswith("["):
            return [word for word, end in _QUOTED.findall(self.text) if end == '"']
        return self.text.split()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What it sets (`ENV`, `ARG`, `LABEL`): name and value, a value of nothing where none is given."""
        if self.name == "ENV" and "=" not in self.text.split(maxsplit=1)[0]:
            name, _, value = self.text.partition(" ")
            return [(name, value.strip())]
        found = [(name, value.strip("\"'")) for name, value in _PAIR.findall(self.text)]
        bare = [(each, "") for each in self.text.split() if "=" not in each] if self.name == "ARG" else []
        return [*found, *bare]


class Stage(Struct, frozen=True, kw_only=True):
    """One stage: what it begins with, its arguments filled in, and what is done then."""

    base: str
    name: str
    line: int
    number: int
    instructions: tuple[Instruction, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    """The arguments and variables that have a value at its end."""

    @property
    def label(self) -> str:
        """How to call it."""
        return self.name or str(self.number)

    def of(self, *names: str) -> Iterator[Instruction]:
        """Its instructions of these names that this build does."""
        return (each for each in self.instructions if each.name in names and not each.is_later)

    def last(self, name: str) -> Instruction | None:
        """The one that counts of those of which the last does."""
        return next(reversed(list(self.of(name))), None)


class Dockerfile(Struct, frozen=True, kw_only=True, dict=True):
    """What a Dockerfile says; `unread` are the lines that are no instruction."""

    stages: tuple[Stage, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()

    def stage(self, name: str) -> Stage | None:
        """The stage of a name or a number."""
        return self._named.get(name.lower())

    @cached_property
    def _named(self) -> Mapping[str, Stage]:
        found: dict[str, Stage] = {}
        for each in self.stages:
            found.setdefault(each.name.lower(), each)
            found.setdefault(str(each.number), each)
        return found

    def line_of(self, stage: Stage) -> tuple[Stage, ...]:
        """A stage and those it begins with, itself first."""
        found = [stage]
        while (below := self.stage(found[-1].base)) is not None and below.number < found[-1].number:
            found.append(below)
        return tuple(found)

    @property
    def shipped(self) -> tuple[Stage, ...]:
        """What the image is made of that a build makes when nothing else is asked for: the last stage, and those below it."""
        return self.line_of(self.stages[-1]) if self.stages else ()

    @property
    def brought(self) -> tuple[str, ...]:
        """By what packages and images get in: what stages begin with, what is run, what is fetched or copied from elsewhere."""
        return tuple(
            part
            for stage in self.stages
            for part in (
                stage.base,
                *(
                    f"{each.name} {each.flags.get('from', '')} {each.text} {each.document}"
                    for each in stage.instructions
                    if each.name in ("RUN", "ADD") or "from" in each.flags
                ),
            )
        )


def read_dockerfile(text: str) -> Dockerfile:
    """What a Dockerfile says."""
    stages: list[Stage] = []
    given: dict[str, str] = {}
    unread: list[tuple[int, int]] = []
    known: dict[str, str] = {}
    inside: list[Instruction] = []

    def close() -> None:
        if stages:
            last = stages[-1]
            stages[-1] = Stage(
                base=last.base, name=last.name, line=last.line, number=last.number,
                instructions=tuple(inside), values=dict(known),
            )  # fmt: skip
        inside.clear()

    for each in _instructions(text):
        if each.name not in KNOWN or (not stages and each.name not in ("FROM", "ARG")):
            unread.append((each.line, each.end_line))
        elif each.name == "FROM":
            close()
            words = each.text.split()
            name = words[2] if len(words) > 2 and words[1].upper() == "AS" else ""
            base = filled(words[0], given) if words else ""
            stages.append(Stage(base=base, name=name, line=each.line, number=len(stages)))
            known = {}
        else:
            inside.append(each)
            values = known if stages else given
            for name, value in each.pairs if each.name in ("ARG", "ENV") and not each.is_later else ():
                values[name] = filled(value, values) if value else given.get(name, "")
            if not stages:
                inside.clear()
    close()
    return Dockerfile(stages=tuple(stages), unread=tuple(unread))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A text with what is known put in the place of variables; one that is not known stays as it is written."""
    left = _GROWTH

    def one(match: re.Match[str]) -> str:
        nonlocal left
        value = meant(match)
        more = len(value) - len(match[0])
        if more > left:
            return match[0]
        left -= max(0, more)
        return value

    def meant(match: re.Match[str]) -> str:
        name, how, other = match[1] or match[2], match[3] or "", match[4] or ""
        value = values.get(name)
        if how.endswith("-"):
            return value or filled(other, values)
        if how.endswith("+"):
            return filled(other, values) if value else ""
        return value if value else match[0]

    return _VARIABLE.sub(one, text)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.lstrip("\ufeff").splitlines()
    escape, ends_at = _escape(lines), _Ends(lines)
    at = 0
    while at < len(lines):
        first = at
        joined, at = _put_together(lines, at, escape=escape)
        if not joined.strip():
            continue
        made = _made(joined.strip(), line=first + 1, end_line=at)
        if made.name in _WITH_DOCUMENTS:
            ends = [(match[3], bool(match[1])) for match in _DOCUMENT.finditer(made.text) if match[3]]
            document, at = ends_at.documents(at, ends)
            made = Instruction(
                name=made.name, text=made.text, line=made.line, end_line=at, flags=made.flags, document=document,
                is_later=made.is_later,
            )  # fmt: skip
        yield made


def _put_together(lines: list[str], at: int, *, escape: str) -> tuple[str, int]:
    """The instruction that begins at a line without its continuations and comments, and the line behind it."""
    parts: list[str] = []
    while at < len(lines):
        line = lines[at].rstrip()
        at += 1
        if line.lstrip().startswith("#") or (parts and not line.strip()):
            if not parts:
                break
            continue
        if not line.endswith(escape) or line.endswith(escape * 2):
            parts.append(line)
            break
        if line.strip() != escape or not parts:
            parts.append(f"{line[:-1]} ")
    return "".join(parts), at


def _made(joined: str, *, line: int, end_line: int) -> Instruction:
    name, _, rest = (
        joined.partition(" ") if " " in joined else (joined.partition("\t") if "\t" in joined else (joined, "", ""))
    )
    name, rest, is_later = name.upper(), rest.strip(), False
    if name == "ONBUILD":
        name, _, rest = rest.partition(" ")
        name, rest, is_later = name.upper(), rest.strip(), True
    flags: dict[str, list[str]] = {}
    at = 0
    while (match := _FLAG.match(rest, at)) is not None:
        flags.setdefault(match[1], []).append(match[2] or "")
        at = match.end()
    held = {flag: " ".join(values) for flag, values in flags.items()}
    return Instruction(name=name, text=rest[at:], line=line, end_line=end_line, flags=held, is_later=is_later)


class _Ends:
    """Where here-documents may end: the places of each line, as it is and without the tabs before it."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    @cached_property
    def _all(self) -> Mapping[tuple[str, bool], list[int]]:
        found: dict[tuple[str, bool], list[int]] = {}
        for number, line in enumerate(self._lines):
            found.setdefault((line.rstrip(), False), []).append(number)
            found.setdefault((line.lstrip("\t").rstrip(), True), []).append(number)
        return found

    def documents(self, at: int, ends: list[tuple[str, bool]]) -> tuple[str, int]:
        """The here-documents that begin at a line, in one text, and the line behind them."""
        found: list[str] = []
        for end, is_indented in ends:
            places = self._all.get((end, is_indented), [])
            which = bisect_left(places, at)
            if which < len(places):  # else it is none: a shell shifts numbers by the same sign
                last = places[which]
                found += [line.lstrip("\t") if is_indented else line for line in self._lines[at:last]]
                at = last + 1
        return "\n".join(found), at


def _escape(lines: list[str]) -> str:
    for line in lines:
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"
