"""What is no longer encrypted: the settings that a change turns off. Their names are those of the providers' pages (see `kinds.toml`)."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.terraform.blocks import nested
from weighbridge.facts.terraform.changes import Action, ResourceChange, Step
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.differences import differences, last_name
from weighbridge.landscape.infrastructure.protections import META

_AT_REST: Final = frozenset(
    {
        "storage_encrypted", "encrypted", "at_rest_encryption_enabled", "sqs_managed_sse_enabled", "encryption_enabled",
        "infrastructure_encryption_enabled", "encryption_at_host_enabled", "server_side_encryption_enabled", "enable_encryption",
        "cluster_disk_encryption_enabled", "disk_encryption_enabled",
    }
)  # fmt: skip
_ON_THE_WAY: Final = frozenset(
    {
        "transit_encryption_enabled", "enable_https_traffic_only", "https_traffic_only_enabled", "ssl_enforcement_enabled",
        "https_only", "require_ssl", "tls_enabled", "enforce_https", "in_transit_encryption_enabled", "require_tls",
    }
)  # fmt: skip
_IN_CLEAR: Final = frozenset({"non_ssl_port_enabled", "enable_non_ssl_port"})
"""While these are true, connections in the clear are taken besides."""
_BLOCKS: Final = {
    "server_side_encryption": "what is stored in it is not encrypted with a key of yours any more",
    "encrypt_at_rest": "what is stored in it is not encrypted any more",
    "encryption_at_rest": "what is stored in it is not encrypted any more",
    "node_to_node_encryption": "its parts talk to each other in the clear",
}
_KEYS: Final = frozenset(
    {"kms_key_id", "kms_key_arn", "kms_master_key_id", "kms_key_name", "default_kms_key_name", "key_vault_key_id", "disk_encryption_set_id"}
)  # fmt: skip
_VERSIONS: Final = frozenset(
    {"min_tls_version", "minimum_tls_version", "minimum_protocol_version", "tls_version", "min_tls"}
)
_ASKING: Final = frozenset({"require_secure_transport", "rds.force_ssl", "require_ssl", "tls", "ssl"})
"""Parameters of databases by which they refuse connections in the clear."""
_PARAMETERS: Final = LatePattern(
    r"(?i)parameter_?group$|_flexible_server_configuration$|_(?:mysql|postgresql|mariadb)_configuration$"
)
_ON_BY_DEFAULT: Final = LatePattern(
    r"(?:aurora-)?mysql(?:8\.[4-9]|9)|postgres(?:1[5-9]|[2-9]\d)|aurora-postgresql(?:1[7-9]|[2-9]\d)|docdb"
)
"""Families of parameters of AWS in which that is on unless it is turned off."""
_SSL_MODES: Final = frozenset({"ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"})


_ENCRYPTED: Final = frozenset({"HTTPS", "TLS"})
_CLEAR: Final = frozenset({"HTTP", "TCP"})


class Loss(Struct, frozen=True, kw_only=True):
    """One thing that is not encrypted, or less well: `is_whole` where nothing is left of it."""

    setting: str
    name: str
    words: str
    is_whole: bool = True


def losses(alteration: Alteration) -> Iterator[Loss]:
    """What a resource that stays, or is made anew, encrypts no longer."""
    change = alteration.change
    if change.is_data or change.action not in (Action.UPDATE, Action.REPLACE):
        return
    yield from _parameter_losses(change)
    for path, was, now in differences(change.before, change.after):
        is_setting = path[0] not in META and not change.is_unknown(*path)
        if is_setting and (found := _loss(path, change.written(path), was=was, now=now)) is not None:
            yield found


def _parameter_losses(change: ResourceChange) -> Iterator[Loss]:
    """What a database's parameters no longer ask of whoever connects."""
    if not _PARAMETERS.search(change.type):
        return
    before, after = (_parameters(each) for each in (change.before, change.after))
    is_on = _ON_BY_DEFAULT.match(str(change.after.get("family") or "")) is not None
    for name, now in after.items():
        was = before.get(name)
        if _is_no(now) and not (was is not None and _is_no(was)):
            yield Loss(
                setting=name,
                name=next((each for each in ("parameter", "value") if each in change.after), name),
                words="whoever connects may do so in the clear",
                is_whole=was is not None or is_on,
            )


def _parameters(values: Mapping[str, Any]) -> dict[str, object]:
    """The parameters that say whether connections are encrypted, however they are listed."""
    listed = values.get("parameters")
    found: dict[str, object] = dict(listed) if isinstance(listed, dict) else {}
    blocks = [*nested(values, "parameter"), *nested(values, "parameters"), values]
    found |= {str(each.get("name")): each.get("value") for each in blocks if "value" in each}
    return {name: value for name, value in found.items() if name in _ASKING}


def _is_no(value: object) -> bool:
    return value is False or str(value).lower() in ("0", "off", "false", "disabled")


def _is_cleared(was: object, now: object) -> bool:
    return str(was).upper() in _ENCRYPTED and str(now).upper() in _CLEAR


def _loss(path: tuple[Step, ...], setting: str, *, was: object, now: object) -> Loss | None:
    name = last_name(path)
    parents = [step for step in path[:-1] if isinstance(step, str)]
    is_off = was is True and now in (False, None)
    words, is_whole = "", True
    if is_off and name in _AT_REST:
        words = "what is stored in it is not encrypted any more"
    elif (is_off and name in _ON_THE_WAY) or (now is True and was in (False, None) and name in _IN_CLEAR):
        words = "it can be reached in the clear"
    elif is_off and name == "enabled" and parents:
        words = _BLOCKS.get(parents[-1], "")
    elif is_off and name == "enable_key_rotation":
        words, is_whole = "its key is not changed any more", False
    elif name in _KEYS and isinstance(was, str) and was and now in (None, ""):
        words, is_whole = "it is encrypted with a key of the provider's, which nobody here can withdraw", False
    elif name in _VERSIONS and _is_older(was, now):
        words, is_whole = "it takes connections by a protocol that is known to be broken", False
    elif name == "protocol" and not parents and _is_cleared(was, now):
        words = "what goes through it goes in the clear"
    elif name == "ssl_mode" and was in _SSL_MODES and now not in _SSL_MODES and isinstance(now, str):
        words = "it can be reached in the clear"
    return (
        Loss(setting=setting, name=parents[0] if parents else name, words=words, is_whole=is_whole) if words else None
    )


def _is_older(was: object, now: object) -> bool:
    before, after = _version(was), _version(now)
    return bool(before and after and after < before and after < "12")


def _version(value: object) -> str:
    """The digits of a version of TLS, such as `TLS1_2`, `TLSv1.2_2021` and `1.2`."""
    if not isinstance(value, str):
        return ""
    return "".join(sign for sign in value.partition("_20")[0] if sign.isdigit())[:2]
