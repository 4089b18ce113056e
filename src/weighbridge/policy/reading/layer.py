"""One policy file read: what it states and nothing else, so that it can be laid over another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.outcomes import Reason
from weighbridge.domain.persons import folded
from weighbridge.domain.record import Assurance
from weighbridge.domain.system import SurfaceKind
from weighbridge.landscape.documents.configuration import ConfigurationError, unread
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Mark, Node, Scalar
from weighbridge.landscape.documents.reading import document
from weighbridge.landscape.documents.shapes import Checker, Problem, Shape, nearest
from weighbridge.policy.policy import Blocking, CarryOver, RubberStamps, Rule, Stated
from weighbridge.policy.reading.shape import ENVIRONMENT, FREEZE, POLICY_SHAPE, RULE
from weighbridge.policy.reading.values import Compiled, Values, document_kind, flag, items, text, texts
from weighbridge.policy.reading.words import moment_of, time_of, why_no_moment

Compile = Callable[[Sequence[Scalar]], Sequence[Compiled]]
"""Compiles expressions where they stand, all in one go."""

Wrong = Callable[[Scalar], bool]
"""Whether a value is wrong although its shape is right."""

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
    root = _root(data, path)
    checker = Checker()
    checker.check(root, POLICY_SHAPE)
    conditions = _conditions(root)
    compiled = dict(zip(conditions, compile_conditions(conditions), strict=True))
    if checker.problems:  # what has no shape cannot be made a value; its conditions can be looked at all the same
        wrong = [problem for made in compiled.values() if isinstance(made, tuple) for problem in made]
        raise ConfigurationError(path, (*checker.problems, *wrong, *_every_double(root), *_pack(root, packs)))
    values = Values(compiled=compiled, source=path)
    layer = _layer(root, path, values=values)
    problems = (
        *values.problems,
        *_every_double(root),
        *_windows(root),
        *_pack(root, packs),
    )
    if problems:
        raise ConfigurationError(path, problems)
    return layer


def _root(data: bytes, path: str) -> Fields:
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


def _conditions(root: Node) -> list[Scalar]:
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


def _layer(root: Fields, path: str, *, values: Values) -> Layer:
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


def _every_double(root: Fields) -> Iterator[Problem]:
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


def _windows(root: Fields) -> Iterator[Problem]:
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


def _pack(root: Fields, packs: tuple[str, ...]) -> Iterator[Problem]:
    node = root.get("extends")
    if isinstance(node, Scalar) and node.value not in packs:
        close = nearest(node.value, packs)
        hint = f"did you mean `{close}`?" if close else f"shipped are {', '.join(packs)}"
        yield Problem(mark=node.mark, message=f"no pack is called `{node.value[:60]}`: {hint}")


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
        root = _root(data, path)
    except ConfigurationError as error:
        return Surveyed(problems=error.problems)
    checker = Checker()
    checker.check(root, POLICY_SHAPE)
    conditions = _conditions(root)
    compiled = dict(zip(conditions, compile_conditions(conditions), strict=True))
    wrong = {node: made for node, made in compiled.items() if isinstance(made, tuple)}
    said = {problem.mark for problem in checker.problems}  # such as that it is too long, or empty
    problems = (
        *checker.problems,
        *(problem for node, made in wrong.items() if node.mark not in said for problem in made),
        *_every_double(root),
        *_windows(root),
        *_pack(root, packs),
    )
    sound, broken = _sound(root, is_wrong=wrong.__contains__), frozenset(_broken(root, is_wrong=wrong.__contains__))
    layer = _layer(sound, path, values=Values(compiled=compiled, source=path))
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
    from weighbridge.landscape.documents.pruning import sound_part  # noqa: PLC0415 - no review needs it

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
    return bool(checker.problems) or any(map(is_wrong, _conditions(node)))
