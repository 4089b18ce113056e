"""What the other resources of a template say of one: which refer to it, and which is the same under another name."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template

_NAMED: Final = LatePattern(r'"Ref": "([^"]+)"|"Fn::GetAtt": \[?"([^".]+)|\$\{([\w:]+)')
_TEMPLATE: Final = ("TemplateURL", "Location")
"""Where a nested stack says what it is made of."""
_MOST_LIKE: Final = 200
"""A renamed resource that is altered too is looked for among so many new ones of its type."""


class Relatives(Struct, frozen=True, kw_only=True, dict=True):
    """The resources of a template before and after a change, told once for all of them."""

    before: Template
    after: Template

    @cached_property
    def users(self) -> Mapping[str, list[str]]:
        """Of each name the resources that refer to it after the change."""
        found: dict[str, list[str]] = {}
        for other, resource in self.after.resources.items():
            for name in _names(resource):
                if name != other:
                    found.setdefault(name, []).append(other)
        return found

    def is_unnamed(self, old: Resource) -> bool:
        """Whether nothing of the template named it before the change, be it a resource, a policy or an output."""
        return not _names_it(self.before, old)

    def loses_readers(self, old: Resource) -> bool:
        """Whether what named it goes with it, or names it no longer."""
        return _names_it(self.before, old) and not _names_it(self.after, old)

    def renamed(self, old: Resource) -> str | None:
        """The logical id under which the same is declared now."""
        mine = old.properties
        same = self._alike.get((old.type, _written(mine)))
        if same is not None:
            return same
        template = next((mine[name] for name in _TEMPLATE if name in mine), None)
        for new in self._new.get(old.type, ())[:_MOST_LIKE] if template is not None else ():
            if any(new.properties.get(name) == template for name in _TEMPLATE):
                return new.name
        for new in self._new.get(old.type, ())[:_MOST_LIKE] if len(mine) > 2 else ():
            other = new.properties
            if other and sum(mine.get(k) == v for k, v in other.items()) * 10 >= 8 * len(other):
                return new.name
        return None

    @cached_property
    def _new(self) -> Mapping[str, list[Resource]]:
        """Those that are declared under names that nothing had, by type."""
        found: dict[str, list[Resource]] = {}
        for name, new in self.after.resources.items():
            if name not in self.before.resources:
                found.setdefault(new.type, []).append(new)
        return found

    @cached_property
    def _alike(self) -> Mapping[tuple[str, str], str]:
        """The first of them of each type and properties."""
        found: dict[tuple[str, str], str] = {}
        for each in (one for those in self._new.values() for one in those):
            found.setdefault((each.type, _written(each.properties)), each.name)
        return found


def _names_it(template: Template, old: Resource) -> bool:
    others = [each.body for name, each in template.resources.items() if name != old.name]
    text = json.dumps([others, template.outputs, template.loops], default=str)
    return re.search(rf"(?<![A-Za-z0-9]){re.escape(old.name)}(?![A-Za-z0-9])", text) is not None


def _written(properties: Mapping[str, Any]) -> str:
    return json.dumps(properties, sort_keys=True, default=str)


def _names(resource: Resource) -> set[str]:
    if resource.type == "AWS::IAM::Policy" or resource.type.endswith("Policy"):
        return set()  # they speak of others, and run on nothing
    text = json.dumps([resource.properties, resource.body.get("DependsOn")], default=str)
    return {next(filter(None, groups)) for groups in _NAMED.findall(text)}
