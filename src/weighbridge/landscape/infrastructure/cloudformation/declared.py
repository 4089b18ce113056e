"""What the templates of a change let one expect of each resource: gone, made anew by what it changes, or altered.

Nothing here knows what a change set would: the values of parameters, and whether what functions stand for is otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.places import Side
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, NESTED_STACK, Alteration
from weighbridge.landscape.infrastructure.carried import NAMELESS_KEY
from weighbridge.landscape.infrastructure.cloudformation.conditions import holds, is_fixed, spares_production
from weighbridge.landscape.infrastructure.cloudformation.relatives import Relatives
from weighbridge.landscape.infrastructure.cloudformation.template import Resource, Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile, changed_loops
from weighbridge.landscape.infrastructure.cloudformation.translated import called, translated
from weighbridge.landscape.infrastructure.cloudformation.types import Type, like, type_of
from weighbridge.landscape.infrastructure.cloudformation.values import settled
from weighbridge.landscape.infrastructure.kinds import Holds

_EMPTY: Final[tuple[object, ...]] = (None, False, "", [], {})
_KEEPS: Final = frozenset({"Retain", "RetainExceptOnCreate"})
_READ: Final = (Holds.SECRET, Holds.VALUE)
"""What is there for others to read."""
_TRANSFORMED: Final[Mapping[str, str]] = {
    "AWS::Serverless::Application": "AWS::CloudFormation::Stack",
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
}
"""What SAM's transform makes of its types, under the same logical id.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""
GONE: Final = "the template declares it no longer"
FULL: Final = (
    "CloudFormation deletes only an empty one: one that holds something stays outside of the stack, or the update fails"
)
UNNAMED: Final = "nothing in its template refers to it, or hands it on"
SNAPSHOT: Final = "a last snapshot is taken, from which somebody would have to restore it"


def template_alterations(files: Sequence[TemplateFile]) -> Iterator[Alteration]:
    """One for each resource that is not declared as it was."""
    elsewhere: dict[tuple[str, str], str] = {}
    for file in files:
        for old, new in file.pairs():
            if old is None and new is not None:
                elsewhere.setdefault((new.type, new.name), file.path)
    for file in files:
        relatives = Relatives(before=file.before or Template(), after=file.after or Template())
        for old, new in file.pairs():
            pair = _Pair(file=file, relatives=relatives, elsewhere=elsewhere, old=old, new=new)
            found = pair.alteration()
            if found is not None:
                yield pair.spared(found)


def transformed(resource_type: str) -> str:
    """What becomes of a type where SAM's transform is applied."""
    return _TRANSFORMED.get(resource_type, resource_type)


def address(name: str, resource_type: str) -> str:
    """How findings call a resource."""
    return f"{name} ({resource_type})"


def policy_of(values: Mapping[str, Any], name: str) -> str:
    """What becomes of a resource that goes, by its translated values; empty where only a stack tells."""
    value = values.get(name)
    return value if isinstance(value, str) else ""


