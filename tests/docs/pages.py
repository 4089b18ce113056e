"""The project's own pages, read as a reader's program would: headings, links, and console blocks."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$", re.MULTILINE)
_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]\n]+)\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`[^`\n]*`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One `$ …` line of a console block, with the lines shown below it; `...` stands for any lines."""

    page: Path
    line: int
    text: str
    shown: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line} {self.text}"


def tracked_files() -> list[Path]:
    """Every file git knows here, and those it would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return sorted(path for path in paths if path.is_file())


def pages() -> list[Path]:
    """The Markdown pages about the project: those at its top and below docs/."""
    docs = ROOT / "docs"
    return [path for path in tracked_files() if path.suffix == ".md" and (path.parent == ROOT or docs in path.parents)]


def commands(page: Path) -> Iterator[Command]:
    """The commands of a page's console blocks, in order."""
    text = page.read_text("utf-8")
    for block in _FENCE.finditer(text):
        if block["info"].split() != ["console"]:
            continue
        first = text.count("\n", 0, block.start()) + 2
        yield from _commands_of(page, block["body"].splitlines(), first=first)


def _commands_of(page: Path, lines: list[str], *, first: int) -> Iterator[Command]:
    starts = [n for n, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        text = lines[start].removeprefix("$ ").partition("  #")[0].strip()
        shown = tuple(line.rstrip() for line in lines[start + 1 : end] if line.strip())
        yield Command(page=page, line=first + start, text=text, shown=shown)


def anchors(page: Path) -> set[str]:
    """The fragments a page can be linked at, as forges make them from headings."""
    prose = _FENCE.sub("", page.read_text("utf-8"))
    return {_slug(heading["text"]) for heading in _HEADING.finditer(prose)}


def links(page: Path) -> Iterator[str]:
    """The targets of a page's links, code left out."""
    prose = _CODE.sub("``", _FENCE.sub("", page.read_text("utf-8")))
    for link in _LINK.finditer(prose):
        yield link["target"]


def _slug(heading: str) -> str:
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
