"""Resources of Google Cloud that say who has a role, or any role, and take it from everybody else.

Source: https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_iam ("Authoritative for a given role",
"can be used to accidentally lock yourself out")
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Severity
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.changes import Action
from weighbridge.landscape.infrastructure.alterations import Alteration, listed
from weighbridge.landscape.infrastructure.companions import blocks_named
from weighbridge.landscape.infrastructure.iam.widening import texts_of
from weighbridge.landscape.infrastructure.repeated import instances_of
from weighbridge.landscape.infrastructure.source_files import SourceFiles

_TYPE: Final = LatePattern(r"(google_\w+)_iam_(binding|policy)")
_GIVING: Final = LatePattern(r"(google_\w+)_iam_(?:binding|member)")
_PROJECT: Final = "google_project"
_ABOVE: Final = ("google_folder", "google_organization")
_WHOM: Final = frozenset(
    {"role", "member", "members", "condition", "policy_data", "count", "for_each", "depends_on", "lifecycle"}
)
"""Arguments that do not say of what."""
_MOST_NAMED: Final = 3


class Taken(Struct, frozen=True, kw_only=True):
    """What is taken from everybody who is not named, in words, and how bad that is."""

    alteration: Alteration
    words: str
    severity: Severity


def taken(alterations: Iterable[Alteration], sources: SourceFiles) -> Iterator[Taken]:
    """One for each such resource that is new, but for what is new itself: nobody has anything there yet."""
    found = list(alterations)
    made = {(each.folder, each.change.block) for each in found if each.change.action is Action.CREATE}
    for each in found:
        kind = _TYPE.fullmatch(each.change.type)
        if kind is None or each.change.is_data or each.change.action is not Action.CREATE or _is_of_new(each, made):
            continue
        if not any(_is_former(one, each) for one in found):
            yield _taken(each, kind[1], is_policy=kind[2] == "policy", near=(found, sources))


def holds_on(each: Alteration, alterations: Iterable[Alteration]) -> bool:
    """Whether whom a membership that goes is about has the same by a binding that is new."""
    change = each.change
    binding = change.type.replace("_iam_member", "_iam_binding")
    members = set(texts_of(change.before.get("member")))
    return binding != change.type and any(
        one.change.type == binding
        and one.change.action is Action.CREATE
        and _is_same(one.change.after, change.before)
        and members <= set(texts_of(one.change.after.get("members")))
        for one in alterations
    )


def is_given_before(each: Alteration, member: str, *, among: Iterable[Alteration]) -> bool:
    """Whether something that goes gave the same role to one already."""
    kind = _GIVING.fullmatch(each.change.type)
    if kind is None or each.change.action is not Action.CREATE:
        return False
    for one in among:
        gave = _GIVING.fullmatch(one.change.type) if one.change.action is Action.DELETE else None
        is_same = gave is not None and gave[1] == kind[1] and one.folder == each.folder
        if is_same and _is_same(one.change.before, each.change.after) and member in _members(one.change.before):
            return True
    return False


def _members(values: Mapping[str, Any]) -> set[str]:
    """Those to whom a role was given, each of them where it was given for each of some."""
    found = {*texts_of(values.get("member")), *texts_of(values.get("members"))}
    of_each = instances_of(values) if found & {"${each.value}", "${each.key}"} else None
    return found | {each for pair in (of_each or {}).items() for each in pair if isinstance(each, str)}


def _taken(each: Alteration, base: str, *, is_policy: bool, near: tuple[list[Alteration], SourceFiles]) -> Taken:
    change = each.change
    replaced = [one for one in near[0] if _is_replaced(one, each, base=base, is_policy=is_policy)]
    beside = () if is_policy else list(_beside(each, base, sources=near[1]))
    role = change.after.get("role")
    called = f"`{role}`" if isinstance(role, str) else "its role"
    what = (
        "everybody's roles there but those that it lists"
        if is_policy
        else f"{called} from everybody there whom it does not list"
    )
    words = f"{each.name} takes {what}, whoever gave it, Google's own accounts among them"
    if replaced:
        words += f"; {_names(one.name for one in replaced)} gave it to one and took it from nobody"
    if beside:
        words += f"; {_names(f'`{name}`' for name in beside)} still gives it too, and each apply takes that away again"
    return Taken(
        alteration=each,
        words=words,
        severity=_severity(each, base, is_policy=is_policy, is_shared=bool(replaced or beside)),
    )


def _severity(each: Alteration, base: str, *, is_policy: bool, is_shared: bool) -> Severity:
    if each.change.after.get("condition") and not is_shared:
        return Severity.LOW  # only of those who have the role under the same condition
    if base in _ABOVE or (base == _PROJECT and (is_policy or is_shared)):
        return Severity.HIGH
    return Severity.MEDIUM if base == _PROJECT or is_policy or is_shared else Severity.LOW


def _is_replaced(one: Alteration, each: Alteration, *, base: str, is_policy: bool) -> bool:
    change = one.change
    endings = ("member", "binding") if is_policy else ("member",)
    is_kind = change.action is Action.DELETE and change.type in [f"{base}_iam_{ending}" for ending in endings]
    return is_kind and one.folder == each.folder and (is_policy or _is_same(each.change.after, change.before))


def _is_former(one: Alteration, each: Alteration) -> bool:
    """Whether the same is said by another name until now."""
    change = one.change
    is_alike = change.action is Action.DELETE and change.type == each.change.type and one.folder == each.folder
    return is_alike and (change.type.endswith("_policy") or _is_same(each.change.after, change.before))


def _beside(each: Alteration, base: str, *, sources: SourceFiles) -> Iterator[str]:
    """The memberships of the same role that its folder goes on declaring."""
    folder = None if each.is_planned else next((one for one in sources.folders if one.path == each.folder), None)
    for (kind, labels, _), declared in (folder.declared(Side.HEAD) if folder is not None else {}).items():
        is_member = kind == "resource" and labels[:1] == (f"{base}_iam_member",)
        if is_member and _is_same(each.change.after, declared.block.values):
            yield declared.block.name


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two are about the same role of the same thing, under the same condition."""
    role = one.get("role")
    if not isinstance(role, str) or role != other.get("role"):
        return False
    return all(one.get(name) == other.get(name) for name in {*one, *other} - _WHOM | {"condition"} if _is_told(name))


def _is_told(name: str) -> bool:
    """Whether an argument is one that people write: a plan has what the service says besides."""
    return name not in ("id", "etag")


def _is_of_new(each: Alteration, made: set[tuple[str, str]]) -> bool:
    change = each.change
    of = {name: value for name, value in change.after.items() if name not in _WHOM}
    if any(
        change.is_unknown(name)
        for name in ("project", "bucket", "service_account_id", "secret_id", "folder", "dataset_id")
    ):
        return True
    return any((each.folder, block) in made for block in blocks_named(of))


def _names(names: Iterable[str]) -> str:
    found = list(names)
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return listed(found[:_MOST_NAMED]) + more
