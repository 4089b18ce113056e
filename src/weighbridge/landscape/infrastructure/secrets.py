"""What by its name is a secret, and by its value no reference to one."""

import re
from typing import Final

from weighbridge.domain.late_pattern import LatePattern

_NAME: Final = LatePattern(
    r"(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRET(?:_?KEY)?|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|AUTH_?KEY|PAT|SIGNING_?KEY|ENCRYPTION_?KEY)"
    r"(?:_?\d+)?$",
    re.IGNORECASE,
)
_OF_A_SERVICE: Final = LatePattern(
    r"TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|PAT$|SIGNING_?KEY", re.IGNORECASE
)
_NONE: Final = LatePattern(
    r"change|replace|fill|your|example|sample|dummy|fake|placeholder|todo|xxx|test|e2e|secret|password|passwd|token|local|default|insecure|ignore|unused"
    r"|not[-_ ]?(?:a|needed|used|set|real)|admin|root|none|null|true|false|build|foo|bar|demo|dev|(?:^|[^a-z])ci(?:[^a-z]|$)|^[<*/.]|0123|1234|abcd",
    re.IGNORECASE,
)
"""What stands there where nothing is kept secret: a place for it, a word, a value of tests."""
_MIXED: Final = LatePattern(r"(?=.*[a-zA-Z])(?=.*\d)")
_SHORTEST: Final = 8
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether a variable is called as secrets are."""
    return _NAME.search(_CAMEL.sub("_", name).replace("-", "_").replace(".", "_")) is not None


def is_for_others(name: str) -> bool:
    """Whether it opens something elsewhere, by its name: a password may be that of a database which the same job throws away."""
    return _OF_A_SERVICE.search(_CAMEL.sub("_", name)) is not None


def is_given_away(name: str, value: str) -> bool:
    """Whether a value that is no reference and no placeholder stands where a secret belongs."""
    value = value.strip().strip("\"'")
    return (
        is_secret_name(name)
        and len(value) >= _SHORTEST
        and "$" not in value
        and "{{" not in value
        and " " not in value
        and _MIXED.search(value) is not None
        and _NONE.search(value) is None
    )
