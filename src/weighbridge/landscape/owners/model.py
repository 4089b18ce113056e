"""The rules of a `CODEOWNERS` file, and what they say of a path."""

from collections.abc import Iterator
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
    """One line: a pattern and who owns what it matches; nobody, when `owners` is empty.

    `approvals` of the owners are needed. A line of GitLab's takes that from the heading above it.
    """

    pattern: Pattern
    owners: tuple[str, ...]
    line: int
    text: str
    approvals: int = 1


class SkippedLine(Struct, frozen=True, kw_only=True):
    """A line that the forge skips, whole or in part, and why."""

    line: int
    text: str
    reason: str


class Section(Struct, frozen=True, kw_only=True):
    """Rules that are asked together; GitHub's file is one section without a name.

    Of an `optional` section the approval is welcome and not needed. What any of `exclusions` matches is taken out of the
    section, wherever the line stands.
    """

    name: str
    rules: tuple[OwnerRule, ...]
    optional: bool = False
    exclusions: tuple[OwnerRule, ...] = ()


class Responsibility(Struct, frozen=True, kw_only=True):
    """Who answers for a path, by which line, and how many of them must approve."""

    owners: tuple[str, ...]
    line: int
    section: str = ""
    optional: bool = False
    approvals: int = 1


class CodeOwners(Struct, frozen=True, kw_only=True, dict=True):
    """A whole `CODEOWNERS` file as its forge reads it."""

    path: RepoPath
    forge: Forge
    sections: tuple[Section, ...] = ()
    skipped: tuple[SkippedLine, ...] = ()

    def responsibilities(self, path: RepoPath) -> tuple[Responsibility, ...]:
        """Who answers for `path`, one entry per section that says somebody does, in order of the file.

        For a folder, which ends with a slash, it is whoever answers for a file in it that no narrower rule names.
        """
        if path.endswith("/"):
            path = RepoPath(f"{path}\0")
        found = self._rules.last_matches(path)
        excluded = self._exclusions.last_matches(path) if found else {}
        told = (self._told[section][found[section]] for section in sorted(found) if section not in excluded)
        return tuple(responsibility for responsibility in told if responsibility.owners)

    def owners_of(self, path: RepoPath) -> tuple[str, ...]:
        """Everybody who answers for `path`, each once, in order of the file."""
        return tuple(dict.fromkeys(owner for found in self.responsibilities(path) for owner in found.owners))

    def owners_of_folder(self, folder: RepoPath) -> tuple[str, ...]:
        """Who answers for a file in `folder` that no narrower rule names."""
        return self.owners_of(RepoPath(f"{folder}/" if folder else "\0"))

    @property
    def heaviest(self) -> int:
        """The most patterns that may have to be tried of one path."""
        return max(self._rules.heaviest, self._exclusions.heaviest)

    @property
    def names(self) -> Iterator[str]:
        """Everybody who is named, as often as they are."""
        return (owner for section in self.sections for rule in section.rules for owner in rule.owners)

    @cached_property
    def _rules(self) -> PatternIndex:
        return PatternIndex([[rule.pattern for rule in section.rules] for section in self.sections])

    @cached_property
    def _exclusions(self) -> PatternIndex:
        return PatternIndex([[rule.pattern for rule in section.exclusions] for section in self.sections])

    @cached_property
    def _told(self) -> tuple[tuple[Responsibility, ...], ...]:
        """What each rule of each section says: made once, for a path may be told of thousands."""
        return tuple(
            tuple(
                Responsibility(
                    owners=rule.owners,
                    line=rule.line,
                    section=section.name,
                    optional=section.optional,
                    approvals=rule.approvals,
                )
                for rule in section.rules
            )
            for section in self.sections
        )
