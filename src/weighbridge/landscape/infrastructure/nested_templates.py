"""The templates of nested stacks, found in the repository by the addresses that a template gives."""

import posixpath
from collections.abc import Iterable, Mapping
from typing import Any, Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.change import BaseFiles, Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.recognise import is_json
from weighbridge.landscape.infrastructure.cloudformation.template import Template, read_template
from weighbridge.landscape.infrastructure.cloudformation.types import like

_FILE: Final = LatePattern(r"[^\s,()]+\.(?:ya?ml|json|template)\b")
_MOST: Final = 1_000_000


def made_within(each: Alteration, infrastructure: Infrastructure) -> frozenset[str]:
    """The types of what a nested stack makes that is made, by the template as it was or as the change has it."""
    url = address_of(each.change.after)
    cloud = infrastructure.cloudformation
    changed = [
        file.after for file in (cloud.templates if cloud else ()) if url and f"/{file.path}".endswith(_last(url))
    ]
    template = next(iter(changed), None) or template_at(url, each.place.path, base=infrastructure.base_files)
    found = template.resources.values() if template is not None else ()
    return frozenset(like(one.type, one.properties) for one in found)


def address_of(values: Mapping[str, Any]) -> str:
    """Where a nested stack has its template from, whichever side of a choice is taken; empty where that is no file, or not the same one."""
    said = values.get("template_url") or values.get("location")
    text = said.text if isinstance(said, Expression) else said if isinstance(said, str) else ""
    found = _FILE.findall(text)
    return str(found[-1]) if len({_last(each) for each in found}) == 1 else ""


def _last(url: str) -> str:
    return f"/{url.rpartition('/')[2]}"


def template_at(url: str, beside: RepoPath, *, base: BaseFiles) -> Template | None:
    """The template at an address: beside what declares it, else the one in the repository that is called so."""
    if not url:
        return None
    tree, read = base
    near = RepoPath(posixpath.normpath(posixpath.join(posixpath.dirname(beside), url)))
    paths = [near] if near in tree.blobs else _nearest(url, tree.blobs)
    data = read(tree.blobs[paths[0]].oid, _MOST) if len(paths) == 1 else None
    found = read_template(data, is_json=is_json(data)) if isinstance(data, bytes) else None
    return found if isinstance(found, Template) and not found.gaps else None


def _nearest(url: str, paths: Iterable[RepoPath]) -> list[RepoPath]:
    """The files that are called as an address ends, as far as they share most folders with it."""
    folders = frozenset(url.split("/"))
    shared = {each: len(folders.intersection(each.split("/"))) for each in paths if f"/{each}".endswith(_last(url))}
    most = max(shared.values(), default=0)
    return [each for each, many in shared.items() if many == most]
