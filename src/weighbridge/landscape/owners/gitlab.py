"""`CODEOWNERS` as GitLab reads it: sections with default owners, numbers of approvals and roles.

A pattern without a leading slash matches at any depth, also one with slashes inside; only a trailing slash takes in what
lies below a folder; `!pattern` takes paths out of its section. Sections of one name, in any case, are one section.
"""

import re
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.github import indexed
from weighbridge.landscape.owners.index import Pattern
from weighbridge.landscape.owners.lines import is_owner, tokens
from weighbridge.landscape.owners.model import CodeOwners, Forge, OwnerRule, Section, SkippedLine
from weighbridge.landscape.owners.patterns import expression

PLACES: Final = tuple(RepoPath(p) for p in ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"))
"""Where GitLab looks, in its order: only the first file found counts."""

_HEADER: Final = re.compile(
    r"(?P<optional>\^)?\[(?P<name>[^\]]+)\](?:\[(?P<approvals>\d{1,6})\])?(?:[ \t]+(?P<owners>.*))?"
)


class _OpenSection(Struct, kw_only=True):
    """A section while its lines are read."""

    name: str
    optional: bool = False
    approvals: int = 1
    defaults: tuple[str, ...] = ()
    rules: list[OwnerRule] = field(default_factory=list)
    exclusions: list[OwnerRule] = field(default_factory=list)


def has_sections(text: str) -> bool:
    """Whether any line is a section's header, which only GitLab understands."""
    return any(_HEADER.fullmatch(line.strip()) for line in text.splitlines())


def gitlab_owners(text: str, path: RepoPath) -> CodeOwners:
    """The file at `path` as GitLab reads it."""
    sections: dict[str, _OpenSection] = {"": _OpenSection(name="")}
    here = sections[""]
    skipped: list[SkippedLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.fullmatch(line.strip())
        if header:
            here = _open(sections, header)
            continue
        words = tokens(line)
        if words:
            reason = _take(words, here, line=number)
            if reason:
                skipped.append(SkippedLine(line=number, text=line.strip(), reason=reason))
    return CodeOwners(
        path=path,
        forge=Forge.GITLAB,
        sections=tuple(_closed(s, s.rules) for s in sections.values() if s.rules),
        exclusions=tuple(_closed(s, s.exclusions) for s in sections.values() if s.exclusions),
        skipped=tuple(skipped),
    )


def gitlab_pattern(text: str) -> Pattern:
    """What a pattern of GitLab's file matches."""
    is_anchored = text.startswith("/")
    segments = [s for s in text.strip("/").split("/") if s]
    if not segments:
        return Pattern(source="(?s:.+)")
    before = "" if is_anchored else "(?:.*/)?"
    below = "/.+" if text.endswith("/") else ""
    return indexed(f"(?s:{before}{expression(segments)}{below})", segments, is_anchored=is_anchored)


def _open(sections: dict[str, _OpenSection], header: re.Match[str]) -> _OpenSection:
    """The section of this header, begun or taken up again; the first header of a name sets its terms."""
    name = header["name"].strip()
    defaults = tuple(word for word in tokens(header["owners"] or "") if is_owner(word))
    optional = header["optional"] is not None
    approvals = max(int(header["approvals"] or 1), 1)
    made = _OpenSection(name=name, optional=optional, approvals=approvals, defaults=defaults)
    found = sections.setdefault(name.lower(), made)
    found.defaults = defaults
    return found


def _take(words: list[str], section: _OpenSection, *, line: int) -> str:
    """Add one line to the section; gives why it is skipped, if it is."""
    pattern, *named = words
    owners = tuple(word for word in named if is_owner(word))
    if pattern.startswith("!"):
        rule = OwnerRule(pattern=gitlab_pattern(pattern[1:]), owners=(), line=line, text=pattern, is_exclusion=True)
        section.exclusions.append(rule)
        return ""
    if not named:
        owners = section.defaults
    section.rules.append(OwnerRule(pattern=gitlab_pattern(pattern), owners=owners, line=line, text=pattern))
    wrong = [word for word in named if not is_owner(word)]
    return f"`{wrong[0][:60]}` names nobody and is passed over" if wrong else ""


def _closed(section: _OpenSection, rules: list[OwnerRule]) -> Section:
    return Section(name=section.name, rules=tuple(rules), optional=section.optional, approvals=section.approvals)
