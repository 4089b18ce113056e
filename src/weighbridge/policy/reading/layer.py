"""One policy file read: what it states and nothing else, so that it can be laid over another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.persons import folded
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.documents.configuration import ConfigurationError, unread
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Mark, Node, Scalar
from weighbridge.landscape.documents.reading import document
from weighbridge.landscape.documents.shapes import Checker, Problem, nearest
from weighbridge.policy.policy import Blocking, CarryOver, RubberStamps, Rule, Stated
from weighbridge.policy.reading.shape import POLICY_SHAPE
from weighbridge.policy.reading.values import Compiled, Values, document_kind, flag, items, text, texts
from weighbridge.policy.reading.words import moment_of, time_of, why_no_moment

Compile = Callable[[Sequence[Scalar]], Sequence[Compiled]]
"""Compiles expressions where they stand, all in one go."""

_CONDITIONS: Final = ("when", "except_when")

LARGEST = 256 * 1024
"""Bytes; nobody reads a longer policy."""


class Layer(Struct, frozen=True, kw_only=True):
    """What one file states: `settings` by the name of `Policy`'s field, rules by name, and what it locks and drops.

    `marks` say where each setting, rule, environment and freeze stands, for whoever finds later that it may not.
    """

    path: str
    name: str = ""
    extends: str = ""
    settings: Mapping[str, object] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    dropped: tuple[str, ...] = ()
    locked: frozenset[str] = frozenset()
    marks: Mapping[str, Mark] = field(default_factory=dict)


def read_layer(data: bytes, path: str, *, compile_conditions: Compile, packs: tuple[str, ...] = ()) -> Layer:
    """What the policy file `data` states.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid name.
    """
    root = root_of(data, path)
    checker = Checker()
    checker.check(root, POLICY_SHAPE)
    conditions = conditions_in(root)
    compiled = dict(zip(conditions, compile_conditions(conditions), strict=True))
    if checker.problems:  # what has no shape cannot be made a value; its conditions can be looked at all the same
        wrong = [problem for made in compiled.values() if isinstance(made, tuple) for problem in made]
        raise ConfigurationError(path, (*checker.problems, *wrong, *every_double(root), *pack_problems(root, packs)))
    values = Values(compiled=compiled, source=path)
    layer = layer_of(root, path, values=values)
    problems = (
        *values.problems,
        *every_double(root),
        *windows(root),
        *pack_problems(root, packs),
    )
    if problems:
        raise ConfigurationError(path, problems)
    return layer


def root_of(data: bytes, path: str) -> Fields:
    """The mapping that the file is. Raises `ConfigurationError`."""
    nowhere = Mark(line=1, column=1)
    if len(data) > LARGEST:
        words = f"it has more than {LARGEST:,} bytes, and nobody reads a longer policy: share rules by a policy of the organisation's"
        raise ConfigurationError(path, (Problem(mark=nowhere, message=words),))
    try:
        root = document(data)
    except DocumentError as error:
        raise ConfigurationError(path, (unread(error),)) from error
    if root is None:
        words = (
            "nothing stands here: a policy begins with `version: 1`, and `weighbridge policy init` writes a first one"
        )
        raise ConfigurationError(path, (Problem(mark=nowhere, message=words),))
    if not isinstance(root, Fields):
        raise ConfigurationError(path, (Problem(mark=nowhere, message="a policy is a mapping, from `version` on"),))
    return root


def conditions_in(root: Node) -> list[Scalar]:
    """Every condition of a document of any shape, in order of the text."""
    found: list[Scalar] = []
    left = [root]
    while left:
        node = left.pop()
        if isinstance(node, Scalar):
            found.append(node)
        elif isinstance(node, Fields):
            left += [
                value
                for key, (_, value) in reversed(node.entries.items())
                if not isinstance(value, Scalar) or (key in _CONDITIONS and not value.is_null)
            ]
        else:
            left += [each for each in reversed(node.items) if not isinstance(each, Scalar)]
    return found


def layer_of(root: Fields, path: str, *, values: Values) -> Layer:
    """What the file states; its shape was checked."""
    rules = tuple(values.rule(each) for each in items(root.get("rules")) if isinstance(each, Fields))
    marks = {key: written.mark for key, (written, _) in root.entries.items()}
    marks |= {f"rule {text(e, 'name')}": e.mark for e in items(root.get("rules")) if isinstance(e, Fields)}
    marks |= {f"drop {e.value}": e.mark for e in items(root.get("drop")) if isinstance(e, Scalar)}
    marks |= {f"freeze {text(e, 'name')}": e.mark for e in items(root.get("freezes")) if isinstance(e, Fields)}
    if isinstance(places := root.get("environments"), Fields):
        marks |= {f"environment {name}": written.mark for name, (written, _) in places.entries.items()}
    return Layer(
        path=path,
        name=text(root, "name"),
        extends=text(root, "extends"),
        settings=dict(_settings(root, values)),
        rules=rules,
        dropped=texts(root, "drop"),
        locked=frozenset(texts(root, "lock")),
        marks=marks,
    )


def _settings(root: Fields, values: Values) -> Iterator[tuple[str, object]]:
    """Each setting that the file states, under the name of the policy's field."""
    yield from _plain_settings(root)
    named = root.get("environments")
    if isinstance(named, Fields):
        pairs = ((key, node) for key, (_, node) in named.entries.items() if isinstance(node, Fields))
        yield "environments", {key: values.environment(key, node) for key, node in pairs}
    named = root.get("documents")
    if isinstance(named, Fields):
        pairs = ((key, node) for key, (_, node) in named.entries.items() if isinstance(node, Fields))
        yield "documents", {key: document_kind(key, node) for key, node in pairs}
    if "freezes" in root.entries:
        yield "freezes", tuple(values.freeze(n) for n in items(root.get("freezes")) if isinstance(n, Fields))
    for key in ("overrides", "waivers"):
        if isinstance(node := root.get(key), Fields):
            yield key, values.exceptions(node)
    if isinstance(node := root.get("break_glass"), Fields):
        yield "break_glass", values.break_glass(node)


