"""Conditions of policies of AWS: when one still holds where another is asked, and whom it leaves.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.landscape.infrastructure.iam.patterns import fits

FILLED: Final = LatePattern(r"\$\{(?:[^{}]|\{[^{}]*\})*\}")
_HOLE: Final = "${…}"
_LIKE: Final = ("stringlike", "arnlike")
"""Operators that compare with `*` and `?`; conditions whose names begin with `ForAnyValue:` end alike."""
_IF_THERE: Final = "ifexists"
_FEW: Final = (
    "aws:sourceaccount", "aws:sourcearn", "aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:sourcevpc",
    "aws:sourcevpce", "aws:sourceip", "aws:vpcsourceip", "aws:sourceowner", "aws:principalorgpaths", "aws:sourceorgid",
    "kms:calleraccount", "sts:externalid", "lambda:functionurlauthtype", "s3:dataaccesspointaccount", "aws:userid",
)  # fmt: skip
"""Keys of conditions that leave few of those whom `*` names."""
_LITTLE: Final = frozenset({"aws:securetransport", "aws:requestedregion", "s3:tlsversion"})
"""Keys that say how and where something is asked for, and neither by whom nor of what."""
_ANY_NETWORK: Final = frozenset({"0.0.0.0/0", "::/0"})

Condition = tuple[str, str, frozenset[str]]
"""The operator and the key, in lower case, and the values."""


def conditions_of(value: object) -> Iterator[Condition]:
    """The conditions of a statement, those that come to the same under the same operator."""
    for operator, tests in value.items() if isinstance(value, dict) else ():
        for key, values in tests.items() if isinstance(tests, dict) else ():
            many = values if isinstance(values, list) else [] if values is None else [values]
            told = frozenset(FILLED.sub(_HOLE, text_of(each)) for each in many)
            yield _settled(str(operator).lower(), told), FILLED.sub(_HOLE, str(key).lower()), told


def text_of(value: object) -> str:
    """A name or a value as it is compared."""
    if isinstance(value, Expression):
        return value.text if value.is_template else f"${{{value.text}}}"
    if value is None:
        return _HOLE  # a plan has nothing where only applying it tells
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def is_as_strict(wanted: Condition, given: frozenset[Condition]) -> bool:
    """Whether a condition that was there still holds: the same values, or fewer of those that let through."""
    return any(wanted[1] == each[1] and _asks(wanted, each) for each in given)


def leaves_few(condition: Condition) -> bool:
    """Whether a condition leaves few of those whom `*` names.

    What is asked only where it is said, or of every value, is met by whoever says nothing; and what must not be so, by all others.
    """
    operator, key, values = condition
    if operator == "null" or "not" in operator or operator.endswith(_IF_THERE) or operator.startswith("forallvalues:"):
        return False
    return key.startswith(_FEW) and bool(values) and not any(map(_is_anybody, values))


def says_little(conditions: frozenset[Condition]) -> bool:
    """Whether nothing of these says by whom, or of what."""
    return all(key in _LITTLE for _, key, _ in conditions)


def _settled(operator: str, values: frozenset[str]) -> str:
    """An operator by the name of the one that does the same: those of ARNs are, and a likeness without wildcards is an equality."""
    settled = operator.replace("arnequals", "arnlike").replace("arnnotequals", "arnnotlike")
    if any(sign in each for each in values for sign in ("*", "?", _HOLE)):
        return settled
    return settled.replace("stringlike", "stringequals").replace("stringnotlike", "stringnotequals")


def _asks(wanted: Condition, given: Condition) -> bool:
    operator, _, values = wanted
    other, _, has = given
    if operator.endswith(_IF_THERE):  # what is asked also where nothing is said, asks no less
        operator, other = operator.removesuffix(_IF_THERE), other.removesuffix(_IF_THERE)
    is_denial = "not" in operator
    if operator == other:
        if values == has or (_are_in(values, has) if is_denial else bool(has) and _are_in(has, values)):
            return True
        if operator.endswith("ipaddress"):
            return _are_parts(values, has) if is_denial else bool(has) and _are_parts(has, values)
    loose, narrow = (other, has) if is_denial else (operator, values)
    if not loose.replace("not", "").endswith(_LIKE):
        return False
    within, exact = (values, operator) if is_denial else (has, other)
    is_exact = exact == loose.replace("like", "equals")
    return (is_exact or exact == loose) and bool(within) and _are_within(within, narrow, is_exact=is_exact)


def _are_within(values: frozenset[str], patterns: frozenset[str], *, is_exact: bool) -> bool:
    """Whether each of these lies wholly within one of the patterns; what is compared as it is written has no wildcards."""
    if is_exact and any(sign in each for each in values for sign in "*?"):
        return False
    return all(any(fits(pattern, each) for pattern in patterns) for each in values)


def _are_parts(values: frozenset[str], networks: frozenset[str]) -> bool:
    """Whether each of these addresses lies within one of the networks."""
    try:
        wide, parts = ([ip_network(each, strict=False) for each in many] for many in (networks, values))
    except ValueError:
        return False
    return all(any(_is_part(part, each) for each in wide) for part in parts)


def _is_part(part: IPv4Network | IPv6Network, network: IPv4Network | IPv6Network) -> bool:
    first, last = int(part.network_address), int(part.broadcast_address)
    return part.version == network.version and int(network[0]) <= first and last <= int(network[-1])


def _are_in(values: frozenset[str], others: frozenset[str]) -> bool:
    """Whether each of these is one of the others, or may be: of what only running tells, what is around it is compared."""
    return values <= others or all(any(_may_be(each, other) for other in others) for each in values)


def _may_be(one: str, other: str) -> bool:
    if one == other or _HOLE not in one + other:
        return one == other
    return any(
        re.fullmatch(".*".join(map(re.escape, left.split(_HOLE))), right, re.DOTALL) is not None
        for left, right in ((one, other), (other, one))
        if _HOLE in left
    )


def _is_anybody(value: str) -> bool:
    """Whether a value is met by whoever makes a thing of that kind in an account of their own; names of buckets are nobody else's."""
    if not value.strip("*?") or value in _ANY_NETWORK or value == "o-*":
        return True
    parts = value.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:
        return False
    _, _, service, _, account, name = parts
    return not name.strip("*?/") if service == "s3" else bool(account) and not account.strip("*?")
