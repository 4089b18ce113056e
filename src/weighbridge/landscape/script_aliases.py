"""What an object of a type of TypeScript may have, where the type is written as one."""

import re

from weighbridge.facts.model import Definition


def may_hold(alias: Definition, member: str) -> bool:
    """Whether an object of a type may have a member: what is put together of others, or worked out, may have any."""
    stated = alias.signature.partition("=")[2].strip()
    if not stated.startswith("{") or not stated.endswith("}"):
        return True
    return re.search(rf"(?<![\w.]){re.escape(member)}[\"']?\??\s*[:(<]", stated) is not None