class _Pair(Struct, frozen=True, kw_only=True):
    """A resource as it was and as it is, with what its template and the others say."""

    file: TemplateFile
    relatives: Relatives
    elsewhere: Mapping[tuple[str, str], str]
    old: Resource | None
    new: Resource | None

    @property
    def before(self) -> Template:
        """Its template as it was."""
        return self.relatives.before

    @property
    def after(self) -> Template:
        """Its template as it is."""
        return self.relatives.after

    def alteration(self) -> Alteration | None:
        old, new = self.old, self.new
        if old is None:
            return None if new is None else self._made(new, action=Action.CREATE)
        if new is None:
            return self._gone(old)
        if old.type != new.type:
            if transformed(old.type) != transformed(new.type):
                return None  # the whole update is refused, which is told by itself
            return self._ending(old, new) or self._made(new, action=Action.UPDATE)
        ending = self._ending(old, new)
        if ending is not None:
            return ending
        return None if old.body == new.body else self._kept(old, new)

    def spared(self, found: Alteration) -> Alteration:
        """The same, less sure to matter where it is made in no production."""
        sides = [(self.before, self.old), (self.after, self.new)]
        names = [(template, each.body.get("Condition")) for template, each in sides if each is not None]
        if not names or not all(spares_production(template, name) for template, name in names):
            return found
        was = "was made" if self.new is None else "is made"
        note = f"it {was} only where `{names[-1][1]}` holds, which is no production"
        return replace(found, note="; ".join(filter(None, (found.note, note))), confidence=Confidence.LOW)

    def _gone(self, old: Resource, *, reason: str = GONE) -> Alteration | None:
        if self.file.after is None:
            note = "its whole template is removed: either the stack was deleted before, or nothing manages it any more"
            return self._deleted(old, reason=reason, note=note, confidence=Confidence.LOW)
        if self.after.gaps or changed_loops(self.before, self.after):
            note = "what its template becomes is not all told, and may hold it"
            return self._deleted(old, reason=reason, note=note, confidence=Confidence.LOW)
        path = self.elsewhere.get((old.type, old.name))
        if path is not None and path != self.file.path:
            note = f"it is declared anew in `{path}`: that makes another one, unless the stacks are refactored or it is imported there"
            return self._deleted(old, reason=reason, note=note, confidence=Confidence.LOW)
        renamed = self.relatives.renamed(old) if reason == GONE else None
        is_same = bool(renamed) and self.after.resources[str(renamed)].properties == old.properties
        how = "as it was" if is_same or like(old.type, old.properties) != NESTED_STACK else "by the same template"
        note = f"`{renamed}` is declared {how}: another logical id makes another one" if renamed else ""
        found = self._deleted(old, reason=reason, note=note, confidence=Confidence.MEDIUM)
        name = type_of(old.type).name
        is_taken = bool(renamed and name in old.properties) and (
            self.after.resources[renamed].properties.get(name) == old.properties[name] if renamed else False
        )
        return replace(found, is_name_taken=is_taken, is_renamed=bool(renamed))

    def _deleted(self, old: Resource, *, reason: str, note: str, confidence: Confidence) -> Alteration:
        values = translated(old.type, old.body).values
        policy, known = policy_of(values, "deletion_policy"), type_of(old.type)
        is_unnamed = like(old.type, old.properties) == NAMELESS_KEY and self.relatives.is_unnamed(old)
        notes = [
            note,
            UNNAMED if is_unnamed else "",
            SNAPSHOT if policy == "Snapshot" else "",
            FULL if known.refuses_full else "",
        ]
        found = self._made(
            old,
            action=Action.FORGET if policy in _KEEPS else Action.DELETE,
            confidence=confidence if policy else Confidence.LOW,
            note="; ".join(filter(None, notes)) if policy not in _KEEPS else note,
            reason=reason,
        )
        is_read = found.kind is not None and found.kind.holds in _READ
        return replace(found, is_unnamed=is_unnamed, loses_readers=is_read and self.relatives.loses_readers(old))

    def _ending(self, old: Resource, new: Resource) -> Alteration | None:
        """What goes because a condition lets it be made no longer."""
        was, now = (each.body.get("Condition") for each in (old, new))
        if not isinstance(now, str):
            return None
        is_same = was == now and self.before.conditions == self.after.conditions
        if is_same or (isinstance(was, str) and holds(self.before, was) is False):
            return None
        is_made = holds(self.after, now)
        if is_made or (is_made is None and was == now):
            return None
        if is_made is False:
            is_sure = was != now or is_fixed(self.after, now)
            reason = f"its condition `{now}` does not hold" + ("" if is_fixed(self.after, now) else " by default")
        else:
            is_sure, reason = False, f"it is made only where the condition `{now}` holds"
        found = self._deleted(old, reason=reason, note="", confidence=Confidence.MEDIUM if is_sure else Confidence.LOW)
        line = new.lines.get("Condition", new.line)
        return replace(found, place=self.file.place(line, Side.HEAD))

    def _kept(self, old: Resource, new: Resource) -> Alteration:
        known = type_of(new.type)
        forced = list(self._forced(known, old, new=new))
        if not forced:
            pauses = [
                name
                for name in known.pauses
                if name in old.properties and name in new.properties and old.properties[name] != new.properties[name]
            ]
            return replace(self._made(new, action=Action.UPDATE), pauses=tuple((called(name),) for name in pauses))
        policy = policy_of(translated(new.type, new.body).values, "update_replace_policy")
        is_refused = (
            known.name in new.properties
            and (known.name,) not in [path for path, _ in forced]
            and old.properties.get(known.name) == new.properties.get(known.name)
        )
        found = self._made(
            new,
            action=Action.FORGET if policy in _KEEPS else Action.REPLACE,
            confidence=Confidence.MEDIUM if any(is_sure for _, is_sure in forced) else Confidence.LOW,
            note=SNAPSHOT if policy == "Snapshot" else "",
        )
        paths = tuple(tuple(map(called, path)) for path, _ in forced)
        change = replace(found.change, forced_by=paths, creates_first=True)
        return replace(found, change=change, is_name_taken=is_refused)

    def _forced(self, known: Type, old: Resource, *, new: Resource) -> Iterator[tuple[tuple[str, ...], bool]]:
        """The properties that cannot be changed in place and are otherwise now, each with whether that is sure."""
        for path in known.forces:
            raw = tuple(_at(each.properties, path) for each in (old, new))
            if raw[0] == raw[1]:
                continue
            was, now = (settled(each) for each in raw)
            if was == now or (was in _EMPTY and now in _EMPTY):
                continue
            if self._default(was, self.before) == self._default(now, self.after) is not None:
                continue
            yield path, self._is_sure(was, now)

    def _default(self, value: object, template: Template) -> object:
        """What a property is where nobody gives a parameter."""
        if isinstance(value, Expression) and not value.is_template:
            return settled(template.default_of(value.text))
        return value

    def _given(self, was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
        """The values, what a parameter gives that was written out before by the parameter's default."""
        given = {name: value for name, value in now.items() if not isinstance(was.get(name), Expression)}
        defaults = {name: self._default(value, self.after) for name, value in given.items()}
        return {**now, **{name: value for name, value in defaults.items() if value is not None}}

    def _is_sure(self, was: object, now: object) -> bool:
        """Whether two values that are not written alike are not the same."""
        for value, template, other in ((was, self.before, now), (now, self.after, was)):
            if isinstance(value, Expression):
                is_resource = not value.is_template and value.text.partition(".")[0] in template.resources
                is_plain = other in _EMPTY and not value.text.startswith(("If(", "FindInMap("))
                is_given = not value.is_template and value.text in template.parameters
                if not is_resource and (not is_plain or is_given):
                    return False
        return True

    def _made(
        self,
        shown: Resource,
        *,
        action: Action,
        confidence: Confidence = Confidence.MEDIUM,
        note: str = "",
        reason: str = "",
    ) -> Alteration:
        ends = action in (Action.DELETE, Action.FORGET) and shown is self.old
        before = translated(shown.type, self.old.body, choose=partial(holds, self.before)) if self.old else None
        after = (
            translated(shown.type, self.new.body, choose=partial(holds, self.after)) if self.new and not ends else None
        )
        change = ResourceChange(
            address=address(shown.name, shown.type),
            type=like(shown.type, shown.properties),
            name=shown.name,
            action=action,
            before=before.values if before else {},
            after=self._given(before.values if before else {}, after.values) if after else {},
            reason=reason,
            spelled={**(before.spelled if before else {}), **(after.spelled if after else {})},
        )
        side = Side.BASE if ends else Side.HEAD
        end_line = shown.end_line if ends else 0
        return Alteration(
            change=change,
            place=self.file.place(shown.line, side, end_line=end_line),
            is_planned=False,
            confidence=confidence,
            note=note,
            dependents=tuple(self.relatives.users.get(shown.name, ())) if change.ends else (),
            lines=tuple((called(name), line) for name, line in shown.lines.items()),
            tool=CLOUDFORMATION,
        )


def _at(properties: Mapping[str, Any], path: tuple[str, ...]) -> object:
    value: object = properties
    for step in path:
        value = table(value).get(step)
    return value
