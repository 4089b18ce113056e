"""After how long a thing deletes what it holds by itself, and where a change makes that sooner.

The names are those of the providers' pages (see `kinds.toml`).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action, at
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import Companions
from weighbridge.landscape.infrastructure.differences import differences, is_known, last_name
from weighbridge.landscape.infrastructure.protections import META

_DAY: Final = 24.0
_NAMES: Final = {
    "retention_in_days": (_DAY, "what was logged"),
    "retention_days": (_DAY, "what was logged"),
    "log_retention_days": (_DAY, "what was logged"),
    "cloudwatch_retention_in_days": (_DAY, "what was logged"),
    "message_retention_seconds": (1 / 3600, "a message that nobody took"),
    "message_retention_period": (1 / 3600, "a message that nobody took"),
    "message_retention_duration": (1 / 3600, "a message"),
    "message_retention": (_DAY, "a message"),
    "retention_period": (1.0, "a record"),
    "default_table_expiration_ms": (1 / 3_600_000, "a table"),
    "default_partition_expiration_ms": (1 / 3_600_000, "a part of a table"),
    "expiration_ms": (1 / 3_600_000, "a part of a table"),
    "default_ttl": (1 / 3600, "a row"),
}
"""Settings that say for how long something is kept, their unit in hours, and what is deleted then."""
_ONLY_OF: Final = {
    "retention_days": ("google_logging_",),
    "retention_period": ("aws_kinesis_stream", "AWS::Kinesis"),
    "message_retention": ("azurerm_eventhub",),
    "default_ttl": ("azurerm_cosmosdb_",),
    "expiration_ms": ("google_bigquery_",),
}
"""Of these only types that begin so."""
_OF_NEW: Final = frozenset({"default_table_expiration_ms", "default_partition_expiration_ms"})
"""Of what is there already these change nothing."""
_STORED: Final = frozenset({"default_ttl", "expiration_ms", *_OF_NEW})
"""What is stored by these is kept for ever where they are not set."""
_MESSAGES: Final = frozenset({"a message that nobody took", "a message"})
"""Whoever takes them is away for an hour now and then."""
_FOR_EVER: Final = frozenset({0.0, -1.0})
_PERIOD: Final = LatePattern(r"([\d.]+)s")
_EVIDENCE: Final = LatePattern(r"audit|trail|security|access|flow|compliance|guardduty|forensic", re.IGNORECASE)
_AT_HAND: Final = 90 * _DAY
"""PCI DSS 10.5.1 asks for as much at once, and for a year of all."""
_YEAR: Final = 365
"""Days that objects are kept at least where nobody is stopped over it; the same page asks for a year of logs."""
_RULES: Final = ("rule", "rules", "lifecycle_rule")
_PASSING: Final = LatePattern(r"te?mp|cache|artifact|build|scratch|staging|upload|preview", re.IGNORECASE)
_MOST_SHOWN: Final = 40


class Sooner(Struct, frozen=True, kw_only=True):
    """One thing that is deleted sooner than before, or at all."""

    words: str
    name: str
    anchor: str
    is_grave: bool


def sooner(alteration: Alteration, companions: Companions) -> Iterator[Sooner]:
    """What of it is deleted sooner."""
    change = alteration.change
    if change.is_data or change.deposed or change.action not in (Action.CREATE, Action.UPDATE, Action.REPLACE):
        return
    if change.action is not Action.CREATE:
        for path, was, now in differences(change.before, change.after):
            name = last_name(path)
            if name in _NAMES and path[0] not in META and not change.is_unknown(*path):
                is_there = len(path) == 1 or bool(at(change.before, path[:-1]))
                found = _shorter(alteration, name, written=change.written(path), was=was, now=now) if is_there else None
                if found is not None:
                    yield found if len(path) == 1 else replace(found, name=str(path[0]))
    yield from _expiring(alteration, companions)


def _shorter(alteration: Alteration, name: str, *, written: str, was: object, now: object) -> Sooner | None:
    kind = alteration.change.type
    if not kind.startswith(_ONLY_OF.get(name, ("",))):
        return None
    unit, what = _NAMES[name]
    before, after = _hours(was, unit), _hours(now, unit)
    if was is None and name in _STORED:
        before = 0.0  # what nobody says is kept for ever
    if before is None or after is None or after in _FOR_EVER or (before not in _FOR_EVER and before <= after):
        return None
    is_log = what == "what was logged"
    is_evidence = is_log and bool(
        _EVIDENCE.search(f"{alteration.change.address} {alteration.change.before.get('name')}")
    )
    is_stored = name in _STORED and name not in _OF_NEW
    is_missed = what in _MESSAGES and after < 1 and before >= _DAY
    is_grave = is_evidence or (is_log and before >= _AT_HAND > after) or is_stored or is_missed
    kept = "for ever" if before in _FOR_EVER else _time(before)
    gone = "what is older now is deleted with the change" + (", evidence included" if is_log else "")
    if name in _OF_NEW:
        gone = "that holds for those that are new"
    return Sooner(
        words=f"`{written}` goes from {kept} to {_time(after)}: {what} is deleted after that, and {gone}",
        name=name,
        anchor=written,
        is_grave=is_grave,
    )


def _expiring(alteration: Alteration, companions: Companions) -> Iterator[Sooner]:
    """The objects of a bucket that rules delete."""
    change = alteration.change
    if any(not _is_plain(values.get(name)) for values in (change.before, change.after) for name in _RULES):
        return
    was = change.before or companions.taken_over(alteration)
    before, after = (dict(_expiries(values)) for values in (was, change.after))
    is_new = change.action is Action.CREATE
    if not after or (is_new and _is_of_new(alteration, companions)):
        return
    for (what, where), days in after.items():
        known = [each for (other, place), each in before.items() if other == what and where.startswith(place)]
        if known and min(known) <= days:
            continue
        longer = before.get((what, where))
        limit = f"after {_time(days * _DAY)}"
        said = f"{limit}, and after {longer:g} before" if longer else f"{limit} from now on"
        below = f" below `{where[:_MOST_SHOWN]}`" if where else ""
        is_whole = what == "objects" and not _PASSING.search(
            f"{where} {change.address} {_text(change.after.get('bucket'))}"
        )
        yield Sooner(
            words=f"{what}{below} are deleted {said}: those that are older now are gone within a day of the change",
            name=next((name for name in _RULES if name in change.after), ""),
            anchor=f"{what} {where}",
            is_grave=is_whole and days < _YEAR and (longer is not None or not where),
        )


def _expiries(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    """After how many days, by what is deleted and below which name."""
    rules = values.get("lifecycle_configuration")
    tables = [values, *(each for each in [rules] if isinstance(each, dict))]
    for table in tables:
        for name in _RULES:
            for rule in nested(table, name):
                yield from _expiry(rule)


def _expiry(rule: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], float]]:
    if rule.get("status", "Enabled") not in ("Enabled", None) or rule.get("enabled") in (False, "false"):
        return
    where = _where(rule)
    for each in nested(rule, "expiration"):
        if (days := _number(each.get("days"))) is not None and days > 0:
            yield ("objects", where), days
    if (days := _number(rule.get("expiration_in_days"))) is not None:
        yield ("objects", where), days
    for each in nested(rule, "noncurrent_version_expiration"):
        if (days := _number(each.get("noncurrent_days", each.get("days")))) is not None:
            yield ("earlier versions of objects", where), days
    deletes = any(each.get("type") == "Delete" for each in nested(rule, "action"))
    for each in nested(rule, "condition") if deletes else ():
        is_live = each.get("with_state") in (None, "ANY", "LIVE", "") and not each.get("num_newer_versions")
        if (days := _number(each.get("age"))) is not None and days > 0:
            prefixes = each.get("matches_prefix")
            place = str(prefixes[0]) if isinstance(prefixes, list) and prefixes else ""
            yield ("objects" if is_live else "earlier versions of objects", place), days
    for actions in nested(rule, "actions"):
        for blob in nested(actions, "base_blob"):
            for name in (
                "delete_after_days_since_modification_greater_than",
                "delete_after_days_since_creation_greater_than",
            ):
                if (days := _number(blob.get(name))) is not None and days >= 0:
                    matches = [match for each in nested(rule, "filters") for match in each.get("prefix_match") or ()]
                    yield ("objects", str(matches[0]) if matches else ""), days


def _where(rule: Mapping[str, Any]) -> str:
    """Below which name, or for which tags."""
    found = [rule.get("prefix")]
    for each in nested(rule, "filter"):
        found += [each.get("prefix"), *(inner.get("prefix") for inner in nested(each, "and"))]
        tags = [each.get("tag"), *(inner.get("tags") for inner in nested(each, "and"))]
        found += [f"(tags) {tag}" for tag in tags if tag]
    found += [f"(tags) {tags}" for tags in [rule.get("tags"), rule.get("tag_filters")] if tags]
    return next((each.text if isinstance(each, Expression) else str(each) for each in found if each), "")


def _is_of_new(alteration: Alteration, companions: Companions) -> bool:
    """Whether the bucket is made by the same change, and holds nothing yet."""
    return alteration.change.type in (
        "aws_s3_bucket",
        "google_storage_bucket",
        "AWS::S3::Bucket",
    ) or companions.is_made_too(alteration)


def _is_plain(rules: object) -> bool:
    """Whether rules are told one by one."""
    return not isinstance(rules, Expression) and not (
        isinstance(rules, list) and any(not isinstance(each, dict) for each in rules)
    )


def _text(value: object) -> str:
    return value.text if isinstance(value, Expression) else str(value or "")


def _hours(value: object, unit: float) -> float | None:
    found = _number(value)
    return found if found is None or found in _FOR_EVER else found * unit


def _number(value: object) -> float | None:
    if isinstance(value, bool) or value is None or not is_known(value):
        return None
    if isinstance(value, int | float):
        return float(value)
    period = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    text = period[1] if period else value if isinstance(value, str) else ""
    return float(text) if text.replace(".", "", 1).isdigit() and len(text) < 18 else None


def _time(hours: float) -> str:
    """A time in the unit that it is told in."""
    if hours >= 2 * _DAY or hours == _DAY:
        return f"{hours / _DAY:g} day{'' if hours == _DAY else 's'}"
    return f"{hours:g} hour{'' if hours == 1 else 's'}" if hours >= 1 else f"{hours * 3600:g} seconds"
