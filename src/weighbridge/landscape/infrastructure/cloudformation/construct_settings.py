"""Changed files of settings that decide about constructs of CDK which stand in files that a change leaves as they are."""

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from weighbridge.domain.change import FileChange
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Side
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.around import Around
from weighbridge.landscape.infrastructure.cloudformation.constructs import Source, constructs_in
from weighbridge.landscape.infrastructure.cloudformation.decided import Setting, decided, imports, settings_in, turned
from weighbridge.landscape.infrastructure.cloudformation.recognise import CDK

_MOST_FILES: Final = 80
_MOST_BYTES: Final = 300_000
_ENDINGS: Final = (".ts", ".js", ".mts", ".mjs", ".py")
_ASIDE: Final = ("node_modules/", "/test/", "/tests/", "cdk.out/", ".test.", ".spec.")
_WORDS: Final = ("removalPolicy", "removal_policy", "deletionProtection", "deletion_protection")


def settings_sources(files: Iterable[FileChange], contents: ChangedBytes, *, base: Around) -> Iterator[Source]:
    """For each such file, the constructs of the sources that ask for what is otherwise in it, as it was and is."""
    tree, _ = base
    for file in files:
        before, after = (settings_in(contents.text(file.path, side), file.path) for side in (Side.BASE, Side.HEAD))
        settings = turned(before, after)
        folder = _app_of(file.path, tree.blobs) if settings else None
        for path, text in _sources(file.path, folder, base=base) if folder is not None else ():
            told: set[str] = set()
            for old, new in settings:
                source = _source(file, (old, new), path=path, text=text) if new.name not in told else None
                if source is not None:
                    told.add(new.name)
                    yield source


def _source(file: FileChange, pair: tuple[Setting, Setting], *, path: RepoPath, text: str) -> Source | None:
    old, new = pair
    if new.name not in text:
        return None
    try:
        found = constructs_in(text, path)
    except TooDeepError:
        return None
    before, after = (decided(found, text, values={new.name: each.value}) for each in (old, new))
    return Source(file=file, before=before, after=after, by=new, elsewhere=path) if before != after else None


def _app_of(path: RepoPath, blobs: Iterable[RepoPath]) -> str | None:
    """The folder of the app of CDK in which a file lies, with its slash."""
    folders = [posixpath.dirname(each) for each in blobs if posixpath.basename(each) == "cdk.json"]
    holding = [each for each in folders if not each or path.startswith(f"{each}/")]
    return f"{max(holding, key=len)}/".lstrip("/") if holding else None


def _sources(settings: RepoPath, folder: str, *, base: Around) -> Iterator[tuple[RepoPath, str]]:
    """The sources of CDK that take something from a file, or that one takes which also takes from it."""
    tree, read = base
    texts: dict[RepoPath, str] = {}
    for path in tree.blobs:
        if not (path.startswith(folder) and path.endswith(_ENDINGS)) or any(each in f"/{path}" for each in _ASIDE):
            continue
        data = read(tree.blobs[path].oid, _MOST_BYTES) if path != settings and len(texts) < _MOST_FILES else None
        if isinstance(data, bytes) and not isinstance(data, CouldNotLook):
            texts[path] = data.decode("utf-8", "replace")
    takers = [path for path, text in texts.items() if imports(text, settings)]
    for path, text in texts.items():
        is_of_cdk = any(each in text for each in CDK) and any(each in text for each in _WORDS)
        if is_of_cdk and (path in takers or any(imports(texts[taker], path) for taker in takers)):
            yield path, text
