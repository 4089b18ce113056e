"""Rights of a new template of CloudFormation that another one of the same stack has already, under the same logical id."""

import posixpath
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.ids import RepoPath
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.recognise import is_json
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, read_template
from weighbridge.landscape.infrastructure.cloudformation.translated import translated
from weighbridge.landscape.infrastructure.cloudformation.types import like
from weighbridge.landscape.infrastructure.iam.policies import widenings
from weighbridge.landscape.infrastructure.iam.widening import Unreadable, Widening
from weighbridge.landscape.infrastructure.realms import ENVIRONMENTS

_ENDINGS: Final = (".yaml", ".yml", ".json", ".template")
_BREAK: Final = re.compile(r"[-_.]")
_MOST_FILES: Final = 60
_MOST_BYTES: Final = 1_000_000


class Copies:
    """Asked of resources that are made, for the file in which the like had at least their rights before."""

    def __init__(self, infrastructure: Infrastructure) -> None:
        self._infrastructure = infrastructure
        self._read: dict[RepoPath, Template | None] = {}

    def original(self, each: Alteration, found: Widening) -> RepoPath | None:
        """Where rights that open as much stood before; None where they are new, or where it is no template that is new as a whole."""
        if each.tool is not CLOUDFORMATION or each.change.action is not Action.CREATE or each.is_planned:
            return None
        if each.place.path in self._old:
            return None  # a template that is there gets it in addition
        for path, resource in self._called(each.change.name, each.place.path):
            if like(resource.type, resource.properties) == each.change.type:
                before = translated(resource.type, resource.body).values
                turned = replace(each.change, action=Action.UPDATE, before=before)
                more = [one for one in widenings(turned, {}) if isinstance(one, Unreadable) or one.power >= found.power]
                if not more:
                    return path
        return None

    @cached_property
    def _old(self) -> dict[RepoPath, Template]:
        cloud = self._infrastructure.cloudformation
        return {one.base_path: one.before for one in (cloud.templates if cloud else ()) if one.before is not None}

    def _called(self, name: str, beside: RepoPath) -> Iterator[tuple[RepoPath, Resource]]:
        """What had a logical id before in templates of the same stack: in the same folder, called alike but for an environment or a number."""
        tree, _ = self._infrastructure.base_files
        folder, stem = posixpath.dirname(beside), _stem(beside)
        paths = [path for path in tree.blobs if posixpath.dirname(path) == folder and path.endswith(_ENDINGS)]
        for path in [path for path in paths if _stem(path) == stem][:_MOST_FILES]:
            other = self._old.get(path) or self._template(path)
            if other is not None and name in other.resources:
                yield path, other.resources[name]

    def _template(self, path: RepoPath) -> Template | None:
        if path not in self._read:
            tree, read = self._infrastructure.base_files
            data = read(tree.blobs[path].oid, _MOST_BYTES)
            found = read_template(data, is_json=is_json(data)) if isinstance(data, bytes) and b"AWS::" in data else None
            self._read[path] = found if isinstance(found, Template) else None
        return self._read[path]


def _stem(path: RepoPath) -> tuple[str, ...]:
    """What a file is called, without what tells it from others for the same."""
    parts = _BREAK.split(posixpath.basename(path).rpartition(".")[0].lower())
    while len(parts) > 1 and (parts[-1].isdigit() or parts[-1] in ENVIRONMENTS):
        parts.pop()
    return tuple(parts)
