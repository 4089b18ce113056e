"""`CODEOWNERS` as GitLab reads it: sections with default owners, numbers of approvals and roles.

A pattern without a leading slash matches at any depth, also one with slashes inside; only a trailing slash takes in what
lies below a folder; the rest is Ruby's `fnmatch`, in which `**` is more than a star only before a slash. `!pattern` takes
paths out of its section. Sections of one name, in any case, are one section. Of two entries with one pattern the later
counts, at the place of the earlier. There are no comments behind an entry: who is named in one is an owner.
"""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.github import indexed
from weighbridge.landscape.owners.index import Pattern
from weighbridge.landscape.owners.lines import numbered_lines, words_of
from weighbridge.landscape.owners.model import CodeOwners, Forge, OwnerRule, Section, SkippedLine
from weighbridge.landscape.owners.patterns import Star, expression, segments_of

PLACES: Final = tuple(RepoPath(p) for p in ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"))
"""Where GitLab looks, in its order: only the first file found counts."""

_HEADER: Final = re.compile(
    r"(?P<optional>\^)?\[(?P<name>[^\]]*)\](?:\[(?P<approvals>[0-9]*)\])?(?P<owners>\s+[@\w.\-/\s+]*)?", re.ASCII
)
"""What begins as a heading is one, whatever follows."""
_WHOLE_HEADER: Final = re.compile(r"\^?\[[^\]]+\](?:\[[0-9]{1,6}\])?(?:[ \t]+.*)?")
_DEFAULT: Final = "codeowners"
"""What GitLab itself calls the section without a name."""
_MOST_APPROVALS: Final = 1_000_000

_NAME: Final = re.compile(r"(?<![\w@])@[A-Za-z0-9_.](?:[A-Za-z0-9_./-]*[A-Za-z0-9_-])?", re.ASCII)
_ADDRESS: Final = re.compile(r"[^@\s<>,;]{1,100}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,253}[A-Za-z0-9])?")
_BEHIND_ADDRESS: Final = ",;.:)>"
_ROLE: Final = re.compile(r"@@(?:developer|maintainer|owner)s?", re.IGNORECASE)


class _Entry(Struct, frozen=True, kw_only=True):
    """A line with what the heading above it says."""

    rule: OwnerRule
    optional: bool
    is_exclusion: bool


class _OpenSection(Struct, kw_only=True):
    """A section while its lines are read: `optional`, `approvals` and `defaults` are those of its newest heading."""

    name: str
    optional: bool = False
    approvals: int = 1
    defaults: tuple[str, ...] = ()
    entries: dict[str, _Entry] = field(default_factory=dict)


def has_sections(text: str) -> bool:
    """Whether any line is a section's heading, which only GitLab understands."""
    return any(_WHOLE_HEADER.fullmatch(line) for _, line in numbered_lines(text))


def gitlab_owners(text: str, path: RepoPath) -> CodeOwners:
    """The file at `path` as GitLab reads it."""
    sections: dict[str, _OpenSection] = {_DEFAULT: _OpenSection(name="")}
    here = sections[_DEFAULT]
    skipped: list[SkippedLine] = []
    for number, line in numbered_lines(text):
        if not line or line.startswith("#"):
            continue
        header = _HEADER.match(line)
        if header:
            here = _open(sections, header)
            reasons = list(_wrong_in_header(header))
        else:
            reasons = list(_take(line, here, number=number))
        skipped += [SkippedLine(line=number, text=line, reason=reason) for reason in reasons]
    closed = (_closed(section) for section in sections.values())
    sections_with_rules = tuple(section for section in closed if section.rules)
    return CodeOwners(path=path, forge=Forge.GITLAB, sections=sections_with_rules, skipped=tuple(skipped))


def gitlab_pattern(text: str) -> Pattern:
    """What a pattern of GitLab's file matches."""
    segments = segments_of(_spelled_out(text), with_classes=True)
    if segments[-1] is None:
        segments[-1] = (Star(),)
    return indexed(f"(?s:{expression(segments)})", segments, is_anchored=True)


def _spelled_out(text: str) -> str:
    """The pattern as one that begins at the root and ends at a file."""
    anchored = text if text.startswith("/") else f"/**/{text}"
    return f"{anchored}**/*" if anchored.endswith("/") else anchored


def _open(sections: dict[str, _OpenSection], header: re.Match[str]) -> _OpenSection:
    """The section of this heading, begun or taken up again; what the heading says holds for the lines below it."""
    name = header["name"]
    found = sections.setdefault(name.casefold(), _OpenSection(name=name))
    found.optional = header["optional"] is not None
    found.approvals = _number(header["approvals"])
    found.defaults = tuple(owner for word in (header["owners"] or "").split() for owner in _named_by(word))
    return found


def _number(text: str | None) -> int:
    """What is no number of one or more counts as one."""
    return min(max(int(text[:8]), 1), _MOST_APPROVALS) if text else 1


def _wrong_in_header(header: re.Match[str]) -> Iterator[str]:
    rest = header.string[header.end() :].strip()
    if not header["name"].strip():
        yield "a section needs a name"
    if header["optional"] and header["approvals"]:
        yield "an optional section needs no approvals: the number counts for nothing"
    if rest:
        yield f"`{rest[:60]}` is no part of a heading and is passed over"


def _take(line: str, section: _OpenSection, *, number: int) -> Iterator[str]:
    """Add one line to the section; tells what of it is passed over."""
    pattern, *named = words_of(line)
    is_exclusion = pattern.startswith("!")
    text = pattern[1:] if is_exclusion else pattern
    if not text:
        yield "`!` needs a pattern behind it"
        return
    owners = tuple(dict.fromkeys(owner for word in named for owner in _named_by(word)))
    if not named:
        owners = section.defaults
    rule = OwnerRule(
        pattern=gitlab_pattern(text),
        owners=() if is_exclusion else owners,
        line=number,
        text=pattern,
        approvals=section.approvals,
    )
    # A later entry of the same pattern takes the place of the earlier one, in the order too.
    section.entries[_spelled_out(text)] = _Entry(rule=rule, optional=section.optional, is_exclusion=is_exclusion)
    wrong = next((word for word in named if not any(_named_by(word))), "")
    if wrong.startswith("#"):
        yield "there are no comments behind an entry: whoever is named in one is an owner"
    elif wrong and not is_exclusion:
        yield f"`{wrong[:60]}` names nobody and is passed over"


def _named_by(word: str) -> Iterator[str]:
    """The people, groups, roles and addresses that a word names."""
    address = word.rstrip(_BEHIND_ADDRESS)
    if _ROLE.fullmatch(word):
        yield word
    elif _ADDRESS.fullmatch(address):
        yield address
    else:
        yield from _NAME.findall(word)


def _closed(section: _OpenSection) -> Section:
    """The section as it is asked; it is optional when every line of it stands below such a heading."""
    entries = section.entries.values()
    return Section(
        name=section.name,
        rules=tuple(entry.rule for entry in entries if not entry.is_exclusion),
        optional=bool(entries) and all(entry.optional for entry in entries),
        exclusions=tuple(entry.rule for entry in entries if entry.is_exclusion),
    )
