"""What CDK's sources declare: constructs that hold something, and stacks, with the settings that need no running to be known.

A construct is a call of a class with a scope and an id. What a template of it would say is told only where both sides of a
change say it in plain words; whatever else CDK makes of it shows in `cdk.out` or in a change set.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.change import FileChange
from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.outcomes import CouldNotLook, Reason
from weighbridge.domain.places import Place, Side
from weighbridge.facts.calls.forms import Call, Form, Keyed, Listed, Name, Number, Text, Unknown, dotted, every, within
from weighbridge.facts.calls.forms import called as callee
from weighbridge.facts.calls.javascript import read_javascript
from weighbridge.facts.calls.python import read_python
from weighbridge.facts.calls.tokens import TooDeepError
from weighbridge.facts.terraform.blocks import Expression
from weighbridge.facts.terraform.changes import Action, ResourceChange
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.cloudformation.construct_model import POLICIES, TRUTHS, Construct
from weighbridge.landscape.infrastructure.cloudformation.decided import Setting, constants, decided, settings_in
from weighbridge.landscape.infrastructure.cloudformation.opening import Opening, openings
from weighbridge.landscape.infrastructure.cloudformation.recognise import bytes_on
from weighbridge.landscape.infrastructure.cloudformation.translated import called
from weighbridge.landscape.infrastructure.cloudformation.types import type_of

_SCOPES: Final = frozenset({"this", "self", "scope", "app", "stack", "stage", "parent", "construct"})
_RULE: Final = "aws_vpc_security_group_ingress_rule"
_STACK: Final = "aws_cloudformation_stack"
_CLASSES: Final[Mapping[str, tuple[str, str, str]]] = {
    "Bucket": ("s3", "AWS::S3::Bucket", "Retain"),
    "Table": ("dynamodb", "AWS::DynamoDB::Table", "Retain"),
    "TableV2": ("dynamodb", "AWS::DynamoDB::Table", "Retain"),
    "DatabaseInstance": ("rds", "AWS::RDS::DBInstance", "Snapshot"),
    "DatabaseInstanceFromSnapshot": ("rds", "AWS::RDS::DBInstance", "Snapshot"),
    "DatabaseCluster": ("", "AWS::RDS::DBCluster", "Snapshot"),
    "DatabaseClusterFromSnapshot": ("rds", "AWS::RDS::DBCluster", "Snapshot"),
    "ServerlessCluster": ("rds", "AWS::RDS::DBCluster", "Snapshot"),
    "FileSystem": ("efs", "AWS::EFS::FileSystem", "Retain"),
    "UserPool": ("cognito", "AWS::Cognito::UserPool", "Retain"),
    "Key": ("kms", "AWS::KMS::Key", "Retain"),
    "LogGroup": ("logs", "AWS::Logs::LogGroup", "Retain"),
    "Repository": ("ecr", "AWS::ECR::Repository", "Retain"),
    "Domain": ("opensearch", "AWS::OpenSearchService::Domain", "Retain"),
    "Stream": ("kinesis", "AWS::Kinesis::Stream", "Retain"),
    "Queue": ("sqs", "AWS::SQS::Queue", "Delete"),
    "Topic": ("sns", "AWS::SNS::Topic", "Delete"),
    "Secret": ("secretsmanager", "AWS::SecretsManager::Secret", "Delete"),
    "PublicHostedZone": ("route53", "AWS::Route53::HostedZone", "Delete"),
    "PrivateHostedZone": ("route53", "AWS::Route53::HostedZone", "Delete"),
    "HostedZone": ("route53", "AWS::Route53::HostedZone", "Delete"),
    "Vpc": ("ec2", "AWS::EC2::VPC", "Delete"),
}
"""Constructs by class: a part of the module's name, the type they make, and their removal policy where none is set.

Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-construct-library.html, the page of each class.
"""
_CALLED: Final = {
    "removal_policy": "deletion_policy",
    "versioned": "versioning_enabled",
    "auto_delete_objects": "force_destroy",
    "empty_on_delete": "force_delete",
    "backup_retention": "backup_retention_period",
}
_FORCES: Final = (
    "partition_key",
    "sort_key",
    "table_name",
    "bucket_name",
    "queue_name",
    "topic_name",
    "database_name",
    "fifo",
)


class Source(Struct, frozen=True, kw_only=True):
    """A file's constructs on both sides."""

    file: FileChange
    before: Mapping[tuple[str, str], Construct] = field(default_factory=dict)
    after: Mapping[tuple[str, str], Construct] = field(default_factory=dict)
    opened: tuple[Opening, ...] = ()
    """What lets anybody reach a port, and did not."""
    missing: CouldNotLook | None = None
    by: Setting | None = None
    """What in the file decides otherwise of constructs that stand in another."""
    elsewhere: str = ""
    """Where these stand."""


