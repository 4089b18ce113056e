"""Names near one that stands for nothing: those that end like it, then those that hold it, then those that are spelt alike."""

import difflib
from collections.abc import Iterable
from itertools import islice
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.paths import folder_of
from weighbridge.landscape.landscape import Landscape
from weighbridge.landscape.test_files import is_test

_MOST_NAMES: Final = 20_000
"""Names among which one like a mistyped one is looked for."""
_SHORTEST: Final = 3
"""Letters from which on a part of a name says which is meant."""
_MOST_READ: Final = 100
"""Files that are read for a definition."""
_ALIKE: Final = 0.6


def near_names(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """At most so many of some names, the nearest first."""
    wanted = name.strip("/").lower()
    names = {each.lower(): each for each in islice(known, _MOST_NAMES)}
    ending = (low for low in names if low.endswith((f"/{wanted}", f".{wanted}")))
    holding = (low for low in names if len(wanted) >= _SHORTEST and wanted in low)
    alike = difflib.get_close_matches(wanted, names, n=most, cutoff=_ALIKE)
    found = dict.fromkeys((*ending, *sorted(holding, key=len), *alike))
    return tuple(names[low] for low in islice(found, most))


def near_paths(path: str, paths: Iterable[RepoPath]) -> tuple[str, ...]:
    """The files and folders that were likely meant by a path: first by how it ends, then by the name of its last part."""
    files = list(islice(paths, _MOST_NAMES))
    wanted = f"/{path.strip('/')}"
    ending = [each for each in files if f"/{each}".endswith(wanted)]
    folders = dict.fromkeys(folder_of(each) for each in files)
    if ending:
        return tuple(ending[:3])
    by_stem: dict[str, RepoPath] = {}
    for each in files:
        by_stem.setdefault(_stem(each), each)
    alike = difflib.get_close_matches(path.strip("/"), [str(each) for each in folders if each], n=2, cutoff=0.8)
    stems = difflib.get_close_matches(_stem(path), by_stem, n=3, cutoff=_ALIKE)
    return tuple(dict.fromkeys((*alike, *(by_stem[stem] for stem in stems))))[:3]


def _stem(path: str) -> str:
    """The file's name without its ending, which makes any two files of a language look alike."""
    name = path.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def defined_as(name: str, landscape: Landscape) -> tuple[str, ...]:
    """Where something is defined by a name, as `PATH:SYMBOL`: what is called so whole first, what is of tests last."""
    wanted = name.replace("::", ".").replace("#", ".").replace(":", ".")
    last = wanted.rpartition(".")[2]
    found: list[tuple[bool, bool, str]] = []
    for path in sorted(landscape.files_with(f"d:{last}"))[:_MOST_READ] if last else ():
        facts = landscape.facts(path)
        for number, definition in enumerate(facts.definitions if facts else ()):
            if number and definition.name == last and facts is not None:
                whole = facts.qualified_name(number)
                is_partly = f".{whole}".endswith(f".{wanted}")
                found.append((not is_partly, is_test(path), f"{path}:{whole}"))
    return tuple(told for _, _, told in sorted(found))
