"""What stops requests before they reach anything: the rules of web application firewalls and the like, before and after.

Whatever the provider calls it, a rule has a name, something it looks for, and something it does; what it does either stops a
request or lets it pass, counted or not.
"""

from collections.abc import Iterator, Mapping
from enum import IntEnum
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.let_by import by_choice, let_by

_FILTERS: Final = (
    "aws_wafv2_", "aws_waf_", "aws_wafregional_", "aws_networkfirewall_", "google_compute_security_policy",
    "google_compute_region_security_policy", "azurerm_web_application_firewall_policy", "azurerm_frontdoor_firewall_policy",
    "azurerm_cdn_frontdoor_firewall_policy", "azurerm_firewall", "cloudflare_ruleset", "cloudflare_filter", "cloudflare_firewall_rule",
    "aws_shield_protection",
)  # fmt: skip
"""How the types begin that hold such rules, or put them before something."""
_NO_FILTERS: Final = ("_logging_configuration", "_set", "_key")
"""How the types end that only record, or are lists for the rules of others."""
_ATTACHED: Final = {
    "web_acl_id": "", "security_policy": "google_compute_", "web_application_firewall_policy_link_id": "azurerm_",
    "firewall_policy_id": "azurerm_application_gateway", "web_acl_arn": "",
}  # fmt: skip
"""Arguments of others that name what filters their requests, and how the types begin in which they mean that."""
_RULES: Final = ("rule", "rules", "custom_rules", "custom_rule", "managed_rule")
_NAMES: Final = ("name", "ref", "description", "priority", "type")
_STOPS: Final = (
    "block", "deny", "drop", "captcha", "challenge", "managed_challenge", "js_challenge", "throttle", "rate_based_ban", "reject", "redirect",
)  # fmt: skip
_MODES: Final = {"mode", "threat_intel_mode", "threat_intelligence_mode"}
_STOPPING_MODES: Final = ("prevention", "deny", "on")
_MOST_SHOWN: Final = 60
_LEVELS: Final = ("inspection_level", "enable_machine_learning", "sensitivity_to_block", "sensitivity_to_act")
_CLOSER: Final = ("COMMON", "TARGETED", "LOW", "MEDIUM", "HIGH")
"""Levels of such groups, those of one kind from the least on."""


class Does(IntEnum):
    """What becomes of a request that a rule finds, the stronger the higher."""

    PASSES = 0
    COUNTS = 1
    STOPS = 2


class Stop(Struct, frozen=True, kw_only=True):
    """One rule: what it does, what it looks for, what narrows it, and which parts of it only count."""

    does: Does
    looks_for: str
    narrowed: str = ""
    left_out: frozenset[str] = frozenset()
    number: int | None = None
    """Its priority, where that and no name is what it is known by."""


class Opening(Struct, frozen=True, kw_only=True):
    """One thing that passes from now on."""

    words: str
    name: str = ""
    anchor: str = ""
    is_grave: bool = True


def openings(alteration: Alteration, companions: Companions) -> Iterator[Opening]:
    """What passes by it that was stopped before."""
    change = alteration.change
    if change.is_data or change.deposed:
        return
    if not change.type.startswith(_FILTERS) or change.type.endswith(_NO_FILTERS):
        if change.action in (Action.UPDATE, Action.REPLACE):
            yield from _detached(alteration)
        return
    if change.action is Action.DELETE:
        does = _does(change.before) if "action" in change.before else Does.STOPS
        if does is Does.STOPS and not companions.goes_with(alteration):
            again = companions.is_followed(alteration)
            more = "; another of its kind is made, which may take over" if again else ""
            idle = _idle(alteration)
            yield Opening(words=f"is destroyed: what it stopped passes{idle or more}", is_grave=not again and not idle)
    elif change.action in (Action.UPDATE, Action.REPLACE):
        yield from _loosened(alteration)
    elif change.action is Action.CREATE and change.type.endswith("_web_acl_rule"):
        yield from _let_by(alteration, companions)


def _idle(alteration: Alteration) -> str:
    """Why a filter may stop nothing, in words; empty where nothing says so."""
    if alteration.idle:
        return alteration.idle
    if alteration.is_unnamed:
        return ", if anything does that no source names: nothing in them puts it before anything"
    values = alteration.change.before
    rules = _stops(values)
    is_open = _word(values.get("default_action")) == "allow"
    only_counts = bool(rules) and is_open and all(each.does is not Does.STOPS for each in (rules or {}).values())
    return ", which is nothing by its own rules: they only count or let by" if only_counts else ""


def _let_by(alteration: Alteration, companions: Companions) -> Iterator[Opening]:
    """A rule by itself that lets by what others would have looked at; not one that stood within its filter before."""
    by = by_choice(alteration.change.after)
    if by and not any(_had_more(each) for each in companions.of_type("aws_wafv2_web_acl")):
        words = f"lets by whatever its `{by}` fits, which whoever sends it chooses: no rule of a higher number looks at that any more"
        yield Opening(words=words, name="action", anchor="lets by")


