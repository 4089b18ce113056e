"""Everything that is wrong with the files of a policy, told in one round, and what of it is sound all the same.

Loading stops where a file cannot be made a policy. Whoever wrote it wants to know the rest too: what a file touches that the
one below it locked, the kinds of documents that nobody knows, and what can hardly be meant of those parts that are whole.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.documents.shapes import Problem, nearest
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import problems_of
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.layer import Layer, Surveyed
from weighbridge.policy.reading.stack import PolicyError, stacked

Below = Callable[[str], Sequence[Layer]]
"""The layers of the pack of a name, the lowest first; none where there is no such pack."""


class Sound(Struct, frozen=True, kw_only=True):
    """What is whole of a policy that has errors: `broken` are the parts that lack something, by the names of their marks."""

    policy: Policy
    layers: tuple[Layer, ...]
    broken: frozenset[str]
    unnamed: bool
    """Whether some rule has no name to go by, or a file below could not be read."""


class WrongPolicyError(PolicyError):
    """Files that make no policy: every problem of every one of them, and what of them is sound; None where that is nothing."""

    def __init__(self, errors: Sequence[ConfigurationError], *, sound: Sound | None) -> None:
        super().__init__(errors)
        self.sound = sound


def survey(paths: Sequence[str], surveyed: Sequence[Surveyed], *, below: Below, ground: Policy) -> WrongPolicyError:
    """What is wrong with files of which each was read by itself, the lowest first."""
    layers: list[Layer] = []
    for each in surveyed:
        layers += (*below(each.layer.extends), each.layer) if each.layer else ()
    unnamed = any(each.unnamed or each.layer is None for each in surveyed)
    is_unsure = unnamed or any(_is_unknown(each, below) for each in surveyed)
    policy, forbidden = stacked(ground, layers, is_unsure=is_unsure)
    problems: dict[str, list[Problem]] = {path: list(each.problems) for path, each in zip(paths, surveyed, strict=True)}
    for error in forbidden:
        problems.setdefault(error.path, []).extend(error.problems)
    roots = [each.root for each in surveyed if each.root is not None]
    for path, each in zip(paths, surveyed, strict=True):
        if each.root is not None:
            known = None if len(roots) < len(surveyed) else _kinds_stated(roots) | set(policy.documents)
            problems[path] += _of_documents(each.root, known, layer=each.layer)
    wrong = [ConfigurationError(path, tuple(dict.fromkeys(found))) for path, found in problems.items() if found]
    return WrongPolicyError(
        wrong,
        sound=None
        if any(each.layer is None for each in surveyed)
        else Sound(
            policy=policy,
            layers=tuple(layers),
            broken=frozenset(name for each in surveyed for name in each.broken),
            unnamed=is_unsure,
        ),
    )


def _is_unknown(surveyed: Surveyed, below: Below) -> bool:
    """Whether it builds upon something that is not there."""
    written = surveyed.root.get("extends") if surveyed.root else None
    return written is not None and not (surveyed.layer and below(surveyed.layer.extends))


def _kinds_stated(roots: Sequence[Fields]) -> frozenset[str]:
    stated = (root.get("documents") for root in roots)
    return frozenset(name for each in stated if isinstance(each, Fields) for name in each.entries)


def _of_documents(root: Fields, stated: frozenset[str] | None, *, layer: Layer | None) -> Iterator[Problem]:
    """Documents of a kind that neither is shipped nor stated, and stated kinds that nothing could be judged by."""
    known = None if stated is None else {*(kind.name for kind in find_kinds()), *stated}
    for kind in _kinds_asked(root):
        if known is not None and kind.value not in known:
            close = nearest(kind.value, known)
            hint = f"did you mean `{close}`?" if close else f"known are {', '.join(sorted(known))}"
            yield Problem(mark=kind.mark, message=f"there is no kind of document `{kind.value[:60]}`: {hint}")
    written, made = root.get("documents"), layer.settings.get("documents") if layer else None
    for name, kind in made.items() if isinstance(made, dict) else ():
        mark = written.entries[name][0].mark if isinstance(written, Fields) else Mark(line=1, column=1)
        for words in problems_of(kind):
            yield Problem(mark=mark, message=f"the kind `{name}`: {words}")


def _kinds_asked(root: Node) -> Iterator[Scalar]:
    """Every kind of document that is asked for, wherever a need stands."""
    left = [root]
    while left:
        node = left.pop()
        if isinstance(node, Items):
            left += node.items
        elif isinstance(node, Fields):
            asked = node.get("document")
            kind = asked.get("kind") if isinstance(asked, Fields) else None
            if isinstance(kind, Scalar) and not kind.is_null:
                yield kind
            left += [value for _, value in node.entries.values()]
