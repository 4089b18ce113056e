"""`CODEOWNERS` as GitHub reads it.

Patterns are gitignore's with these differences: no negation, no character ranges, no pattern that begins with an
escaped `#`; `folder/*` holds the files directly in the folder and nothing deeper. The last matching line wins, a line
without owners leaves its paths to nobody, and a line that is wrong is skipped.
"""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.index import Pattern
from weighbridge.landscape.owners.lines import is_owner, tokens
from weighbridge.landscape.owners.model import CodeOwners, Forge, OwnerRule, Section, SkippedLine
from weighbridge.landscape.owners.patterns import ANY_DEPTH, expression, literal_of, literal_tail

PLACES: Final = tuple(RepoPath(p) for p in (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"))
"""Where GitHub looks, in its order: only the first file found counts."""


def github_owners(text: str, path: RepoPath) -> CodeOwners:
    """The file at `path` as GitHub reads it."""
    rules: list[OwnerRule] = []
    skipped: list[SkippedLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = tokens(line)
        if not words:
            continue
        reason = _why_skipped(words)
        if reason:
            skipped.append(SkippedLine(line=number, text=line.strip(), reason=reason))
        else:
            rule = OwnerRule(pattern=github_pattern(words[0]), owners=tuple(words[1:]), line=number, text=words[0])
            rules.append(rule)
    sections = (Section(name="", rules=tuple(rules)),)
    return CodeOwners(path=path, forge=Forge.GITHUB, sections=sections, skipped=tuple(skipped))


def github_pattern(text: str) -> Pattern:
    """What a pattern of GitHub's file matches."""
    is_folder = text.endswith("/")
    body = text.strip("/")
    is_anchored = text.startswith("/") or "/" in body
    segments = [s for s in body.split("/") if s]
    if not segments:
        return Pattern(source="(?s:.+)")
    last = segments[-1]
    if is_folder:
        below = "/.+"
    elif last in ("*", ANY_DEPTH):
        below = ""
    else:
        below = "(?:/.*)?"
    before = "" if is_anchored else "(?:.*/)?"
    source = f"(?s:{before}{expression(segments)}{below})"
    return indexed(source, segments, is_anchored=is_anchored)


def indexed(source: str, segments: list[str], *, is_anchored: bool) -> Pattern:
    """The pattern with what every match of it must have, so that an index can pass it over."""
    literals = [text for s in segments if s != ANY_DEPTH and (text := literal_of(s))]
    return Pattern(
        source=source,
        prefix=literal_prefix(segments) if is_anchored else "",
        segment=max(literals, key=len, default=""),
        tail=tail_of(segments),
    )


def literal_prefix(segments: list[str]) -> str:
    """The folders that every match of an anchored pattern lies in, as far as they are spelled out."""
    found = []
    for segment in segments:
        literal = None if segment == ANY_DEPTH else literal_of(segment)
        if literal is None:
            break
        found.append(literal)
    return "/".join(found)


def tail_of(segments: list[str]) -> str:
    """What some segment of every match ends with, as the last segment that is spelled out says."""
    return "" if segments[-1] == ANY_DEPTH else literal_tail(segments[-1])


def _why_skipped(words: list[str]) -> str:
    pattern, *owners = words
    if pattern.startswith("!"):
        return "a pattern cannot be negated"
    if pattern.startswith("\\#"):
        return "a pattern cannot begin with an escaped `#`"
    if "[" in pattern or "]" in pattern:
        return "a pattern cannot have character ranges"
    wrong = [word for word in owners if not is_owner(word) or word.startswith("@@")]
    return f"`{wrong[0][:60]}` is neither `@name`, `@organisation/team` nor an address" if wrong else ""
