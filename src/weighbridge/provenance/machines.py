"""Which addresses are no person's: agents, bots and what a forge commits with."""

import re
from typing import Final

from weighbridge.provenance.forms import Forms

_HOSTED: Final = re.compile(r"(?:(\d{1,15})\+)?([^@\s]{1,64})@users\.noreply\.github\.com\Z", re.IGNORECASE)
_BOT: Final = "[bot]"
_FORGES: Final = frozenset({"noreply@github.com"})
"""What the forge's own web pages commit with."""


def is_machine(name: str, forms: Forms) -> bool:
    """Whether an address or handle is a known agent's or bot's; whoever is not known to be one may be a person."""
    text = name.strip().casefold()
    if text in _FORGES or text in forms.addresses:
        return True
    hosted = _HOSTED.match(text)
    if hosted is not None:
        return (hosted[1] or "") in forms.github_ids or hosted[2].endswith(_BOT)
    return text.partition("@")[0].endswith(_BOT) or text.endswith(_BOT)
