"""Policies by which whoever acts may write its own: it may give itself any right, whatever it was given.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html (a boundary that is asked for is what bars that)
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression, nested
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.documents import DOCUMENT
from weighbridge.landscape.infrastructure.iam.conditions import text_of
from weighbridge.landscape.infrastructure.iam.grants import policy_document
from weighbridge.landscape.infrastructure.iam.patterns import Names
from weighbridge.landscape.infrastructure.source_files import Folder, SourceFiles

_HOLDERS: Final = {"aws_iam_role_policy": "role", "aws_iam_user_policy": "user", "aws_iam_group_policy": "group"}
"""Types that give a policy to one, and the argument that says to whom."""
_MANAGED: Final = "aws_iam_policy"
_ATTACHMENTS: Final = {f"{each}_attachment": argument for each, argument in _HOLDERS.items()}
_WRITES: Final = {
    whose: tuple(f"iam:{verb}{whose.title()}Policy" for verb in ("Put", "Attach"))
    for whose in ("role", "user", "group")
}
_EDITS: Final = ("iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion")
"""What gives a policy that is attached to one other contents."""
_BARS: Final = ("iam:permissionsboundary", "iam:policyarn")
"""Keys of conditions that say which policies may be given."""
_BLOCK: Final = LatePattern(r"\b(aws_iam_(?:role|user|group|policy)\.[\w-]+)")
_TAKEN: Final = LatePattern(r"data\.aws_iam_policy_document\.([\w-]+)")
_NAMED: Final = LatePattern(r"arn:[^:]*:iam::[^:]*:(?:role|user|group)/(?:.*/)?([^/*]+)")
_KIND: Final = LatePattern(r"(?:\baws_iam_|:)(role|user|group)[./]")
_WHOEVER: Final = "aws:username"

_Statements = list[Mapping[str, Any]]


def own_rights(each: Alteration, sources: SourceFiles) -> str:
    """The action by which a policy lets whoever has it write its own, from now on; empty where it does not, or did before."""
    if each.change.action not in (Action.CREATE, Action.UPDATE, Action.REPLACE, Action.READ):
        return ""
    folder = None if each.is_planned else next((one for one in sources.folders if one.path == each.folder), None)
    after = _of_itself(each, each.change.after, folder=folder, side=Side.HEAD)
    return after if after and after != _of_itself(each, each.change.before, folder=folder, side=Side.BASE) else ""


def _of_itself(each: Alteration, values: Mapping[str, Any], *, folder: Folder | None, side: Side) -> str:
    change = each.change
    is_document = change.type == DOCUMENT
    said = _of_document(values) if is_document else _statements(values.get("policy"), folder=folder, side=side)
    if not any(map(_may_write, said)):
        return ""  # who has it is looked up in all the folder declares
    many = [] if is_document else [_holders(change.type, change.name, values=values, where=(folder, side))]
    if is_document and folder is not None and change.is_data:
        many += _takers(folder, change.name, side=side)
    for holders in many:
        for statement in said if holders else ():
            action = _written_by(statement, holders)
            if action and not any(_denies(one, action) for one in said):
                return action
    return ""


def _may_write(statement: Mapping[str, Any]) -> bool:
    actions = [Names(text_of(each).lower()) for each in _many(statement.get("action"))]
    wanted = [each.lower() for many in (*_WRITES.values(), _EDITS) for each in many]
    return any(action.meets(each) for action in actions for each in wanted)


def _denies(statement: Mapping[str, Any], action: str) -> bool:
    is_denial = text_of(statement.get("effect") or "Allow").lower() == "deny"
    return is_denial and any(
        Names(text_of(each).lower()).meets(action.lower()) for each in _many(statement.get("action"))
    )


def _written_by(statement: Mapping[str, Any], holders: set[str]) -> str:
    """The action of a statement by which one of these writes its own policies."""
    if text_of(statement.get("effect") or "Allow").lower() != "allow" or _is_barred(statement.get("condition")):
        return ""
    resources = [text_of(each) for each in _many(statement.get("resource"))]
    wanted = tuple(
        action
        for each in resources
        if _is_one_of(each, holders)
        for whose in _KIND.findall(each)
        for action in _WRITES[whose]
    )
    edited = {name for each in resources for name in _BLOCK.findall(each) if name.startswith(f"{_MANAGED}.")}
    wanted += _EDITS if edited & holders else ()
    actions = [Names(text_of(each).lower()) for each in _many(statement.get("action"))]
    return next((each for each in wanted if any(action.meets(each.lower()) for action in actions)), "")


def _is_one_of(resource: str, holders: set[str]) -> bool:
    if any(name in holders for name in _BLOCK.findall(resource) if not name.startswith(f"{_MANAGED}.")):
        return True
    named = _NAMED.fullmatch(resource)
    return _WHOEVER in resource or (named is not None and named[1] in holders)


def _is_barred(condition: object) -> bool:
    return any(bar in text_of(key).lower() for key in _keys(condition) for bar in _BARS)


def _keys(condition: object) -> Iterator[Any]:
    for block in condition if isinstance(condition, list) else ():
        yield block.get("variable") if isinstance(block, dict) else None
    for tests in condition.values() if isinstance(condition, dict) else ():
        yield from tests if isinstance(tests, dict) else ()


def _holders(kind: str, name: str, *, values: Mapping[str, Any], where: tuple[Folder | None, Side]) -> set[str]:
    """Who has a policy: how sources call them, or their own names."""
    if kind in _HOLDERS:
        return _called(values.get(_HOLDERS[kind])) | _attached(where, _called(values.get(_HOLDERS[kind])))
    if kind != _MANAGED or where[0] is None:
        return set()
    mine = f"{_MANAGED}.{name}"
    whom = {
        whom
        for argument, values in _attachments(*where)
        if mine in _called(values.get("policy_arn"))
        for whom in _called(values.get(argument))
    }
    return whom | ({mine} if whom else set())


def _attached(where: tuple[Folder | None, Side], whom: set[str]) -> set[str]:
    """The policies of the same folder that one of these has."""
    if where[0] is None:
        return set()
    return {
        policy
        for argument, values in _attachments(where[0], where[1])
        if _called(values.get(argument)) & whom
        for policy in _called(values.get("policy_arn"))
    }


def _attachments(folder: Folder | None, side: Side) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for (kind, labels, _), declared in (folder.declared(side) if folder is not None else {}).items():
        if kind == "resource" and labels and labels[0] in _ATTACHMENTS:
            yield _ATTACHMENTS[labels[0]], declared.block.values


def _takers(folder: Folder, document: str, *, side: Side) -> Iterator[set[str]]:
    """Who has the policies that take their text from a document."""
    for (kind, labels, _), declared in folder.declared(side).items():
        if kind != "resource" or len(labels) != 2 or labels[0] not in (*_HOLDERS, _MANAGED):
            continue
        policy = declared.block.values.get("policy")
        named = _TAKEN.search(policy.text) if isinstance(policy, Expression) else None
        if named is not None and named[1] == document:
            yield _holders(labels[0], labels[1], values=declared.block.values, where=(folder, side))


def _called(value: object) -> set[str]:
    if isinstance(value, Expression):
        return set(_BLOCK.findall(value.text))
    return {value} if isinstance(value, str) and value else set()


def _statements(policy: object, *, folder: Folder | None, side: Side) -> _Statements:
    named = _TAKEN.search(policy.text) if isinstance(policy, Expression) and not policy.is_template else None
    if named is not None:
        key = ("data", (DOCUMENT, named[1]), "")
        declared = folder.declared(side).get(key) if folder is not None else None
        return _of_document(declared.block.values) if declared is not None else []
    document = policy_document(policy) or {}
    found = document.get("Statement", document.get("statement"))
    many = found if isinstance(found, list) else [found]
    return [{str(name).lower(): inner for name, inner in each.items()} for each in many if isinstance(each, dict)]


def _of_document(values: Mapping[str, Any]) -> _Statements:
    return [
        {**each, "action": each.get("actions"), "resource": each.get("resources")}
        for each in nested(values, "statement")
    ]


def _many(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
