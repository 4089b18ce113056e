"""Outputs of Terraform that a change takes away, and who in the repository still reads them: by a call, by a unit of Terragrunt, or from the state."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import nested
from weighbridge.landscape.infrastructure.settled_by_calls import named_calls
from weighbridge.landscape.infrastructure.source_files import Folder, SourceFiles
from weighbridge.landscape.infrastructure.units import readers_of_outputs, without_comments

_KEYS: Final = ("key", "prefix", "path")


class LostOutput(Struct, frozen=True, kw_only=True):
    """One output that is gone: `readers` are the files that read it after the change."""

    folder: str
    name: str
    place: Place
    readers: tuple[RepoPath, ...] = ()
    is_root: bool = False
    """Whether the folder has a state of its own, that others may read from elsewhere."""


def lost_outputs(sources: SourceFiles) -> Iterator[LostOutput]:
    """Each of a folder that is still there and can be read whole."""
    for folder in sources.folders:
        if folder.is_emptied or folder.is_damaged:
            continue
        for old, new in folder.pairs("output"):
            if old is not None and new is None:
                key, is_root = _state(folder)
                readers = tuple(dict.fromkeys(_readers(folder, old.block.name, key=key, is_root=is_root)))
                if readers or is_root:
                    yield LostOutput(
                        folder=folder.path, name=old.block.name, place=old.place, readers=readers, is_root=is_root
                    )


def _state(folder: Folder) -> tuple[str, bool]:
    """What the folder's state is called, as far as that is written, and whether it has one."""
    for each in folder.of("terraform"):
        for kind in ("backend", "cloud"):
            for block in nested(each.block.values, kind):
                found = next((block[name] for name in _KEYS if isinstance(block.get(name), str)), "")
                return str(found), True
    return "", False


def _readers(folder: Folder, name: str, *, key: str, is_root: bool) -> Iterator[RepoPath]:
    texts = [(path, without_comments(text)) for path, text in folder.texts(Side.HEAD)]
    calls = list(named_calls(folder.path, texts))
    of_state = rf'\bterraform_remote_state\.[\w-]+(?:\[[^\]]*\])?\.outputs(?:\.{re.escape(name)}(?![\w-])|\["{re.escape(name)}"\])'
    for path, text in texts:
        if name not in text:
            continue
        own = path.rpartition("/")[0]
        names = {call for (where, call), _ in calls if where.rpartition("/")[0] == own}
        if any(_reads(text, call, name=name) for call in names):
            yield path
        elif is_root and key and re.search(of_state, text) is not None:
            beside = (other for where, other in texts if where.rpartition("/")[0] == own)
            if any(f'"{key}"' in other for other in beside):
                yield path
    yield from readers_of_outputs(folder.path, name, units=folder.units(Side.HEAD))


def _reads(text: str, call: str, *, name: str) -> bool:
    return re.search(rf"\bmodule\.{re.escape(call)}(?:\[[^\]]*\]|\.\*)?\.{re.escape(name)}(?![\w-])", text) is not None
