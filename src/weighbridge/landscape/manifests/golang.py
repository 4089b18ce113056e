"""Go: the module a `go.mod` declares, with what it requires and replaces."""

import re

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.domain.system import ComponentKind
from weighbridge.landscape.manifests.claims import Authority, Claim, ManifestReader, Need
from weighbridge.landscape.manifests.keys import folder_key, golang_key
from weighbridge.landscape.manifests.texts import resolve, text_of

_MAJOR = re.compile(r"/v\d+$|\.v\d+$")


def module_name(module: str) -> str:
    """What people call a module: its last part that is not a major version."""
    return _MAJOR.sub("", module).rpartition("/")[2] or module


def declared_module(data: bytes) -> tuple[str, int]:
    """The path of the module that a `go.mod` declares, and its line; an empty path where it declares none."""
    found = ((words[0], line) for line, verb, words in _directives(text_of(data)) if verb == "module" and words)
    return next(found, ("", 0))


def required_modules(data: bytes) -> frozenset[str]:
    """The modules that a `go.mod` requires."""
    return frozenset(words[0] for _, verb, words in _directives(text_of(data)) if verb == "require" and words)


def used_folders(data: bytes, folder: RepoPath) -> frozenset[RepoPath]:
    """The folders whose modules a `go.work` in a folder uses."""
    used = (words[0] for _, verb, words in _directives(text_of(data)) if verb == "use" and words)
    return frozenset(found for each in used if (found := resolve(folder, each)) is not None)


def replacements(data: bytes) -> dict[str, str]:
    """Each module that a `go.mod` replaces, with its version where one is named, and what it gets in its place."""
    found = {}
    for _, verb, words in _directives(text_of(data)):
        if verb == "replace" and "=>" in words[1:] and words[-1] != "=>":
            at = words.index("=>")
            found[" ".join(words[:at])] = " ".join(words[at + 1 :])
    return found


def _read(path: RepoPath, data: bytes) -> tuple[Claim, ...]:
    folder = folder_of(path)
    module, module_line = declared_module(data)
    needs: dict[str, Need] = {}
    for line, verb, words in _directives(text_of(data)):
        if verb == "require" and words:
            needs.setdefault(words[0], Need(key=golang_key(words[0]), line=line))
        elif verb == "replace" and "=>" in words and words.index("=>") + 1 < len(words):
            target = words[words.index("=>") + 1]
            local = resolve(folder, target) if target.startswith(".") else None
            if local is not None:
                needs[words[0]] = Need(key=folder_key(local), line=line)
    if not module:
        return ()
    claim = Claim(
        root=folder,
        name=module_name(module),
        authority=Authority.PACKAGE,
        source=path,
        line=module_line,
        kind=ComponentKind.LIBRARY,
        provides=(golang_key(module),),
        requires=tuple(needs.values()),
    )
    return (claim,)


def _directives(text: str) -> list[tuple[int, str, list[str]]]:
    """(line, verb, words) of every directive; a block's lines each carry the block's verb."""
    found = []
    block = ""
    for number, raw in enumerate(text.split("\n"), start=1):
        words = [word.strip('"`') for word in raw.partition("//")[0].split()]
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                found.append((number, block, words))
        elif words[-1] == "(":
            block = words[0]
        else:
            found.append((number, words[0], words[1:]))
    return found


READER = ManifestReader(names=frozenset({"go.mod"}), read=_read)
