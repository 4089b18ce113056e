"""Where resources hold policies, roles and bindings, and what a change grants by them that was not granted before."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec.structs import replace

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.documents import POLICY_ARGUMENTS
from weighbridge.landscape.infrastructure.iam.bindings import azure_widenings, google_widenings
from weighbridge.landscape.infrastructure.iam.grants import Grant, document_grants, grants_of, widened
from weighbridge.landscape.infrastructure.iam.powers import Power, changes_rights, managed_power, power_of
from weighbridge.landscape.infrastructure.iam.widening import Unreadable, Widening, texts_of
from weighbridge.landscape.infrastructure.repeated import instances_of

_MANAGED: Final = ("policy_arn", "managed_policy_arns", "managed_policy_arn")
_KEPT_BY_AWS: Final = LatePattern(r"arn:[\w-]+:iam::aws:policy/[\w/+=,.@-]+")
_INVOKED: Final = ("aws_lambda_permission", "aws_lambda_layer_version_permission")
_INVOKERS: Final = ("source_arn", "source_account", "principal_org_id", "organization_id")
"""By which a function tells for whom a service calls it."""
_ALONE: Final = LatePattern(r"\s*\$\{([^{}]*)\}\s*")
_BLOCK: Final = LatePattern(r"(?:data\.)?aws_\w+\.")
_MOST_SAID: Final = 3
_LONGEST: Final = 120
_WHO_ACTS: Final = frozenset(
    {
        "sub",
        "aud",
        "principalarn",
        "principalaccount",
        "principalorgid",
        "sourcearn",
        "sourceaccount",
        "sourceip",
        "sourcevpce",
        "sourcevpc",
    }
)
"""How the keys end of conditions on who acts, and from where."""
_MEANS: Final = frozenset({"actions", "not_actions", "effect", "condition"})
"""What of a statement says what is allowed."""
_TO_ACCOUNT: Final = "whomever the administrators of that account let, without a condition, to act by it"
_ACCOUNT: Final = LatePattern(r"arn:[\w-]+:iam::(?:\d{12}|\$\{[^{}]*\}):root|\$\{[^{}]*(?i:account)[^{}]*\}")
_OTHERS: Final = "another account than those before to say who may use it"
_NUMBER: Final = LatePattern(r"arn:[\w-]+:(?:iam|sts)::(\d{12}):")
_OWN: Final = LatePattern(
    r"(?i)caller_identity|AWS::AccountId|\b(?:var|local)\.(?:aws_)?account(?:_id)?\b|self|this_account"
)
_VAULTS: Final = ("azurerm_key_vault", "azurerm_key_vault_access_policy")
_VAULT_POWERS: Final[Mapping[str, frozenset[str]]] = {
    "secret": frozenset({"get", "all"}),
    "key": frozenset({"decrypt", "sign", "unwrapkey", "all"}),
}
"""What reads a vault's secrets, or uses its keys as whoever has them does."""


def widenings(change: ResourceChange, documents: Mapping[str, ResourceChange]) -> Iterator[Widening | Unreadable]:
    """What a resource grants more than before, by what is known of the `documents` it takes; nothing of what is deleted."""
    if change.action in (Action.DELETE, Action.FORGET):
        return
    if change.type == "aws_iam_policy_document":
        yield from _of_document(change)
    elif change.type == "google_iam_policy":
        yield from google_widenings(change)
    elif change.is_data:
        return
    elif change.type.startswith("aws_"):
        yield from _of_aws(change, documents)
    elif change.type.startswith("google_"):
        yield from google_widenings(change)
    elif change.type == "azurerm_role_assignment":
        yield from azure_widenings(change)
    elif change.type in _VAULTS:
        yield from vault_widenings(change)
    elif change.type.startswith("kubernetes_"):
        from weighbridge.landscape.infrastructure.iam.clusters import cluster_widenings  # noqa: PLC0415 - few changes hold any

        yield from cluster_widenings(change)


def _of_document(change: ResourceChange) -> Iterator[Widening | Unreadable]:
    before, after = document_grants(change.before), document_grants(change.after)
    if after is None:
        yield Unreadable(argument="statement", why="a statement of it is not known yet")
    elif before is not None:
        yield from _compared(before, after, argument="statement")


def _of_aws(change: ResourceChange, documents: Mapping[str, ResourceChange]) -> Iterator[Widening | Unreadable]:
    for name in POLICY_ARGUMENTS:
        if name in documents:
            after = None if _is_open(documents[name]) else document_grants(documents[name].after)
            yield from _of_known(grants_of(change.before.get(name)), after, argument=name)
        elif change.is_unknown(name):
            yield Unreadable(argument=name, why="its text is known only when the plan is applied")
        elif change.before.get(name) != change.after.get(name):
            yield from _of_text(change.before.get(name), change.after.get(name), argument=name)
    old, new = (_inline(each) for each in (change.before, change.after))
    gone = [text for label, text in old.items() if label not in new]
    for label, text in new.items():
        if label in old or not gone:
            if text != old.get(label):
                yield from _of_text(old.get(label), text, argument="inline_policy")
        elif text not in gone:
            yield from _of_renamed(gone, text)
    yield from _of_managed(change)
    if change.type in _INVOKED:
        yield from _of_lambda(change.before, change.after)


