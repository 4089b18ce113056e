"""What a service is given to finish something becomes a small part of what it was."""

from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Confidence, Finding, Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.rule import Case, Rule
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.change import ROLES, Infrastructure
from weighbridge.landscape.infrastructure.differences import differences, last_name

RULE = Rule(
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    reads=(Infrastructure,),
    roles=ROLES,
    tags=("terraform", "availability"),
)
_TIMEOUT: Final = LatePattern(r"(?:^|_)timeout(?:_(?:in_)?(?:seconds?|sec|s|minutes?|ms|milliseconds?))?$")
_SHARE: Final = 10
_DEFAULTS: Final = {
    "aws_sqs_queue": {"visibility_timeout_seconds": 30, "visibility_timeout": 30},
    "aws_lambda_function": {"timeout": 3},
    "aws_lb": {"idle_timeout": 60},
    "aws_elb": {"idle_timeout": 60},
    "google_cloudfunctions_function": {"timeout": 60},
}
"""What it is where nobody says, in the unit of the argument: the services' own pages, as of 2025."""


def check(case: Case) -> Iterable[Finding]:
    """One finding for each setting."""
    for each in case[Infrastructure].alterations:
        change = each.change
        if change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
            continue
        defaults = _DEFAULTS.get(change.type, {})
        for path, was, now in differences(change.before, change.after):
            name = last_name(path)
            if not _TIMEOUT.search(name) or path[0] == "timeouts" or change.is_unknown(*path):
                continue
            before, after = _number(was), _number(defaults.get(name) if now is None else now)
            if before and after and after * _SHARE <= before:
                default = ", which it is where nobody says" if now is None else ""
                yield RULE.finding(
                    f"{each.name}: `{change.written(path)}` goes from {before:,} to {after:,}{default}: what takes longer is broken off, or begun once more"
                    f" while it still runs{each.caveat}",
                    each.at(name),
                    anchor=each.anchor(change.written(path)),
                    confidence=each.confidence,
                )


def _number(value: object) -> int:
    """A whole number, also as text; 0 where it is none, and for none at all."""
    if isinstance(value, str) and value.isdigit():
        return int(value[:12])
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
