"""What a component keeps to itself, by the conventions of its language."""

from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.landscape.landscapes import View

_FOLDERS: Final = frozenset({"internal", "_internal", "internals", "impl", "private", "_private", "__internal__"})
_SCRIPTS: Final = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_INDEXES: Final = tuple(f"index{ending}" for ending in _SCRIPTS)


def why_internal(path: RepoPath, written: str, *, roots: tuple[RepoPath, ...], view: View) -> str:
    """Why the file at `path` of a component with these roots, imported as `written`, is not for others; empty if it is."""
    inside = _below(path, roots).split("/")
    if folder := next((part for part in inside[:-1] if part.lower() in _FOLDERS), ""):
        return f"it lies in `{folder}/`"
    if path.endswith((".py", ".pyi")):
        hidden = [part for part in inside if _is_hidden(part.partition(".")[0])]
        if hidden:
            return f"`{hidden[0]}` begins with an underscore"
        name = written.rpartition(".")[2]
        return f"`{name}` begins with an underscore" if _is_hidden(name) else ""
    if path.endswith(_SCRIPTS):
        return _beside_an_index(path, view, roots=roots)
    return ""


def _beside_an_index(path: RepoPath, view: View, *, roots: tuple[RepoPath, ...]) -> str:
    """A package that hands out what it offers in an index is not meant to be reached into."""
    if path.endswith(tuple(f"/{name}" for name in _INDEXES)):
        return ""
    for root in roots:
        for folder in (root, f"{root}/src", f"{root}/lib"):
            for name in _INDEXES:
                index = RepoPath(f"{folder}/{name}".lstrip("/"))
                if index in view.landscape.tree and path.startswith(f"{folder}/"):
                    facts = view.landscape.facts(index)
                    if facts is not None and facts.exports:
                        return f"{index} is what hands things out"
    return ""


def _below(path: RepoPath, roots: tuple[RepoPath, ...]) -> str:
    """A path as seen from the longest root that holds it."""
    held = [root for root in roots if root and path.startswith(f"{root}/")]
    return path[len(max(held, key=len)) + 1 :] if held else path


def _is_hidden(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"
