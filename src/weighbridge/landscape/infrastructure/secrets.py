"""What by its name is a secret, and by its value no reference to one."""

import re
from typing import Final

_NAME: Final = re.compile(
    r"(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRET(?:_?KEY)?|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|AUTH_?KEY|PAT|SIGNING_?KEY|ENCRYPTION_?KEY)"
    r"(?:_?\d+)?$",
    re.IGNORECASE,
)
_NONE: Final = re.compile(
    r"(?:change|replace|fill|your|example|sample|dummy|fake|placeholder|todo|xxx|test|secret$|password$|passwd$|token$|none$|null$|true$|false$|\d{1,4}$"
    r"|admin$|root$|postgres$|build|ci$|local|default|unset|not[-_ ]?(?:a|needed|used|set|real)|insecure|ignored?|unused|<|\*+$|/|\.)",
    re.IGNORECASE,
)
_SHORTEST: Final = 6
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether a variable is called as secrets are."""
    return _NAME.search(_CAMEL.sub("_", name)) is not None


def is_given_away(name: str, value: str) -> bool:
    """Whether a value that is no reference and no placeholder stands where a secret belongs."""
    value = value.strip().strip("\"'")
    return (
        is_secret_name(name)
        and len(value) >= _SHORTEST
        and "$" not in value
        and "{{" not in value
        and _NONE.match(value) is None
        and " " not in value
    )
