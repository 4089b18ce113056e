"""What the change sets that were given say will be done: the JSON of `aws cloudformation describe-change-set`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.findings import Confidence
from weighbridge.domain.inputs import Input
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.cloudformation.change_shapes import misshapen
from weighbridge.landscape.infrastructure.cloudformation.declared import FULL, SNAPSHOT, address
from weighbridge.landscape.infrastructure.cloudformation.template import table
from weighbridge.landscape.infrastructure.cloudformation.translated import Translated, called, translated
from weighbridge.landscape.infrastructure.cloudformation.types import Type, like, type_of

NESTED: Final = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_NOTHING_CHANGES: Final = ("didn't contain changes", "no updates are to be performed")
_READY: Final = "CREATE_COMPLETE"
_OLD: Final = frozenset({"OBSOLETE", "EXECUTE_COMPLETE", "EXECUTE_IN_PROGRESS", "EXECUTE_FAILED"})
_KEEPS: Final = ("Retain", "RetainExceptOnCreate", "ReplaceAndRetain")
_AGAIN: Final = "describe it again: aws cloudformation describe-change-set --include-property-values"
_POLICIES: Final = ("DeletionPolicy", "UpdateReplacePolicy")
_WEIGHED_BY_NOBODY: Final = frozenset(
    {"Tags", "Description", "TagSpecifications", "HostedZoneTags", "FileSystemTags", "UserPoolTags"}
)
_OF_TYPE: Final[Mapping[str, frozenset[str]]] = {
    "AWS::ECS::Service": frozenset(
        {"TaskDefinition", "PropagateTags", "EnableECSManagedTags", "HealthCheckGracePeriodSeconds"}
    ),
    "AWS::Lambda::Function": frozenset({"Code", "MemorySize"}),
    "AWS::Lambda::Alias": frozenset({"FunctionVersion"}),
    "AWS::ApiGateway::Stage": frozenset({"DeploymentId"}),
    "AWS::CloudWatch::Dashboard": frozenset({"DashboardBody"}),
    "AWS::CDK::Metadata": frozenset({"Analytics"}),
}
"""Properties whose values no rule asks for: how large, how called, which release. What a release holds is told where it is made."""
_MAYBE: Final = "CloudFormation says that it may be, and tells only when it is executed"


class Content(Struct, frozen=True, kw_only=True):
    """All pages of one change set."""

    id: str = ""
    stack: str = ""
    changes: tuple[Mapping[str, Any], ...] = ()
    gaps: tuple[CouldNotLook, ...] = ()


class GivenChangeSet:
    """One change set as it was given, read when somebody asks; `known` are the ids of all that were."""

    def __init__(self, given: Input, known: set[str]) -> None:
        self._given = given
        self._known = known

    @cached_property
    def content(self) -> Content | CouldNotLook:
        """What it says; why not."""
        data = self._given.data
        return data if isinstance(data, CouldNotLook) else read_change_set(data)

    @property
    def place(self) -> Place:
        """How findings call it."""
        return Place(path=self._given.path)

    @property
    def read(self) -> Content:
        """What it says; an empty one where it could not be read."""
        return self.content if isinstance(self.content, Content) else Content()

    @cached_property
    def alterations(self) -> tuple[Alteration, ...]:
        """Everything that is done to resources, in its order."""
        replaced = {
            _text(each, "LogicalResourceId") for each in self.read.changes if _text(each, "Replacement") == "True"
        }
        made = (_Entry(each, self._given, replaced=replaced).alteration() for each in self.read.changes)
        return tuple(each for each in made if each is not None)

    @cached_property
    def blocks(self) -> frozenset[str]:
        """The resources of which it tells all: what sources say of them is not asked."""
        return frozenset(
            each.change.block for each in self.alterations if each.change.before or each.change.action is Action.CREATE
        )

    @cached_property
    def listed(self) -> frozenset[str]:
        """The resources that it names, whatever it tells of them."""
        return frozenset(each.change.block for each in self.alterations)

    @property
    def unread(self) -> CouldNotLook | None:
        """Why it, or a part of it, could not be looked at."""
        if isinstance(self.content, CouldNotLook):
            return self.content
        gaps = (*self.content.gaps, *_untold(self.content.changes, self._known))
        if not gaps:
            return None
        details = "; ".join(dict.fromkeys(gap.detail for gap in gaps))
        return CouldNotLook(reason=gaps[0].reason, detail=details, remedy=gaps[0].remedy)


def given_change_sets(given: Iterable[Input]) -> tuple[GivenChangeSet, ...]:
    """Those that were given, each knowing the others."""
    known: set[str] = set()
    found = tuple(GivenChangeSet(each, known) for each in given)
    known |= {each.read.id for each in found}
    return found


def read_change_set(data: bytes) -> Content | CouldNotLook:
    """One page, or a list of pages."""
    content = load_json(data, called="the change set")
    if isinstance(content, CouldNotLook):
        return content
    pages = [table(each) for each in (content if isinstance(content, list) else [content])]
    if not pages or not all(map(_is_page, pages)):
        return CouldNotLook(
            reason=Reason.UNPARSED,
            detail="it has no `Changes` of resources, and is not what describe-change-set writes",
            remedy=_AGAIN,
        )
    changes = tuple(
        table(each.get("ResourceChange")) for page in pages for each in page["Changes"] if isinstance(each, dict)
    )
    return Content(
        id=str(pages[0].get("ChangeSetId", "")),
        stack=str(pages[0].get("StackName", "")),
        changes=tuple(each for each in changes if each),
        gaps=(*_gaps(pages), *misshapen(each for page in pages for each in page["Changes"])),
    )


def _is_page(page: Mapping[str, Any]) -> bool:
    changes = page.get("Changes")
    is_named = any(name in page for name in ("ChangeSetId", "ChangeSetName", "StackId", "StackName"))
    are_resources = isinstance(changes, list) and all(
        "ResourceChange" in table(each) or "Type" in table(each) for each in changes
    )
    return are_resources and (is_named or bool(changes))


def _gaps(pages: list[Mapping[str, Any]]) -> Iterator[CouldNotLook]:
    last = pages[-1]
    status, why = str(last.get("Status", _READY)), str(last.get("StatusReason", ""))
    if status == "FAILED" and not any(each in why.lower() for each in _NOTHING_CHANGES):
        detail = f"the change set failed, and tells nothing of what would be done: {why[:200]}"
        yield CouldNotLook(reason=Reason.UNPARSED, detail=detail, remedy="make another one, and describe that")
    elif status not in (_READY, "FAILED"):
        yield CouldNotLook(
            reason=Reason.STALE_DATA, detail=f"the change set is not made to its end: it is {status}", remedy=_AGAIN
        )
    if _text(last, "ExecutionStatus") in _OLD:
        detail = f"the change set is of before: its execution is {last['ExecutionStatus']}"
        yield CouldNotLook(reason=Reason.STALE_DATA, detail=detail, remedy="make another one, and describe that")
    if last.get("NextToken"):
        detail = "the change set goes on on another page, which was not given"
        yield CouldNotLook(reason=Reason.LIMIT, detail=detail, remedy=_AGAIN)


def _untold(changes: Iterable[Mapping[str, Any]], known: set[str]) -> Iterator[CouldNotLook]:
    """What is not told of single resources."""
    blind: list[str] = []
    for each in changes:
        name, kind = _text(each, "LogicalResourceId"), _text(each, "ResourceType")
        action = _text(each, "Action")
        if kind in NESTED and action in ("Modify", "Dynamic") and str(each.get("ChangeSetId")) not in known:
            own = each.get("ChangeSetId")
            yield CouldNotLook(
                reason=Reason.NOT_CONFIGURED,
                detail=f"what becomes of the nested stack `{name}` stands in "
                + (f"the change set {own}, which was not given" if own else "no change set"),
                remedy="give that one too: --input change-set=FILE"
                if own
                else "make the change set with --include-nested-stacks, and give each one",
            )
        elif action == "Dynamic":
            detail = f"what is done to `{name}` is known only when the change set is executed"
            yield CouldNotLook(reason=Reason.UNSUPPORTED, detail=detail)
        elif action == "Modify" and each.get("Replacement") != "True" and _is_blind(each):
            blind.append(name)
    if blind:
        more = f" and {len(blind) - 3} more" if len(blind) > 3 else ""
        yield CouldNotLook(
            reason=Reason.NOT_CONFIGURED,
            detail=f"it does not tell what the properties of {', '.join(blind[:3])}{more} were and become",
            remedy=_AGAIN,
        )


def _is_blind(entry: Mapping[str, Any]) -> bool:
    """Whether it says that properties change, and not from what to what, and one of them may matter to a rule.

    A policy that says what becomes of the data is no property, and matters as much.
    """
    scope = entry.get("Scope")
    if not isinstance(scope, list) or "AfterContext" in entry:
        return False
    if any(each in scope for each in _POLICIES):
        return True
    return "Properties" in scope and not _unweighed(_text(entry, "ResourceType"), entry.get("Details"))


def _unweighed(kind: str, details: object) -> bool:
    """Whether nothing but properties changes, in place, of which no rule asks what they were and become."""
    known = _WEIGHED_BY_NOBODY | _OF_TYPE.get(kind, frozenset())
    targets = [table(table(each).get("Target")) for each in details] if isinstance(details, list) else []
    changed = [each for each in targets if each.get("Attribute") == "Properties"]
    return bool(changed) and all(
        _text(each, "Name") in known and each.get("RequiresRecreation") == "Never" for each in changed
    )


class _Entry:
    """One resource of a change set."""

    def __init__(self, entry: Mapping[str, Any], given: Input, *, replaced: set[str]) -> None:
        self._entry = entry
        self._given = given
        self._replaced = replaced
        self._type = _text(entry, "ResourceType")
        self._name = _text(entry, "LogicalResourceId")

    def alteration(self) -> Alteration | None:
        action, note, confidence = self._action()
        if action is None:
            return None
        before, after = (self._context(name) for name in ("BeforeContext", "AfterContext"))
        is_gone = action is Action.DELETE or (action is Action.FORGET and _text(self._entry, "Action") == "Remove")
        known = type_of(self._type)
        if is_gone and action is Action.DELETE and known.refuses_full:
            note = "; ".join(filter(None, [note, FULL]))
        is_refused = not is_gone and action in (Action.REPLACE, Action.FORGET) and self._is_refused(known.name, before)
        stack = _stack(self._given, self._entry)
        change = ResourceChange(
            address=f"{stack}{address(self._name, self._type)}",
            type=like(self._type, before.values or after.values),
            name=self._name,
            action=action,
            before=before.values,
            after={} if is_gone else after.values,
            forced_by=tuple(self._forced()) if not is_gone and action in (Action.REPLACE, Action.FORGET) else (),
            creates_first=not is_gone and action in (Action.REPLACE, Action.FORGET),
            spelled={**self._spelled(), **before.spelled, **after.spelled},
        )
        return Alteration(
            change=change,
            place=Place(path=self._given.path, symbol=self._name),
            is_planned=True,
            confidence=confidence,
            note=note,
            tool=CLOUDFORMATION,
            pauses=tuple(self._pauses(known)) if action is Action.UPDATE else (),
            is_name_taken=is_refused,
        )

    def _action(self) -> tuple[Action | None, str, Confidence]:
        """What is done, what is to be added, and how sure it is."""
        policy = _text(self._entry, "PolicyAction")
        snapshot = SNAPSHOT if policy.endswith("Snapshot") else ""
        kept = policy in _KEEPS
        match _text(self._entry, "Action"):
            case "Remove":
                return (Action.FORGET if kept else Action.DELETE), snapshot, Confidence.HIGH
            case "Add":
                return Action.CREATE, "", Confidence.HIGH
            case "Modify":
                is_replaced = _text(self._entry, "Replacement")
                made = Action.FORGET if kept else Action.REPLACE
                if is_replaced == "True":
                    return made, snapshot, Confidence.HIGH
                if is_replaced == "Conditional" and self._type not in NESTED:
                    return made, "; ".join(filter(None, [_MAYBE, snapshot])), self._likelihood()
                return Action.UPDATE, "", Confidence.HIGH
        return None, "", Confidence.HIGH

    def _likelihood(self) -> Confidence:
        """How likely a replacement is of which CloudFormation says that it may be needed."""
        for detail in self._details():
            target = table(detail.get("Target"))
            if target.get("RequiresRecreation") in (None, "Never"):
                continue
            cause = str(detail.get("CausingEntity", "")).partition(".")[0]
            if cause in self._replaced:
                return Confidence.HIGH
            if detail.get("Evaluation") == "Static":
                return Confidence.MEDIUM
        return Confidence.LOW

    def _forced(self) -> Iterator[tuple[str, ...]]:
        for detail in self._details():
            target = table(detail.get("Target"))
            if target.get("RequiresRecreation") in ("Always", "Conditionally"):
                path = str(target.get("Path") or f"/Properties/{target.get('Name', '')}")
                steps = [each for each in path.removeprefix("/Properties/").split("/") if each]
                if steps:
                    yield tuple(map(called, steps))

    def _spelled(self) -> dict[str, str]:
        """The names that the details have: where no values are told, these are all there is."""
        names = [str(table(detail.get("Target")).get("Name")) for detail in self._details()]
        return {called(name): name for name in names}

    def _pauses(self, known: Type) -> Iterator[tuple[str, ...]]:
        names = [str(table(detail.get("Target")).get("Name")) for detail in self._details()]
        yield from ((called(name),) for name in dict.fromkeys(names) if name in known.pauses)

    def _is_refused(self, name: str, before: Translated) -> bool:
        changed = {_text(table(detail.get("Target")), "Name") for detail in self._details()}
        return bool(name) and called(name) in before.values and name not in changed and bool(changed)

    def _details(self) -> list[Mapping[str, Any]]:
        details = self._entry.get("Details")
        return [table(each) for each in details] if isinstance(details, list) else []

    def _context(self, name: str) -> Translated:
        text = self._entry.get(name)
        try:
            content = json.loads(text) if isinstance(text, str) else text
        except (ValueError, RecursionError):
            content = None
        return translated(self._type, content) if isinstance(content, dict) else Translated()


def _stack(given: Input, entry: Mapping[str, Any]) -> str:
    """Which of several change sets it is of, and which modules it lies in, as far as its name needs it."""
    modules = table(entry.get("ModuleInfo")).get("LogicalIdHierarchy")
    more = f"#{given.number} " if given.number > 1 else ""
    return f"{more}{modules}/" if isinstance(modules, str) else more


def _text(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""
