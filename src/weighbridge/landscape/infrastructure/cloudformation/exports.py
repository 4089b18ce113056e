"""What templates tell other stacks: the exports that go, and who imports them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.domain.ids import ObjectId, RepoPath
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.cloudformation.template import Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.values import settled, text_of
from weighbridge.landscape.tree import Tree

_ENDINGS: Final = (".yaml", ".yml", ".json", ".template")
_MOST_FILES: Final = 400
_MOST_BYTES: Final = 1_000_000
_STACK: Final = re.compile(r"\$\{[^}]*\}")


class LostOutput(Struct, frozen=True, kw_only=True):
    """One output that goes, or that is exported by another name or no longer."""

    name: str
    export: str
    place: Place
    becomes: str = ""
    """The name by which it is exported now."""


def lost_outputs(files: tuple[TemplateFile, ...]) -> Iterator[LostOutput]:
    """Each such output of templates that stay."""
    kept = {export for file in files if file.after for export in _exports(file.after).values()}
    for file in files:
        if file.before is None or file.after is None or file.after.gaps:
            continue
        after = _exports(file.after)
        for name, export in _exports(file.before).items():
            becomes = after.get(name, "")
            if export != becomes and export not in kept:
                is_kept = name in file.after.outputs
                line = (file.after if is_kept else file.before).lines.get(name, 1)
                yield LostOutput(
                    name=name,
                    export=export,
                    becomes=becomes,
                    place=file.place(line, Side.HEAD if is_kept else Side.BASE),
                )


def importers(export: str, tree: Tree, *, read: Callable[[ObjectId, int], bytes | CouldNotLook]) -> list[RepoPath]:
    """The files of the repository that import a value by this name, as far as the part of it that no stack fills in tells."""
    fixed = max(_STACK.split(export), key=len).strip("-:_ ")
    if len(fixed) < 3:  # nothing of the name is its own
        return []
    wanted = fixed.encode()
    found = []
    for path in [each for each in tree.blobs if each.lower().endswith(_ENDINGS)][:_MOST_FILES]:
        data = read(tree.blobs[path].oid, _MOST_BYTES)
        if isinstance(data, bytes) and b"ImportValue" in data and wanted in data and _imports(data, wanted):
            found.append(path)
    return found


def _imports(data: bytes, wanted: bytes) -> bool:
    """Whether the name stands close behind an import."""
    start = 0
    while (start := data.find(b"ImportValue", start)) >= 0:
        if wanted in data[start : start + 200 + len(wanted)]:
            return True
        start += 1
    return False


def _exports(template: Template) -> Mapping[str, str]:
    """The names by which outputs are exported."""
    found = {}
    for name, output in template.outputs.items():
        export = settled(table(table(output).get("Export")).get("Name"))
        if isinstance(export, str | Expression):
            found[name] = text_of(export)
    return found
