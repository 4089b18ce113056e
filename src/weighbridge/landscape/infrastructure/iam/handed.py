"""Rights that a module gives whose code lies elsewhere: only its inputs say to whom, and which."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.source_files import Declared, SourceFiles

_RIGHTS: Final = LatePattern(
    r"(?i)(?:principals?(?:_ids?|_arns?)?|roles?(?:_assignments?|_bindings?|_definition\w*|_permissions?)?|members?|bindings|grants?"
    r"|iam_\w+|permissions?|access_(?:polic(?:y|ies)|entries)|trusted_\w+|(?:\w+_)?polic(?:y|ies)_(?:arns?|jsons?|documents?|statements?)"
    r"|(?:policy_)?statements?)"
)
"""How inputs are called that say who may do what."""
_OF_RIGHTS: Final = LatePattern(
    r"(?i)(?:^|[/_.-])(?:iam|rbac|roles?(?:-assignments?)?|permissions?|policies)(?:$|[/_.-])"
)
"""How modules are called that give rights."""
_ASIDE: Final = frozenset({"tags", "labels", "source", "version", "providers", "depends_on", "description"})
_DEEPEST: Final = 4
_SHOWN: Final = 4


class Handed(Struct, frozen=True, kw_only=True):
    """A call of a module that lies elsewhere, and what its inputs say of rights otherwise than before, in words."""

    call: Declared
    source: str
    said: tuple[str, ...]

    @property
    def words(self) -> str:
        """The inputs, as far as they are few."""
        more = f" and {len(self.said) - _SHOWN} more" if len(self.said) > _SHOWN else ""
        return ", ".join(self.said[:_SHOWN]) + more


def handed(sources: SourceFiles) -> Iterator[Handed]:
    """Each call that is new or says otherwise who may do what, of a module that is not in the repository."""
    for folder in sources.folders:
        for old, new in folder.pairs("module"):
            source = new.block.values.get("source") if new is not None else None
            if new is None or not isinstance(source, str) or source.startswith(("./", "../")):
                continue
            is_of_rights = _OF_RIGHTS.search(source.partition("?")[0]) is not None
            before = set(_said(old.block.values, is_of_rights=is_of_rights)) if old is not None else set()
            after = dict.fromkeys(_said(new.block.values, is_of_rights=is_of_rights))
            fresh = sorted((each for each in after if each not in before), key=lambda each: not _names_rights(each[0]))
            said = [f"`{path}` = {value}" for path, value in fresh]
            if said:
                yield Handed(call=new, source=source, said=tuple(said))


def _said(values: Mapping[str, Any], *, is_of_rights: bool) -> Iterator[tuple[str, str]]:
    """What a call says of rights, by the path of each input; of a module that only gives rights, of any input that is no text of its own."""
    for path, value in _within(values, ""):
        if _names_rights(path) or (is_of_rights and isinstance(value, Expression)):
            yield path, f"`{value.text if isinstance(value, Expression) else value}`"


def _names_rights(path: str) -> bool:
    return any(_RIGHTS.fullmatch(each) for each in path.split("."))


def _within(value: object, path: str, *, depth: int = 0) -> Iterator[tuple[str, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _ASIDE:
                yield from _within(inner, f"{path}.{name}" if path else name, depth=depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _within(inner, path, depth=depth + 1)
    elif value is not None and path:
        yield path, value
