"""What kind of change its messages say it is, each with the words that say so; what they do not say is unknown."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change, Commit
from weighbridge.domain.ids import ObjectId
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.intent.own_words import OwnWords, own_words

MOST_COMMITS: Final = 200
"""Commits whose messages are read."""
_MOST_QUOTED: Final = 72


class Kind(StrEnum):
    """What a change may say it is."""

    FIX = "fix"
    DOCUMENTATION = "documentation"
    REFACTORING = "refactoring"
    STYLE = "formatting"
    BUMP = "dependency update"
    TEST = "tests"
    FEATURE = "feature"
    REVERT = "revert"
    RELEASE = "release"
    UNKNOWN = "unknown"


class Claim(Struct, frozen=True, kw_only=True):
    """What one message says: the kind of change, `scope` the part it names (`fix(parser): …`), `packages` what it updates."""

    kind: Kind
    quote: str
    scope: str = ""
    packages: tuple[str, ...] = ()
    commit: ObjectId | None = None
    """The commit whose message says it; None where it is said of the whole."""
    small: str = ""
    """The word by which it says that it is small."""


class Claims(Struct, frozen=True, kw_only=True):
    """What all messages of a change say."""

    each: tuple[Claim, ...] = ()
    declared: tuple[str, ...] = ()
    """What trailers or blocks `Scope:` list."""
    said: str = ""
    """All own words, in lower case."""
    unread: str = ""
    """Why some was not read, if so."""

    def says(self, words: LatePattern) -> bool:
        """Whether any message says one of these words."""
        return bool(words.search(self.said))


_CONVENTIONAL: Final = LatePattern(r"^(?:[:\w]*:\s*)?([A-Za-z]{2,12})(?:\(([^()]{1,60})\))?!?\s*:\s+\S")
_TYPES: Final = {
    **dict.fromkeys(("fix", "bugfix", "hotfix"), Kind.FIX),
    **dict.fromkeys(("docs", "doc", "documentation"), Kind.DOCUMENTATION),
    **dict.fromkeys(("refactor", "refactoring"), Kind.REFACTORING),
    **dict.fromkeys(("style", "fmt", "format", "lint"), Kind.STYLE),
    **dict.fromkeys(("deps", "dependencies", "bump"), Kind.BUMP),
    **dict.fromkeys(("test", "tests"), Kind.TEST),
    **dict.fromkeys(("feat", "feature", "perf"), Kind.FEATURE),
    **dict.fromkeys(("revert",), Kind.REVERT),
    **dict.fromkeys(("release",), Kind.RELEASE),
}
_SAYS_NOTHING: Final = frozenset({"chore", "build", "ci", "misc"})
_DEPENDENCIES: Final = frozenset({"deps", "deps-dev", "dependencies"})
_BUMP: Final = LatePattern(
    r"\b(?:bump|upgrade|update)s?\s+(?:the\s+)?(?:dependency\s+|package\s+|module\s+|crate\s+)?(?:from\s+|version\s+of\s+)?"
    r"`?(?P<name>@?[\w./-]{2,120})`?(?:\s+dependency)?\s+(?:requirement\s+)?(?:from\s+\S+\s+)?to\s+(?:version\s+)?[v^~=<>]*\d",
    re.IGNORECASE,
)
_BUMPS: Final = LatePattern(
    r"^(?:bump|upgrade|update|refresh)\s+(?:(?:all|the|npm|python|go|rust|dev|minor|patch|non-major|rust|js|ruby)\s+)*(?:dependenc|deps\b|packages\b|lock\s?file|requirements)",
    re.IGNORECASE,
)
_BEGINS: Final = (
    (Kind.REVERT, LatePattern(r'^revert\b', re.IGNORECASE)),
    (Kind.RELEASE, LatePattern(r"^(?:release|prepare(?: for)? release|bump version|v?\d+\.\d+(?:\.\d+)?\b)", re.IGNORECASE)),
    (Kind.STYLE, LatePattern(r"^(?:re)?format\b|^run (?:black|prettier|gofmt|isort|ruff format)|^(?:fix )?whitespace\b|^(?:fix )?(?:code style|indentation)\b", re.IGNORECASE)),
    (Kind.DOCUMENTATION, LatePattern(
        r"^(?:(?:fix|correct|fixed|fixes)\s+(?:a\s+|some\s+|minor\s+|small\s+)?(?:typos?|spelling|grammar)\b|typos?\b"
        r"|(?:update|improve|fix|add|clarify|correct|expand|rewrite|tweak|edit|extend)\w*\s+(?:the\s+)?(?:\w+\s+)?(?:docs?|documentation|readme(?:\.\w+)?|docstrings?|comments?)\s*(?:$|[.:,(]|for\b|on\b|about\b|in\b|of\b|to\b)"
        r"|(?:update|improve|fix|edit|tweak)\w*\s+\S+\.(?:md|rst|adoc)\b"
        r"|(?:docs?|documentation|readme)\b|doku(?:mentation)?\b|document\s)", re.IGNORECASE)),
    (Kind.REFACTORING, LatePattern(r"^(?:code\s+)?(?:refactor(?:s|ed|ing)?|clean\s?up|cleanup|tidy(?:\s+up)?|simplify|rename|réusinage|refaktor\w*|rework internals?)\b", re.IGNORECASE)),
    (Kind.TEST, LatePattern(r"^(?:add|fix|update|improve|more|extend)?\s*(?:unit |integration |e2e )?tests?\b", re.IGNORECASE)),
    (Kind.FIX, LatePattern(r"^(?:bug\s?fix|hot\s?fix|fix(?:e[sd])?|fixing|corrige|corrig[eé]r?|behebe|behoben|corregir|corrige|arregla|исправ\w*|修复|修正|bugfix)(?:\b|(?=[\u4e00-\u9fff]))", re.IGNORECASE)),
    (Kind.FEATURE, LatePattern(r"^(?:add|implement|introduce|support|allow|enable|new|feature|make|change|remove|drop|delete|replace|switch|migrate|move|use|set|ajoute|füge|añad\w*|добав\w*|新增|添加)(?:s|ed|\b|(?=[\u4e00-\u9fff]))", re.IGNORECASE)),
)  # fmt: skip
_AND: Final = LatePattern(
    r"(?:\band|&|\+|;|,)\s+(?:also\s+)?(?:add|fix|remove|drop|chang|improv|implement|mov|mak|renam|allow|support|use|introduc|refactor|updat|replac|bump|delet|clean|rais|lower|increas|decreas|reduc|sett?|enabl|disabl|switch|handl|correct|bring|turn)\w*",
    re.IGNORECASE,
)
_LINK: Final = LatePattern(r"^(?:and|[&+;,])\s+(?:also\s+)?", re.IGNORECASE)
_SMALL: Final = LatePattern(r"\b(typos?|tiny|trivial|minor|small|one[- ]liner|nit|cosmetic)\b", re.IGNORECASE)
_TICKET: Final = LatePattern(r"^(?:\[[^\]]{1,30}\]\s*|#\d+[:\s]+|[A-Z]{2,10}-\d+[:\s]+|\W{1,4}\s*)+")


def claims_of(change: Change, issues: Iterable[str] = ()) -> Claims:
    """What the messages of a change say, and the issues that were given: these widen what is said, and claim nothing."""
    commits = own_commits(change)
    by_commit: list[tuple[ObjectId | None, OwnWords]] = [(each.oid, own_words(each.message)) for each in commits]
    described = f"{change.title}\n\n{change.description}".strip()
    subjects = {words.subject for _, words in by_commit}
    if described and own_words(described).subject not in subjects:
        by_commit.append((None, own_words(described)))
    read = [words for _, words in by_commit]
    unread = "a message is longer than what is read of one" if any(each.is_cut for each in read) else ""
    if len(change.commits) > MOST_COMMITS:
        unread = f"only the messages of {MOST_COMMITS} commits are read"
    said = "\n".join(f"{words.subject}\n{words.body}" for words in [*read, *map(own_words, issues)])
    return Claims(
        each=tuple(claim_of(words, oid) for oid, words in by_commit if words.subject),
        declared=tuple(dict.fromkeys(part for words in read for part in words.scope)),
        said=said.lower(),
        unread=unread,
    )


def own_commits(change: Change) -> list[Commit]:
    """The commits whose messages are read: merges say nothing of their own, except where a change is one."""
    read = change.commits[:MOST_COMMITS]
    plain = [each for each in read if len(each.parents) < 2]
    return plain or list(read)


def claim_of(words: OwnWords, commit: ObjectId | None = None) -> Claim:
    """What one message says, of one commit or of the whole change."""
    subject = words.subject
    marked = _CONVENTIONAL.match(subject)
    word, scope = (marked.group(1).lower(), marked.group(2) or "") if marked else ("", "")
    plain = subject[marked.end() - 1 :] if marked and (word in _TYPES or word in _SAYS_NOTHING) else subject
    small = _SMALL.search(subject)
    return Claim(
        kind=_kind(word, scope, plain=_TICKET.sub("", plain)),
        commit=commit,
        quote=quoted(subject),
        scope="" if scope.lower() in _DEPENDENCIES else scope,
        packages=_packages(f"{subject}\n{words.body}"),
        small=small.group(1).lower() if small else "",
    )


def _kind(word: str, scope: str, *, plain: str) -> Kind:
    is_more = bool(_AND.search(plain))
    if scope.lower() in _DEPENDENCIES or word in ("deps",):
        return Kind.BUMP
    if word in _TYPES:
        return Kind.UNKNOWN if is_more and _says_another(plain, _TYPES[word]) else _TYPES[word]
    if (_BUMP.search(plain) and not plain.lower().startswith("bump version")) or _BUMPS.match(plain):
        return Kind.BUMP
    for kind, begins in _BEGINS:
        if begins.match(plain):
            return Kind.UNKNOWN if is_more and kind is not Kind.FIX else kind
    return Kind.UNKNOWN


def _says_another(plain: str, kind: Kind) -> bool:
    """Whether what follows an "and" is of another kind than the one that is claimed."""
    found = _AND.search(plain)
    rest = _LINK.sub("", found.group() + plain[found.end() :]) if found else ""
    return all(each is not kind or not begins.match(rest) for each, begins in _BEGINS)


def _packages(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found.group("name").strip("`.").lower() for found in _BUMP.finditer(text)))


def quoted(subject: str) -> str:
    """A subject as it is quoted: cut, and without what would end a quotation."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in subject).replace("`", "'").split())
    return plain if len(plain) <= _MOST_QUOTED else f"{plain[: _MOST_QUOTED - 1]}…"
