"""Definitions of custom resources: versions that are gone, and schemas that take less."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.findings import Severity
from weighbridge.landscape.infrastructure.kubernetes.lapse import Lapse
from weighbridge.landscape.infrastructure.kubernetes.objects import Object, named, part, table, tables

KIND: Final = "CustomResourceDefinition"
_SHOWN: Final = 3
_DEEPEST: Final = 40
_LEAST: Final = ("minimum", "minLength", "minItems", "minProperties")
_MOST: Final = ("maximum", "maxLength", "maxItems", "maxProperties")
_KEEPS: Final = "x-kubernetes-preserve-unknown-fields"


def narrowed(old: Object, new: Object) -> Iterator[Lapse]:
    """What objects of a kind can no longer be, or be read as."""
    if new.kind != KIND:
        return
    before, after = (named(each.spec.get("versions")) for each in (old, new))
    for name, was in before.items():
        now = after.get(name)
        steps = ("spec", "versions", name)
        is_served = was.get("served") is not False
        if now is None:
            stored = was.get("storage") is True
            words = (
                f"the version `{name}` is gone, in which objects are stored: the server refuses that while any is"
                if stored
                else f"the version `{name}` is gone: whoever asks for it gets nothing, and objects stored in it cannot be read"
            )
            yield Lapse(
                steps=("spec", "versions"),
                words=words,
                severity=Severity.HIGH if is_served or stored else Severity.MEDIUM,
            )
        elif is_served and now.get("served") is False:
            words = f"the version `{name}` is no longer served: whoever asks for it gets nothing"
            yield Lapse(steps=(*steps, "served"), words=words, severity=Severity.HIGH)
        else:
            yield from _of_schema(name, steps, was=was, now=now)
    stored_before, stored_after = (
        next((name for name, each in versions.items() if each.get("storage") is True), None)
        for versions in (before, after)
    )
    if stored_before != stored_after and stored_before in after and stored_after is not None:
        words = f"objects are stored as `{stored_after}` and no longer as `{stored_before}`: who goes back cannot read those written meanwhile"
        yield Lapse(steps=("spec", "versions", stored_after), words=words)
    if part(old.spec, "conversion", "strategy") == "Webhook" and part(new.spec, "conversion", "strategy") != "Webhook":
        words = "versions are no longer converted: what is stored in one is told as the other as it is"
        yield Lapse(steps=("spec",), words=words, severity=Severity.HIGH)


def _of_schema(name: str, steps: tuple[str, ...], *, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Lapse]:
    old, new = (table(part(each, "schema", "openAPIV3Schema")) for each in (was, now))
    if not old or not new:
        return
    found = list(_less(old, new, at=""))
    if not found:
        return
    worst = min(found, key=lambda each: each[0].rank)[0]
    found.sort(key=lambda each: each[0].rank)
    rest = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    words = f"`{name}` takes less than before: {'; '.join(each for _, each in found[:_SHOWN])}{rest}"
    yield Lapse(steps=(*steps, "schema"), words=words, severity=worst)


def _less(old: Mapping[str, Any], new: Mapping[str, Any], *, at: str, depth: int = 0) -> Iterator[tuple[Severity, str]]:
    """What a schema no longer takes, with how bad that is."""
    if depth > _DEEPEST or old == new:
        return
    shown = at or "."
    if old.get("type") != new.get("type") and old.get("type") and new.get("type"):
        if (old["type"], new["type"]) != ("integer", "number"):
            yield Severity.HIGH, f"`{shown}` is {new['type']} and no longer {old['type']}"
        return
    if old.get(_KEEPS) is True and new.get(_KEEPS) is not True:
        yield Severity.HIGH, f"what `{shown}` does not name is dropped from every object that is written"
    before, after = table(old.get("properties")), table(new.get("properties"))
    if new.get(_KEEPS) is not True and new.get("additionalProperties") is None:
        for name in before.keys() - after.keys():
            yield Severity.HIGH, f"`{at}.{name}` is gone, and dropped from every object that is written"
    needed = [each for each in new.get("required") or () if each not in (old.get("required") or ())]
    for name in needed:
        if "default" not in table(after.get(str(name))) and (name in before or not at):
            yield Severity.HIGH, f"`{at}.{name}` is required"
    yield from _less_of_values(old, new, shown=shown)
    for name in before.keys() & after.keys():
        yield from _less(table(before[name]), table(after[name]), at=f"{at}.{name}", depth=depth + 1)
    for inner in ("items", "additionalProperties"):
        if isinstance(old.get(inner), dict) and isinstance(new.get(inner), dict):
            yield from _less(old[inner], new[inner], at=f"{at}[]", depth=depth + 1)


def _less_of_values(old: Mapping[str, Any], new: Mapping[str, Any], *, shown: str) -> Iterator[tuple[Severity, str]]:
    gone = [each for each in old.get("enum") or () if each not in (new.get("enum") or old.get("enum") or ())]
    if gone:
        yield Severity.HIGH, f"`{shown}` may no longer be `{gone[0]}`"
    elif new.get("enum") and not old.get("enum"):
        yield Severity.MEDIUM, f"`{shown}` may be one of {len(new['enum'])} values only"
    if new.get("pattern") and old.get("pattern") != new.get("pattern"):
        yield Severity.MEDIUM, f"`{shown}` is held against another pattern"
    for names, sign in ((_LEAST, 1), (_MOST, -1)):
        for name in names:
            was, now = old.get(name), new.get(name)
            if isinstance(now, int) and (was is None or (isinstance(was, int) and sign * now > sign * was)):
                yield Severity.MEDIUM, f"`{shown}` has `{name}` {now}"
    rules, known = (
        [str(each.get("rule")) for each in tables(one.get("x-kubernetes-validations"))] for one in (new, old)
    )
    if any(each not in known for each in rules):
        yield Severity.MEDIUM, f"`{shown}` is held against another rule"
