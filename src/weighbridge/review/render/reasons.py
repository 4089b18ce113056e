"""The reasons of a gate as JSON, for whoever reads them by program."""

import json
from typing import Any

import msgspec
from msgspec import Struct

from weighbridge.policy.reasons.reasons import Reasons

VERSION = 1


def reasons_as_json(reasons: Reasons, *, rule: str = "") -> str:
    """The whole tree; `rule` alone where it is named."""
    rules = [_plain(each) for each in reasons.rules if not rule or each.rule == rule]
    document: dict[str, object] = {
        "version": VERSION,
        "state": str(reasons.gate.state),
        "level": str(reasons.gate.level),
    }
    document |= {"policy": reasons.gate.policy, "reasons": list(reasons.gate.reasons), "rules": rules}
    if not rule:
        document["others"] = [_plain(each) for each in reasons.others]
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _plain(value: Struct) -> Any:  # noqa: ANN401 - plain values of JSON
    return msgspec.to_builtins(value)
