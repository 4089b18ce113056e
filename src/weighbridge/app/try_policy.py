"""Try a policy on changes that were written down: what the gate would say of each."""

from collections.abc import Sequence

from weighbridge.policy.policy import Policy
from weighbridge.policy.trials.read import Trial
from weighbridge.policy.trials.run import TrialRun, run_trials
from weighbridge.provenance.forms import built_in


def try_policy(trials: Sequence[Trial], policy: Policy) -> TrialRun:
    """What came of each case; the addresses of programs that a review knows are programs here too."""
    return run_trials(trials, policy, machines=built_in().addresses)
