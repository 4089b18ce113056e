"""Rules that do nothing: never asked, always answered "could not look", or asking for what another one asks already."""

from collections.abc import Iterator

from weighbridge.policy.condition import Condition
from weighbridge.policy.conditions.condition import Condition as Checked
from weighbridge.policy.conditions.possible import possible_answers
from weighbridge.policy.doubts.doubt import Doubt
from weighbridge.policy.needs import ApprovalNeed, Need, RolloutNeed, SomeNeed
from weighbridge.policy.policy import Policy, Rule, conditions_of, needs_of
from weighbridge.policy.view.build import NO_SOURCE

_LATER = "leave it out until something brings them: until then the gate cannot decide"


def doubts_of_rules(policy: Policy) -> Iterator[Doubt]:
    """What rules, environments and freezes ask that can never be told, never be met, or changes nothing."""
    for about, condition in conditions_of(policy):
        yield from _unsourced(about, condition)
        yield from _constant(about, condition)
    yield from _shadowed(policy.rules)
    for about, need in needs_of(policy):
        yield from _unmeetable(about, need)


def _unsourced(about: str, condition: Condition) -> Iterator[Doubt]:
    for name in sorted(condition.reads.intersection(NO_SOURCE)):
        words = f"`{_short(condition.text)}` reads `{name}`, which has no source yet"
        yield Doubt(
            about=about,
            message=f"{words}: where it must be told, it could not be looked at",
            remedy=_LATER,
            is_sure=True,
        )

    if "environment" in condition.reads and "has(environment" not in condition.text.replace(" ", ""):
        words = f"`{_short(condition.text)}` reads `environment`: a review that names none cannot decide"
        remedy = "ask has(environment.level) first, or put what it asks under `environments`"
        yield Doubt(about=about, message=words, remedy=remedy, is_sure=True)


def _constant(about: str, condition: Condition) -> Iterator[Doubt]:
    found = possible_answers(condition) if isinstance(condition, Checked) else None
    if found == frozenset({False}):
        words = f"`{_short(condition.text)}` holds of no change"
        yield Doubt(about=about, message=words, remedy="mend the condition, or drop it", is_sure=True)
    elif found == frozenset({True}):
        words = f"`{_short(condition.text)}` holds of every change"
        yield Doubt(about=about, message=words, remedy="leave it out, which says so, or mend it", is_sure=True)


def _shadowed(rules: tuple[Rule, ...]) -> Iterator[Doubt]:
    for number, rule in enumerate(rules):
        for other in rules[:number] + rules[number + 1 :]:
            same = (other.when and other.when.text) == (rule.when and rule.when.text)
            covered = all(any(_covers(theirs, mine) for theirs in other.require) for mine in rule.require)
            is_twin = all(any(_covers(mine, theirs) for mine in rule.require) for theirs in other.require)
            is_later = rules.index(other) < number
            if (same or other.when is None) and covered and (is_later or not (is_twin and same)):
                words = f"`{other.name}` asks for all of it whenever `{rule.name}` applies"
                yield Doubt(about=f"rule {rule.name}", message=words, remedy="drop it, or ask for more")
                break


def _covers(more: Need, less: Need) -> bool:
    """Whether meeting `more` always meets `less`."""
    if not isinstance(more, ApprovalNeed) or not isinstance(less, ApprovalNeed) or more.count_when or less.count_when:
        return more == less
    return (
        more.count >= less.count
        and set(more.by) <= set(less.by)
        and more.assurance.reaches(less.assurance)
        and more.not_by >= less.not_by
        and (more.verified or not less.verified)
        and less.words in ("", more.words)
    )


def _unmeetable(about: str, need: Need) -> Iterator[Doubt]:
    match need:
        case SomeNeed(count=count, of=parts) if count > len(parts):
            words = f"{count} of {len(parts)} are asked for: that can never be met"
            yield Doubt(about=about, message=words, remedy="ask for fewer, or name more")
        case RolloutNeed():
            yield Doubt(about=about, message="rollout plans have no source yet", remedy=_LATER, is_sure=True)
        case _:
            pass


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 80 else f"{words[:79]}…"
