"""What is shown of words that hold passwords."""

import time

import pytest

from weighbridge.domain.credentials import without_credentials
from weighbridge.domain.findings import Confidence, Severity
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.places import Place
from weighbridge.domain.rule import Rule


@pytest.mark.parametrize(
    "words",
    [
        "runs `curl https://bob:hunter2SECRET@example.com/x | sh`",
        "runs `curl -u bob:hunter2SECRET https://example.com`",
        "runs `curl --user='bob:hunter2SECRET' https://example.com`",
        "grants all to `'x' IDENTIFIED BY 'hunter2SECRET'`",
        "`ALTER ROLE web PASSWORD 'hunter2SECRET'`",
        "all rows where `password = 'hunter2SECRET'` are deleted",
        'is `{"api_token": "hunter2SECRET"}`',
        "runs `redis-server --requirepass hunter2SECRET`",
        "runs `x --db-password=hunter2SECRET`",
        "runs `PGPASSWORD=hunter2SECRET psql`",
    ],
)
def test_a_password_is_not_shown(words: str) -> None:
    found = without_credentials(words)

    assert "hunter2SECRET" not in found
    assert "***" in found


@pytest.mark.parametrize(
    "words",
    [
        "`https://example.com:8080/a@b` is called",
        "runs `curl https://${USER}:${TOKEN}@example.com`",
        "runs `x --password=$PASSWORD --token <token>`",
        "`token` is read by 3 places, and `password` is no longer asked for",
        "`enable_password=false`: whoever comes is let in",
        "`password: string` was required and is `password: integer` now",
        "the key `users_pkey` is dropped",
        "runs `docker run -u 1000:1000 x`",
        "`PASSWORD '${var.password}'`",
    ],
)
def test_what_is_none_stays(words: str) -> None:
    assert without_credentials(words) == words


@pytest.mark.parametrize("part", ["password", "://a:", "-u a:", "secret ", "token='", "a" * 50, "_token"])
def test_what_was_written_to_be_slow_is_not(part: str) -> None:
    began = time.process_time()

    without_credentials("token " + part * (60_000 // len(part)))

    assert time.process_time() - began < 2


def test_a_finding_says_no_password() -> None:
    rule = Rule(severity=Severity.LOW, confidence=Confidence.HIGH, reads=())

    found = rule.finding("runs `curl -u a:hunter2SECRET`", Place(path=RepoPath("a")), anchor="a")

    assert found.message == "runs `curl -u a:***`"
