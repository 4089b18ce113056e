"""The person's own browser, opened where there is a screen for it."""

import os
import threading
from collections.abc import Mapping
from typing import Final

_IN_TERMINAL: Final = frozenset({"elinks", "links", "links2", "lynx", "w3m", "www-browser"})
_PATIENCE: Final = 3.0
"""Seconds. A browser that is still there then is open: some programs end only when it is closed."""
_SCREENS: Final = frozenset({"DISPLAY", "WAYLAND_DISPLAY"})


def open_in_browser(address: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Open the address; never in a browser that would take over the terminal, and in none where `BROWSER` is `none`.

    Nor where programs are looked for in folders that hang on where this runs: a repository could bring one of that name.
    """
    import webbrowser  # noqa: PLC0415 - for those who sign with a passkey alone

    chosen = environment.get("BROWSER", "")
    has_screen = os.name == "nt" or os.uname().sysname == "Darwin" or bool(_SCREENS & environment.keys())
    is_safe = all(map(os.path.isabs, environment.get("PATH", os.defpath).split(os.pathsep)))
    if chosen == "none" or not (chosen or has_screen) or not is_safe:
        return False
    opened: list[bool] = []

    def work() -> None:
        try:
            browser = webbrowser.get()
            is_ours = os.path.basename(getattr(browser, "name", "")) not in _IN_TERMINAL
            opened.append(is_ours and browser.open(address))
        except (webbrowser.Error, OSError):
            opened.append(False)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(_PATIENCE)
    return all(opened)