def construct_sources(files: Iterable[FileChange], contents: ChangedBytes) -> Iterator[Source]:
    """Each of these files, read."""
    for file in files:
        try:
            before, after = (_constructs(file, side, contents=contents) for side in (Side.BASE, Side.HEAD))
        except TooDeepError:
            why = CouldNotLook(reason=Reason.UNPARSED, detail="its constructs are nested too deep to be read")
            yield Source(file=file, missing=why)
        else:
            yield Source(file=file, before=before, after=after, opened=_opened(file, contents))


def construct_alterations(sources: Sequence[Source]) -> Iterator[Alteration]:
    """What becomes of each construct that is not declared as it was."""
    for source in sources:
        yield from _doors(source)
        for key, old in source.before.items():
            new = source.after.get(key)
            if new is not None and new.values != old.values:
                yield _placed(_made(source.file, old, new=new, forced=_forced(old, new)), source)
            elif new is None and old.policy == "Retain" and (renamed := _renamed(source, old)):
                note = f"`{renamed}` is declared in its file: another id makes another one"
                yield replace(_made(source.file, old, note=note), is_renamed=True)
            elif new is None and old.type != _STACK and old.policy in ("Delete", "Snapshot"):
                is_moved = any(key in each.after for each in sources) or not source.after
                note = (
                    "it is declared in another place now, or its file holds no construct any more" if is_moved else ""
                )
                confidence = Confidence.LOW if is_moved else Confidence.MEDIUM
                yield _made(source.file, old, confidence=confidence, note=note)


def _placed(made: Alteration, source: Source) -> Alteration:
    """The same where what decides it stands."""
    if source.by is None:
        return made
    place = Place(path=source.file.path, line=source.by.line, end_line=source.by.line, side=Side.HEAD)
    note = f"by {source.by.whose}, which `{source.elsewhere}` asks for"
    confidence = Confidence.LOW if source.by.is_for_trials else made.confidence
    return replace(made, place=place, lines=(), note="; ".join(filter(None, (made.note, note))), confidence=confidence)


def _renamed(source: Source, old: Construct) -> str:
    """The id of the construct that took the place of the only one of its class that is gone."""
    of_class = old.key[0]
    lost = [key for key in source.before if key[0] == of_class and key not in source.after]
    fresh = [key for key in source.after if key[0] == of_class and key not in source.before]
    return fresh[0][1] if len(lost) == len(fresh) == 1 else ""


def _opened(file: FileChange, contents: ChangedBytes) -> tuple[Opening, ...]:
    found: dict[Side, list[Opening]] = {side: [] for side in Side}
    for side in Side:
        data, blob = bytes_on(file, side, contents=contents), file.on(side)
        if isinstance(data, bytes) and blob is not None:
            found[side] = list(openings(_calls(data.decode("utf-8", "replace"), blob.path)))
    known = {each.key for each in found[Side.BASE]}
    return tuple({each.key: each for each in found[Side.HEAD] if each.key not in known}.values())


def _doors(source: Source) -> Iterator[Alteration]:
    for each in source.opened:
        change = ResourceChange(
            address=f"{each.on} (SecurityGroup)",
            type=_RULE,
            name=each.on,
            action=Action.CREATE,
            before={},
            after=each.values,
        )
        place = Place(path=source.file.path, line=each.line, end_line=each.line, side=Side.HEAD)
        yield Alteration(
            change=change, place=place, is_planned=False, confidence=Confidence.MEDIUM, tool=CLOUDFORMATION
        )


def _forced(old: Construct, new: Construct) -> tuple[str, ...]:
    """The settings that make another one, and are plainly otherwise."""
    known = {called(path[0]) for path in type_of(new.type).forces} | {"partition_key", "sort_key", "fifo"}
    return tuple(
        name
        for name in _FORCES
        if name in known
        and _is_plain(old.values.get(name))
        and _is_plain(new.values.get(name))
        and old.values.get(name) != new.values.get(name)
    )


def _made(
    file: FileChange,
    old: Construct,
    *,
    new: Construct | None = None,
    confidence: Confidence = Confidence.MEDIUM,
    note: str = "",
    forced: tuple[str, ...] = (),
) -> Alteration:
    shown, side = (old, Side.BASE) if new is None else (new, Side.HEAD)
    action = Action.UPDATE
    if new is None:
        action = Action.FORGET if old.policy == "Retain" else Action.DELETE
    elif forced:
        action = Action.FORGET if new.policy == "Retain" else Action.REPLACE
    blob, (kind, name) = file.on(side), shown.key
    change = ResourceChange(
        address=f"{name} ({kind})",
        type=shown.type if shown.type == _STACK else type_of(shown.type).like,
        name=name,
        action=action,
        before=old.values,
        after=new.values if new is not None else {},
        reason="no construct declares it any more" if new is None else "",
        forced_by=tuple((each,) for each in forced),
        creates_first=bool(forced),
        spelled={**old.spelled, **shown.spelled},
    )
    return Alteration(
        change=change,
        place=Place(
            path=blob.path if blob is not None else file.path,
            line=shown.line,
            end_line=shown.end_line if new is None else shown.line,
            side=side,
        ),
        is_planned=False,
        confidence=confidence,
        note=note,
        lines=tuple(shown.lines.items()),
        tool=CLOUDFORMATION,
    )


