"""A rule's page: why, what to do instead, and the cases that are its test."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct, field

_FENCE: Final = re.compile(r"^(`{3,}|~{3,})\s*(.*)$")
_MARK: Final = re.compile(r"(?:#|//|--|<!--|/\*|;)\s*<- (.*?)\s*(?:-->|\*/)?\s*$")
_ESCAPE: Final = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")
_WHOLE: Final = re.compile(r"^file: (\S+) <- (.+)$")
_MODE: Final = "mode="
_LINK: Final = "120000"
_SIDES: Final = ("base", "head", "both", "input", "other", "ancestor")
_TREES: Final = ("base", "head", "other", "ancestor")


class PageError(Exception):
    """A page does not keep to its form; the message says where and what is wrong."""


class Mark(Struct, frozen=True, kw_only=True):
    """A place where a finding is meant: words of its message, on a line of a file of one side; line 0 is the file."""

    side: str
    path: str
    line: int
    words: str


class PageCase(Struct, frozen=True, kw_only=True):
    """One case of a page: the files of either side, the message, the inputs, and what is expected."""

    name: str
    is_caught: bool
    line: int
    base: Mapping[str, str] = field(default_factory=dict)
    head: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] | None = None
    """What is merged into the base by the head, and `ancestor` what both come from; None where head is no merge."""
    ancestor: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """Git's mode of the files that are not ordinary, by side and path."""
    message: str = ""
    marks: tuple[Mark, ...] = ()
    outcome: str = ""
    severity: str = ""
    paths: tuple[str, ...] = ()


class Page(Struct, frozen=True, kw_only=True):
    """A page, read."""

    title: str
    why: str
    instead: str
    text: str
    cases: tuple[PageCase, ...]


class _Case(Struct):
    """A case while its blocks are being read."""

    name: str
    is_caught: bool
    line: int
    files: dict[str, dict[str, str]] = field(default_factory=lambda: {side: {} for side in _SIDES})
    modes: dict[tuple[str, str], str] = field(default_factory=dict)
    message: str = ""
    marks: list[Mark] = field(default_factory=list)
    expected: dict[str, str] = field(default_factory=dict)

    def done(self) -> PageCase:
        """The case as a value."""
        both = self.files["both"]
        return PageCase(
            name=self.name,
            is_caught=self.is_caught,
            line=self.line,
            base=both | self.files["base"],
            head=both | self.files["head"],
            inputs=self.files["input"],
            other=both | self.files["other"] if self.files["other"] or self.files["ancestor"] else None,
            ancestor=both | self.files["ancestor"],
            modes={
                (s, path): m for (side, path), m in self.modes.items() for s in (_TREES if side == "both" else (side,))
            },
            message=self.message,
            marks=tuple(self.marks),
            outcome=self.expected.get("outcome", ""),
            severity=self.expected.get("severity", ""),
            paths=tuple(self.expected.get("paths", "").split(" -> ")) if self.expected.get("paths") else (),
        )


def read_page(text: str, name: str) -> Page:
    """The page `text` of the rule or file `name`.

    Raises:
        PageError: it lacks a part, or a case is not of the form.
    """
    sections = _sections(text)
    if not sections.get("", "").strip():
        raise PageError(f"{name}: the page must begin with a title and a paragraph that says why")
    for wanted in ("Do instead", "Caught", "Let through"):
        if wanted not in sections:
            raise PageError(f"{name}: the page has no section '## {wanted}'")
    title, _, why = sections[""].strip().partition("\n")
    if not title.startswith("# ") or not why.strip():
        raise PageError(f"{name}: the page must begin with '# title' and a paragraph that says why")
    cases = tuple(_cases(text, name))
    return Page(
        title=title[2:].strip(), why=why.strip(), instead=sections["Do instead"].strip(), text=text, cases=cases
    )


def _sections(text: str) -> dict[str, str]:
    found: dict[str, list[str]] = {"": []}
    current = ""
    fence = ""
    for line in text.splitlines():
        fence = _fence_after(fence, line)
        if not fence and line.startswith("## "):
            current = line[3:].strip()
            found[current] = []
        else:
            found[current].append(line)
    return {name: "\n".join(lines) for name, lines in found.items()}


def _fence_after(fence: str, line: str) -> str:
    if fence:
        return "" if line.strip() == fence else fence
    opened = _FENCE.match(line)
    return opened.group(1) if opened else ""


def _cases(text: str, name: str) -> Iterator[PageCase]:
    current: _Case | None = None
    section = ""
    lines = text.splitlines()
    number = 0
    while number < len(lines):
        line = lines[number]
        if opened := _FENCE.match(line):
            end = _end_of(lines, number, fence=opened.group(1), name=name)
            if current is not None:
                _add_block(current, opened.group(2), lines=lines[number + 1 : end], place=f"{name}:{number + 1}")
            number = end + 1
            continue
        if line.startswith(("## ", "### ")) and current is not None:
            yield current.done()
            current = None
        if line.startswith("## "):
            section = line[3:].strip()
        elif line.startswith("### ") and section in ("Caught", "Let through"):
            current = _Case(name=line[4:].strip(), is_caught=section == "Caught", line=number + 1)
        elif current is not None and (stated := re.match(r"^(outcome|severity|paths): (.+)$", line)):
            current.expected[stated.group(1)] = stated.group(2).strip()
        elif current is not None and (whole := _WHOLE.match(line)):
            path = _unescaped(whole.group(1))
            current.marks.append(Mark(side="head", path=path, line=0, words=whole.group(2).strip()))
        number += 1
    if current is not None:
        yield current.done()


def _end_of(lines: list[str], start: int, *, fence: str, name: str) -> int:
    for number in range(start + 1, len(lines)):
        if lines[number].strip() == fence:
            return number
    raise PageError(f"{name}:{start + 1}: this block is never closed")


def _add_block(case: _Case, info: str, *, lines: list[str], place: str) -> None:
    words = info.split()
    if words[1:] == ["message"]:
        case.message = "\n".join(lines)
        return
    side, _, path = (words[1] if len(words) > 1 else "").partition(":")
    unknown = [word for word in words[2:] if word != "escaped" and not word.startswith(_MODE)]
    if side not in _SIDES or not path or unknown:
        raise PageError(
            f"{place}: a block's info string is 'language side:path' with side one of {', '.join(_SIDES)}, then perhaps"
            " 'escaped' and 'mode=120000'; or 'text message'"
        )
    is_escaped = "escaped" in words[2:]
    path = _unescaped(path) if is_escaped else path
    mode = next((word.removeprefix(_MODE) for word in words[2:] if word.startswith(_MODE)), "")
    if mode:
        case.modes[side, path] = mode
    if path in case.files[side]:
        raise PageError(f"{place}: {side}:{path} stands twice in one case")
    kept: list[str] = []
    for number, line in enumerate(lines, start=1):
        marked = _MARK.search(line)
        if marked:
            case.marks.append(Mark(side=side, path=path, line=number, words=marked.group(1)))
        kept.append(line[: marked.start()].rstrip() if marked else line)
    text = "\n".join(kept) + ("" if mode == _LINK else "\n")
    case.files[side][path] = _unescaped(text) if is_escaped else text


def _unescaped(text: str) -> str:
    r"""Text in which `\u{202E}` stands for the character itself, so that a page can show what nobody could see."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), text)
