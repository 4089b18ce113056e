"""What a load test measured, as four tools write it: what it asked for, and what did not hold."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

_ROUTE: Final = re.compile(r"(?:https?://[^/\s]+)?(/[^\s?#\"']*)")
_WRK: Final = re.compile(r"^Running \S+ test @ (\S+)", re.MULTILINE)
_WRK_REQUESTS: Final = re.compile(r"^\s*(\d{1,15}) requests in ", re.MULTILINE)
_WRK_REFUSED: Final = re.compile(r"^\s*Non-2xx or 3xx responses: (\d{1,15})", re.MULTILINE)
_WRK_BROKEN: Final = re.compile(
    r"^\s*Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", re.MULTILINE
)
_MOST_FAILED: Final = 0.01
"""The share of requests that may fail in a test whose author set no threshold of his own."""
_MOST_ROUTES: Final = 2_000


class Measured(Struct, frozen=True, kw_only=True):
    """One load test: the routes that it asked for, as far as it names any, and what did not hold, in words."""

    tool: str
    routes: frozenset[str]
    broken: tuple[str, ...]


class UnknownMeasureError(Exception):
    """It is no summary of a load test of a known form."""


def read_measured(data: bytes) -> Measured:
    """What one load test tells.

    Raises:
        UnknownMeasureError: the bytes are of no form that is known here.
    """
    text = data.decode("utf-8", "replace")
    begin = text[:2000].lstrip()
    try:
        if begin.startswith("{"):
            return _of_k6(json.loads(text))
        if begin.startswith("["):
            return _of_jmh(json.loads(text))
        if _WRK.search(begin):
            return _of_wrk(text)
        if re.match(r'"?Type"?,"?Name"?,', begin):
            return _of_locust(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        raise UnknownMeasureError("it is not whole, or not what its beginning says") from error
    raise UnknownMeasureError("it is no summary of k6, Locust, wrk or JMH")


def _of_k6(document: Mapping[str, object]) -> Measured:
    """Both what `handleSummary` is given, where a threshold says `ok`, and `--summary-export`, where it says whether it was crossed."""
    metrics = document["metrics"]
    if not isinstance(metrics, dict):
        raise TypeError("metrics are meant to be an object")
    broken: list[str] = []
    routes: set[str] = set()
    for name, metric in metrics.items():
        routes |= _routes(name)
        for threshold, said in (metric.get("thresholds") or {}).items():
            is_crossed = not said["ok"] if isinstance(said, dict) else said is True
            if is_crossed:
                broken.append(f"its own threshold `{name}: {threshold}` was crossed")
    return Measured(tool="k6", routes=frozenset(routes), broken=tuple(broken))


def _routes(text: str) -> set[str]:
    return {found.rstrip("/}") or "/" for found in _ROUTE.findall(text)[:_MOST_ROUTES]}


def _of_locust(text: str) -> Measured:
    rows = list(csv.DictReader(io.StringIO(text)))
    routes: set[str] = set()
    broken: list[str] = []
    for row in rows[:_MOST_ROUTES]:
        name = row["Name"]
        asked, failed = (
            _count(row, *names) for names in (("Request Count", "# requests"), ("Failure Count", "# failures"))
        )
        if name != "Aggregated":
            routes |= _routes(name)
            if asked and failed / asked > _MOST_FAILED:
                broken.append(f"{failed:,} of {asked:,} requests of `{name}` failed")
    return Measured(tool="Locust", routes=frozenset(routes), broken=tuple(broken))


def _count(row: Mapping[str, str], *names: str) -> int:
    return int(next((row[name] for name in names if name in row), ""))


def _of_wrk(text: str) -> Measured:
    asked = sum(int(number) for number in _WRK_REQUESTS.findall(text))
    refused = sum(int(number) for number in _WRK_REFUSED.findall(text))
    lost = sum(int(number) for found in _WRK_BROKEN.findall(text) for number in found)
    routes = {route for address in _WRK.findall(text) for route in _routes(address)}
    broken = list(_wrk_broken(asked, refused=refused, lost=lost))
    return Measured(tool="wrk", routes=frozenset(routes), broken=tuple(broken))


def _wrk_broken(asked: int, *, refused: int, lost: int) -> Iterator[str]:
    if asked and refused / asked > _MOST_FAILED:
        yield f"{refused:,} of {asked:,} requests were not answered with 2xx or 3xx"
    if lost and lost / max(1, asked) > _MOST_FAILED:
        yield f"{lost:,} connections failed or timed out, at {asked:,} requests"


def _of_jmh(document: list[Mapping[str, object]]) -> Measured:
    if not document or not all("benchmark" in each and "primaryMetric" in each for each in document):
        raise ValueError("results of JMH name a benchmark and its metric")
    return Measured(tool="JMH", routes=frozenset(), broken=())
