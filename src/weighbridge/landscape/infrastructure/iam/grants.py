"""Policies of AWS as grants, and what a policy grants that it did not grant before."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.landscape.infrastructure.iam.conditions import FILLED, Condition, conditions_of, is_as_strict, text_of
from weighbridge.landscape.infrastructure.iam.patterns import Names

_MOST: Final = 1_500
"""Grants of a policy that are looked at; AWS takes no policy that holds as many."""


class Grant(Struct, frozen=True, kw_only=True):
    """One action on one resource for one principal, each a set of names."""

    allows: bool
    action: Names
    resource: Names
    principal: Names | None = None
    """None where the policy belongs to whoever may act by it."""
    conditions: frozenset[Condition] = frozenset()
    decided_by: str = ""
    """The expression that says whether it allows or denies, where only running tells: it is taken to allow."""

    def holds(self, other: "Grant", *, whatever_conditions: bool = False) -> bool:
        """Whether whoever may do the other by it may do so by this one."""
        if (self.principal is None) != (other.principal is None):
            return False
        if self.principal is not None and other.principal is not None and not self.principal.holds(other.principal):
            return False
        if not self.action.holds(other.action) or not self.resource.holds(other.resource):
            return False
        return whatever_conditions or all(is_as_strict(each, other.conditions) for each in self.conditions)

    @property
    def words(self) -> str:
        """What it grants, in words."""
        who = f" to `{self.principal.words}`" if self.principal is not None else ""
        is_here = self.resource.pattern == "(here)" or (self.principal is not None and self.resource.pattern == "*")
        what = f"`{self.action.words}`" + ("" if is_here else f" on `{self.resource.words}`")
        keys = ", ".join(f"`{key}`" for key in sorted({key for _, key, _ in self.conditions}))
        limits = f" under a condition on {keys}" if keys else ""
        where = f" where `{self.decided_by}` is `Allow`" if self.decided_by else ""
        return f"{what}{who}{limits}{where}"


class Widened(Struct, frozen=True, kw_only=True):
    """What a policy grants now and did not before; `unconditional` are grants that a condition did not allow, `undenied` denials that are gone."""

    granted: tuple[Grant, ...] = ()
    unconditional: tuple[Grant, ...] = ()
    undenied: tuple[Grant, ...] = ()


def widened(before: Iterable[Grant], after: Iterable[Grant]) -> Widened:
    """The difference of two policies."""
    was, now = tuple(before), tuple(after)
    allowed = [each for each in was if each.allows]
    denied = [each for each in now if not each.allows and not each.conditions]
    granted: list[Grant] = []
    freed: list[Grant] = []
    for grant in now:
        if not grant.allows or any(old.holds(grant) for old in allowed) or any(no.holds(grant) for no in denied):
            continue
        lost = any(old.holds(grant, whatever_conditions=True) for old in allowed)
        (freed if lost else granted).append(grant)
    refused = [each for each in now if not each.allows]
    undenied = [each for each in was if not each.allows and now and not any(no.holds(each) for no in refused)]
    return Widened(granted=tuple(granted), unconditional=tuple(freed), undenied=tuple(undenied))


def grants_of(value: object) -> tuple[Grant, ...] | None:
    """The grants of a policy, as JSON or as what becomes of it; None where it cannot be read. No policy grants nothing."""
    if value in (None, ""):
        return ()
    document = policy_document(value)
    if document is None:
        return None
    statements = document.get("Statement", document.get("statement"))
    found: list[Grant] = []
    for statement in statements if isinstance(statements, list) else [statements]:
        if not isinstance(statement, dict):
            return None
        lowered = {str(name).lower(): inner for name, inner in statement.items()}
        read = list(_grants(lowered))
        if not read or len(found) + len(read) > _MOST:
            return None
        found += read
    return tuple(found)


def document_grants(values: Mapping[str, Any]) -> tuple[Grant, ...] | None:
    """The grants of `data "aws_iam_policy_document"`; None where one of its statements cannot be read."""
    found: list[Grant] = []
    for statement in nested(values, "statement"):
        principals = [(str(each.get("type", "")), each.get("identifiers")) for each in nested(statement, "principals")]
        lowered: dict[str, Any] = {
            "effect": statement.get("effect") or "Allow",
            "action": statement.get("actions"),
            "notaction": statement.get("not_actions"),
            "resource": statement.get("resources"),
            "notresource": statement.get("not_resources"),
            "condition": {},
        }
        if principals:
            lowered["principal"] = dict(principals)
        for condition in nested(statement, "condition"):
            tests = lowered["condition"].setdefault(str(condition.get("test")), {})
            tests[str(condition.get("variable"))] = condition.get("values")
        read = list(_grants({name: value for name, value in lowered.items() if value not in (None, [])}))
        if not read or len(found) + len(read) > _MOST:
            return None
        found += read
    return tuple(found)


def policy_document(value: object) -> Mapping[str, Any] | None:
    """A policy as it is written, as JSON or as what becomes of it; None where it cannot be read."""
    if isinstance(value, Expression):
        if not value.is_template:
            return None
        value = value.text
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _grants(statement: Mapping[str, Any]) -> Iterator[Grant]:
    actions = _names(statement, "action", lowered=True)
    resources = [_settled(each) for each in _names(statement, "resource")] or [Names("(here)")]
    principals: list[Names] | list[None] = [None]
    if "principal" in statement or "notprincipal" in statement:
        principals = list(_principals(statement))
    conditions = frozenset(conditions_of(statement.get("condition")))
    effect = statement.get("effect", "Allow")
    for action in actions:
        for resource in resources:
            for principal in principals:
                yield Grant(
                    allows=str(effect).lower() != "deny",
                    action=action,
                    resource=resource,
                    principal=principal,
                    conditions=conditions,
                    decided_by=_decider(effect),
                )


def _decider(effect: object) -> str:
    text = effect.text if isinstance(effect, Expression) else effect if isinstance(effect, str) else ""
    return text.removeprefix("${").removesuffix("}") if isinstance(effect, Expression) or "${" in text else ""


def _names(statement: Mapping[str, Any], name: str, *, lowered: bool = False) -> list[Names]:
    texts = [text_of(each) for each in _many(statement.get(name))]
    if texts:
        return [Names(each.lower(), written=(each,)) if lowered else Names(each) for each in texts]
    others = tuple(text_of(each) for each in _many(statement.get(f"not{name}")))
    excluded = tuple(each.lower() if lowered else each for each in others)
    return [Names("*", excluded, written=others)] if others else []


def _settled(names: Names) -> Names:
    """Resources whose names only running tells are compared by what is around these: a reference may only be called otherwise."""
    return Names(FILLED.sub("${…}", names.pattern), tuple(FILLED.sub("${…}", each) for each in names.excluded))


def _principals(statement: Mapping[str, Any]) -> Iterator[Names]:
    for name in ("principal", "notprincipal"):
        value = statement.get(name)
        texts: list[str] = []
        for kind, inner in value.items() if isinstance(value, dict) else [("AWS", value)]:
            texts += [_principal(str(kind), text_of(each)) for each in _many(inner)]
        if name == "principal":
            yield from map(Names, texts)
        elif texts:
            yield Names("*", tuple(texts))


def _principal(kind: str, text: str) -> str:
    """An account is called by its number or by its root, which is the same; what is no account by its kind."""
    if text == "*":
        return "*"
    if kind == "AWS":
        return f"arn:aws:iam::{text}:root" if text.isdigit() else text
    return f"{kind.lower()}:{text}" if kind != "*" else text


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
