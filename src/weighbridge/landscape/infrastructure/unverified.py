"""Settings of programs by which they no longer look whom they speak to, by how such settings are called."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

_SECURE: Final = frozenset({"TLS", "SSL", "CERT", "CERTS", "CERTIFICATE", "CERTIFICATES", "PEER", "HTTPS", "X509"})
_VERIFIES: Final = frozenset(
    {"VERIFY", "VERIFICATION", "VALIDATE", "VALIDATION", "CHECK", "REJECT", "UNAUTHORIZED", "STRICT"}
)
_DENIES: Final = frozenset({"DISABLE", "DISABLED", "SKIP", "NO", "IGNORE", "WITHOUT", "INSECURE"})
_KNOWN: Final = frozenset({"PYTHONHTTPSVERIFY", "NODE_TLS_REJECT_UNAUTHORIZED"})
_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off", "none", "disable", "disabled"})
_TABLES: Final = frozenset({"environment", "variables", "environment_variables", "env", "app_settings"})
"""What holds settings of a program, by name."""
_DEEPEST: Final = 14


def trusts_anybody(name: str, value: object) -> bool:
    """Whether a setting of this value has a program take whoever answers for whom it asked."""
    words = set(name.upper().split("_"))
    said = str(value).strip().lower()
    if name.upper().endswith(("SSLMODE", "SSL_MODE")):
        return said in ("disable", "disabled")
    if not (words & _SECURE or {"SKIP", "VERIFY"} <= words or name.upper() in _KNOWN):
        return False
    if words & _DENIES:
        return bool(words & _VERIFIES or "INSECURE" in words) and said in _TRUE
    return bool(words & _VERIFIES or name.upper() in _KNOWN) and said in _FALSE


def settings_in(value: object, *, depth: int = 0) -> Iterator[tuple[str, object]]:
    """The settings that a resource gives to programs, in whichever form it lists them."""
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and value[:1] in "[{" and '"environment"' in value:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and "value" in value:
            yield value["name"], value["value"]
        for name, inner in value.items():
            if name in _TABLES and isinstance(inner, dict):
                yield from ((key, each) for key, each in inner.items() if not isinstance(each, dict | list))
            yield from settings_in(inner, depth=depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from settings_in(each, depth=depth + 1)


def newly_trusting(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    """The settings that turn it off and did not before."""
    known = {name for name, value in settings_in(before) if trusts_anybody(name, value)}
    found = (name for name, value in settings_in(after) if trusts_anybody(name, value) and name not in known)
    yield from dict.fromkeys(found)
