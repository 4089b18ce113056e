"""How policy-bot puts rules together: `and`, `or`, and rules that are skipped as if they were not there."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.documents.nodes import Fields, Items, Mark, Node, Scalar
from weighbridge.landscape.documents.shapes import Problem, nearest
from weighbridge.policy.importing.formula import MET, Asks, Either, Every, Formula, Holds, either, every, literals
from weighbridge.policy.importing.policy_bot.rules import BotRule

_DEEPEST: Final = 10


class Join(Struct, frozen=True, kw_only=True):
    """Several parts of which all must be approved, or one."""

    is_or: bool
    of: "tuple[Tree, ...]"


Tree = BotRule | Join


def read_tree(node: Items, rules: Mapping[str, BotRule], *, problems: list[Problem]) -> Join:
    """The combination that `policy.approval` makes; what policy-bot would refuse goes into `problems`."""
    found = (_read(each, rules, problems=problems, depth=1) for each in node.items)
    return Join(is_or=False, of=tuple(each for each in found if each is not None))


def rules_in(tree: Tree) -> Iterator[BotRule]:
    """Every rule in it."""
    if isinstance(tree, BotRule):
        yield tree
    else:
        for each in tree.of:
            yield from rules_in(each)


def passes(tree: Tree) -> Formula:
    """What lets a change pass: nothing is pending, and there is a rule that was not skipped.

    A rule whose condition cannot be told counts as not skipped where people must approve it: what it asks for is asked for
    all the same. One that asks nobody would let everything pass.
    """
    return every([_not_pending(tree), either(map(_counts, rules_in(tree)))])


def taken_to_apply(tree: Tree) -> list[BotRule]:
    """The rules that are enough by themselves where none is known to apply; policy-bot passes nothing where none does."""
    rules = list(rules_in(tree))
    if either(map(_counts, rules)) == either(rule.applies.yes for rule in rules):
        return []
    return list({rule.name: rule for rule in rules if _counts(rule) != rule.applies.yes}.values())


def _counts(rule: BotRule) -> Formula:
    asks_people = any(isinstance(each, Asks) and "approval" in each.need for each in literals(rule.asks))
    return _may_apply(rule) if asks_people else rule.applies.yes


def _may_apply(rule: BotRule) -> Formula:
    return _opposite(rule.applies.no)


def _opposite(formula: Formula) -> Formula:
    """What holds unless `formula`, which has nothing but conditions in it, does."""
    match formula:
        case Holds():
            return formula.negated()
        case Every(of=parts):
            return either(map(_opposite, parts))
        case Either(of=parts):
            return every(map(_opposite, parts))
        case Asks():
            raise AssertionError("that nobody approved is no condition")


def _not_pending(tree: Tree) -> Formula:
    if isinstance(tree, BotRule):
        return either([tree.applies.no, tree.asks])
    if not tree.is_or:
        return every(map(_not_pending, tree.of))
    ways = [_skipped(tree), *map(_approved, tree.of)]
    if any(not rule.applies.is_exact and not _always(rule) for rule in rules_in(tree)):
        ways.append(every(map(_not_pending, tree.of)))  # whichever of them were not skipped, one of them is approved
    return either(ways)


def _approved(tree: Tree) -> Formula:
    if isinstance(tree, BotRule):
        return every([tree.applies.yes, tree.asks])
    if tree.is_or:
        return either(map(_approved, tree.of))
    some = either(rule.applies.yes for rule in rules_in(tree))
    return every([*map(_not_pending, tree.of), some])


def _skipped(tree: Tree) -> Formula:
    return every(rule.applies.no for rule in rules_in(tree))


def _always(rule: BotRule) -> bool:
    return rule.applies.yes == MET


def _read(node: Node, rules: Mapping[str, BotRule], *, problems: list[Problem], depth: int) -> Tree | None:
    if depth > _DEEPEST:
        problems.append(
            Problem(mark=node.mark, message=f"nested deeper than {_DEEPEST} levels, which policy-bot refuses")
        )
    elif isinstance(node, Scalar):
        if node.value in rules:
            return rules[node.value]
        close = nearest(node.value, rules)
        hint = f"did you mean `{close}`?" if close else "it stands in no `approval_rules`"
        problems.append(Problem(mark=node.mark, message=f"no rule is called `{node.value[:60]}`: {hint}"))
    elif isinstance(node, Fields) and len(node.entries) == 1:
        ((word, (written, parts)),) = node.entries.items()
        if word in ("and", "or") and isinstance(parts, Items) and parts.items:
            found = (_read(each, rules, problems=problems, depth=depth + 1) for each in parts.items)
            return Join(is_or=word == "or", of=tuple(each for each in found if each is not None))
        problems.append(_wrong(written.mark))
    else:
        problems.append(_wrong(node.mark))
    return None


def _wrong(mark: Mark) -> Problem:
    return Problem(
        mark=mark, message="here stands a rule's name, or one of `and:` and `or:` with a list that is not empty"
    )
