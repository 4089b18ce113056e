"""Whether what a way in leads to can be reached from the internet at all, as far as the file says that declares both."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.facts.terraform.blocks import nested
from weighbridge.landscape.infrastructure.alterations import CLOUDFORMATION, Alteration
from weighbridge.landscape.infrastructure.change import Infrastructure
from weighbridge.landscape.infrastructure.cloudformation.template import Template
from weighbridge.landscape.infrastructure.cloudformation.translated import translated
from weighbridge.landscape.infrastructure.cloudformation.types import like
from weighbridge.landscape.infrastructure.differences import plain

_GROUPS: Final = ("aws_security_group", "aws_vpc_security_group")
_ALWAYS: Final = frozenset(
    {
        "aws_vpc_endpoint", "aws_route53_resolver_endpoint", "aws_efs_mount_target", "aws_lambda_function",
        "AWS::Route53Resolver::ResolverEndpoint", "AWS::EFS::MountTarget", "AWS::Serverless::Function",
    }
)  # fmt: skip
"""Types that have addresses of a network of one's own alone."""

Used = tuple[str, Mapping[str, Any]]
"""The type and the values of what a security group is given to."""


def is_inside(alteration: Alteration, infrastructure: Infrastructure) -> bool:
    """Whether a security group is used, and only by what has no address on the internet."""
    if alteration.is_planned or not alteration.change.type.startswith(_GROUPS):
        return False
    used = list(
        _in_template(alteration, infrastructure)
        if alteration.tool is CLOUDFORMATION
        else _in_folder(alteration, infrastructure)
    )
    return bool(used) and all(_has_none(kind, values) for kind, values in used)


def _has_none(kind: str, values: Mapping[str, Any]) -> bool:
    """Whether one of this type has no address on the internet."""
    if kind in ("aws_lb", "aws_alb", "aws_elb"):
        return values.get("scheme") == "internal" or plain(values.get("internal")) is True
    if kind == "aws_ecs_service":
        given = [
            each.get("assign_public_ip")
            for network in nested(values, "network_configuration")
            for each in (network, *nested(network, "awsvpc_configuration"))
        ]
        return any(each == "DISABLED" or plain(each) is False for each in given) and "ENABLED" not in given
    if kind in ("aws_db_instance", "aws_rds_cluster_instance"):
        return plain(values.get("publicly_accessible")) is False
    return kind in _ALWAYS


def _in_template(alteration: Alteration, infrastructure: Infrastructure) -> Iterator[Used]:
    cloud = infrastructure.cloudformation
    for file in cloud.templates if cloud else ():
        if file.path == alteration.place.path and file.after is not None:
            yield from _users(file.after, alteration.change.name)


def _users(template: Template, name: str) -> Iterator[Used]:
    """Whatever refers to a group, or to the group that a rule belongs to; an output hands it to others."""
    rule = template.resources.get(name)
    owner = rule.properties.get("GroupId") if rule is not None else None
    group = _referred(owner) if owner is not None else name
    words = (f'{{"Ref": "{group}"}}', f'{{"Fn::GetAtt": ["{group}", ')
    for output in template.outputs.values():
        if any(each in json.dumps(output, default=str) for each in words):
            yield "output", {}
    for each in template.resources.values():
        text = json.dumps(each.properties, default=str)
        if not each.type.startswith("AWS::EC2::SecurityGroup") and any(word in text for word in words):
            yield like(each.type, each.properties), translated(each.type, each.body).values


def _referred(value: object) -> str:
    """The resource that a reference is about; empty where it is none."""
    inner = next(iter(value.values()), "") if isinstance(value, dict) and len(value) == 1 else ""
    found = inner[0] if isinstance(inner, list) and inner else inner
    return found.partition(".")[0] if isinstance(found, str) else ""


def _in_folder(alteration: Alteration, infrastructure: Infrastructure) -> Iterator[Used]:
    change = alteration.change
    group = change.block
    if change.type != "aws_security_group":
        owner = str(change.after.get("security_group_id", ""))
        group = ".".join(owner.removeprefix("${").split(".")[:2])
    if not group:
        return
    changed = [each for each in infrastructure.sources.folders if each.path == alteration.folder]
    kinds = ("resource", "output", "module")
    blocks = [each.block for folder in changed for kind in kinds for each in folder.of(kind)]
    for block in (*blocks, *infrastructure.module_blocks(alteration.folder, "./")):
        kind = block.labels[0] if block.type == "resource" and block.labels else block.type
        if block.type in kinds and not kind.startswith(_GROUPS) and f"{group}." in f"{block.values!r}":
            yield kind, block.values
