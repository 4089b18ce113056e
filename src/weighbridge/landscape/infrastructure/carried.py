"""What goes with a resource that only hands a value on: whether the sources still say the value, and who still asks for it."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.kinds import LOST_ALONE, Holds
from weighbridge.landscape.infrastructure.protections import ignored
from weighbridge.landscape.infrastructure.remade import is_random_value, random_value, takers
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder

_VALUES: Final = {
    "aws_ssm_parameter": ("value", "insecure_value"),
    "azurerm_key_vault_secret": ("value",),
    "kubernetes_secret": ("data", "binary_data"),
    "kubernetes_secret_v1": ("data", "binary_data"),
    "google_secret_manager_secret_version": ("secret_data",),
}
"""Types that hold a value or some, and the arguments that say them."""
_VERSIONS: Final = {
    "aws_secretsmanager_secret": ("aws_secretsmanager_secret_version", ("secret_string", "secret_binary")),
    "google_secret_manager_secret": ("google_secret_manager_secret_version", ("secret_data",)),
    "google_secret_manager_regional_secret": ("google_secret_manager_regional_secret_version", ("secret_data",)),
}
"""Types whose value another resource gives them."""
_NAMES: Final = ("name", "secret_id", "bucket", "repository")
"""Arguments by which others know a resource who do not refer to it."""
NAMELESS_KEY: Final = "aws_kms_key"
"""A key that has no name of its own: whoever uses it was handed its id, or goes by an alias that refers to it."""
_READS: Final = LatePattern(r"\b(?:file|templatefile|filebase64|fileset)\(")
_PLACE: Final = LatePattern(
    r"(?i)place[-_ ]?holder|(?:change|replace|fill|set|update|edit)[-_ ]?(?:me|this|it|manually)\b|to[-_ ]be[-_ ](?:set|filled|changed|replaced|added)"
    r"|^(?:todo|tbd|dummy|manual(?:ly)?|initial(?:[-_ ]?value)?|x{3,}|your[-_ ].*|<[^>]*>|\.{3}|-)$"
)
"""What stands where somebody is to put the value."""
_LONGEST: Final = 200
_SHORTEST: Final = 5
_DEEPEST: Final = 8
_UNNAMED: Final = "nothing in the sources refers to it"


def with_readers(alteration: Alteration, old: Declared, *, folder: Folder) -> Alteration:
    """The same with whether its value stands in the sources, and who is known to ask for it after the change."""
    kind = alteration.kind
    if kind is None:
        taken_by = takers(old, folder) if is_random_value(alteration.change.type) else ()
        known = random_value(alteration.change.type, taken_by)
        return replace(alteration, known=known, taken_by=taken_by) if known is not None else alteration
    if kind.holds not in LOST_ALONE and kind.type != NAMELESS_KEY:
        return alteration
    named_in = next(_naming(old, folder, side=Side.HEAD), "")
    if kind.type == NAMELESS_KEY:
        is_unnamed = not named_in and not any(True for _ in _naming(old, folder, side=Side.BASE))
        note = "; ".join(filter(None, (alteration.note, _UNNAMED if is_unnamed else "")))
        return replace(alteration, is_unnamed=is_unnamed, note=note)
    was_named = not named_in and any(True for _ in _naming(old, folder, side=Side.BASE))
    is_unnamed = kind.holds is Holds.GENERATED and not named_in and not was_named
    return replace(
        alteration,
        is_carried=_is_carried(old, folder),
        named_in=named_in,
        taken_by=takers(old, folder) if kind.holds is Holds.GENERATED else (),
        loses_readers=was_named,
        is_unnamed=is_unnamed,
        note="; ".join(filter(None, (alteration.note, _UNNAMED if is_unnamed else ""))),
    )


def _is_carried(old: Declared, folder: Folder) -> bool:
    kind, name = old.block.labels
    if (arguments := _VALUES.get(kind)) is not None:
        return _is_said(folder.near(("resource", old.block.labels, ""), Side.BASE) or old, arguments, folder=folder)
    if kind not in _VERSIONS:
        return False
    version, arguments = _VERSIONS[kind]
    refers = re.compile(rf"\b{re.escape(kind)}\.{re.escape(name)}(?![\w-])")
    versions = [
        each
        for each in folder.of("resource", Side.BASE)
        if each.block.labels[:1] == (version,)
        and any(refers.search(_text(each.block.values.get(link))) for link in ("secret_id", "secret"))
    ]
    return bool(versions) and all(
        _is_said(each, arguments, folder=folder) and not _is_left_open(each, arguments) for each in versions
    )


def _is_said(declared: Declared, arguments: tuple[str, ...], *, folder: Folder) -> bool:
    """Whether one of the arguments says the value, and nobody may have set another since."""
    values, passed_over = declared.block.values, ignored(declared.block.values)
    said = [values[name] for name in arguments if values.get(name) is not None]
    if not said or passed_over is None or passed_over & set(arguments):
        return False
    each = values.get("for_each") if "each." in _text(said[0]) else None
    return all(_is_computed(value, folder, depth=0) for value in (*said, each))


def _is_left_open(version: Declared, arguments: tuple[str, ...]) -> bool:
    """Whether a version only keeps a place for the value: who fills it adds another version, of which Terraform sees nothing."""
    said = [version.block.values[name] for name in arguments if version.block.values.get(name) is not None]
    leaves = list(_leaves(said))
    if any(isinstance(each, str) and _PLACE.search(each[:_LONGEST]) for each in leaves):
        return True
    return all(isinstance(each, str) and not each.strip() for each in leaves)


def _leaves(values: list[object]) -> Iterator[object]:
    """What stands at the ends of some values, those of texts in JSON among them."""
    waiting = list(values)
    while waiting:
        each = waiting.pop()
        if isinstance(each, str) and each.lstrip()[:1] in ("{", "["):
            each = _json(each)
        if isinstance(each, dict | list):
            waiting += each.values() if isinstance(each, dict) else each
        else:
            yield each


def _json(text: str) -> object:
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return read


def _is_computed(value: object, folder: Folder, *, depth: int) -> bool:
    """Whether nothing of it is given from outside: no variable without a value, no file that is not there."""
    scope = folder.scopes[0]
    if depth > _DEEPEST or _READS.search(_text(value)):
        return False
    for name in names_in(value):
        root, _, bare = name.partition(".")
        held = None if _is_sensitive(bare, folder) and root == "var" else scope.said(root).get(bare)
        if held in (None, "") or not _is_computed(held, folder, depth=depth + 1):
            return False
    return True


def _is_sensitive(variable: str, folder: Folder) -> bool:
    declared = (each for each in folder.of("variable", Side.BASE) if each.block.labels == (variable,))
    return any(each.block.values.get("sensitive") is True for each in declared)


def _naming(old: Declared, folder: Folder, *, side: Side) -> Iterator[str]:
    """The files that name a resource; not where its own settings do."""
    return naming(old, folder, side=side, own=list(_own(*old.block.labels, folder=folder, side=side)))


def naming(old: Declared, folder: Folder, *, side: Side, own: Iterable[Declared]) -> Iterator[str]:
    """The files that name a resource: by reference within its folder, by its own name anywhere; not in its own blocks."""
    kind, name = old.block.labels
    refers = re.compile(rf"\b(?<!data\.){re.escape(kind)}\.{re.escape(name)}(?![\w-])")
    called = [each for key in _NAMES if isinstance(each := old.block.values.get(key), str) and len(each) >= _SHORTEST]
    by_name = re.compile("|".join(rf'"{re.escape(each)}"' for each in called)) if called else None
    aside = list(own)
    for path, text in folder.texts(side):
        is_here = path.rpartition("/")[0] == folder.path
        is_named = by_name is not None and by_name.search(text)
        if not is_named and not (is_here and refers.search(text)):
            continue
        ranges = [(each.block.line, each.block.end_line) for each in aside if each.path == path]
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith(("#", "//")) or any(first <= number <= last for first, last in ranges):
                continue
            if (by_name is not None and by_name.search(line)) or (is_here and refers.search(line)):
                yield path
                break


def _own(kind: str, name: str, *, folder: Folder, side: Side) -> Iterator[Declared]:
    """Its own block, and those that only say more of it: its versions, its policies."""
    for each in folder.of("resource", side):
        labels = each.block.labels
        if labels == (kind, name) or (labels[:1] and labels[0].startswith(f"{kind}_")):
            yield each
    for block_type in ("moved", "removed", "import"):
        yield from folder.of(block_type, side)


def _text(value: object) -> str:
    return value.text if isinstance(value, Expression) else str(value)