def _constructs(file: FileChange, side: Side, *, contents: ChangedBytes) -> dict[tuple[str, str], Construct]:
    data = bytes_on(file, side, contents=contents)
    blob = file.on(side)
    if not isinstance(data, bytes) or blob is None:
        return {}
    text = data.decode("utf-8", "replace")
    return decided(constructs_in(text, blob.path), text, values=constants(settings_in(text, blob.path)))


def constructs_in(text: str, path: RepoPath) -> dict[tuple[str, str], Construct]:
    """The constructs of a source.

    Raises:
        TooDeepError: they are nested deeper than is read.
    """
    found: dict[tuple[str, str], Construct] = {}
    for call in _calls(text, path):
        construct = _construct(call)
        if construct is not None:
            key = construct.key
            while key in found:
                key = (key[0], f"{key[1]}'")
            found[key] = construct
    return found


def _calls(text: str, path: RepoPath) -> Iterator[Call]:
    read = read_python if path.endswith((".py", ".pyi")) else read_javascript
    for statement in every(read(text)):
        if statement.value is not None:
            yield from (form for form in within(statement.value) if isinstance(form, Call))


def _construct(call: Call) -> Construct | None:
    listed = [each.value for each in call.arguments if not each.name]
    if len(listed) < 2 or not isinstance(listed[0], Name) or not isinstance(listed[1], Text):
        return None
    if listed[0].id.rpartition(".")[2] not in _SCOPES:
        return None
    given = dict(_given(call, listed))
    module, kind, default = _CLASSES.get(call.name, ("", "", ""))
    if not kind and ("termination_protection" in given or call.name.endswith("Stack")):
        kind, default = _STACK, ""
    of = dotted(call.of)
    if not kind or (of and module not in of.replace("_", "").lower()):
        return None
    values = {_CALLED.get(name, name): _value(name, form) for name, (_, _, form) in given.items()}
    backup = values.get("backup")
    if isinstance(backup, dict) and "retention" in backup:
        values["backup"] = {**backup, "backup_retention_period": backup["retention"]}
    return Construct(
        key=(callee(call), listed[1].value),
        type=kind,
        values={name: value for name, value in values.items() if value is not None},
        spelled={"backup_retention_period": "retention"}
        | {_CALLED.get(name, name): word for name, (word, _, _) in given.items()},
        lines={_CALLED.get(name, name): line for name, (_, line, _) in given.items() if line},
        line=call.line,
        end_line=call.end_line,
        default=default,
    )


def _given(call: Call, listed: list[Form]) -> Iterator[tuple[str, tuple[str, int, Form]]]:
    """What a construct is given: by name as Terraform would have it, how it is written, where, and what."""
    for argument in call.arguments:
        if argument.name not in ("", "*", "**"):
            yield argument.name, (argument.name, _line(argument.value), argument.value)
    if len(listed) > 2 and isinstance(listed[2], Keyed):
        for name, value in listed[2].pairs:
            if isinstance(name, Text):
                yield called(name.value[:1].upper() + name.value[1:]), (name.value, name.line, value)


def _line(form: Form) -> int:
    return form.line if isinstance(form, Name | Text | Call) else 0


def _value(name: str, form: Form) -> object:
    if isinstance(form, Name):
        last = form.id.rpartition(".")[2]
        if name == "removal_policy":
            return POLICIES.get(last, Expression(form.id))
        return TRUTHS[form.id] if form.id in TRUTHS else Expression(form.id)
    if isinstance(form, Number):
        return int(form.value) if form.value.isdecimal() and len(form.value) < 10 else form.value
    if isinstance(form, Text):
        return Expression(form.value, is_template=True) if form.has_holes else form.value
    if isinstance(form, Call) and form.name == "days" and form.arguments:
        return _value("", form.arguments[0].value)
    return _inner(form)


def _inner(form: Form) -> object:
    if isinstance(form, Keyed):
        pairs = ((name.value, value) for name, value in form.pairs if isinstance(name, Text))
        return {called(name[:1].upper() + name[1:]): _value(name, value) for name, value in pairs}
    if isinstance(form, Listed):
        return [_value("", each) for each in form.items]
    if isinstance(form, Call):
        named = {
            each.name: _value(each.name, each.value) for each in form.arguments if each.name not in ("", "*", "**")
        }
        return named or Expression(callee(form))
    inner = form.parts[0] if isinstance(form, Unknown) and form.is_negated else None
    return Expression(f"!{inner.id}" if isinstance(inner, Name) else "…")


def _is_plain(value: object) -> bool:
    if isinstance(value, dict):
        return bool(value)
    return value is not None and not isinstance(value, Expression)
