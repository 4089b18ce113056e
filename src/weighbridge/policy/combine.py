"""How states combine: what all, any and some of several requirements come to.

The rules, which the tests say sentence by sentence:

- All of them is the worst of them: could not look, then not satisfied, then passed without (bypassed, overridden),
  then satisfied. Those that do not apply are left out; when none applies, the whole does not apply.
- Any of them is passed as soon as one is, whatever the others could not see: what was proven stays proven. Else it is
  an error when one could not be told, for that one might have been the one.
- At least n of them counts those that are passed. What does not apply was not done, and counts for nothing.
- All, any or n of nothing is refused where a policy is read, and is never passed here.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from weighbridge.domain.gate import EXCEPTED, GateState, Requirement

PASSED: Final = EXCEPTED | {GateState.SATISFIED}
"""The states that let a change go on."""

_WORST_FIRST: Final = (
    GateState.ERROR,
    GateState.UNSATISFIED,
    GateState.BYPASSED,
    GateState.OVERRIDDEN,
    GateState.SATISFIED,
)


def worst(states: Iterable[GateState]) -> GateState:
    """The worst of the states that apply; not applicable when none does."""
    present = set(states)
    return next((state for state in _WORST_FIRST if state in present), GateState.NOT_APPLICABLE)


def state_of(requirements: Iterable[Requirement]) -> GateState:
    """What a gate of these requirements comes to; satisfied where none applies."""
    state = worst(requirement.state for requirement in requirements)
    return GateState.SATISFIED if state is GateState.NOT_APPLICABLE else state


def all_of(states: Sequence[GateState]) -> GateState:
    """What all of `states` together come to."""
    return worst(states) if states else GateState.UNSATISFIED


def any_of(states: Sequence[GateState]) -> GateState:
    """What one of `states` that is enough comes to."""
    return at_least(1, states)


def at_least(count: int, states: Sequence[GateState]) -> GateState:
    """What `count` of `states` that are enough come to; as good as the best `count` of those that passed."""
    applying = [state for state in states if state is not GateState.NOT_APPLICABLE]
    if states and not applying:
        return GateState.NOT_APPLICABLE
    passed = sorted((s for s in applying if s in PASSED), key=_WORST_FIRST.index, reverse=True)
    if 0 < count <= len(passed):
        return worst(passed[:count])
    return GateState.ERROR if GateState.ERROR in applying else GateState.UNSATISFIED
