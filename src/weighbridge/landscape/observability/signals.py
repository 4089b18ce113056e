"""The signals that code gives: lines of logs, metrics, spans, reports of errors.

A call is one of these where its origin is a library for it, or where what it is called on goes by the name of a logger and
what is called is one of a logger's levels: loggers that are handed in have no origin in the file.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.facts.model import Attribute, Call, Expr, FileFacts, Item, Name, Text
from weighbridge.facts.names import last_name
from weighbridge.facts.recognise._origins import Called, Origins, calls
from weighbridge.landscape.functions import named_around


class SignalKind(StrEnum):
    """By what something is told."""

    LOG = "log"
    METRIC = "metric"
    SPAN = "span"
    REPORT = "report"
    """An error that is sent to where errors are gathered."""


class Level(StrEnum):
    """How loud a line of a log is, over all languages."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        """The higher, the louder."""
        return list(Level).index(self)


class Signal(Struct, frozen=True, kw_only=True):
    """One call that tells somebody something; `words` is its text or name as far as it is written there."""

    kind: SignalKind
    level: Level
    words: str
    spoken: str
    symbol: str
    line: int

    @property
    def is_loud(self) -> bool:
        """Whether somebody is meant to look: a warning or worse, or what is counted or gathered elsewhere."""
        return self.kind is not SignalKind.LOG or self.level.rank >= Level.WARNING.rank


_Origin = Callable[[], str]
_FIELDS: Final = frozenset({"zap", "slog", "zapcore", "zerolog", "logrus", "attribute"})
"""Packages whose functions of such names make a field of a line, where nothing else is given: `zap.Error(err)`."""

_LEVELS: Final = {
    **dict.fromkeys(("debug", "trace", "verbose", "fine", "finer", "finest", "config", "silly"), Level.DEBUG),
    **dict.fromkeys(("info", "notice", "print", "log", "msg", "http"), Level.INFO),
    **dict.fromkeys(("warn", "warning"), Level.WARNING),
    **dict.fromkeys(("error", "err", "exception", "severe", "critical", "fatal", "panic", "dpanic"), Level.ERROR),
}
_ENDINGS: Final = ("context", "depth", "ctx", "ln", "f", "w", "s")
_LOGGER: Final = LatePattern(
    r"_*(?:log|lg|logger|logging|slog|zlog|klog|glog|logr|zap|sugar|logrus|zerolog|pino|winston|loguru|structlog)(?:_|$)"
    r"|.*(?:_log|_logger|Log|Logger|getlogger|get_logger|getLogger)$",
)
_LOG_ORIGIN: Final = LatePattern(
    r"(?:logging|structlog|loguru|log/slog|log|go\.uber\.org/zap|github\.com/(?:rs/zerolog|sirupsen/logrus|go-logr/logr|golang/glog)[^.]*"
    r"|k8s\.io/klog[^.]*|pino|winston|bunyan|loglevel|signale|org\.slf4j|org\.apache\.logging\.log4j|org\.apache\.log4j"
    r"|org\.apache\.commons\.logging|java\.util\.logging|org\.jboss\.logging|@nestjs/common\.Logger)(?:[./]|$)"
)
_METRIC_ORIGIN: Final = LatePattern(
    r"prometheus_client|client_golang/prometheus|prom-client|statsd|hot-shots|dogstatsd|datadog|micrometer|opentelemetry.*(?:metric|[Mm]eter)"
    r"|go\.opentelemetry\.io/otel/metric|io\.prometheus|dropwizard\.metrics|codahale|VictoriaMetrics/metrics|armon/go-metrics|rcrowley/go-metrics"
)
_METRIC_NAME: Final = LatePattern(r"(?i).*(?:metrics?|statsd|counter|histogram|gauge|_total|_seconds|prom)$")
_RECORDS: Final = frozenset(
    {
        "inc",
        "dec",
        "observe",
        "observeduration",
        "increment",
        "decrement",
        "incr",
        "decr",
        "record",
        "timing",
        "add",
        "set",
        "count",
    }
    | {
        "histogram",
        "gauge",
        "distribution",
        "starttimer",
        "incrementcounter",
        "mark",
        "time",
        "settocurrenttime",
        "counter",
    }
)
_COUNTS: Final = frozenset({"inc", "increment", "incr", "observe", "timing"})
"""What hardly anything but a metric can do."""
_LABELLED: Final = frozenset({"WithLabelValues", "labels", "labelValues"})
"""What is called on a metric to say of which it is."""
_SPANS: Final = frozenset(
    {
        "startspan",
        "start_span",
        "startactivespan",
        "start_as_current_span",
        "record_exception",
        "recorderror",
        "recordexception",
    }
)
_REPORTS: Final = frozenset(
    {
        "captureexception",
        "capture_exception",
        "capturemessage",
        "capture_message",
        "noticeerror",
        "notice_error",
        "bugsnag.notify",
    }
)


def signals(facts: FileFacts) -> Sequence[Signal]:
    """Every signal of a file, in the order of its calls."""
    origins = Origins(facts)
    found: list[Signal] = []
    inner: set[int] = set()
    for called in calls(facts):
        if id(called.call) in inner or not isinstance(called.call.function, (Attribute, Name)):
            continue
        signal = _signal(called, facts, origins=origins)
        if signal is not None:
            found.append(signal)
            inner.update(id(each) for each in _chain(called.call.function) if isinstance(each, Call))
    return found


def _signal(called: Called, facts: FileFacts, *, origins: Origins) -> Signal | None:
    """What a call tells; None where it tells nobody."""
    call = called.call
    member = last_name(call.function)
    kind, level = _told(call, member, origin=lambda: origins.of(call.function, called.scope))
    if kind is None:
        return None
    return Signal(
        kind=kind,
        level=level,
        words=next(_texts(call), ""),
        spoken=spoken(call.function),
        symbol=named_around(facts, called.scope),
        line=called.line,
    )


def _told(call: Call, member: str, *, origin: "_Origin") -> tuple[SignalKind | None, Level]:
    lowered = member.lower()
    if lowered in _REPORTS:
        return SignalKind.REPORT, Level.ERROR
    if lowered in _SPANS:
        return SignalKind.SPAN, Level.INFO
    level = level_of(call)
    if level is not None and not _is_field(call):
        names = names_along(call.function)
        is_named = any(_LOGGER.match(name) for name in names[:-1])
        if is_named or names[:1] == ["console"] or _LOG_ORIGIN.match(origin()):
            return SignalKind.LOG, level
    is_metric = (
        lowered in _RECORDS and isinstance(call.function, Attribute) and _is_metric(call, lowered, origin=origin)
    )
    return (SignalKind.METRIC if is_metric else None), Level.INFO


def _is_metric(call: Call, member: str, *, origin: "_Origin") -> bool:
    names = names_along(call.function)[:-1]
    is_named = member in _COUNTS and any(_METRIC_NAME.match(name) for name in names)
    return is_named or (names[-1:] != [] and names[-1] in _LABELLED) or bool(_METRIC_ORIGIN.search(origin()))


def _is_field(call: Call) -> bool:
    names = names_along(call.function)
    return (
        len(names) == 2 and names[0] in _FIELDS and not any(isinstance(each.value, Text) for each in call.arguments[:2])
    )


def level_of(call: Call) -> Level | None:
    """The level that the name of what is called says; of a chain (`log.Error().Err(err).Msg("…")`), of the link that says one."""
    found: Level | None = None
    for name in reversed(names_along(call.function)):
        level = _level(name)
        if level is not None and (found is None or level is not Level.INFO):
            found = level
    if found is None and call.arguments and last_name(call.function) in ("Log", "log", "LogAttrs"):
        return Level.INFO
    return found if _level(last_name(call.function)) is not None else None


def _level(name: str) -> Level | None:
    lowered = name.lower()
    found = _LEVELS.get(lowered)
    for ending in _ENDINGS if found is None else ():
        found = found or (_LEVELS.get(lowered.removesuffix(ending)) if lowered.endswith(ending) else None)
    return found


def names_along(expr: Expr) -> list[str]:
    """The names of a chain of members and calls, first to last: of `a.log(x).error`, `a`, `log`, `error`."""
    found = [
        each.name if isinstance(each, Attribute) else each.id
        for each in _chain(expr)
        if isinstance(each, (Attribute, Name))
    ]
    return found[::-1]


def _chain(expr: Expr) -> Iterator[Expr]:
    while True:
        yield expr
        match expr:
            case Attribute(of=inner) | Call(function=inner) | Item(of=inner):
                expr = inner
            case _:
                return


def spoken(expr: Expr) -> str:
    """A chain as a reader would say it: `log.error`."""
    return ".".join(names_along(expr))


def _texts(call: Call) -> Iterator[str]:
    """The texts that a call of a chain is given, the last call's first."""
    for each in _chain(call):
        if isinstance(each, Call):
            yield from (given.value.value for given in each.arguments if isinstance(given.value, Text))
