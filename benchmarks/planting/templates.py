"""Dangers in templates of CloudFormation: what holds data goes or is unprotected, what was closed is open."""

import itertools
import re
from collections.abc import Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground, Plant

_TYPE: Final = re.compile(r"^ +Type: ['\"]?(?P<type>AWS::[\w:]+)", re.M)
_HOLDS: Final = (
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBCluster",
    "AWS::S3::Bucket",
    "AWS::DynamoDB::Table",
    "AWS::EFS::FileSystem",
    "AWS::SQS::Queue",
    "AWS::KMS::Key",
    "AWS::Cognito::UserPool",
    "AWS::SecretsManager::Secret",
    "AWS::OpenSearchService::Domain",
    "AWS::Elasticsearch::Domain",
    "AWS::ECR::Repository",
)


def _changed(pattern: str, instead: str, *, only: str = "") -> Plant:
    def plant(ground: Ground) -> str | None:
        if not ground.text.startswith("AWSTemplate") and "\nResources:" not in f"\n{ground.text}":
            return None
        if only and not re.search(only, ground.text, re.M):
            return None
        text, times = re.subn(pattern, instead, ground.text, count=1, flags=re.M)
        return text if times and text != ground.text else None

    return plant


def _keepers(ground: Ground) -> list[tuple[str, str]]:
    """Names and blocks of what holds data and is always made, in some order."""
    found = []
    for name, block in _resources(ground.text):
        kind = _TYPE.search(block)
        if kind and kind["type"] in _HOLDS and "Condition: " not in block:
            found.append((name, block))
    ground.chance.shuffle(found)
    return found


def _resources(text: str) -> Iterator[tuple[str, str]]:
    """Blocks of the section of resources, by the indentation of its first."""
    section = re.search(r"^Resources:[^\n]*\n(?P<body>(?:[ #][^\n]*\n|\n)*)", f"{text}\n", re.M)
    first = re.search(r"^ +(?=\w+:)", section["body"], re.M) if section else None
    if section is None or first is None:
        return
    begins = re.compile(rf"^{first[0]}(?P<name>\w+):[^\n]*\n", re.M)
    found = list(begins.finditer(section["body"]))
    for this, after in itertools.pairwise([*found, None]):
        if this is not None:
            yield this["name"], section["body"][this.start() : after.start() if after else None]


def _one_less(ground: Ground) -> str | None:
    """One that nothing else of the template names."""
    for name, block in _keepers(ground):
        text = ground.text.replace(block, "")
        if not re.search(rf"\b{name}\b", text):
            return text
    return None


def _under_another_name(ground: Ground) -> str | None:
    """A new logical name makes another, empty one, and the old goes."""
    for name, _ in _keepers(ground)[:1]:
        return re.sub(rf"(?<![\w/-]){name}\b(?!-)", f"{name}Planted", ground.text)
    return None


def dangers() -> Iterator[Danger]:
    """All of them."""
    yield Danger(name="a resource that holds data is gone", plant=_one_less)
    yield Danger(name="a resource that holds data has another logical name", plant=_under_another_name)
    yield Danger(
        name="what was kept goes with its stack",
        plant=_changed(r"^( +DeletionPolicy: )['\"]?(?:Retain|Snapshot)['\"]?", r"\1Delete"),
    )
    yield Danger(
        name="nothing protects it from deletion",
        plant=_changed(r"^( +Deletion(?:Protection|ProtectionEnabled): )['\"]?true['\"]?", r"\1false"),
    )
    yield Danger(
        name="what is stored is no longer encrypted",
        plant=_changed(r"^( +(?:StorageEncrypted|Encrypted): )['\"]?true['\"]?", r"\1false"),
    )
    yield Danger(
        name="the world may read a bucket",
        plant=_changed(
            r"^( +(?:BlockPublicAcls|BlockPublicPolicy|RestrictPublicBuckets): )['\"]?[Tt]rue['\"]?", r"\1false"
        ),
    )
    yield Danger(
        name="old versions are no longer kept",
        plant=_changed(r"^( +VersioningConfiguration:\s*\n +Status: )['\"]?Enabled['\"]?", r"\1Suspended"),
    )
    yield Danger(
        name="a role may do everything",
        plant=_changed(
            r"^( +)Action:\n(?:\1(?:  )?- [^\n]+\n)+\1Resource:[^\n]*\n(?:\1 +[^\n]*\n|\1- [^\n]*\n)*",
            r"\1Action: '*'\n\1Resource: '*'\n",
            only="AWS::IAM::",
        ),
    )
    yield Danger(
        name="a rule lets the whole world in",
        plant=_changed(r"^( +)SourceSecurityGroupId: [^\n]+", r"\1CidrIp: '0.0.0.0/0'", only="SecurityGroup"),
    )
