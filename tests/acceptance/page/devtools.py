"""A real browser that is driven over the DevTools protocol, with an authenticator of its own in it."""

import base64
import itertools
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What the protocol says, whose form it knows alone."""

_WITH_PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Starts the browser with the pipes where it looks for them."""

_GOES_ON = ("context", "navigated")
"""Of what the protocol says where a page makes room for the next while it is asked."""


class Tab:
    """One tab: what it shows is asked, and its authenticators are told, in the protocol's own words."""

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read = write, read
        self._numbers = itertools.count(1)
        self._left = b""
        self._session = ""

    def call(self, method: str, **parameters: Json) -> dict[str, Json]:
        """One command's result."""
        message = self._answer(method, **parameters)
        assert "error" not in message, (method, message)
        result: dict[str, Json] = message["result"]
        return result

    def _answer(self, method: str, **parameters: Json) -> dict[str, Json]:
        number = next(self._numbers)
        sent = {"id": number, "method": method, "params": parameters}
        if self._session:
            sent["sessionId"] = self._session
        os.write(self._write, json.dumps(sent).encode() + b"\0")
        while True:
            message = self._message()
            if message.get("id") == number:
                return message

    def attach(self) -> None:
        """Open the tab that everything after this is about."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")
        self.call("WebAuthn.enable", enableUI=False)

    def add_authenticator(self, **options: Json) -> str:
        """A new authenticator, which checks its user and is touched at once, unless `options` say otherwise."""
        usual = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
        }
        name: str = self.call("WebAuthn.addVirtualAuthenticator", options=usual | options)["authenticatorId"]
        return name

    def open(self, address: str) -> None:
        """Go there, and wait until the page's buttons can be used."""
        went = self.call("Page.navigate", url=address)
        assert "errorText" not in went, went
        self.wait_for(f"location.href == {json.dumps(address)} && document.readyState == 'complete'")

    def evaluate(self, expression: str) -> Json:
        """What an expression comes to on the page; None while there is none, as where it goes on to another just then."""
        answer = self._answer("Runtime.evaluate", expression=expression, returnByValue=True, userGesture=True)
        if any(words in answer.get("error", {}).get("message", "") for words in _GOES_ON):
            return None
        assert "error" not in answer, answer
        return answer["result"]["result"].get("value")

    def wait_for(self, expression: str, seconds: float = 20.0) -> Json:
        """What it comes to, once that is true."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := self.evaluate(expression):
                return found
            time.sleep(0.02)
        raise AssertionError((expression, self.evaluate("document.body.innerText")))

    def press(self, button: str) -> None:
        """Press a button by its id, as a mouse does."""
        self.wait_for(f"document.getElementById('{button}')?.checkVisibility()")
        box = f"document.getElementById('{button}').getBoundingClientRect()"
        self.evaluate(f"document.getElementById('{button}').scrollIntoView()")
        x, y = self.evaluate(f"{box}.x + {box}.width / 2"), self.evaluate(f"{box}.y + {box}.height / 2")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def type_key(self, key: str) -> None:
        """Press a key of the keyboard."""
        codes = {"Tab": 9, "Enter": 13}
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key], **text)

    def told(self) -> str:
        """What the page says at the end."""
        words: str = self.wait_for(
            "document.getElementById('told')?.className && document.getElementById('told').innerText"
        )
        return words

    def show_as(self, *, width: int, is_dark: bool) -> None:
        """Look at pages as somebody with such a screen does."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def picture(self, file: Path) -> None:
        """What it looks like."""
        taken = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(taken["data"]))

    def _message(self) -> dict[str, Json]:
        while b"\0" not in self._left:
            ready, _, _ = select.select([self._read], [], [], 60)
            assert ready, "the browser says nothing"
            more = os.read(self._read, 1 << 16)
            assert more, "the browser ended"
            self._left += more
        message, _, self._left = self._left.partition(b"\0")
        found: dict[str, Json] = json.loads(message)
        return found


@contextmanager
def tab_of(program: Path, folder: Path) -> Iterator[Tab]:
    """Chromium without a window, with a profile of its own, spoken to over two pipes."""
    their_read, our_write = os.pipe()
    our_read, their_write = os.pipe()
    command = [
        *(sys.executable, "-c", _WITH_PIPES, str(their_read), str(their_write), str(program)),
        *("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run"),
        "--disable-auto-reload",  # of a page that was not there, in place of the next one
        f"--user-data-dir={folder / 'profile'}",
    ]
    with subprocess.Popen(
        command, pass_fds=(their_read, their_write), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        os.close(their_read)
        os.close(their_write)
        try:
            tab = Tab(our_write, our_read)
            tab.attach()
            yield tab
        finally:
            process.terminate()
            process.wait(20)
            os.close(our_write)
            os.close(our_read)
