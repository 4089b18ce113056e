"""The rules there are."""

from weighbridge.domain.rule import LoadedRule
from weighbridge.engine.discover import find_packs, find_rules, load_rule, select


def bundled_rules() -> tuple[LoadedRule, ...]:
    """Every rule that comes with Weighbridge or an installed pack.

    Raises:
        RuleError: a pack is not as it must be.
    """
    return tuple(load_rule(place) for place in (*find_rules(), *find_packs()))


def rules_for(roles: frozenset[str]) -> tuple[LoadedRule, ...]:
    """The rules that have anything to say of files of these roles. Raises `RuleError`."""
    return tuple(select((*find_rules(), *find_packs()), roles))


def rule_names() -> tuple[str, ...]:
    """The ids of all rules, of which none is loaded. Raises `RuleError`."""
    return tuple(str(place.id) for place in (*find_rules(), *find_packs()))