def _of_managed(change: ResourceChange) -> Iterator[Widening]:
    """What policies give that are named and kept elsewhere."""
    before = {each for name in _MANAGED for each in _policies_named(change.before, name)}
    are_told_apart = all(instances_of(each) is not None for each in (change.before, change.after))
    for name in _MANAGED:
        if are_told_apart and _is_of_each(change.after.get(name)):
            continue  # each of them is judged by itself
        for arn in _policies_named(change.after, name):
            power = managed_power(arn) if arn not in before else None
            if power is not None:
                yield Widening(power=power, words=f"the policy `{arn.rpartition('/')[2]}`", argument=name)


def _policies_named(values: Mapping[str, Any], name: str) -> list[str]:
    """The policies that an argument names; of one that there is for each of some, all of these."""
    value = values.get(name)
    if _is_of_each(value):
        return _KEPT_BY_AWS.findall(str(values.get("for_each")))
    return texts_of(value)


def _is_of_each(value: object) -> bool:
    return isinstance(value, Expression) and value.text.startswith("each.")


def _is_open(document: ResourceChange) -> bool:
    """Whether what a document allows is known only when the plan is applied: which resources it names may be."""
    if any(document.is_unknown(name) for name in ("source_policy_documents", "override_policy_documents")):
        return True
    marks = document.unknown.get("statement") if isinstance(document.unknown, dict) else document.unknown
    each = marks if isinstance(marks, list) else [marks]
    return any(
        one is True or (isinstance(one, dict) and _MEANS & one.keys() and any(map(one.get, _MEANS))) for one in each
    )


def _of_lambda(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Widening]:
    principal = now.get("principal")
    limits = [name for name in _INVOKERS if was.get(name)]
    if any(now.get(name) for name in _INVOKERS) or not isinstance(principal, str):
        return
    words = f"`{now.get('action') or 'lambda:InvokeFunction'}` to `{principal}`"
    if principal == "*" and was.get("principal") != "*":
        yield Widening(power=Power.PUBLIC, words=words, argument="principal")
    elif limits:
        yield Widening(
            power=Power.PUBLIC if principal == "*" else Power.SOME,
            words=f"{words} for whomever that acts, which `{limits[0]}` did not allow before",
            argument="principal",
            is_condition=True,
        )


def _of_text(was: object, now: object, *, argument: str) -> Iterator[Widening | Unreadable]:
    said = _said_by(now)
    if said:
        if grants_of(was) and not _BLOCK.match(said):
            yield Unreadable(argument=argument, why=f"`{said[:_LONGEST]}` says it, which only running tells")
        return  # another block says what it is, and that is looked at where it stands
    after = grants_of(now)
    if after is not None or _has_statements(now):
        yield from _of_known(grants_of(was), after, argument=argument)


def _has_statements(value: object) -> bool:
    """Whether it is a policy of rights at all: those of lifecycles and of data access have rules instead."""
    return "statement" in (value.text if isinstance(value, Expression) else str(value)).lower()


def _said_by(value: object) -> str:
    """The expression that says the whole of a policy, as a text with nothing else in it does, too; empty where it is written out."""
    if not isinstance(value, Expression):
        return ""
    alone = _ALONE.fullmatch(value.text) if value.is_template else None
    return alone[1].strip() if alone is not None else "" if value.is_template else value.text


def _of_renamed(gone: list[Any], now: object) -> Iterator[Widening | Unreadable]:
    """A policy by a new name grants no more than those that go grant together."""
    if _said_by(now):
        return
    before = tuple(grant for text in gone for grant in grants_of(text) or ())
    yield from _of_known(before, grants_of(now), argument="inline_policy")


def _of_known(
    before: tuple[Grant, ...] | None, after: tuple[Grant, ...] | None, *, argument: str
) -> Iterator[Widening | Unreadable]:
    if after is None:
        yield Unreadable(argument=argument, why="it is no policy that could be read")
    else:
        yield from _compared(before or (), after, argument=argument, is_new=not before)