def _had_more(alteration: Alteration) -> bool:
    """Whether a filter itself had more rules that let by: they may only stand elsewhere now."""
    return len(list(let_by(alteration.change.before))) > len(list(let_by(alteration.change.after)))


def _detached(alteration: Alteration) -> Iterator[Opening]:
    change = alteration.change
    for name, start in _ATTACHED.items():
        was, now = change.before.get(name), change.after.get(name)
        if was and now in (None, "") and change.type.startswith(start) and not change.is_unknown(name):
            yield Opening(
                words=f"`{change.written((name,))}` is gone: its requests are filtered no longer",
                name=name,
                anchor=name,
            )


def _loosened(alteration: Alteration) -> Iterator[Opening]:
    change = alteration.change
    was, now = change.before, change.after
    before, after = _stops(was), _stops(now)
    if before is not None and after is not None and not any(change.is_unknown(name) for name in _RULES):
        for name, old in before.items():
            new = after.get(name) or _same(old, before, after=after)
            yield from _weaker(alteration, name, old=old, new=new)
            if name not in after and new is not None and new.looks_for != old.looks_for and old.does is Does.STOPS:
                words = f"rule `{name[:_MOST_SHOWN]}` looks for something else from now on: what only it found passes"
                yield Opening(words=words, name="rule", anchor=f"other {name}", is_grave=False)
    else:
        known = _named(now)
        for name, rule in _named(was).items():
            if name in known:  # what became of others nobody knows
                yield from _weaker(alteration, name, old=_stop(rule), new=_stop(known[name]))
    yield from _lesser(alteration)
    for first, second in zip(_plans(was), _plans(now), strict=False):
        for name in _MODES & first.keys():
            if (
                _is_text(first[name], _STOPPING_MODES)
                and isinstance(second.get(name), str)
                and not _is_text(second[name], _STOPPING_MODES)
            ):
                yield Opening(
                    words=f"`{name}` goes from {first[name]} to {second[name]}: what it finds is only noted, and passes",
                    name=name,
                    anchor=name,
                )
        if plain(first.get("enabled")) is True and plain(second.get("enabled")) is False:
            yield Opening(words="`enabled` is false: what it stopped passes", name="enabled", anchor="enabled")
    default = [_does({"action": values.get("default_action")}) for values in (was, now)]
    if was.get("default_action") and now.get("default_action") and default == [Does.STOPS, Does.PASSES]:
        words = f"`{change.written(('default_action',))}` lets pass what no rule speaks of, and stopped it before"
        yield Opening(words=words, name="default_action", anchor="default_action")
    if "action" in was and "action" in now and _does(was) is Does.STOPS and _does(now) is not Does.STOPS:
        yield Opening(words=_passes(_does(now)), name="action", anchor="action")


def _lesser(alteration: Alteration) -> Iterator[Opening]:
    """The rules under one name that look less closely, and new ones that let by what others would have looked at."""
    change = alteration.change
    before, after = _named(change.before), _named(change.after)
    known = [str(each.get("statement")) for each in before.values()]
    for name, rule in after.items():
        old = before.get(name)
        if old is not None:
            yield from _lower(name, old, now=rule)
        elif (
            before and (by := by_choice(rule)) and str(rule.get("statement")) not in known and not _is_last(rule, after)
        ):
            words = f"rule `{name[:_MOST_SHOWN]}` lets by whatever its `{by}` fits, which whoever sends it chooses: no rule of a higher number looks at that any more"
            yield Opening(words=words, name="rule", anchor=f"lets by {name}")


