"""`CODEOWNERS` as GitHub reads it.

Patterns are gitignore's with these differences: no negation, no character ranges, no pattern that begins with an
escaped `#`; `folder/*` holds the files directly in the folder and nothing deeper. The last matching line wins, a line
without owners leaves its paths to nobody, and a line that is wrong is skipped.
"""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.owners.index import Pattern
from weighbridge.landscape.owners.lines import numbered_lines, without_comment, words_of
from weighbridge.landscape.owners.model import CodeOwners, Forge, OwnerRule, Section, SkippedLine
from weighbridge.landscape.owners.patterns import (
    Segment,
    Star,
    expression,
    literal_of,
    literal_tail,
    segments_of,
)

PLACES: Final = tuple(RepoPath(p) for p in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"))
"""Where GitHub looks, in its order: only the first file found counts."""

_OWNER: Final = LatePattern(
    r"@[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:/[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?)?"
    r"|[^@\s<>,;]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
)


def github_owners(text: str, path: RepoPath) -> CodeOwners:
    """The file at `path` as GitHub reads it."""
    rules: list[OwnerRule] = []
    skipped: list[SkippedLine] = []
    for number, line in numbered_lines(text):
        words = without_comment(words_of(line))
        if not words:
            continue
        reason = _why_skipped(words)
        if reason:
            skipped.append(SkippedLine(line=number, text=line, reason=reason))
        else:
            rule = OwnerRule(pattern=github_pattern(words[0]), owners=tuple(words[1:]), line=number, text=words[0])
            rules.append(rule)
    sections = (Section(name="", rules=tuple(rules)),)
    return CodeOwners(path=path, forge=Forge.GITHUB, sections=sections, skipped=tuple(skipped))


def github_pattern(text: str) -> Pattern:
    """What a pattern of GitHub's file matches."""
    is_folder = text.endswith("/")
    is_anchored = text.startswith("/") or "/" in text.strip("/")
    segments = segments_of(text)
    if not segments:
        return Pattern(source="(?!)")
    if is_folder:
        below = "/.+"
    elif segments[-1] in (None, (Star(),)):
        below = ""
    else:
        below = "(?:/.*)?"
    before = "" if is_anchored else "(?:.*/)?"
    source = f"(?s:{before}{expression(segments)}{below})"
    return indexed(source, segments, is_anchored=is_anchored)


def indexed(source: str, segments: list[Segment], *, is_anchored: bool) -> Pattern:
    """The pattern with what every match of it must have, so that an index can pass it over."""
    literals = [text for segment in segments if (text := literal_of(segment))]
    return Pattern(
        source=source,
        prefix=_literal_prefix(segments) if is_anchored else "",
        segment=max(literals, key=len, default=""),
        tail=literal_tail(segments[-1]),
    )


def _literal_prefix(segments: list[Segment]) -> str:
    """The folders that every match of an anchored pattern lies in, as far as they are spelled out."""
    found = []
    for segment in segments:
        literal = literal_of(segment)
        if literal is None:
            break
        found.append(literal)
    return "/".join(found)


def _why_skipped(words: list[str]) -> str:
    pattern, *owners = words
    if pattern.startswith("!"):
        return "a pattern cannot be negated"
    if pattern.startswith("\\#"):
        return "a pattern cannot begin with an escaped `#`"
    if "[" in pattern or "]" in pattern:
        return "a pattern cannot have character ranges"
    if "***" in pattern:
        return "a pattern cannot have three stars in a row: two stand for any number of folders"
    if not pattern.strip("/"):
        return "`/` matches nothing: `*` stands for every file"
    wrong = next((word for word in owners if not _OWNER.fullmatch(word)), "")
    return f"`{wrong[:60]}` is neither `@name`, `@organisation/team` nor an address" if wrong else ""