def _compared(
    before: tuple[Grant, ...], after: tuple[Grant, ...], *, argument: str, is_new: bool = False
) -> Iterator[Widening]:
    found = widened(before, after)
    is_trust = any(each.principal is not None and each.action.pattern.startswith("sts:") for each in after)
    for grants, words, is_condition in (
        (found.granted, "", False),
        (
            tuple(each for each in found.unconditional if not each.conditions),
            ", which a condition did not allow before",
            True,
        ),
        (
            tuple(each for each in found.unconditional if each.conditions),
            f", which was under another condition{_let_in(before, found.unconditional)}",
            True,
        ),
        (found.undenied, " is denied no longer", True),
    ):
        if not grants:
            continue
        powers = [power_of(each) if each.allows else _held_back(each, after) for each in grants]
        power = max(powers)
        worst = [each for each, its in zip(grants, powers, strict=True) if its is power]
        more = len(worst) - _MOST_SAID
        said = ", ".join(each.words for each in worst[:_MOST_SAID]) + (f" and {more} more" if more > 0 else "")
        is_others = power is Power.PRINCIPAL and not is_trust and any(_is_of_others(each, before) for each in worst)
        is_to_account = power is Power.PRINCIPAL and any(map(_is_to_account, worst))
        yield Widening(
            power=Power.PERMISSIONS if is_others else power,
            words=f"{said}{words}",
            argument=argument,
            opens=_TO_ACCOUNT if is_to_account else _OTHERS if is_others else "",
            is_to_account=is_to_account,
            is_new=is_new or not before,
            is_trust=is_trust,
            is_condition=is_condition,
        )


def _let_in(before: tuple[Grant, ...], grants: tuple[Grant, ...]) -> str:
    """The values that conditions on who acts take now and did not before, in words; empty where that is not what differs."""
    found: dict[str, None] = {}
    for grant in grants:
        old = [each for each in before if each.allows and each.holds(grant, whatever_conditions=True)]
        known = {(key, value) for each in old for _, key, values in each.conditions for value in values}
        had = {key for key, _ in known}
        for _, key, values in sorted(grant.conditions, key=str):
            if key in had and key.rpartition(":")[2] in _WHO_ACTS:
                found |= dict.fromkeys(f"`{value[:_LONGEST]}`" for value in sorted(values) if (key, value) not in known)
    said = list(found)
    more = f" and {len(said) - _MOST_SAID} more" if len(said) > _MOST_SAID else ""
    return f", and takes {', '.join(said[:_MOST_SAID])}{more} from now on" if said else ""


def _held_back(denial: Grant, after: tuple[Grant, ...]) -> Power:
    """How much a denial that is gone opens: what is allowed besides, as far as it is not said under which condition it denied."""
    freed = replace(denial, allows=True)
    is_allowed = not freed.conditions and any(each.allows and each.holds(freed) for each in after)
    return power_of(freed) if is_allowed else Power.SOME


def _is_of_others(grant: Grant, before: tuple[Grant, ...]) -> bool:
    """Whether an account that nothing before named, where some were, may change who uses it."""
    known = {number for each in before for number in _NUMBER.findall(each.principal.pattern if each.principal else "")}
    named = _NUMBER.findall(grant.principal.pattern if grant.principal is not None else "")
    return bool(known) and not grant.conditions and changes_rights(grant) and any(each not in known for each in named)


def _is_to_account(grant: Grant) -> bool:
    principal = grant.principal.pattern if grant.principal is not None else ""
    is_taken = grant.action.pattern.startswith("sts:assumerole") and not grant.conditions
    return is_taken and _ACCOUNT.fullmatch(principal) is not None and _OWN.search(principal) is None


def vault_widenings(change: ResourceChange) -> Iterator[Widening]:
    """Who may read a vault's secrets, or use its keys, and could not before; the policies of a vault that is made come with it.

    A policy of its own that is made for a program lets it read its secrets: only more than that is told.
    """
    is_made = change.action is Action.CREATE
    if change.type == "azurerm_key_vault" and is_made:
        return
    had = _vault_rights(change.before)
    for whom, rights in _vault_rights(change.after).items():
        new = rights - had.get(whom, frozenset())
        if is_made:
            new = frozenset(each for each in new if each[1].lower() != "get")
        if not new:
            continue
        said = ", ".join(f"`{right}` of {kind}s" for kind, right in sorted(new)[:_MOST_SAID])
        more = f" and {len(new) - _MOST_SAID} more" if len(new) > _MOST_SAID else ""
        yield Widening(
            power=Power.SECRETS,
            words=f"{said}{more} to `{whom}`",
            argument="access_policy" if "access_policy" in change.after else "secret_permissions",
            opens="all secrets and keys that lie there, and with them what these open or sign",
        )


def _vault_rights(values: Mapping[str, Any]) -> dict[str, frozenset[tuple[str, str]]]:
    """What each may read or use, by whom; what only lists, or puts something there, is left out."""
    found: dict[str, frozenset[tuple[str, str]]] = {}
    for policy in [*nested(values, "access_policy"), *([values] if "object_id" in values else [])]:
        for whom in texts_of(policy.get("object_id")):
            rights = {
                (kind, right)
                for kind, powers in _VAULT_POWERS.items()
                for right in texts_of(policy.get(f"{kind}_permissions"))
                if right.lower() in powers
            }
            found[whom] = found.get(whom, frozenset()) | rights
    return found


def _inline(values: Mapping[str, Any]) -> dict[str, Any]:
    whole = values.get("inline_policy")
    is_one = isinstance(whole, dict) and ("Statement" in whole or "statement" in whole)
    if is_one or isinstance(whole, str) or (isinstance(whole, Expression) and whole.is_template):
        return {"": whole}
    return {str(each.get("name", "")): each.get("policy") for each in nested(values, "inline_policy")}
