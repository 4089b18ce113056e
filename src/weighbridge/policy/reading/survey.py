"""Everything that is wrong with the files of a policy, told in one round, and what of it is sound all the same.

Loading stops where a file cannot be made a policy. Whoever wrote it wants to know the rest too: what a file touches that the
one below it locked, the kinds of documents that nobody knows, and what can hardly be meant of those parts that are whole.
"""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.documents.pruning import Wrong, sound_part
from weighbridge.landscape.documents.shapes import Checker, Problem, Shape, nearest
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import problems_of
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.layer import (
    Compile,
    Layer,
    conditions_in,
    every_double,
    layer_of,
    pack_problems,
    root_of,
    windows,
)
from weighbridge.policy.reading.shape import ENVIRONMENT, FREEZE, POLICY_SHAPE, RULE
from weighbridge.policy.reading.stack import PolicyError, stacked
from weighbridge.policy.reading.values import Values, items, text


class Unread(Struct, frozen=True, kw_only=True):
    """A condition that is wrong: nothing is known of it but its text."""

    text: str
    reads: frozenset[str] = frozenset()
    is_volatile: bool = False


class Surveyed(Struct, frozen=True, kw_only=True):
    """A file with all that is wrong with it, and what is sound of it as a layer; None where nothing could be read.

    `broken` are the parts that lack something, by the names of their marks; `unnamed` is that some rule has no name to go by.
    """

    problems: tuple[Problem, ...]
    root: Fields | None = None
    layer: Layer | None = None
    broken: frozenset[str] = frozenset()
    unnamed: bool = False


def survey_layer(data: bytes, path: str, *, compile_conditions: Compile, packs: tuple[str, ...] = ()) -> Surveyed:
    """Everything that is wrong with the policy file `data`, in one round; it takes longer than `read_layer`, which refuses."""
    try:
        root = root_of(data, path)
    except ConfigurationError as error:
        return Surveyed(problems=error.problems)
    checker = Checker()
    checker.check(root, POLICY_SHAPE)
    conditions = conditions_in(root)
    compiled = dict(zip(conditions, compile_conditions(conditions), strict=True))
    wrong = {node: made for node, made in compiled.items() if isinstance(made, tuple)}
    said = {problem.mark for problem in checker.problems}  # such as that it is too long, or empty
    problems = (
        *checker.problems,
        *(problem for node, made in wrong.items() if node.mark not in said for problem in made),
        *every_double(root),
        *windows(root),
        *pack_problems(root, packs),
    )
    sound, broken = _sound(root, is_wrong=wrong.__contains__), frozenset(_broken(root, is_wrong=wrong.__contains__))
    layer = layer_of(sound, path, values=Values(compiled=compiled, source=path))
    given = (node for node in items(root.get("rules")) if isinstance(node, Fields))
    left = [node for node in items(sound.get("rules")) if isinstance(node, Fields)]
    when = {text(node, "name"): text(node, "when") for node in given if "when" in node.entries}
    return Surveyed(
        problems=problems,
        root=root,
        layer=replace(
            layer,
            rules=tuple(
                replace(rule, when=Unread(text=when[rule.name])) if rule.when is None and rule.name in when else rule
                for rule in layer.rules
            ),
            marks={**{key: written.mark for key, (written, _) in root.entries.items()}, **layer.marks},
        ),
        broken=broken,
        unnamed=len(left) < len(items(root.get("rules"))) or ("rules" in broken and "rules" not in root.entries),
    )


def _sound(root: Fields, *, is_wrong: Wrong) -> Fields:
    """The file without what has errors; a rule stays as long as it has its name."""
    known = ((name, entry) for name, entry in root.entries.items() if name in POLICY_SHAPE.keys)
    entries = {
        name: (key, part)
        for name, (key, value) in known
        if (part := sound_part(value, POLICY_SHAPE.keys[name].shape, is_wrong=is_wrong, kept=RULE)) is not None
    }
    return Fields(entries, root.mark)


def _broken(root: Fields, *, is_wrong: Wrong) -> Iterator[str]:
    """The parts of a file that have an error, by the names of their marks."""
    yield from (key.value for key in root.twice)
    for name, (_, value) in root.entries.items():
        key = POLICY_SHAPE.keys.get(name)
        if key is None:
            yield nearest(name, POLICY_SHAPE.keys)  # which may be what is meant
        elif _has_error(value, key.shape, is_wrong=is_wrong):
            yield name
    for listed, shape, word in (("rules", RULE, "rule"), ("freezes", FREEZE, "freeze")):
        for node in items(root.get(listed)):
            if isinstance(node, Fields) and _has_error(node, shape, is_wrong=is_wrong):
                yield f"{word} {text(node, 'name')}"
    if isinstance(places := root.get("environments"), Fields):
        for name, (_, node) in places.entries.items():
            if _has_error(node, ENVIRONMENT, is_wrong=is_wrong):
                yield f"environment {name}"


def _has_error(node: Node, shape: Shape, *, is_wrong: Wrong) -> bool:
    checker = Checker()
    checker.check(node, shape)
    return bool(checker.problems) or any(map(is_wrong, conditions_in(node)))


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
