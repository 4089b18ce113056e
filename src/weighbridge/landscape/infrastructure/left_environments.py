"""What is made no longer in an environment that an expression told apart before: `terraform.workspace == "prod"`, which now asks for another."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, Expression
from weighbridge.landscape.infrastructure.alterations import TERRAFORM
from weighbridge.landscape.infrastructure.by_environment import (
    ANY_OTHER,
    InEnvironment,
    by_environment,
    environments_in,
    where,
)
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.fewer import Fewer
from weighbridge.landscape.infrastructure.kinds import Holds, Kind, kind_of
from weighbridge.landscape.infrastructure.protections import prevents_destroy
from weighbridge.landscape.infrastructure.refusals import PREVENTED, Refusal, refused_by, until
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles

_GRAVE: Final = 2
_HOW_MANY: Final = ("count", "for_each")
_SAYS: Final = r"(?:\bworkspace\s+(?:select|new)\s+(?:-\S+\s+)*|(?<![=!<>:])[=:]\s*)[\"']?{}(?![\w-])"
"""How a script, a pipeline or a file of variables says which environment it is."""


class Left(Struct, frozen=True, kw_only=True):
    """A block that declares none any more in some environments."""

    folder: Folder
    declared: Declared
    place: Place
    where: str
    by: str
    """The name that it goes by; empty where it says so itself."""
    is_trial: bool
    """Whether all of them are such as no customer uses."""
    is_open: bool
    """Whether these are only whatever others there may be."""

    @property
    def name(self) -> str:
        """Its address in its folder."""
        block = self.declared.block
        return f"module.{block.name}" if block.type == "module" else block.name


def left_environments(infrastructure: Infrastructure) -> Iterator[Fewer]:
    """Each such block, as fewer than before."""
    by_sources = TERRAFORM.by_sources(is_beside_plan=bool(infrastructure.plans))
    for each in _left_in(infrastructure.sources, infrastructure.changed_texts):
        block = each.declared.block
        kinds = [kind for one in _made(each, infrastructure) if (kind := kind_of(one.labels[0])) is not None]
        worst = max(kinds, key=_weight, default=None)
        refusal = _refusal(block)
        words = [
            f"`{each.name}` is declared zero times where {each.where}, and destroyed there if that is in use",
            f"{refusal.words}; {until(refusal)}" if refusal is not None else "",
            worst.lost if worst is not None else "",
            f"by `{each.by}`, which is set otherwise" if each.by else "",
            by_sources,
        ]
        is_sure = not (infrastructure.realm_of(each.place.path) or each.is_trial or each.is_open)
        weight = _weight(worst) if worst is not None and not each.is_open else 0
        yield Fewer(
            words="; ".join(filter(None, words)),
            place=each.place,
            anchor=f"left {each.folder.path} {each.name}",
            confidence=Confidence.MEDIUM if is_sure else Confidence.LOW,
            is_grave=weight == _GRAVE,
            is_network=bool(weight),
            refusal=refusal,
        )


def _made(each: Left, infrastructure: Infrastructure) -> Iterator[Block]:
    """The resources that go: the block itself, or those of a module within the repository."""
    block = each.declared.block
    is_call = block.type == "module"
    source = str(block.values.get("source"))
    many = infrastructure.module_blocks(each.folder.path, source) if is_call else [block]
    return (one for one in many if one.type == "resource" and one.labels)


def _weight(kind: Kind) -> int:
    return _GRAVE if kind.is_grave else int(kind.holds in (Holds.NETWORK, Holds.ENVIRONMENT))


def _refusal(block: Block) -> Refusal | None:
    if block.type != "resource":
        return None
    return PREVENTED if prevents_destroy(block.values) else refused_by(block.labels[0], block.values)


def _left_in(sources: SourceFiles, texts: Callable[[], Iterable[str]]) -> Iterator[Left]:
    """Each such block; `texts` are the changed files as they are now, which may say that the environment itself is called otherwise."""
    for folder in sources.folders:
        turned = set() if folder.is_steady else _turned(folder)
        for old, new in _blocks(folder, turned):
            found = _left(folder, (old, new), turned=turned)
            if found is not None and not _is_renamed(folder, (old, new), texts=texts):
                yield found


def _turned(folder: Folder) -> set[str]:
    """The locals that tell environments apart and are written otherwise, and those that are made of them."""
    was, now = (scope.said("local") for scope in folder.scopes)
    found = {f"local.{name}" for name in was.keys() & now.keys() if was[name] != now[name] and _tells(was[name])}
    while found:
        more = {f"local.{name}" for name in now if found & set(names_in(now[name]))} - found
        if not more:
            break
        found |= more
    return found


def _tells(value: object) -> bool:
    return isinstance(value, Expression) and '"' in value.text


def _blocks(folder: Folder, turned: set[str]) -> Iterator[tuple[Declared, Declared]]:
    """The blocks of which it is written otherwise how many they are, or that go by one of these names."""
    before, after = (folder.declared(side) for side in Side) if turned else folder.changed
    for key, new in after.items():
        old = before.get(key)
        if key[0] not in ("resource", "module") or old is None:
            continue
        was, now = ([each.block.values.get(name) for name in _HOW_MANY] for each in (old, new))
        if was != now or turned & set(names_in(now)):
            yield old, new


def _left(folder: Folder, pair: tuple[Declared, Declared], *, turned: set[str]) -> Left | None:
    old, new = pair
    argument = next((name for name in _HOW_MANY if name in old.block.values and name in new.block.values), "")
    was, now = old.block.values.get(argument), new.block.values.get(argument)
    if not all(isinstance(folder.scopes[at].filled({"": each})[""], Expression) for at, each in enumerate((was, now))):
        return None  # how many there are is known, and told as such
    known = environments_in(folder, was, side=Side.BASE)
    gone = [
        each
        for each in by_environment(folder, was, now=now)
        if _how_many(each.was) and _how_many(each.now) == 0 and _is_known(each, known)
    ]
    told = [each for each in gone if not _is_open(each)] or gone
    if not told:
        return None
    by = next((name for name in names_in(now) if name in turned), "")
    return Left(
        folder=folder,
        declared=new,
        place=(folder.set_at(by) if by else None) or new.line_of(argument),
        where=where(told),
        by=by,
        is_trial=all(each.is_trial for each in told),
        is_open=_is_open(told[0]),
    )


def _is_known(each: InEnvironment, known: dict[str, list[str]]) -> bool:
    """Whether the old text told these apart: what only the new one names need not be there."""
    return all(key == ANY_OTHER or key in known.get(name, ()) for name, key in each.given)


def _is_open(each: InEnvironment) -> bool:
    return any(key == ANY_OTHER for _, key in each.given)


def _is_renamed(folder: Folder, pair: tuple[Declared, Declared], *, texts: Callable[[], Iterable[str]]) -> bool:
    """Whether the change calls the environment itself as the new text does."""
    was, now = (
        {
            key
            for name in _HOW_MANY
            for many in environments_in(folder, each.block.values.get(name), side=side).values()
            for key in many
        }
        for each, side in zip(pair, Side, strict=True)
    )
    patterns = [re.compile(_SAYS.format(re.escape(key))) for key in now - was]
    return any(pattern.search(text) for text in (texts() if patterns else ()) for pattern in patterns)


def _how_many(value: object) -> int | None:
    """How many that makes; None where it is not known."""
    if isinstance(value, list | dict):
        return len(value)
    if isinstance(value, str) and value.isdigit() and len(value) < 6:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
