"""Policies laid over one another: a shipped pack, the organisation's policy, the repository's.

- What is above adds rules, replaces or drops rules of the same name below it, and sets what the one below left as it was.
- What the one below locked stays: a rule with `locked`, a setting in `lock`. Touching it is an error at its place.
- The people that a policy states are added to those below; a role or team that is stated again is replaced.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.landscape.documents.nodes import Mark
from weighbridge.landscape.documents.shapes import Problem, nearest
from weighbridge.policy.documents.find_kinds import find_kinds
from weighbridge.policy.documents.kind import problems_of
from weighbridge.policy.needs import DocumentNeed, needs_within
from weighbridge.policy.policy import Policy, Rule, Stated
from weighbridge.policy.reading.layer import Layer

_MOST_NAMED = 3
_NOWHERE = Mark(line=1, column=1)


class PolicyError(ConfigurationError):
    """Files that make no policy: every problem of every one of them."""

    def __init__(self, errors: Sequence[ConfigurationError]) -> None:
        super().__init__(errors[0].path, tuple(problem for error in errors for problem in error.problems))
        self.args = ("\n".join(str(error) for error in errors),)
        self.errors = tuple(errors)


def stack(ground: Policy, layers: Sequence[Layer]) -> Policy:
    """The policy that `layers` make on `ground`, each over the one before it.

    Raises:
        PolicyError: layers touch what one below them locked, or drop a rule that is not there.
    """
    policy, wrong = stacked(ground, layers, asked_kinds=_unknown_kinds)
    if wrong:
        raise PolicyError(wrong)
    return policy


def stacked(
    ground: Policy,
    layers: Sequence[Layer],
    *,
    asked_kinds: Callable[[Policy, Layer], Iterable[Problem]] | None = None,
    is_unsure: bool = False,
) -> tuple[Policy, list[ConfigurationError]]:
    """The same, with what is wrong beside it; with `is_unsure` some rules have names that nobody knows."""
    policy, locked, locked_by = ground, frozenset[str](), ""
    wrong: list[ConfigurationError] = []
    for number, layer in enumerate(layers):
        problems = tuple(_forbidden(policy, layer, locked=locked, locked_by=locked_by, is_unsure=is_unsure))
        if problems:
            wrong.append(_told(layer, problems, by=_brought_by(layers, number), locked_by=locked_by))
        policy = _over(policy, layer)
        if asked_kinds is not None and (unknown := tuple(asked_kinds(policy, layer))):
            wrong.append(ConfigurationError(layer.path, unknown))
        locked |= layer.locked
        locked_by = layer.path if layer.locked else locked_by
    return policy, wrong


def _brought_by(layers: Sequence[Layer], number: int) -> Layer:
    """The layer that somebody wrote which builds upon this one, by however many packs between; itself where nobody does."""
    while number + 1 < len(layers) and layers[number].path == layers[number + 1].extends:
        number += 1
    return layers[number]


def _told(layer: Layer, problems: tuple[Problem, ...], *, by: Layer, locked_by: str) -> ConfigurationError:
    """Problems of a shipped pack are told where it was chosen: nobody can edit the pack."""
    if by is layer:
        return ConfigurationError(layer.path, problems)
    touched = [key for key in layer.marks if layer.marks[key] in {problem.mark for problem in problems}]
    what = ", ".join(f"`{key}`" for key in touched[:_MOST_NAMED]) + (", …" if len(touched) > _MOST_NAMED else "")
    pack = f"the pack {layer.path}" + ("" if by.extends == layer.path else f", upon which {by.extends} builds,")
    words = f"{pack} touches {what}, locked by {locked_by}: drop `extends` here, what is locked holds without it"
    return ConfigurationError(by.path, (Problem(mark=_at(by, "extends"), message=words),))


def _over(policy: Policy, layer: Layer) -> Policy:
    settings = dict(layer.settings)
    if isinstance(people := settings.get("people"), Stated):
        settings["people"] = _joined(policy.people, people)
    mine = {rule.name: rule for rule in layer.rules}
    below = [mine.pop(rule.name, rule) for rule in policy.rules if rule.name not in layer.dropped]
    name = layer.name or (layer.path if not layer.extends else f"{layer.path} over {layer.extends}")
    return replace(policy, name=name, rules=(*below, *mine.values()), **settings)


def _joined(below: Stated, above: Stated) -> Stated:
    return Stated(
        roles={**below.roles, **above.roles},
        teams={**below.teams, **above.teams},
        handles={**below.handles, **above.handles},
        bots=below.bots | above.bots,
    )


def _forbidden(
    policy: Policy, layer: Layer, *, locked: frozenset[str], locked_by: str, is_unsure: bool
) -> Iterator[Problem]:
    for key in sorted(locked):
        if key in layer.marks:
            mark = layer.marks.get(key, _NOWHERE)
            yield Problem(mark=mark, message=f"`{key}` is locked by {locked_by}: leave it out here")
    kept = {rule.name: rule for rule in policy.rules if rule.locked}
    for rule in layer.rules:
        if rule.name in kept:
            yield Problem(mark=_at(layer, f"rule {rule.name}"), message=_locked(kept[rule.name]))
    names = [rule.name for rule in policy.rules]
    for name in layer.dropped:
        mark = _at(layer, f"drop {name}")
        if name in kept:
            yield Problem(mark=mark, message=_locked(kept[name]))
        elif name not in names and not is_unsure:
            close = nearest(name, names)
            hint = f"did you mean `{close}`?" if close else f"there are {', '.join(names) or 'none'}"
            yield Problem(mark=mark, message=f"there is no rule `{name}` to drop: {hint}")


def _unknown_kinds(policy: Policy, layer: Layer) -> Iterator[Problem]:
    """Documents of a kind that neither is shipped nor stated, and stated kinds that nothing could be judged by."""
    places = [(f"rule {rule.name}", rule.require) for rule in layer.rules]
    stated = layer.settings.get("environments")
    places += [("environments", place.require) for place in stated.values()] if isinstance(stated, dict) else []
    asked = [
        (what, need.kind) for what, needs in places for need in needs_within(needs) if isinstance(need, DocumentNeed)
    ]
    known = {*(kind.name for kind in find_kinds()), *policy.documents} if asked else set()
    for what, kind in asked:
        if kind not in known:
            close = nearest(kind, known)
            hint = f"did you mean `{close}`?" if close else f"known are {', '.join(sorted(known))}"
            yield Problem(mark=_at(layer, what), message=f"there is no kind of document `{kind}`: {hint}")
    for stated_kind in policy.documents.values() if "documents" in layer.settings else ():
        for words in problems_of(stated_kind):
            yield Problem(mark=_at(layer, "documents"), message=f"the kind `{stated_kind.name}`: {words}")


def _at(layer: Layer, what: str) -> Mark:
    return layer.marks.get(what, _NOWHERE)


def _locked(rule: Rule) -> str:
    return f"the rule `{rule.name}` is locked by {rule.source}: it can be neither replaced nor dropped"
