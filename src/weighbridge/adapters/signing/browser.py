"""The person's own browser, opened where there is a screen for it."""

import os
from collections.abc import Mapping
from typing import Final

_SCREENS: Final = frozenset({"DISPLAY", "WAYLAND_DISPLAY"})


def open_in_browser(address: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open the address; never in a browser that would take over the terminal, and in none where `BROWSER` is `none`."""
    import webbrowser  # noqa: PLC0415 - for those who sign with a passkey alone

    chosen = environment.get("BROWSER", "")
    has_screen = os.name == "nt" or os.uname().sysname == "Darwin" or bool(_SCREENS & environment.keys())
    if chosen == "none" or not (chosen or has_screen):
        return False
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
