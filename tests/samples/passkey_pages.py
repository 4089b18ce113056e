"""What somebody at a browser would do, done by an authenticator in memory: it answers the pages that are shown."""

import html
import http.client
import json
import re
import threading
from base64 import urlsafe_b64decode
from typing import Any

from tests.samples.passkeys import PRESENT, VERIFIED, Passkey

_ASKED = re.compile(r'data-asked="([^"]*)"')


class Visitor:
    """Answers every page whose address it is told, with one passkey; keeps what each page asked."""

    def __init__(self, key: Passkey, origin: str, *, flags: int = PRESENT | VERIFIED, form: str = "none") -> None:
        self._key, self._origin, self._flags, self._form = key, origin, flags, form
        self.told: list[str] = []
        self.asked: list[dict[str, object]] = []
        self.answers: list[dict[str, object]] = []
        self._threads: list[threading.Thread] = []

    def notify(self, words: str) -> None:
        """What the person is told; an address is gone to."""
        self.told.append(words)
        if words.startswith(self._origin):
            self._threads.append(threading.Thread(target=self._visit, args=(words.removeprefix(self._origin),)))
            self._threads[-1].start()

    def left(self) -> None:
        """Wait until every page was answered."""
        for thread in self._threads:
            thread.join(10)

    def _visit(self, path: str) -> None:
        while path:
            page = self._request("GET", path)
            found = _ASKED.search(page)
            assert found, page
            asked = json.loads(html.unescape(found[1]))
            self.asked.append(asked)
            answer = json.loads(self._request("POST", path, body=json.dumps({"made": self._made(asked)})))
            self.answers.append(answer)
            path = answer.get("next", "")

    def _made(self, asked: dict[str, Any]) -> object:
        text: str = asked["options"]["challenge"]
        challenge = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if asked["kind"] == "create":
            made = self._key.registration(
                form=self._form, origin=self._origin, challenge=challenge, flags=self._flags
            ).encode()
        else:
            made = self._key.assertion(challenge, origin=self._origin, flags=self._flags)
        return json.loads(made)

    def _request(self, method: str, path: str, *, body: str = "") -> str:
        host = self._origin.removeprefix("http://")
        connection = http.client.HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]), timeout=10)
        headers = {"Host": host, "Origin": self._origin, "Content-Type": "application/json"}
        connection.request(method, path, body or None, headers if body else {"Host": host})
        found = connection.getresponse().read().decode()
        connection.close()
        return found
