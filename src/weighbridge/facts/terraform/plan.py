"""Reads what `terraform show -json PLANFILE` and `tofu show -json PLANFILE` write: any bytes in, a plan or the reason out.

The form is the one Terraform documents under "JSON Output Format"; keys that are not known here are passed over, as it asks.
What is of another shape than documented is a gap of the plan, with its place; the rest is read all the same.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.facts.terraform.changes import ACTIONS, Action, ResourceChange, Step
from weighbridge.facts.terraform.json_text import load_json

MOST_BYTES: Final = 96 * 1024 * 1024
_MAJORS: Final = frozenset({"0", "1"})
"""Terraform wrote 0.1 and 0.2 before 1.0 declared that form stable."""
_MOST_GAPS: Final = 20
_SMALLER: Final = "leave out what is not read here: jq 'del(.prior_state, .planned_values)' plan.json"
_SHOW: Final = "give what `terraform show -json PLANFILE` writes"
_OTHERS: Final = (
    (b"PK\x03\x04", "this is the plan file itself, which only the program that wrote it can read"),
    (b'{"@level"', "these are the messages of `terraform plan -json`, which do not hold the plan"),
)
_WRAPPER: Final = b"[command]"
"""Begins what the wrapper of the action hashicorp/setup-terraform puts before a command's output."""
_STATE: Final = (("lineage", "this is a state file, not a plan"), ("values", "this is a state, not a plan"))


class OutputChange(Struct, frozen=True, kw_only=True):
    """What becomes of an output of the root module; its value is in no case looked at."""

    name: str
    action: Action
    was_sensitive: bool = False
    is_sensitive: bool = False


