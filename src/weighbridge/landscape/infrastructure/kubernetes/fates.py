"""What becomes of an object that one place no longer declares: whoever applies it may reach it elsewhere, or delete nothing."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.landscape.infrastructure.around import Around, Surroundings
from weighbridge.landscape.infrastructure.kubernetes.applier import Applier
from weighbridge.landscape.infrastructure.kubernetes.appliers import Appliers, Entry, Key, Root
from weighbridge.landscape.infrastructure.kubernetes.objects import Object

_SCRIPT: Final = LatePattern(
    r"(?:^|/)(?:(?:\.github/workflows|\.gitlab|\.circleci|\.?ci|deploy|deployment|scripts)/[^/]+\.(?:ya?ml|sh|py)"
    r"|\.gitlab-ci\.ya?ml|Jenkinsfile|Makefile|cloudbuild\.ya?ml|azure-pipelines\.ya?ml)$"
)
_APPLIES: Final = LatePattern(r"kubectl\b[^\n;|&]{0,80}?\bapply\b")
_MAY_PRUNE: Final = LatePattern(
    r"--prune\b|\b(?:argocd|flux|fluxctl|kapp|kluctl|helmfile|skaffold|fleet|pulumi)\b|kubectl\b[^\n;|&]{0,80}?\b(?:delete|replace)\b"
)
_FOR_TESTS: Final = LatePattern(
    r"(?i)\b(?:kind|k3d|k3s|minikube|microk8s|kindest|vcluster|e2e|integration[-_ ]tests?)\b|(?:^|[/_.-])tests?(?:[/_.-]|$)"
)
"""What starts a cluster for one run of tests: what is applied there says nothing of any that is in use."""
_OF_CHART: Final = LatePattern(r"(?:^|/)templates/")
"""Helm deletes what its charts no longer declare, whatever applies the rest."""
_MOST_BYTES: Final = 300_000
_MOST_SCRIPTS: Final = 200
_SHOWN: Final = 2


class End(StrEnum):
    """What becomes of it."""

    STAYS = "it stays as it is"
    MOVED = "another applier has it, and the one before may delete it first"
    LEFT = "it runs on, and nobody declares it"
    GONE = "it is deleted, as far as anybody knows"


class Fate(Struct, frozen=True, kw_only=True):
    """The end of an object, and by what that is known, in words."""

    end: End
    words: str = ""


class Fates:
    """Asked for objects of the tree before a change."""

    def __init__(self, before: Surroundings | None, after: Surroundings | None) -> None:
        self._sides = (before, after)

    def of(self, gone: Object, *, listed_by: RepoPath | None = None) -> Fate:
        """What becomes of an object that a file declared, or of one that a file of Kustomize listed."""
        if gone.is_rendered or self._appliers is None:
            return Fate(end=End.GONE)
        before, after = self._appliers
        lost: list[Applier] = []
        taken: list[tuple[Entry, Entry]] = []
        for name, root in before.roots.items():
            is_meant = listed_by is None or listed_by in root.files
            now = after.roots.get(name)
            for entry in _entries(root, gone, path=None if listed_by else gone.path) if is_meant else ():
                others = now.entries.get(entry.key) if now is not None else None
                if others:
                    taken.append((entry, others[0]))
                elif root.is_own or not _is_kept(entry.key, before=before, after=after):
                    lost.append(_lost(entry, now))
        if lost or taken:
            return _judged(lost, taken)
        if listed_by is None and _is_kept((gone.kind, gone.namespace, gone.key[3]), before=before, after=after):
            return Fate(end=End.STAYS)
        is_by_hand = not (before.is_any or after.is_any or _OF_CHART.search(gone.path))
        return self._by_script if is_by_hand else Fate(end=End.GONE)

    @cached_property
    def _appliers(self) -> tuple[Appliers, Appliers] | None:
        before, after = self._sides
        if before is None or after is None:
            return None
        return Appliers(before(), Side.BASE), Appliers(after(), Side.HEAD)

    @cached_property
    def _by_script(self) -> Fate:
        """What becomes of it where the only thing known to apply anything here is a script that deletes nothing."""
        around = self._sides[1]
        script = _applying(around()) if around is not None else None
        if script is None:
            return Fate(end=End.GONE)
        words = f"`{script}` applies what is declared without `--prune`"
        return Fate(end=End.LEFT, words=words)


def _is_kept(key: Key, *, before: Appliers, after: Appliers) -> bool:
    """Whether all roots that apply themselves go on declaring an object of which a copy goes that none of them reached."""
    held = [name for name, root in before.roots.items() if root.is_own and key in root.entries]
    return bool(held) and all(name in after.roots and key in after.roots[name].entries for name in held)


def _entries(root: Root, of: Object, *, path: RepoPath | None) -> list[Entry]:
    return [
        each
        for key, entries in root.entries.items()
        if key[0] == of.kind and key[2] == of.key[3]
        for each in entries
        if path is None or each.path == path
    ]


def _lost(entry: Entry, now: Root | None) -> Applier:
    """Whoever deletes an object that is reached no more, as it is from now on: what applied it, or what applied that, where it goes too."""
    left = (now.appliers.get(each.key) for each in (entry.by, entry.above) if now is not None and each is not None)
    still = next((each for each in left if each is not None), entry.above or entry.by)
    return (
        entry.by if entry.by.prunes is False and entry.by.key != still.key else still
    )  # else it goes with all it made


def _judged(lost: Sequence[Applier], taken: Iterable[tuple[Entry, Entry]]) -> Fate:
    deleting = [each for each in lost if each.prunes is not False]
    if deleting:
        return Fate(end=End.GONE, words=_names(deleting))
    if lost:
        return Fate(end=End.LEFT, words=f"nothing prunes in {_names(lost)}")
    moved = [(was, now) for was, now in taken if was.by.name != now.by.name and was.by.prunes is not False]
    if moved:
        return Fate(end=End.MOVED, words=_names([now.by for _, now in moved]))
    return Fate(end=End.STAYS)


def _names(appliers: Iterable[Applier]) -> str:
    names = list(dict.fromkeys(f"`{each.path}` ({each.name})" for each in appliers))
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _applying(around: Around) -> RepoPath | None:
    """A pipeline or a script that applies manifests, where none is known that deletes any."""
    tree, read = around
    found: RepoPath | None = None
    for path in [path for path in tree.blobs if _SCRIPT.search(path)][:_MOST_SCRIPTS]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        text = data.decode(errors="replace") if isinstance(data, bytes) else ""
        if _MAY_PRUNE.search(text):
            return None
        is_for_tests = _FOR_TESTS.search(path) is not None or _FOR_TESTS.search(text) is not None
        found = found or (path if _APPLIES.search(text) and not is_for_tests else None)
    return found
