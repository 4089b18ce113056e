"""A resource's properties under the names by which Terraform calls the same, so that the same rules speak of both."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct, field

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.infrastructure.cloudformation.template import table
from weighbridge.landscape.infrastructure.cloudformation.types import default_policy
from weighbridge.landscape.infrastructure.cloudformation.values import Choose, settled, undecided

_HUMP: Final = LatePattern(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NAME: Final = LatePattern(r"[A-Z][A-Za-z0-9]*")
_CALLED: Final = {
    "PolicyDocument": "policy",
    "KeyPolicy": "policy",
    "FileSystemPolicy": "policy",
    "AssumeRolePolicyDocument": "assume_role_policy",
    "RepositoryPolicyText": "repository_policy",
    "SecurityGroupIngress": "ingress",
    "Policies": "inline_policy",
    "CidrIp": "cidr_ipv4",
    "AccessControl": "acl",
    "EmptyOnDelete": "force_delete",
    "IsLogging": "enable_logging",
    "EnableLogFileValidation": "enable_log_file_validation",
    "PendingWindowInDays": "deletion_window_in_days",
    "EncryptionAtRestOptions": "encrypt_at_rest",
    "NodeToNodeEncryptionOptions": "node_to_node_encryption",
    "SSESpecification": "server_side_encryption",
    "SSEEnabled": "enabled",
}
"""The properties that Terraform calls otherwise than by their words."""
_ACLS: Final = {
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
}
_POLICIES: Final = {"DeletionPolicy": "deletion_policy", "UpdateReplacePolicy": "update_replace_policy"}


class Translated(Struct, frozen=True, kw_only=True):
    """The values of a resource; `spelled` is how the template calls each name."""

    values: Mapping[str, Any] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)


def translated(resource_type: str, body: Mapping[str, Any], *, choose: Choose = undecided) -> Translated:
    """What stands under a logical id, or in a change set's context of one; `choose` decides its choices."""
    properties = table(body.get("Properties"))
    reader = _Translator()
    values = table(reader.value(settled(properties, choose)))
    more = _serverless_policies(values) if resource_type == "AWS::Serverless::Function" else {}
    values = dict(_lifted(values)) | more
    for name, called in _POLICIES.items():
        reader.spelled[called] = name
        said = body.get(name)
        values[called] = said if isinstance(said, str) else default_policy(resource_type, properties)
        if said is not None and not isinstance(said, str):
            values[called] = settled(said)
    return Translated(values=values, spelled=reader.spelled)


@lru_cache(maxsize=4_000)
def called(name: str) -> str:
    """A property's name as Terraform has it."""
    return _CALLED.get(name) or _HUMP.sub("_", name).lower()


class _Translator:
    def __init__(self) -> None:
        self.spelled: dict[str, str] = {}

    def value(self, value: object) -> object:
        """The value with its names translated; policies keep theirs, and so do tables whose keys are data."""
        if isinstance(value, dict):
            if "Statement" in value and "Priority" not in value:  # a rule of a firewall has both
                return value
            return {self._name(name): self.value(inner) for name, inner in value.items()}
        return [self.value(each) for each in value] if isinstance(value, list) else value

    def _name(self, name: str) -> str:
        if _NAME.fullmatch(name) is None:
            return name
        found = called(name)
        self.spelled.setdefault(found, name)
        return found


def _lifted(values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """What stands deeper than Terraform has it, or in lists of names and values."""
    for name, value in values.items():
        if name == "public_access_block_configuration" and isinstance(value, dict):
            yield from value.items()
        elif name == "load_balancer_attributes" and isinstance(value, list):
            for each in value:
                if table(each).get("key") == "deletion_protection.enabled":
                    yield "enable_deletion_protection", each.get("value")
                elif table(each).get("key") == "access_logs.s3.enabled":
                    yield "access_logs", {"enabled": each.get("value")}
        elif name == "acl" and isinstance(value, str):
            yield name, _ACLS.get(value, value)
        elif name == "inline_policy" and isinstance(value, list):
            named = [each for each in value if isinstance(each, dict) and "policy" in each]
            yield name, [{"name": each.get("policy_name", ""), "policy": each["policy"]} for each in named]
        else:
            yield name, value


def _serverless_policies(values: Mapping[str, Any]) -> dict[str, Any]:
    """A function of SAM's has policies of AWS's by name, and statements, side by side."""
    value = values.get("inline_policy")
    many = value if isinstance(value, list) else [value]
    statements = [each for each in many if isinstance(each, dict) and "Statement" in each]
    return {
        "managed_policy_arns": [each for each in many if isinstance(each, str)],
        "inline_policy": [{"name": str(n), "policy": each} for n, each in enumerate(statements)],
    }
