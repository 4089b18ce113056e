"""Roles by which another company reads nearly all that an account holds.

Who asks for an external id is somebody else's account: it is there for those who act for many customers.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
"""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.companions import blocks_named
from weighbridge.landscape.infrastructure.iam.grants import Grant, document_grants, grants_of

_WIDE: Final = frozenset(
    {"ReadOnlyAccess", "PowerUserAccess", "AmazonS3ReadOnlyAccess", "AmazonDynamoDBReadOnlyAccess"}
)
"""Policies of AWS's by which what is stored is read, and not only how things are set up."""
_ATTACHES: Final = "aws_iam_role_policy_attachment"
_TRUST: Final = "assume_role_policy"


class ReadByOthers(Struct, frozen=True, kw_only=True):
    """One such role: what gives it the policy, and whom it trusts."""

    alteration: Alteration
    words: str
    name: str


def read_by_others(alterations: Sequence[Alteration]) -> Iterator[ReadByOthers]:
    """Each role that is given such a policy by the change, and that somebody with an external id may act by."""
    for each in alterations:
        change = each.change
        if change.action not in (Action.CREATE, Action.UPDATE) or not change.type.startswith("aws_iam_role"):
            continue
        name = "policy_arn" if change.type == _ATTACHES else "managed_policy_arns"
        given = _wide(change.after.get(name)) - _wide(change.before.get(name))
        role = _role_of(each, alterations) if given else None
        if role is not None and (whom := _outsider(role, alterations)):
            yield ReadByOthers(
                alteration=each,
                words=f"the policy `{min(given)}` to a role by which `{whom}` acts, who asks for an external id: another company reads what is stored",
                name=name,
            )


def _wide(value: object) -> set[str]:
    many = value if isinstance(value, list) else [value]
    names = {each.rpartition("/")[2] for each in many if isinstance(each, str)}
    return names & _WIDE


def _role_of(each: Alteration, alterations: Sequence[Alteration]) -> Alteration | None:
    """The role that is made or altered beside what gives it the policy."""
    if each.change.type == "aws_iam_role":
        return each
    named = {block for block in blocks_named({"": each.change.after.get("role")}) if block.startswith("aws_iam_role.")}
    return next((one for one in alterations if one.change.block in named and one.folder == each.folder), None)


def _outsider(role: Alteration, alterations: Sequence[Alteration]) -> str:
    """Whom a role trusts under the condition of an external id; empty where nobody."""
    for grant in _trusts(role, alterations):
        is_asked = any(key == "sts:externalid" for _, key, _ in grant.conditions)
        if grant.principal is not None and is_asked and not grant.principal.pattern.startswith("service:"):
            return grant.principal.words
    return ""


def _trusts(role: Alteration, alterations: Sequence[Alteration]) -> tuple[Grant, ...]:
    value = role.change.after.get(_TRUST)
    if _TRUST in role.documents:
        return document_grants(role.documents[_TRUST].after) or ()
    if not isinstance(value, Expression) or value.is_template:
        return grants_of(value) or ()
    named = set(blocks_named({"": Expression(value.text.removeprefix("data."))}))
    for each in alterations:
        if each.change.is_data and each.change.block.removeprefix("data.") in named and each.folder == role.folder:
            return document_grants(each.change.after) or ()
    return ()
