"""As whom a job acts in a cloud: the role, account or application that its login names.

Sources: https://github.com/aws-actions/configure-aws-credentials, https://github.com/google-github-actions/auth, https://github.com/Azure/login.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from weighbridge.landscape.infrastructure.pipelines.model import Job, Text

_LOGINS: Final[Mapping[str, tuple[str, ...]]] = {
    "aws-actions/configure-aws-credentials": ("role-to-assume",),
    "google-github-actions/auth": ("service_account", "workload_identity_provider"),
    "azure/login": ("client-id", "subscription-id"),
}
_VARIABLES: Final = ("AWS_ROLE_ARN", "AWS_ROLE_TO_ASSUME", "ROLE_ARN")
_WIDE: Final = re.compile(
    r"admin|organi[sz]ation|owner|(?<![a-z])root(?![a-z])|full[-_]?access|power[-_]?user|super[-_]?user|break[-_]?glass",
    re.IGNORECASE,
)
_ACCOUNT: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):|@([\w-]+)\.iam\.gserviceaccount\.com|^projects/(\d+)/")


class Exchanged(Struct, frozen=True, kw_only=True):
    """A login by which a job acts as another one than before."""

    setting: str
    was: str
    now: str
    line: int

    @property
    def is_wide(self) -> bool:
        """Whether its name says that it may do whatever there is to do, and the former one's did not."""
        return _WIDE.search(_name(self.now)) is not None and _WIDE.search(_name(self.was)) is None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is of another account or project."""
        before, after = _account(self.was), _account(self.now)
        return bool(before and after and before != after)

    @property
    def is_filled_in(self) -> bool:
        """Whether either is decided elsewhere."""
        return "$" in self.was or "$" in self.now


def logs_in(job: Job) -> bool:
    """Whether a job acts as somebody in a cloud."""
    return next(_logins(job), None) is not None or any(step.action.lower() in _LOGINS for step in job.steps)


def exchanged(was: Job, job: Job) -> Iterator[Exchanged]:
    """Each login that names another one than all of its kind did."""
    before: dict[str, list[str]] = {}
    for setting, text in _logins(was):
        before.setdefault(setting, []).append(text.value)
    for setting, text in _logins(job):
        known = before.get(setting, [])
        if known and text.value not in known:
            known.append(text.value)
            yield Exchanged(setting=setting, was=known[0], now=text.value, line=text.line)


def _logins(job: Job) -> Iterator[tuple[str, Text]]:
    for step in job.steps:
        for setting in _LOGINS.get(step.action.lower(), ()):
            if setting in step.settings:
                yield setting, step.settings[setting]
    for env in (job.env, *(step.env for step in job.steps)):
        for name in _VARIABLES:
            if name in env:
                yield name, env[name]


def _name(login: str) -> str:
    """What it is called, without the account that it is of."""
    return login.partition("@")[0] if "@" in login else login.rpartition("/")[2]


def _account(login: str) -> str:
    found = _ACCOUNT.search(login)
    return next(filter(None, found.groups()), "") if found is not None else ""