class CheckResult(Struct, frozen=True, kw_only=True):
    """A check, precondition or postcondition that does not hold, with what it says."""

    address: str
    status: str
    problems: tuple[str, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """A plan, as far as it could be read; `gaps` say what of it could not."""

    tool_version: str = ""
    changes: tuple[ResourceChange, ...] = ()
    drift: tuple[ResourceChange, ...] = ()
    deferred: tuple[tuple[ResourceChange, str], ...] = ()
    """What is left for a later plan, each with the reason as Terraform writes it."""
    outputs: tuple[OutputChange, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    configuration: Mapping[str, Any] = field(default_factory=dict)
    """`configuration` as it stands."""
    known_providers: Mapping[str, str] = field(default_factory=dict)
    """Which provider each resource of the state was made by, by address."""
    gaps: tuple[CouldNotLook, ...] = ()


def read_plan(data: bytes) -> Plan | CouldNotLook:
    """The plan; the reason where these bytes are none."""
    content = _unfit(data) or load_json(data, called="the plan")
    if isinstance(content, CouldNotLook):
        return content
    if not isinstance(content, dict):
        return CouldNotLook(
            reason=Reason.UNPARSED, detail=f"a plan is an object, this is {_kind(content)}", remedy=_SHOW
        )
    return _no_plan(content) or _Reader(content).plan()


def _unfit(data: bytes) -> CouldNotLook | None:
    """Why bytes are not even tried."""
    if len(data) > MOST_BYTES:
        size = f"the plan has {len(data):,} bytes, more than the {MOST_BYTES:,} that are read"
        return CouldNotLook(reason=Reason.LIMIT, detail=size, remedy=_SMALLER)
    what = next((what for start, what in _OTHERS if data.startswith(start)), "")
    if not data.strip():
        what = "the plan is empty: did the command that writes it fail?"
    if data.startswith(_WRAPPER):
        what = "its first line is that of a wrapper which shows the command"
        return CouldNotLook(
            reason=Reason.UNPARSED,
            detail=what,
            remedy="set `terraform_wrapper: false` in the step that sets Terraform up",
        )
    return CouldNotLook(reason=Reason.UNPARSED, detail=what, remedy=_SHOW) if what else None


def _no_plan(content: Mapping[str, Any]) -> CouldNotLook | None:
    """Why an object is no plan that is known here."""
    if "resource_changes" not in content and "planned_values" not in content:
        what = next((why for key, why in _STATE if key in content), "this holds neither changes nor planned values")
        return CouldNotLook(reason=Reason.UNPARSED, detail=what, remedy=_SHOW)
    version = content.get("format_version")
    if isinstance(version, str) and version.partition(".")[0] in _MAJORS:
        return None
    said = f"version {version[:20]!r}" if isinstance(version, str) else "no version"
    return CouldNotLook(reason=Reason.UNPARSED, detail=f"the plan's form has {said}, and 0 and 1 are known here")


class _Reader:
    """Reads one document and collects what of it is not as documented."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._gaps: list[CouldNotLook] = []
        self._missed = 0

    def plan(self) -> Plan:
        version = self._content.get("terraform_version")
        changes = tuple(self._resources("resource_changes"))
        return Plan(
            tool_version=version if isinstance(version, str) else "",
            changes=changes,
            drift=tuple(self._resources("resource_drift")),
            deferred=tuple(self._deferred()),
            outputs=tuple(self._outputs()),
            checks=tuple(self._checks()),
            configuration=self._table(self._content.get("configuration"), "configuration"),
            known_providers=dict(self._providers()),
            gaps=(*self._flags(), *self._gaps, *self._more()),
        )

    def _flags(self) -> Iterator[CouldNotLook]:
        """What the plan itself says that it does not hold."""
        again = "mend what it complains about and plan again"
        if self._content.get("errored") not in (None, False):
            yield CouldNotLook(
                reason=Reason.STALE_DATA,
                detail="planning broke off with an error: what it would have done further is not in this plan",
                remedy=again,
            )
        elif self._content.get("complete") is False:
            yield CouldNotLook(
                reason=Reason.STALE_DATA,
                detail="the plan is not complete: it was narrowed with -target or puts things off, and more follows when it is applied",
                remedy="plan without -target; what is put off shows in the plan after this one",
            )
        elif deferred := self._content.get("deferred_changes"):
            yield CouldNotLook(
                reason=Reason.STALE_DATA,
                detail=f"{len(deferred) if isinstance(deferred, list) else 'some'} changes are put off: what they do is not known yet",
                remedy="apply, plan again, and give that plan too",
            )

    def _more(self) -> Iterator[CouldNotLook]:
        if self._missed:
            yield CouldNotLook(reason=Reason.UNPARSED, detail=f"and {self._missed:,} more places of the plan")

    def _gap(self, where: str, why: str) -> None:
        if len(self._gaps) >= _MOST_GAPS:
            self._missed += 1
            return
        self._gaps.append(CouldNotLook(reason=Reason.UNPARSED, detail=f"{where} of the plan {why}"))

    def _table(self, value: object, where: str) -> Mapping[str, Any]:
        if isinstance(value, dict):
            return value
        if value is not None:
            self._gap(where, f"is {_kind(value)}, not an object")
        return {}

    def _list(self, key: str, value: object) -> list[Any]:
        if value is None or isinstance(value, list):
            return value or []
        self._gap(key, f"is {_kind(value)}, not a list")
        return []

    def _resources(self, key: str) -> Iterator[ResourceChange]:
        for number, entry in enumerate(self._list(key, self._content.get(key))):
            if (found := self._resource(entry, f"{key}[{number}]")) is not None:
                yield found

    def _deferred(self) -> Iterator[tuple[ResourceChange, str]]:
        for number, entry in enumerate(self._list("deferred_changes", self._content.get("deferred_changes"))):
            where = f"deferred_changes[{number}]"
            table = self._table(entry, where)
            found = self._resource(table.get("resource_change"), f"{where}.resource_change")
            if found is not None:
                yield found, _text(table.get("reason"))

    def _resource(self, entry: object, where: str) -> ResourceChange | None:
        if not isinstance(entry, dict):
            self._gap(where, f"is {_kind(entry)}, not an object")
            return None
        address, change = entry.get("address"), entry.get("change")
        if not isinstance(address, str) or not isinstance(change, dict):
            lacking = "address" if not isinstance(address, str) else "change"
            self._gap(f"{where}.{lacking}", "is missing or of another kind")
            return None
        actions = change.get("actions")
        words = tuple(map(str, actions)) if isinstance(actions, list) else ()
        if words not in ACTIONS:
            self._gap(
                f"{where}.change.actions", f"says {', '.join(words)[:60] or _kind(actions)}, which is not known here"
            )
            return None
        action, creates_first = ACTIONS[words]
        index = entry.get("index")
        kind, name = _text(entry.get("type")), _text(entry.get("name"))
        if not kind:
            parts = address.partition("[")[0].split(".")
            kind, name = (parts[-2], parts[-1]) if len(parts) > 1 else (address, "")
        return ResourceChange(
            address=_text(address),
            type=kind,
            name=name,
            action=action,
            module=_text(entry.get("module_address")),
            index=index if isinstance(index, str | int) else None,
            is_data=entry.get("mode") == "data",
            provider=_text(entry.get("provider_name")),
            creates_first=creates_first,
            before=self._values(change.get("before"), f"{where}.change.before"),
            after=self._values(change.get("after"), f"{where}.change.after"),
            unknown=change.get("after_unknown"),
            hidden_before=change.get("before_sensitive"),
            hidden_after=change.get("after_sensitive"),
            forced_by=tuple(self._paths(change.get("replace_paths"), f"{where}.change.replace_paths")),
            reason=_text(entry.get("action_reason")),
            previous_address=_text(entry.get("previous_address")),
            is_imported=isinstance(change.get("importing"), dict),
            deposed=_text(entry.get("deposed")),
        )

    def _values(self, value: object, where: str) -> Mapping[str, Any]:
        return self._table(value, where) if value is not None else {}

    def _paths(self, value: object, where: str) -> Iterator[tuple[Step, ...]]:
        for each in self._list(where, value):
            if isinstance(each, list) and all(isinstance(step, str | int) for step in each):
                yield tuple(each)
            else:
                self._gap(where, f"holds {_kind(each)} where a path is meant")

    def _outputs(self) -> Iterator[OutputChange]:
        for name, entry in self._table(self._content.get("output_changes"), "output_changes").items():
            table = self._table(entry, f"output_changes.{name}")
            actions = table.get("actions")
            words = tuple(map(str, actions)) if isinstance(actions, list) else ()
            if words not in ACTIONS:
                self._gap(f"output_changes.{name}.actions", "is not known here")
                continue
            yield OutputChange(
                name=_text(name),
                action=ACTIONS[words][0],
                was_sensitive=table.get("before_sensitive") is True,
                is_sensitive=table.get("after_sensitive") is True,
            )

    def _checks(self) -> Iterator[CheckResult]:
        for number, entry in enumerate(self._list("checks", self._content.get("checks"))):
            where = f"checks[{number}]"
            table = self._table(entry, where)
            status = _text(table.get("status"))
            address = self._table(table.get("address"), f"{where}.address")
            if status in ("fail", "error"):
                yield CheckResult(
                    address=_text(address.get("to_display")),
                    status=status,
                    problems=tuple(self._problems(table.get("instances"), f"{where}.instances")),
                )

    def _problems(self, value: object, where: str) -> Iterator[str]:
        for number, entry in enumerate(self._list(where, value)):
            table = self._table(entry, f"{where}[{number}]")
            for problem in self._list(f"{where}[{number}].problems", table.get("problems")):
                if text := _text(self._table(problem, f"{where}[{number}].problems").get("message")):
                    yield text

    def _providers(self) -> Iterator[tuple[str, str]]:
        """Which provider each resource of the state before was made by; what is not as documented there changes nothing."""
        state = self._content.get("prior_state")
        values = state.get("values") if isinstance(state, dict) else None
        waiting = [values.get("root_module")] if isinstance(values, dict) else []
        while waiting:
            module = waiting.pop()
            if not isinstance(module, dict):
                continue
            children, resources = module.get("child_modules"), module.get("resources")
            waiting += children if isinstance(children, list) else []
            for each in resources if isinstance(resources, list) else ():
                if isinstance(each, dict) and isinstance(each.get("address"), str):
                    yield _text(each["address"]), _text(each.get("provider_name"))


def _text(value: object) -> str:
    """A text that can be written anywhere; empty for what is none."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, dict):
        return "an object"
    return "a list" if isinstance(value, list) else "a text" if isinstance(value, str) else "a number"
