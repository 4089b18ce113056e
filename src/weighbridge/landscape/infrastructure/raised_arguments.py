"""Versions of what holds data that stand in the call of a module, or in a table from which only running takes one.

What a module makes of such an argument is seldom at hand; then what it is called, and how the module is, must do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.blocks import Block, Expression
from weighbridge.landscape.infrastructure.alterations import listed
from weighbridge.landscape.infrastructure.by_environment import InEnvironment, by_environment, where
from weighbridge.landscape.infrastructure.kinds import Holds, holds, module_holds
from weighbridge.landscape.infrastructure.scopes import names_in
from weighbridge.landscape.infrastructure.source_files import Declared, Folder, SourceFiles
from weighbridge.landscape.infrastructure.versions import CLUSTERS, NAMES, outcome, turned

_DATA: Final = (Holds.DATABASE, Holds.STREAM, Holds.QUEUE)
_DATA_WORDS: Final = frozenset(
    (
        "db", "database", "postgres", "postgresql", "pg", "mysql", "mariadb", "aurora", "rds", "sql", "docdb",
        "documentdb", "neptune", "mongo", "mongodb", "redis", "valkey", "elasticache", "elasticsearch", "opensearch",
        "kafka", "msk", "rabbitmq", "activemq", "mq", "broker", "cassandra", "clickhouse", "oracle", "mssql",
        "sqlserver",
    )
)  # fmt: skip
_CLUSTER_WORDS: Final = frozenset(("kubernetes", "k8s", "eks", "gke", "aks"))
_OTHER_WORDS: Final = frozenset(
    (
        "engine", "cluster", "server", "instance", "major", "minor", "min", "master", "control", "plane", "version",
    )
)  # fmt: skip
"""Words that say nothing of what a version is of, in names that others make clear."""
_PART: Final = LatePattern(r"[A-Za-z][a-z0-9]*|[A-Z]+")
_NUMBERED: Final = LatePattern(r"\w*?(\d+)(?:[._](\d+))?")
_ENGINE: Final = LatePattern(r"mysql|maria|postgres")
_ENVIRONMENTS: Final = LatePattern(r"eks|kubernetes-engine|aks")
_OF_SOME: Final = "of some engines that is another major version; whatever it is of restarts, and does not go back to an earlier one in place"
_MOST_SHOWN: Final = 4

Turn = tuple[str, str, str]
"""A key of a table, or nothing, and the versions before and after."""


class RaisedArgument(Struct, frozen=True, kw_only=True):
    """One argument whose version cannot be taken back; `module` is the call's own name, where it is one."""

    name: str
    words: str
    place: Place
    anchor: str
    is_grave: bool
    module: str = ""
    confidence: Confidence = Confidence.MEDIUM
    is_trial: bool = False
    """Whether it is so only in environments that no customer uses, by what the sources call them."""


class _Made(Struct, frozen=True, kw_only=True):
    """What a version is of: `is_sure` where its type, or a known module, or a module at hand says so."""

    is_cluster: bool
    is_sure: bool
    engine: str


def raised_arguments(sources: SourceFiles, blocks: Callable[[str, str], list[Block]]) -> Iterator[RaisedArgument]:
    """One for each argument; `blocks` are those of a module that a folder calls by a source, where it is at hand."""
    told: set[tuple[Place, str]] = set()
    for folder in (*sources.folders, *sources.uses):
        before, after = folder.compared
        for (kind, labels, _), new in after.items():
            old = before.get((kind, labels, ""))
            if old is None or kind not in ("module", "resource"):
                continue
            for argument in _arguments(new.block):
                found = _raised(folder, (old, new), argument=argument, blocks=blocks)
                if found is not None and (found.place, found.anchor) not in told:
                    told.add((found.place, found.anchor))
                    yield found


def _arguments(block: Block) -> Iterator[str]:
    """Those that are versions of what holds data, by what they are called."""
    for name in block.values:
        if block.type == "resource":
            if name in NAMES and (block.labels[0] in CLUSTERS or holds(block.labels[0], *_DATA)):
                yield name
        elif name.endswith("_version") and _words(name) <= _DATA_WORDS | _CLUSTER_WORDS | _OTHER_WORDS:
            yield name


def _raised(
    folder: Folder, pair: tuple[Declared, Declared], *, argument: str, blocks: Callable[[str, str], list[Block]]
) -> RaisedArgument | None:
    was, now = (each.block.values.get(argument) for each in pair)
    is_told_there = folder.is_called and pair[0].block.values != pair[1].block.values
    filled = None if is_told_there or (was == now and not isinstance(now, Expression)) else folder.pair(*pair)
    if filled is None or filled.old is None or filled.new is None:
        return None
    new = filled.new.block
    was, now = filled.old.block.values.get(argument), new.values.get(argument)
    table = _table(folder, was, now=now)
    turns = _in_table(folder, table) if table else _plainly(was, now) if new.type == "module" else []
    written = [each.block.values.get(argument) for each in pair]
    apart = _apart(folder, written) if not turns and not _plainly(was, now) else []
    turns = turns or [("", str(each.was), str(each.now)) for each in apart]
    source = new.values.get("source")
    at_hand = blocks(folder.path, source) if turns and isinstance(source, str) else []
    is_told_within = bool(at_hand) and not (table or apart)
    made = _made(new, argument, at_hand=at_hand) if turns and not is_told_within else None
    follows = next(_follows(made, turns), None) if made is not None else None
    if made is None or follows is None:
        return None
    name = f"{folder.module}{'module.' if new.type == 'module' else ''}{new.name}"
    told = [each for each in apart if (str(each.was), str(each.now)) == follows[0][1:]]
    place = f" where {where(told)}" if told else ""
    return RaisedArgument(
        name=f"`{name}`",
        words=f"{_said(argument, table, turns=turns, told=follows[0])}{place}{follows[1]}{_caveat(made)}",
        place=(folder.set_at(table) if table else None) or _place(folder, pair[1], argument=argument),
        anchor=f"{folder.path} {name} {argument}",
        is_grave=made.is_sure and not made.is_cluster,
        module=new.name if new.type == "module" else "",
        confidence=Confidence.MEDIUM if made.is_sure or made.is_cluster or made.engine else Confidence.LOW,
        is_trial=bool(told) and all(each.is_trial for each in told),
    )


