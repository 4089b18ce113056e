"""What a check and a review tell alike: the findings with their standing, and what could not be looked at."""

from typing import Final

from weighbridge.app.keep_findings import Excuses, Standing, stand, trusted_baseline
from weighbridge.app.ports import Clock
from weighbridge.app.sight import Sight
from weighbridge.domain.ids import RuleId
from weighbridge.domain.outcomes import CouldNotLook, Outcome, OutcomeState, Reason
from weighbridge.engine.run import Judgement
from weighbridge.landscape.landscapes import Landscapes

IMPACT: Final = RuleId("landscape/impact")
NAMES: Final = RuleId("landscape/names")
TRUST: Final = RuleId("trust/target")
LOOKS: Final = (IMPACT, NAMES, TRUST)
"""What a review looks at besides the rules, by the names that its outcomes go by."""


def weigh_findings(sight: Sight, judgement: Judgement, *, clock: Clock) -> Standing:
    """The findings with their standing against the trusted baseline and suppressions."""
    excuses = Excuses(
        repository=sight.repository,
        trust=sight.trust,
        content=sight.bytes,
        provenance=lambda: sight.provenance,
        today=clock.now().date(),
    )
    return stand(judgement.findings, excuses.of(sight.change), baseline=trusted_baseline(sight.trust))


def missed_code(sight: Sight) -> tuple[Outcome, ...]:
    """What this clone lacks of the code that did not change: who there would notice cannot be known.

    A file that took too long stays so on this machine, and must not stop every later review: impact says that it is a
    lower bound.
    """
    if not sight.code.files or isinstance(sight.landscapes, CouldNotLook):
        return ()
    unread = sight.landscapes.unread
    if unread is None or unread.reason is Reason.TIMED_OUT:
        return ()
    return (Outcome(rule=IMPACT, subject="", state=OutcomeState.COULD_NOT_LOOK, missing=unread),)


def cut_short(sight: Sight) -> tuple[Outcome, ...]:
    """Where following names was given up, in what has been looked at so far: whatever was said of it may lack something."""
    seen = vars(sight).get("landscapes")
    missing = seen.cut_short() if isinstance(seen, Landscapes) else {}
    rule, state = NAMES, OutcomeState.COULD_NOT_LOOK
    return tuple(Outcome(rule=rule, subject=path, state=state, missing=why) for path, why in missing.items())
