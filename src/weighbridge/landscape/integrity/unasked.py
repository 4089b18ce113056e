"""Files that run although nothing calls them: what Python reads when it starts, and what test runners load by name."""

from collections.abc import Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.expressions import walk
from weighbridge.facts.model import Call, Effect, FileFacts, Name
from weighbridge.landscape.tree import Tree

_AT_START: Final = frozenset({"sitecustomize", "usercustomize"})
_TELLING: Final = frozenset({"network", "processes"})
"""Effects that nobody expects of loading a file of tests; what reads files and clocks is everywhere."""


def runs_at_start(path: RepoPath, tree: Tree) -> bool:
    """Whether Python runs a file whenever it starts and finds it: the module, or the package, of a name that it asks for."""
    folder, _, name = path.rpartition("/")
    stem = name.partition(".")[0]
    if stem == "__init__":
        folder, _, stem = folder.rpartition("/")
    is_inside = bool(folder) and f"{folder}/__init__.py" in tree
    return stem in _AT_START and name.endswith((".py", ".pyc", ".so", ".pyd")) and not is_inside


def is_path_file(path: RepoPath) -> bool:
    """Whether a file holds folders, and statements, that Python reads when it starts."""
    return path.endswith(".pth")


def runs_by_itself(line: str) -> bool:
    """Whether Python executes a line of such a file; all others name folders."""
    return line.startswith(("import ", "import\t"))


def is_loaded_by_name(path: RepoPath) -> bool:
    """Whether a test runner loads a file for its name alone, before any test."""
    return path.rpartition("/")[2] == "conftest.py"


def effects_of_loading(facts: FileFacts) -> Iterator[Effect]:
    """What loading a file does to the world: its own statements, and the functions of it that they call."""
    called = {0}
    for step in facts.steps:
        if step.scope == 0:
            names = {
                each.function.id
                for each in walk(step.value)
                if isinstance(each, Call) and isinstance(each.function, Name)
            }
            called |= {i for i, each in enumerate(facts.definitions) if i and each.parent == 0 and each.name in names}
    return (each for each in facts.effects if each.kind in _TELLING and each.scope in called)