def _plain_settings(root: Fields) -> Iterator[tuple[str, object]]:
    if isinstance(node := root.get("blocking"), Fields):
        yield (
            "blocking",
            Blocking(
                severity=Severity(text(node, "severity") or Severity.HIGH),
                confidence=Confidence(text(node, "confidence") or Confidence.MEDIUM),
            ),
        )
    if isinstance(node := root.get("could_not_look"), Fields):
        if "error" in node.entries:
            yield "blind", frozenset(map(Reason, texts(node, "error")))
        if "unread" in node.entries:
            yield "delicate", frozenset(map(SurfaceKind, texts(node, "unread")))
    if isinstance(node := root.get("people"), Fields):
        yield "people", _people(node)
    if isinstance(node := root.get("rubber_stamps"), Fields):
        yield (
            "rubber_stamps",
            RubberStamps(
                words_a_minute=int(text(node, "words_a_minute") or 0),
                share=int(text(node, "share_percent") or 0) / 100,
                least=int(text(node, "least") or 10),
                batch=int(text(node, "batch") or 0),
                within=time_of(text(node, "within") or "10 minutes"),
            ),
        )
    if words := text(root, "approvals_last"):
        yield "approvals_last", time_of(words)
    if words := text(root, "assurance"):
        yield "least_assurance", Assurance(words)
    if words := text(root, "carry_over"):
        yield "carry_over", CarryOver(words)
    for key, name in (("solo", "is_solo"), ("report_only", "report_only")):
        if key in root.entries:
            yield name, flag(root, key)


def _people(node: Fields) -> Stated:
    def lists(key: str) -> dict[str, tuple[str, ...]]:
        named = node.get(key)
        return {name: texts(named, name) for name in named.entries} if isinstance(named, Fields) else {}

    handles = node.get("handles")
    return Stated(
        roles=lists("roles"),
        teams={folded(name): members for name, members in lists("teams").items()},
        handles={folded(n): text(handles, n) for n in handles.entries} if isinstance(handles, Fields) else {},
        bots=frozenset(map(folded, texts(node, "bots"))),
    )


def every_double(root: Fields) -> Iterator[Problem]:
    """Names that stand twice, whatever else is wrong with the file."""
    yield from _doubles(root, "rules")
    yield from _doubles(root, "freezes")


def _doubles(root: Fields, key: str) -> Iterator[Problem]:
    first: dict[str, Mark] = {}
    for node in items(root.get(key)):
        if isinstance(node, Fields) and (name := text(node, "name")):
            if name in first:
                words = f"`{name}` stands in `{key}` again; it was given in line {first[name].line}"
                yield Problem(mark=node.mark, message=words)
            first.setdefault(name, node.mark)


def windows(root: Fields) -> Iterator[Problem]:
    """A window that ends before it begins closes nothing, and names of environments must be of those stated."""
    known = root.get("environments")
    names = set(known.entries) if isinstance(known, Fields) else set()
    for node in items(root.get("freezes")):
        if isinstance(node, Fields):
            if not _is_before(node):
                yield Problem(mark=node.mark, message="the window ends before it begins")
            for each in items(node.get("environments")):
                if names and isinstance(each, Scalar) and not each.is_null and each.value not in names:
                    close = nearest(each.value, names)
                    hint = f"did you mean `{close}`?" if close else f"known are {', '.join(sorted(names))}"
                    yield Problem(mark=each.mark, message=f"no environment is called `{each.value[:60]}`: {hint}")


def _is_before(node: Fields) -> bool:
    start, end = text(node, "from"), text(node, "to")
    if why_no_moment(start) or why_no_moment(end):  # which is told of the moment itself
        return True
    return moment_of(start) < moment_of(end)


def pack_problems(root: Fields, packs: tuple[str, ...]) -> Iterator[Problem]:
    """That it extends a pack which is none of those shipped."""
    node = root.get("extends")
    if isinstance(node, Scalar) and node.value not in packs:
        close = nearest(node.value, packs)
        hint = f"did you mean `{close}`?" if close else f"shipped are {', '.join(packs)}"
        yield Problem(mark=node.mark, message=f"no pack is called `{node.value[:60]}`: {hint}")
