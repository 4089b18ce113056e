"""The rules of a `CODEOWNERS` file, and what they say of a path."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.owners.index import Pattern, PatternIndex


class Forge(StrEnum):
    """Whose reading of the file counts: the two differ in what a pattern matches and in sections."""

    GITHUB = "github"
    GITLAB = "gitlab"


class OwnerRule(Struct, frozen=True, kw_only=True):
    """One line: a pattern and who owns what it matches; nobody, when `owners` is empty."""

    pattern: Pattern
    owners: tuple[str, ...]
    line: int
    text: str
    is_exclusion: bool = False


class SkippedLine(Struct, frozen=True, kw_only=True):
    """A line that the forge skips, and why."""

    line: int
    text: str
    reason: str


class Section(Struct, frozen=True, kw_only=True, dict=True):
    """Rules that are asked together; GitHub's file is one section without a name.

    Of an `optional` section the approval is welcome and not needed; otherwise `approvals` of its owners are.
    """

    name: str
    rules: tuple[OwnerRule, ...]
    optional: bool = False
    approvals: int = 1

    def rule_for(self, path: RepoPath) -> OwnerRule | None:
        """The last rule that matches `path`; an exclusion that matches at all takes the path out of the section."""
        position = self._index.last_match(path)
        return self.rules[position] if position is not None else None

    @cached_property
    def _index(self) -> PatternIndex:
        return PatternIndex([rule.pattern for rule in self.rules])


class Responsibility(Struct, frozen=True, kw_only=True):
    """Who answers for a path, by which line, and how many of them must approve."""

    owners: tuple[str, ...]
    line: int
    section: str = ""
    optional: bool = False
    approvals: int = 1


class CodeOwners(Struct, frozen=True, kw_only=True):
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
