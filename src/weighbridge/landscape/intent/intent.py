"""What a change says of itself, held against its files: the fact that rules ask for."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from weighbridge.domain.change import Change, Commit, FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.impact import ChangeDepth
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange, FileCode
from weighbridge.landscape.intent.claims import Claim, Claims, Kind, claims_of, own_commits
from weighbridge.landscape.intent.surfaces import is_shipped
from weighbridge.landscape.intent.turned_tokens import Changed, Turn, is_wording, turns

_MOST_COMMITS: Final = 40
"""Commits of which it is asked what each of them touched."""

Touched = Callable[[Commit], frozenset[RepoPath] | None]
"""Tells which paths a commit changes; None where that cannot be told."""

INNOCENT: Final = (Kind.DOCUMENTATION, Kind.REFACTORING, Kind.STYLE, Kind.TEST)
"""Claims that promise to leave alone whatever runs."""


class Intent:
    """The claims of a change, and which of them each of its files stands under."""

    def __init__(
        self,
        change: Change,
        contents: ChangedBytes,
        *,
        code: Callable[[], CodeChange],
        touched: Touched,
        issues: Iterable[str] = (),
    ) -> None:
        self._change = change
        self._contents = contents
        self._code = code
        self._touched = touched
        self._issues = issues

    @cached_property
    def claims(self) -> Claims:
        """What its messages say."""
        return claims_of(self._change, self._issues)

    @property
    def unread(self) -> Iterator[CouldNotLook]:
        """Why some of what it says was not read, if so."""
        if self.claims.unread:
            yield CouldNotLook(
                reason=Reason.LIMIT,
                detail=f"{self.claims.unread}: what it says there may explain what it does",
                remedy="say at the beginning of the message what the change does",
            )

    def claim(self, path: RepoPath, *kinds: Kind) -> Claim | None:
        """What a changed file stands under, where all that is said of it is one of these kinds."""
        said = self._said_of(path)
        return said[0] if said and all(each.kind in kinds for each in said) else None

    def claim_of_all(self, *kinds: Kind) -> Claim | None:
        """The first claim, where every message claims one of these kinds."""
        each = self.claims.each
        return each[0] if each and all(one.kind in kinds for one in each) else None

    def _said_of(self, path: RepoPath) -> tuple[Claim, ...]:
        each, by_commit = self.claims.each, self._paths
        if not by_commit:
            return each
        mine = tuple(one for one in each if one.commit is None or path in by_commit.get(one.commit, ()))
        return mine if any(one.commit is not None for one in mine) else each

    @cached_property
    def _paths(self) -> Mapping[str, frozenset[RepoPath]]:
        """What each commit touched, where messages differ and all of it can be told."""
        commits = own_commits(self._change)
        if len({one.kind for one in self.claims.each}) < 2 or not 2 <= len(commits) <= _MOST_COMMITS:
            return {}
        found: dict[str, frozenset[RepoPath]] = {}
        for commit in commits:
            paths = self._touched(commit)
            if paths is None:
                return {}
            found[commit.oid] = paths
        return found

    def shipped(self) -> Iterator[tuple[RepoPath, FileCode]]:
        """The changed files of code that runs for users and could be read on both sides."""
        for path, file in self._code().files.items():
            if is_shipped(path) and file.missing is None:
                yield path, file

    def behaves_otherwise(self, file: FileCode) -> bool:
        """Whether what stood in a file does something else, the wording of texts aside."""
        deep = (ChangeDepth.BODY, ChangeDepth.SIGNATURE, ChangeDepth.REMOVED)
        return any(each.depth in deep for each in file.symbols) and not is_wording(self.changed(file.change))

    def turns(self, file: FileChange, *, is_strict: bool = False) -> list[Turn]:
        """The numbers, comparisons and conditions that are turned in a changed file."""
        return list(turns(self.changed(file), is_strict=is_strict))

    def changed(self, file: FileChange) -> Changed:
        """A changed file's texts with the lines that differ."""
        path = file.base.path if file.base else file.path
        return Changed(
            removed=file.removed,
            added=file.added,
            base=self._contents.text(path, Side.BASE),
            head=self._contents.text(file.path),
            hashes=file.path.endswith((".py", ".pyi", ".pyw")),
        )
