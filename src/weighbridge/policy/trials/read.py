"""Reads a file of policy tests: cases as nodes whose shape was checked, with every error at once."""

from collections.abc import Iterator

from msgspec import Struct

from weighbridge.landscape.documents.configuration import ConfigurationError, unread
from weighbridge.landscape.documents.nodes import DocumentError, Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.documents.reading import document
from weighbridge.landscape.documents.shapes import Checker, Listing, Problem, Record, Shape, nearest
from weighbridge.policy.gate import FIXED_RULES
from weighbridge.policy.policy import Policy
from weighbridge.policy.reading.values import items, text, texts
from weighbridge.policy.trials.shape import TRIALS_SHAPE, first_key


class Trial(Struct, frozen=True, kw_only=True):
    """One case as it was written, its shape checked: its name, where it stands, and the node."""

    name: str
    path: str
    node: Fields

    @property
    def mark(self) -> Mark:
        """Where it begins."""
        return self.node.mark


def read_trials(data: bytes, path: str, *, policy: Policy | None) -> tuple[Trial, ...]:
    """The cases in `data`, meant for `policy`; with None the names that it would have to have are not looked at.

    Raises:
        ConfigurationError: holding every problem, with line, column and the nearest valid name.
    """
    try:
        root = document(data)
    except DocumentError as error:
        raise ConfigurationError(path, (unread(error),)) from error
    if root is None:
        words = "nothing stands here: policy tests begin with `version: 1` and have `cases`"
        raise ConfigurationError(path, (Problem(mark=Mark(line=1, column=1), message=words),))
    if not isinstance(root, Fields):
        words = "policy tests are a mapping, from `version` on"
        raise ConfigurationError(path, (Problem(mark=Mark(line=1, column=1), message=words),))
    whole = _spelled_out(root, TRIALS_SHAPE)
    assert isinstance(whole, Fields), "a mapping stays one"
    checker = Checker()
    checker.check(whole, TRIALS_SHAPE)
    cases = [node for node in items(whole.get("cases")) if isinstance(node, Fields)]
    unknown = (p for node in cases for p in _unknown(node, policy)) if policy is not None else ()
    problems = (*checker.problems, *_twice(cases), *unknown)
    if problems:
        raise ConfigurationError(path, problems)
    return tuple(Trial(name=text(node, "name"), path=path, node=node) for node in cases)


def _spelled_out(node: Node, shape: Shape) -> Node:
    """The node with each text that stands for a record in the place of one made such a record."""
    match node, shape:
        case Fields(), Record(keys=keys):
            entries = {
                name: (key, _spelled_out(value, keys[name].shape) if name in keys else value)
                for name, (key, value) in node.entries.items()
            }
            return Fields(entries, node.mark, node.tag, node.size, node.twice, node.merged)
        case Items(), Listing(of=of):
            return Items([_spelled_out(_record(item, of), of) for item in node.items], node.mark, node.tag, node.size)
        case Scalar(), Listing(of=Record(or_text=True) as of, or_one=True) if not node.is_null:
            return Items([_record(node, of)], node.mark)
        case _:
            return node


def _record(item: Node, of: Shape) -> Node:
    key = first_key(of)
    if not key or not isinstance(item, Scalar) or item.is_null:
        return item
    return Fields({key: (Scalar(key, item.mark, is_plain=True), item)}, item.mark)


def _twice(cases: list[Fields]) -> Iterator[Problem]:
    first: dict[str, Mark] = {}
    for node in cases:
        if not (name := text(node, "name")):
            continue
        if name in first:
            words = f"another case is called so, in line {first[name].line}: nobody could tell which one failed"
            yield Problem(mark=node.mark, message=words)
        first.setdefault(name, node.mark)


def _unknown(node: Fields, policy: Policy) -> Iterator[Problem]:
    """The names of a case that the policy does not have."""
    place = node.get("environment")
    if isinstance(place, Scalar) and not place.is_null and place.value not in policy.environments:
        known = policy.environments
        yield Problem(mark=place.mark, message=f"no environment is called `{place.value}`: {_hint(place.value, known)}")
    known_rules = rule_names(policy)
    expected = node.get("expect")
    rules = expected.get("rules") if isinstance(expected, Fields) else None
    for name, (key, _) in rules.entries.items() if isinstance(rules, Fields) else ():
        if name not in known_rules:
            yield Problem(mark=key.mark, message=f"the policy has no rule `{name}`: {_hint(name, known_rules)}")
    for override in items(node.get("overrides")):
        for name in texts(override, "of") if isinstance(override, Fields) else ():
            if name not in known_rules:
                words = f"the policy has no rule `{name}`: {_hint(name, known_rules)}"
                yield Problem(mark=override.mark, message=words)


def rule_names(policy: Policy) -> frozenset[str]:
    """Everything that a requirement can name as its rule."""
    return frozenset(
        (
            *FIXED_RULES,
            *(rule.name for rule in policy.rules),
            *(f"environment:{name}" for name in policy.environments),
            *(f"freeze:{freeze.name}" for freeze in policy.freezes),
        )
    )


def _hint(name: str, known: "frozenset[str] | object") -> str:
    names = sorted(map(str, known)) if isinstance(known, frozenset | dict) else []
    close = nearest(name, names)
    return f"did you mean `{close}`?" if close else f"known are {', '.join(names) or 'none'}"
