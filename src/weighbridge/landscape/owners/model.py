"""The rules of a `CODEOWNERS` file, and what they say of a path."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.index import Pattern, PatternIndex


class Forge(StrEnum):
    """Whose reading of the file counts: the two differ in what a pattern matches and in sections."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """One line: a pattern and who owns what it matches; nobody, when `owners` is empty."""

    pattern: Pattern
    owners: tuple[str, ...]
    line: int
    text: str
    is_exclusion: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedLine:
    """A line that the forge skips, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rules that are asked together; GitHub's file is one section without a name.

    Of an `optional` section the approval is welcome and not needed; otherwise `approvals` of its owners are.
    """

    name: str
    rules: tuple[OwnerRule, ...]
    optional: bool = False
    approvals: int = 1
    _index: PatternIndex = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the patterns once."""
        object.__setattr__(self, "_index", PatternIndex([rule.pattern for rule in self.rules]))

    def rule_for(self, path: RepoPath) -> OwnerRule | None:
        """The last rule that matches `path`; an exclusion that matches at all takes the path out of the section."""
        position = self._index.last_match(path)
        return self.rules[position] if position is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsibility:
    """Who answers for a path, by which line, and how many of them must approve."""

    owners: tuple[str, ...]
    line: int
    section: str = ""
    optional: bool = False
    approvals: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeOwners:
    """A whole `CODEOWNERS` file as its forge reads it."""

    path: RepoPath
    forge: Forge
    sections: Sequence[Section] = ()
    exclusions: Sequence[Section] = ()
    skipped: tuple[SkippedLine, ...] = ()

    def responsibilities(self, path: RepoPath) -> tuple[Responsibility, ...]:
        """Who answers for `path`, one entry per section that says somebody does."""
        found = []
        for section in self.sections:
            rule = section.rule_for(path)
            if rule is not None and rule.owners and not self._is_excluded(path, section.name):
                found.append(
                    Responsibility(
                        owners=rule.owners,
                        line=rule.line,
                        section=section.name,
                        optional=section.optional,
                        approvals=section.approvals,
                    )
                )
        return tuple(found)

    def owners_of(self, path: RepoPath) -> tuple[str, ...]:
        """Everybody who answers for `path`, each once, in order of the file."""
        return tuple(dict.fromkeys(owner for found in self.responsibilities(path) for owner in found.owners))

    def owners_of_folder(self, folder: RepoPath) -> tuple[str, ...]:
        """Who answers for a file in `folder` that no narrower rule names."""
        return self.owners_of(RepoPath(f"{folder}/\0" if folder else "\0"))

    def _is_excluded(self, path: RepoPath, section: str) -> bool:
        return any(s.name == section and s.rule_for(path) is not None for s in self.exclusions)
