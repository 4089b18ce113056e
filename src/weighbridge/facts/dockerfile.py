"""Reads a Dockerfile: its stages and their instructions, with continuations, here-documents, arguments and what is for later builds.

Source: https://docs.docker.com/reference/dockerfile/. Whatever is no instruction is told as unread, never left out.
"""

import re
from collections.abc import Iterator, Mapping
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
_DOCUMENT: Final = re.compile(r"(?<!<)<<(-?)([\"']?)([A-Za-z_]\w*)\2")
_FLAG: Final = re.compile(r"--([a-z][a-z.-]*)(?:=(\S+))?\s+")
_VARIABLE: Final = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])((?:[^{}]|\$\{\w+\})*))?\})")
_PAIR: Final = re.compile(r"([\w.-]+)=(\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:[^\s\\]|\\.)*)")


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
            return re.findall(r"\"((?:[^\"\\]|\\.)*)\"", self.text)
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


class Dockerfile(Struct, frozen=True, kw_only=True):
    """What a Dockerfile says; `unread` are the lines that are no instruction."""

    stages: tuple[Stage, ...] = ()
    unread: tuple[tuple[int, int], ...] = ()

    def stage(self, name: str) -> Stage | None:
        """The stage of a name or a number."""
        return next((each for each in self.stages if name.lower() in (each.name.lower(), str(each.number))), None)

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

    def one(match: re.Match[str]) -> str:
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
    escape = _escape(lines)
    at = 0
    while at < len(lines):
        first, joined = at, ""
        while at < len(lines):
            line = lines[at].rstrip()
            at += 1
            if line.lstrip().startswith("#") or (joined and not line.strip()):
                if not joined:
                    break
                continue
            if not line.endswith(escape) or line.endswith(escape * 2):
                joined += line
                break
            joined += f"{line[:-1]} "
        if not joined.strip():
            continue
        made = _made(joined.strip(), line=first + 1, end_line=at)
        if made.name in _WITH_DOCUMENTS:
            ends = [(match[3], bool(match[1])) for match in _DOCUMENT.finditer(made.text)]
            document, at = _documents(lines, at, ends=ends)
            made = Instruction(
                name=made.name, text=made.text, line=made.line, end_line=at, flags=made.flags, document=document,
                is_later=made.is_later,
            )  # fmt: skip
        yield made


def _made(joined: str, *, line: int, end_line: int) -> Instruction:
    name, _, rest = (
        joined.partition(" ") if " " in joined else (joined.partition("\t") if "\t" in joined else (joined, "", ""))
    )
    name, rest, is_later = name.upper(), rest.strip(), False
    if name == "ONBUILD":
        name, _, rest = rest.partition(" ")
        name, rest, is_later = name.upper(), rest.strip(), True
    flags: dict[str, str] = {}
    while (match := _FLAG.match(rest)) is not None:
        held = flags.get(match[1])
        flags[match[1]] = f"{held} {match[2] or ''}" if held is not None else match[2] or ""
        rest = rest[match.end() :]
    return Instruction(name=name, text=rest, line=line, end_line=end_line, flags=flags, is_later=is_later)


def _documents(lines: list[str], at: int, *, ends: list[tuple[str, bool]]) -> tuple[str, int]:
    """The here-documents that begin at a line, in one text, and the line behind them."""
    found: list[str] = []
    for end, is_indented in ends:
        rest = [line.lstrip("\t") if is_indented else line for line in lines[at:]]
        last = next((number for number, line in enumerate(rest) if line.rstrip() == end), None)
        if last is not None:  # else it is none: a shell shifts numbers by the same sign
            found += rest[:last]
            at += last + 1
    return "\n".join(found), at


def _escape(lines: list[str]) -> str:
    for line in lines:
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            break
        if match[1].lower() == "escape" and match[2] in ("\\", "`"):
            return match[2]
    return "\\"