def _is_last(rule: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether no rule comes after it."""
    mine = rule.get("priority")
    theirs = [each.get("priority") for each in others.values() if each is not rule]
    return isinstance(mine, int) and all(isinstance(each, int) and each < mine for each in theirs)


def _lower(name: str, was: Mapping[str, Any], *, now: Mapping[str, Any]) -> Iterator[Opening]:
    """What of a rule that others keep looks less closely from now on."""
    old, new = (dict(_levels(each)) for each in (was, now))
    for setting, level in old.items():
        other = new.get(setting)
        if isinstance(level, str) and isinstance(other, str) and level in _CLOSER and other in _CLOSER:
            is_less = _CLOSER.index(other) < _CLOSER.index(level)
        else:
            is_less = plain(level) is True and plain(other) is False
        if is_less:
            words = f"rule `{name[:_MOST_SHOWN]}` looks less closely: `{setting}` goes from {_shown(level)} to {_shown(other)}, and what only that found passes"
            yield Opening(words=words, name="rule", anchor=f"{name} {setting}")
            return


def _levels(rule: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """How closely groups of rules that a provider keeps look."""
    for group in _groups(rule):
        for settings in nested(group, "managed_rule_group_configs"):
            for inner in settings:
                for each in nested(settings, inner):
                    yield from ((name, each[name]) for name in _LEVELS if name in each)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named(values: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The rules whose names are known."""
    rules = (rule for kind in _RULES for rule in nested(values, kind))
    return {rule["name"]: rule for rule in rules if isinstance(rule.get("name"), str)}


def _weaker(alteration: Alteration, name: str, *, old: Stop, new: Stop | None) -> Iterator[Opening]:
    change = alteration.change
    place = next((each for each in _RULES if each in (change.after if new else {**change.before, **change.after})), "")
    called = f"rule `{name[:_MOST_SHOWN]}`"
    if old.does is not Does.STOPS:
        return
    if new is None:
        yield Opening(words=f"{called} is gone: what it stopped passes", name=place, anchor=name)
    elif new.does is not Does.STOPS:
        yield Opening(words=f"{called} {_passes(new.does)}", name=place, anchor=name)
    elif new.narrowed and not old.narrowed:
        words = f"{called} looks only at what `scope_down_statement` names from now on: the rest passes unseen"
        yield Opening(words=words, name=place, anchor=name)
    elif new.left_out - old.left_out:
        said = ", ".join(f"`{each}`" for each in sorted(new.left_out - old.left_out)[:4])
        words = f"{called}: what {said} of it finds is only counted, and passes"
        yield Opening(words=words, name=place, anchor=name, is_grave=False)


def _passes(does: Does) -> str:
    return "only counts from now on: what it stopped passes" if does is Does.COUNTS else "lets pass what it stopped"


def _same(old: Stop, before: Mapping[str, Stop], *, after: Mapping[str, Stop]) -> Stop | None:
    """The rule under another name that looks for the same, or under another description at the same place."""
    come = [new for name, new in after.items() if name not in before]
    numbered = (new for new in come if old.number is not None and new.number == old.number)
    return next((new for new in come if new.looks_for == old.looks_for), None) or next(numbered, None)


def _stops(values: Mapping[str, Any]) -> dict[str, Stop] | None:
    """The rules by their names; None where some are known only when that is run."""
    found: dict[str, Stop] = {}
    for table in (values, *nested(values, "managed_rules")):
        for kind in _RULES:
            listed = table.get(kind)
            if isinstance(listed, Expression) or (
                isinstance(listed, list) and not all(isinstance(each, dict) for each in listed)
            ):
                return None
            for number, rule in enumerate(nested(table, kind)):
                name = next((rule[each] for each in _NAMES if rule.get(each) not in (None, "")), number)
                if isinstance(name, Expression):
                    return None
                found[str(name)] = _stop(rule)
    return found


def _stop(rule: Mapping[str, Any]) -> Stop:
    return Stop(
        does=_does(rule),
        looks_for=_looked_for(rule),
        narrowed=_narrowed(rule),
        left_out=frozenset(_left_out(rule)),
        number=priority if isinstance(priority := rule.get("priority"), int) and not _is_named(rule) else None,
    )


def _is_named(rule: Mapping[str, Any]) -> bool:
    return any(rule.get(each) not in (None, "") for each in ("name", "ref"))


def _does(rule: Mapping[str, Any]) -> Does:
    if plain(rule.get("enabled")) is False:
        return Does.PASSES
    if plain(rule.get("preview")) is True:
        return Does.COUNTS
    override = _word(rule.get("override_action"))
    if override == "count":
        return Does.COUNTS
    action = _word(rule.get("action"))
    if action.startswith(_STOPS) or (not action and override == "none"):
        return Does.STOPS
    return Does.COUNTS if action in ("count", "log", "alert") else Does.PASSES


def _word(action: object) -> str:
    """What is done, in one word: a text, or the name of the only block that is there."""
    if isinstance(action, str):
        return action.lower()
    for each in action if isinstance(action, list) else [action]:
        if isinstance(each, dict):
            names = [
                name for name, inner in each.items() if isinstance(inner, dict) or (isinstance(inner, list) and inner)
            ]
            if names:
                return str(names[0]).lower()
            if isinstance(each.get("type"), str):
                return str(each["type"]).lower()
    return ""


def _groups(rule: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for statement in nested(rule, "statement"):
        for kind in ("managed_rule_group_statement", "rule_group_reference_statement", "rate_based_statement"):
            yield from nested(statement, kind)


def _narrowed(rule: Mapping[str, Any]) -> str:
    return "".join(str(each["scope_down_statement"]) for each in _groups(rule) if each.get("scope_down_statement"))


def _left_out(rule: Mapping[str, Any]) -> Iterator[str]:
    for group in _groups(rule):
        yield from (
            str(each.get("name")) for name in ("excluded_rule", "excluded_rules") for each in nested(group, name)
        )
        for name in ("rule_action_override", "rule_action_overrides"):
            for each in nested(group, name):
                if _word(each.get("action_to_use")) in ("count", "allow"):
                    yield str(each.get("name"))


def _looked_for(rule: Mapping[str, Any]) -> str:
    return str([rule.get(name) for name in ("statement", "match", "match_conditions", "match_condition", "expression")])


def _plans(values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Where a filter as a whole is set up."""
    return [values, *nested(values, "policy_settings"), *nested(values, "intrusion_detection")]


def _is_text(value: object, words: tuple[str, ...]) -> bool:
    return isinstance(value, str) and value.lower() in words