def _apart(folder: Folder, written: Sequence[object]) -> list[InEnvironment]:
    """The environments in which a version is another, where its expression tells environments apart."""
    if not any(isinstance(each, Expression) for each in written):
        return []
    return [each for each in by_environment(folder, written[0], now=written[1]) if _plainly(each.was, each.now)]


def _place(folder: Folder, new: Declared, *, argument: str) -> Place:
    """Where the value is set: by the argument itself, or by the name that it is."""
    named = names_in(new.block.values.get(argument))
    return next((place for name in named if (place := folder.set_at(name)) is not None), new.line_of(argument))


def _table(folder: Folder, was: object, *, now: object) -> str:
    """The name of the table from which an expression takes a value; empty where it is another, or none."""
    if not isinstance(was, Expression) or was != now:
        return ""
    return next((name for name in names_in(now) if all(_held(folder, name, side=side) for side in Side)), "")


def _held(folder: Folder, name: str, *, side: Side) -> Mapping[str, Any]:
    """The table that a name means on one side; an empty one where it is none."""
    root, _, bare = name.partition(".")
    scope = folder.scopes[side is Side.HEAD]
    value = scope.filled({"": scope.said(root).get(bare)})[""]
    return value if isinstance(value, dict) else {}


def _in_table(folder: Folder, name: str) -> list[Turn]:
    before, after = (_held(folder, name, side=side) for side in (Side.BASE, Side.HEAD))
    return [(key, *turn[1:]) for key in before for turn in _plainly(before[key], after.get(key))]


def _plainly(was: object, now: object) -> list[Turn]:
    versions = [str(each) for each in (was, now) if isinstance(each, str | int | float) and _NUMBERED.match(str(each))]
    return [("", versions[0], versions[1])] if len(versions) == 2 and versions[0] != versions[1] else []


def _made(block: Block, argument: str, *, at_hand: list[Block]) -> _Made | None:
    """What the version is of; None where nothing tells, or where that is nothing that holds data."""
    source = str(block.values.get("source", ""))
    called = f"{argument} {block.name} {source}"
    found = _ENGINE.search(f"{block.values.get('engine', '')} {called}".lower())
    types = [each.labels[0] for each in (block, *at_hand) if each.type == "resource" and each.labels]
    known = module_holds(source)
    is_cluster = any(each in CLUSTERS for each in types) or (
        known is Holds.ENVIRONMENT and _ENVIRONMENTS.search(source.lower()) is not None
    )
    is_sure = is_cluster or known in _DATA or any(holds(each, *_DATA) for each in types)
    if not is_sure and known is None:
        words = _words(argument)
        if not words & (_DATA_WORDS | _CLUSTER_WORDS):
            words |= _words(called)
        is_data = bool(words & (_DATA_WORDS | {"engine"}))
        is_cluster = not is_data and bool(words & _CLUSTER_WORDS or "cluster" in _words(argument))
        if not is_data and not is_cluster:
            return None
    return (
        _Made(is_cluster=is_cluster, is_sure=is_sure, engine=found[0] if found else "")
        if is_sure or known is None
        else None
    )


def _follows(made: _Made, turns: list[Turn]) -> Iterator[tuple[Turn, str]]:
    """What follows from each of the turns that cannot be taken back."""
    engine = "kubernetes" if made.is_cluster else made.engine
    for each in turns:
        _, was, now = each
        follows = outcome(turned(engine, was, now=now), is_cluster=made.is_cluster)
        if follows:
            yield each, follows
        elif not made.is_cluster and not engine and not made.is_sure and _parts(was) != _parts(now):
            yield each, f": {_OF_SOME}"


def _parts(version: str) -> tuple[str | None, ...]:
    found = _NUMBERED.match(version)
    return found.groups() if found else ()


def _said(argument: str, table: str, *, turns: list[Turn], told: Turn) -> str:
    _, was, now = told
    if not table:
        return f"`{argument}` goes from `{was}` to `{now}`"
    keys = [f"`{key}`" for key, *versions in turns if versions == [was, now]]
    shown = keys[:_MOST_SHOWN] + ([f"{len(keys) - _MOST_SHOWN} more"] if len(keys) > _MOST_SHOWN else [])
    go = "goes" if len(keys) == 1 else "go"
    return f"`{argument}` is taken from `{table}`, where {listed(shown)} {go} from `{was}` to `{now}`"


def _caveat(made: _Made) -> str:
    if made.is_sure:
        return ""
    return "; its module is not at hand, so that what it makes of that could not be looked at"


def _words(name: str) -> frozenset[str]:
    return frozenset(each.lower() for each in _PART.findall(name.replace("-", "_")))
