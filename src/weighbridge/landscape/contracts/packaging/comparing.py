"""What a change of a package's manifests takes from those who install it, told against the base and against the newest release."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.change import Change
from weighbridge.domain.findings import Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.paths import folder_of
from weighbridge.domain.places import Place, Side
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.contracts.code.packages import Published, PublishedPackages, ReadFile
from weighbridge.landscape.contracts.code.since_release import tags_of
from weighbridge.landscape.contracts.packaging.losses import NAME, Loss, losses
from weighbridge.landscape.contracts.packaging.offers import Offers, offers_in
from weighbridge.landscape.contracts.releases import not_yet
from weighbridge.landscape.contracts.trees import Trees, reading
from weighbridge.landscape.manifests.texts import line_of
from weighbridge.landscape.test_files import stands_aside

_LANGUAGES: Final = {
    "pyproject.toml": "python",
    "setup.cfg": "python",
    "setup.py": "python",
    "package.json": "script",
    "go.mod": "go",
    "pom.xml": "java",
    "build.gradle": "java",
    "build.gradle.kts": "java",
}
_LOWER: Final = {Severity.HIGH: Severity.MEDIUM, Severity.MEDIUM: Severity.LOW}


class PackageLoss(Struct, frozen=True, kw_only=True):
    """A loss as it is told: `because` says why it is no worse, where that is not plain."""

    loss: Loss
    package: Published
    place: Place
    severity: Severity
    because: str = ""


class PackageChanges:
    """Compared once, when a rule asks and a manifest is among the changed files."""

    def __init__(self, change: Change, contents: ChangedBytes, *, trees: Trees) -> None:
        self._change = change
        self._contents = contents
        self._trees = trees

    def of(self, kind: str) -> Iterator[PackageLoss | CouldNotLook]:
        """What one rule tells, and where it could not look."""
        return (each for each in self._found if isinstance(each, CouldNotLook) or each.loss.kind == kind)

    @cached_property
    def _found(self) -> list[PackageLoss | CouldNotLook]:
        folders: dict[tuple[RepoPath, str], RepoPath] = {}
        for file in self._change.files:
            name = file.base.path.rpartition("/")[2] if file.base else ""
            if file.base is not None and name in _LANGUAGES and not stands_aside(file.base.path):
                folders.setdefault((folder_of(file.base.path), _LANGUAGES[name]), file.base.path)
        return [each for (folder, language), path in folders.items() for each in self._in(folder, language, path=path)]

    def _in(self, folder: RepoPath, language: str, *, path: RepoPath) -> Iterator[PackageLoss | CouldNotLook]:
        base, head = self._read
        package = PublishedPackages(base, head).promised(path, "javascript" if language == "script" else language)
        if package is None or isinstance(package, CouldNotLook) or package.root != folder:
            return  # of one that cannot be read, `contracts/public-name-removed` says so
        before, after = (offers_in(folder, language, read=read) for read in self._read)
        unread = next((each for each in (before, after) if isinstance(each, CouldNotLook)), None)
        if unread is not None:
            yield unread
        elif isinstance(before, Offers) and isinstance(after, Offers):
            found = [*losses(before, after, language=language)]
            lacking = self._not_released(found, package, after=after, language=language) if found else {}
            for each in found:
                yield self._told(each, package, path=path, because=lacking.get(each.kind + each.key, ""))

    def _not_released(
        self, found: Sequence[Loss], package: Published, *, after: Offers, language: str
    ) -> dict[str, str]:
        """Which losses those have none of who have the newest release, in words."""
        newest = self._trees.release(tags_of(package))
        if newest is None:
            return {}
        released = offers_in(package.root, language, read=newest.text_of)
        if isinstance(released, CouldNotLook):
            return {}
        kept = {each.kind + each.key for each in losses(released, after, language=language)} if released else set()
        return {each.kind + each.key: not_yet(newest.tag) for each in found if each.kind + each.key not in kept}

    def _told(self, loss: Loss, package: Published, *, path: RepoPath, because: str) -> PackageLoss:
        severity = loss.severity
        if because:
            severity = Severity.LOW
        elif package.is_next and loss.kind != NAME:
            severity = _LOWER.get(severity, severity)
            because = "this change gives it a version that may break"
        sides = (Side.HEAD, Side.BASE) if loss.is_at_head else (Side.BASE, Side.HEAD)
        places = (self._line(path, loss, side=side) for side in sides)
        return PackageLoss(
            loss=loss,
            package=package,
            place=next(filter(None, places), Place(path=path)),
            severity=severity,
            because=because,
        )

    def _line(self, path: RepoPath, loss: Loss, *, side: Side) -> Place | None:
        """Where a manifest of the folder says it, on one side."""
        for name in _LANGUAGES:
            folder = folder_of(path)
            beside = RepoPath(f"{folder}/{name}" if folder else name)
            text = self._contents.text(beside, side)
            line = next(filter(None, (line_of(text, each) for each in loss.patterns)), 0) if text else 0
            if line:
                return Place(path=beside, line=line, end_line=line, side=side)
        return None

    @cached_property
    def _read(self) -> tuple[ReadFile, ReadFile]:
        base, head = (reading(side, self._contents, trees=self._trees) for side in (Side.BASE, Side.HEAD))
        return base, head
