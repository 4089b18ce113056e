"""The first `system.yaml` of a repository: what was found, every tier and area with the reason as a comment."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from weighbridge.domain.ids import RepoPath
from weighbridge.domain.system import Component
from weighbridge.review.visible import one_line

MOST: Final = 200
"""Components that are written; people describe more than that by hand, or not at all."""
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_SPECIAL: Final = frozenset(("true", "false", "yes", "no", "on", "off", "null", "none", "y", "n"))
_HEAD: Final = """\
# What this system is made of, as `weighbridge init` found it. Correct what is wrong: it counts once it stands on the
# protected branch. Everything but `version` may be left out, and is inferred then.
version: 1

# With this the gate tells and never blocks, for as long as you want to look first:
# report_only: true

"""


def draft_system(components: Iterable[Component], owners_of: Callable[[RepoPath], tuple[str, ...]]) -> str:
    """The document; `owners_of` tells who answers for a folder."""
    drawn = sorted((c for c in components if _is_sayable(c)), key=lambda c: (c.tier.value, c.name))
    lines = list(_HEAD.splitlines())
    if drawn:
        lines.append("components:")
    for component in drawn[:MOST]:
        lines += _component(component, owners_of)
    if len(drawn) > MOST:
        lines.append(
            f"  # and {len(drawn) - MOST:,} more, of tier {drawn[MOST].tier.value} and below, inferred each time"
        )
    return "\n".join(lines) + "\n"


def _is_sayable(component: Component) -> bool:
    """Whether the format can say it: names on one line, paths without wildcards or folders that lead upwards."""
    name_fits = bool(component.name) and len(component.name) <= 100 and one_line(component.name) == component.name
    return name_fits and bool(component.roots) and all(map(_fits, component.roots))


def _fits(root: RepoPath) -> bool:
    return not set(root) & set("*?\\!") and ".." not in root.split("/") and one_line(root) == root


def _component(component: Component, owners_of: Callable[[RepoPath], tuple[str, ...]]) -> Iterator[str]:
    source = f"  # {one_line(component.source)}" if component.source else ""
    yield f"  {yaml_text(component.name)}:{source}"
    paths = ", ".join(yaml_text(root or ".") for root in component.roots)
    yield f"    paths: [{paths}]"
    yield f"    kind: {component.kind}"
    yield f"    tier: {component.tier.value}{_because(component.tier.reason)}"
    yield f"    area: {component.area.value}{_because(component.area.reason)}"
    owners = component.owners or owners_of(component.roots[0])
    fitting = [o for o in dict.fromkeys(owners) if len(o) <= 100 and one_line(o) == o]
    if fitting:
        yield f"    owners: [{', '.join(map(yaml_text, fitting))}]"


def _because(reason: str) -> str:
    return f"  # {one_line(reason)}" if reason else ""


def yaml_text(text: str) -> str:
    """`text` as YAML: as it is where nothing could be meant by it, else quoted with every odd character escaped."""
    if _PLAIN.fullmatch(text) and text.lower() not in _SPECIAL:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return f"\\{character}"
    if 0x20 <= code < 0x7F:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
