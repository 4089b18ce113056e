"""Loads the policy in force: a shipped pack, the organisation's policy over it, the repository's over both."""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Scalar
from weighbridge.policy import packs
from weighbridge.policy.conditions.condition import compile_conditions, problems_of
from weighbridge.policy.conditions.flaws import Flawed
from weighbridge.policy.conditions.in_yaml import place_in_yaml
from weighbridge.policy.policy import BUILT_IN, Policy, machine_policy
from weighbridge.policy.reading.layer import Compile, Layer, read_layer
from weighbridge.policy.reading.stack import PolicyError, stack
from weighbridge.policy.reading.values import Compiled

STARTER: Final = "starter"
_PACKS: Final = Path(packs.__path__[0])
_KEPT: Final = 16
"""How many policies are remembered: a review asks for the one in force again wherever people are vouched for."""


class Source(Struct, frozen=True, kw_only=True):
    """One policy file: its bytes, and what it is called in messages."""

    data: bytes
    path: str


class Loaded(Struct, frozen=True, kw_only=True):
    """A policy, and the layers that it was made of, the lowest first."""

    policy: Policy
    layers: tuple[Layer, ...]


def load_policy(sources: Sequence[Source]) -> Policy:
    """The policy that `sources` make, each over the one before; the built-in one where there are none.

    Raises:
        ConfigurationError: some are wrong, holding every problem of each with line, column and the nearest name.
    """
    return load_layers(sources).policy if sources else built_in()


def load_layers(sources: Sequence[Source]) -> Loaded:
    """The policy that `sources` make, with what each of them states. Raises as `load_policy`."""
    return _loaded(tuple(sources)) if sources else Loaded(policy=built_in(), layers=(pack(STARTER),))


@lru_cache(maxsize=_KEPT)
def _loaded(sources: tuple[Source, ...]) -> Loaded:
    try:
        layers = tuple(layer for source in sources for layer in _layers(source))
        return Loaded(policy=stack(_ground(), layers), layers=layers)
    except ConfigurationError as error:
        raise _everything_wrong(sources) from error


def _everything_wrong(sources: Sequence[Source]) -> PolicyError:
    """What is wrong with files of which one made no policy: all of it, which takes longer than finding that something is."""
    from weighbridge.policy.reading.survey import survey, survey_layer  # noqa: PLC0415 - no review needs it

    surveyed = [
        survey_layer(each.data, each.path, compile_conditions=_compiling(each), packs=pack_names()) for each in sources
    ]
    paths = [each.path for each in sources]
    return survey(paths, surveyed, below=_of_pack, ground=_ground())


def _of_pack(name: str) -> tuple[Layer, ...]:
    return tuple(_extended(name)) if name in pack_names() else ()


@cache
def built_in() -> Policy:
    """What decides where nobody wrote a policy: the pack `starter`."""
    return replace(stack(_ground(), [pack(STARTER)]), name=BUILT_IN)


@cache
def pack(name: str) -> Layer:
    """A shipped pack by itself, without the one that it extends."""
    return _read(Source(data=pack_text(name).encode(), path=name))


def pack_text(name: str) -> str:
    """The file of a shipped pack."""
    return (_PACKS / f"{name}.yaml").read_text("utf-8")


@cache
def pack_names() -> tuple[str, ...]:
    """The shipped packs, sorted."""
    return tuple(sorted(file.stem for file in _PACKS.glob("*.yaml")))


def _ground() -> Policy:
    """What holds where a policy says nothing: what blocks, and what a failure to look means."""
    return replace(machine_policy(), name="")


def _layers(source: Source) -> Iterator[Layer]:
    """The layers of a file: first those that it extends."""
    layer = _read(source)
    if layer.extends:
        yield from _extended(layer.extends)
    yield layer


def _extended(name: str) -> Iterator[Layer]:
    below = pack(name)
    if below.extends:
        yield from _extended(below.extends)
    yield below


def _read(source: Source) -> Layer:
    return read_layer(source.data, source.path, compile_conditions=_compiling(source), packs=pack_names())


def _compiling(source: Source) -> Compile:
    """Compiles conditions of a file, and says where in it they are wrong."""
    text = source.data.decode("utf-8", "replace")

    def compiled(nodes: Sequence[Scalar]) -> list[Compiled]:
        found = compile_conditions([node.value for node in nodes])
        return [
            problems_of(one, place_in_yaml(node, text)) if isinstance(one, Flawed) else one
            for node, one in zip(nodes, found, strict=True)
        ]

    return compiled
