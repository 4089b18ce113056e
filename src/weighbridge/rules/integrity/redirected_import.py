"""A manifest, or the configuration of a tool, sends imports to another place than before."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.change import Change, FileChange
from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.paths import folder_of, is_below
from weighbridge.domain.places import Place, RelatedPlace, Side
from weighbridge.domain.rule import Case, Rule
from weighbridge.landscape.arguments import counted
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.integrity.checksums import LostChecksum, lost_checksums
from weighbridge.landscape.integrity.redirects import DEFAULT, Redirect, is_manifest, redirects
from weighbridge.landscape.integrity.sources import speaks_for_all
from weighbridge.landscape.integrity.verification import is_verification, less_verified
from weighbridge.landscape.manifests.claims import ManifestError
from weighbridge.landscape.test_files import is_test
from weighbridge.landscape.tree import Tree

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Change, ChangedBytes, Tree),
    weaknesses=(427, 829, 494),
    tags=("integrity",),
)

MOST_SHOWN: Final = 20
MOST_OF_ONE: Final = 200
"""Characters of a key, or of what it leads to, that are shown."""
_REPOSITORY: Final = LatePattern(
    r"(?:git\+)?(?:https|ssh)://(?:git@)?(?P<host>[\w.-]+)/(?P<path>[\w./~-]+?)(?:\.git)?/?(?:[@#?][^\s]*)?"
)
"""A repository of git over a checked connection, and what of it is taken; an address with somebody's word in it is none."""
_LOGIN: Final = LatePattern(r"://[^/\s]*@")


def check(case: Case) -> Iterator[Finding | CouldNotLook]:
    """One finding for each part of a manifest by which imports are found elsewhere, or unchecked."""
    content, tree = case[ChangedBytes], case[Tree]
    for file in case[Change].files:
        if is_verification(file.path):
            yield from _verification(file, content)
        if file.head is None or not _is_used(file.path):
            continue
        data = content.of(file.path)
        if isinstance(data, CouldNotLook):
            yield data
            continue
        try:
            yield from list(_found(file, content, tree=tree))
        except ManifestError as error:
            yield CouldNotLook(reason=Reason.UNPARSED, detail=f"{file.path}: {error}")


def _is_used(path: RepoPath) -> bool:
    return is_manifest(path) and not is_test(path)


def _found(file: FileChange, content: ChangedBytes, *, tree: Tree) -> Iterator[Finding]:
    before = content.of(file.base.path, Side.BASE) if file.base is not None else None
    after = content.of(file.path)
    if not isinstance(after, bytes) or isinstance(before, CouldNotLook):
        return
    yield from (_unchecked(each, file.path) for each in lost_checksums(file.path, before, after=after))
    is_new = before is None
    sections: dict[str, list[Redirect]] = {}
    for each in redirects(file.path, before, after=after):
        if _takes_over(each, file.path, tree=tree, is_new=is_new):
            sections.setdefault(each.key.partition(" ")[0], []).append(each)
    for section, (first, *others) in sections.items():
        words = f"`{_short(first.key)}` leads to {_short(first.after)}"
        words += (
            f", and led to {_short(first.before)}" if first.before else ": imports that were found elsewhere get that"
        )
        is_same = all(_is_same_repository(each) for each in (first, *others))
        words += ": another revision of the same repository" if is_same else ""
        yield RULE.finding(
            f"{words}; so {counted(len(others), 'more key')}" if others else words,
            Place(path=file.path, line=first.line, end_line=first.line),
            anchor=section,
            severity=Severity.LOW if is_same else RULE.severity,
            related=tuple(
                RelatedPlace(
                    place=Place(path=file.path, line=each.line, end_line=each.line),
                    message=f"`{_short(each.key)}` leads to {_short(each.after)}",
                )
                for each in others[:MOST_SHOWN]
            ),
        )


def _is_same_repository(redirect: Redirect) -> bool:
    """Whether it leads where it led, to other work of the same people."""
    both = [_REPOSITORY.fullmatch(each.strip()) for each in (redirect.before, redirect.after)]
    named = {(found["host"].lower(), found["path"]) for found in both if found is not None}
    return all(both) and len(named) == 1


def _unchecked(lost: LostChecksum, path: RepoPath) -> Finding:
    gone = f"what `{lost.fetched}` leads to is no longer checked: `{lost.key}` is gone"
    another = f"`{lost.fetched}` leads where it led, and something else is to be there: `{lost.key}` is another"
    return RULE.finding(
        another if lost.is_another else gone,
        Place(path=path, line=lost.line, end_line=lost.line),
        anchor=lost.key,
    )


def _verification(file: FileChange, content: ChangedBytes) -> Iterator[Finding | CouldNotLook]:
    """What Gradle checks less; a file that is gone checked all that it named."""
    if file.base is None:
        return
    if file.head is None:
        place = Place(path=file.base.path, line=1, end_line=1, side=Side.BASE)
        yield RULE.finding("nothing that Gradle fetches is checked any more", place, anchor="gone")
        return
    before, after = content.of(file.base.path, Side.BASE), content.of(file.path)
    if not isinstance(before, bytes) or not isinstance(after, bytes):
        yield from (side for side in (before, after) if isinstance(side, CouldNotLook))
        return
    try:
        found = list(less_verified(before, after))
    except ManifestError as error:
        yield CouldNotLook(reason=Reason.UNPARSED, detail=f"{file.path}: {error}")
        return
    for each in found[:MOST_SHOWN]:
        place = Place(path=file.path, line=each.line, end_line=each.line)
        yield RULE.finding(_short(each.said), place, anchor=each.key)


def _short(text: str) -> str:
    """As much as is shown; who logs in to an address, and with what, is not."""
    shown = _LOGIN.sub("://…@", text)
    return shown if len(shown) <= MOST_OF_ONE else f"{shown[:MOST_OF_ONE]}…"


def _takes_over(redirect: Redirect, path: RepoPath, *, tree: Tree, is_new: bool) -> bool:
    """Whether something was found by the key, or without it, before."""
    key = redirect.key
    if key == "main" and (is_new or redirect.before == DEFAULT):
        is_other = redirect.after.removeprefix("./") not in (DEFAULT, "index", "")
        return is_other and _has_index(folder_of(path), tree)
    if key.startswith("paths "):
        return bool(redirect.before) or _may_be_installed(key.removeprefix("paths "), folder_of(path), tree=tree)
    return bool(redirect.before) if key == "baseUrl" or (is_new and not speaks_for_all(path)) else True


def _has_index(folder: RepoPath, tree: Tree) -> bool:
    paths = tree.code_folders.get(folder, ())
    return any(path.rpartition("/")[2].startswith("index.") for path in paths)


def _may_be_installed(pattern: str, folder: RepoPath, *, tree: Tree) -> bool:
    """Whether a pattern of `paths` takes what else is looked for among the installed packages: no alias by its looks, and
    no folder or file of the project.
    """
    name = pattern.removesuffix("*").removesuffix("/")
    if not name:
        return True
    first = name.partition("/")[0]
    if first in ("@", "~", "#", "$") or first.startswith(("~", "#", "$")) or (first.startswith("@") and name == first):
        return False
    inside = [f"{root}/{first}" if root else first for root in (folder, f"{folder}/src" if folder else "src")]
    return not any(is_below(each, path) or each == path for path in inside for each in tree.code_folders)
