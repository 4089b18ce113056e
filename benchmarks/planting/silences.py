"""Signals taken from code, errors swallowed, alerts loosened, and sentences made false, by text alone."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from benchmarks.planting.danger import Danger, Ground

_LOG: Final = re.compile(
    r"^(?P<indent>[ \t]+)(?:[\w.]*\b(?:log|logger|LOG|LOGGER|_logger|_log|logging|slog|lg|console))\.(?:WithError\(\w+\)\.)?(?:error|exception|warn|warning|critical|Error|Errorf|Warn|Warnf|Errorw)\([^\n]*\)(?:\.Msgf?\([^\n]*\))?;?[ \t]*\n",
    re.MULTILINE,
)
_TOLD: Final = re.compile(r"\braise\b|\bthrow\b|\blog|Log\w*\(|\.(?:inc|Inc|increment)\(")
_ERROR: Final = re.compile(r"(?<![lL]This\.)(?<=[\w)]\.)(?:error|exception|Error)(?=\(\s*[\"'`])")
_COUNT: Final = re.compile(
    r"^(?P<indent>[ \t]+)[\w.]*(?:\([^()\n]*\))?\.(?:inc|Inc|observe|Observe|increment|incr)\([^\n]*\);?[ \t]*\n",
    re.MULTILINE,
)
_DECLARED: Final = re.compile(
    r"(?:Counter|Gauge|Histogram|Summary)(?:Vec|Opts)?[({]\s*\{?\s*(?:(?:Name|name):\s*)?[\"']([a-z_]{6,60})[\"']",
    re.MULTILINE,
)
_HANDLER: Final = re.compile(r"^(?P<indent>[ \t]*)except (?:Exception|BaseException)?[^\n]*:[ \t]*\n", re.MULTILINE)
_CATCH: Final = re.compile(
    r"^(?P<indent>[ \t]*)\} catch ?(?:\((?:final )?(?:Exception |Throwable |RuntimeException )?\w+(?:: \w+)?\) )?\{[ \t]*\n",
    re.MULTILINE,
)
_RETURNED: Final = re.compile(
    r"(if (?:err := [^\n]*; )?err != nil \{\n[ \t]*return )(?:err|fmt\.Errorf\([^\n]*\))(?=\n[ \t]*\})"
)
_FIRST_DEFAULT: Final = re.compile(r"(?<![\w.])([a-z_]\w*)(: ?[\w\[\] |.]+)? ?= ?(\d+(?:\.\d+)?)(?=[,)\n])")


def dangers() -> Iterator[Danger]:
    """What may be planted in a file of code."""
    yield Danger(name="a warning or an error is logged no longer", plant=_without(_LOG))
    yield Danger(name="something is counted no longer", plant=_without(_COUNT))
    yield Danger(name="an error in the log becomes a line for developers", plant=_quieter)
    yield Danger(name="a handler lets go of what it catches", plant=_swallow)
    yield Danger(name="Go answers an error with nil", plant=_answer_nil)
    yield Danger(name="a metric that an alert asks for has another name", plant=_rename_metric)


def sentences() -> Iterator[Danger]:
    """What makes documentation false."""
    yield Danger(name="a documented parameter has another name", plant=_rename_parameter)
    yield Danger(name="a documented default is another", plant=_other_default)
    yield Danger(name="a number that a comment quotes is another", plant=_other_number)
    yield Danger(name="a documented error is raised no longer", plant=_raise_nothing)


def alarms() -> Iterator[Danger]:
    """What may be planted in a file of alerts."""
    yield Danger(name="an alert is removed", plant=_without_alert)
    yield Danger(name="a bound is ten times as high", plant=_higher)
    yield Danger(name="an alert waits six times as long", plant=_longer)
    yield Danger(name="a critical alert is one to be informed of", plant=_informed)


def alert_for(text: str) -> str:
    """A file of rules that asks for each metric that a file declares, as far as its text says."""
    rules = "".join(f"      - alert: {name}\n        expr: rate({name}[5m]) > 1\n" for name in _DECLARED.findall(text))
    return f"groups:\n  - name: planted\n    rules:\n{rules}"


def _chosen(
    pattern: re.Pattern[str], ground: Ground, *, fits: Callable[[re.Match[str]], bool] = bool
) -> re.Match[str] | None:
    found = [each for each in pattern.finditer(ground.text) if fits(each)]
    return ground.chance.choice(found) if found else None


def _cut(text: str, found: re.Match[str], *, by: str = "") -> str:
    return text[: found.start()] + by + text[found.end() :]


def _without(pattern: re.Pattern[str]) -> Callable[[Ground], str | None]:
    def plant(ground: Ground) -> str | None:
        def fits(found: re.Match[str]) -> bool:
            whole = found.group()
            lines = ground.text[: found.start()].splitlines(), ground.text[found.end() :].splitlines()
            near = [side[at] if side else "" for side, at in zip(lines, (-1, 0), strict=True)]
            after = "".join(ground.text[found.end() :].splitlines(keepends=True)[:4])
            if _TOLD.search(after) or "Observer" in whole:
                return False  # what is raised, or told otherwise beside it, is no silence
            alike = any(_indent(line) == found["indent"] and line.strip() for line in near)
            return whole.count("(") == whole.count(")") and alike

        found = _chosen(pattern, ground, fits=fits)
        return _cut(ground.text, found) if found else None

    return plant


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _quieter(ground: Ground) -> str | None:
    found = _chosen(_ERROR, ground)
    return _cut(ground.text, found, by="Debug" if found.group()[0].isupper() else "debug") if found else None


def _swallow(ground: Ground) -> str | None:
    """The body of a broad handler that logs or raises is emptied."""
    pattern = _HANDLER if ground.path.endswith(".py") else _CATCH
    if ground.path.endswith(".go"):
        return None
    found = _chosen(pattern, ground, fits=lambda each: _body(ground.text, each) is not None)
    if found is None:
        return None
    body = _body(ground.text, found)
    assert body is not None, "it was asked for"
    by = f"{found['indent']}    pass\n" if ground.path.endswith(".py") else ""
    return ground.text[: found.end()] + by + ground.text[found.end() + len(body) :]


def _body(text: str, found: re.Match[str]) -> str | None:
    """The lines of a handler; None where it neither logs nor raises."""
    lines: list[str] = []
    for line in text[found.end() :].splitlines(keepends=True):
        if line.strip() and len(_indent(line)) <= len(found["indent"]):
            break
        lines.append(line)
    body = "".join(lines)
    return body if re.search(r"\blog|\braise\b|\bthrow\b|console|capture", body, re.I) else None


def _answer_nil(ground: Ground) -> str | None:
    found = _chosen(_RETURNED, ground)
    return _cut(ground.text, found, by=f"{found.group(1)}nil") if found else None


def _rename_metric(ground: Ground) -> str | None:
    found = _chosen(_DECLARED, ground)
    return ground.text[: found.start(1)] + "renamed_" + ground.text[found.start(1) :] if found else None


def _rename_parameter(ground: Ground) -> str | None:
    """A parameter that documentation lists gets another name, where it is declared and used."""
    listed = re.compile(
        r"(?:@param (?:\{[^}\n]*\} )?|:param (?:\w+ )?|^ {8,12})(?P<name>[a-z]\w{3,30})(?=:? )", re.MULTILINE
    )
    for found in ground.chance.sample(names := list(listed.finditer(ground.text)), len(names)):
        name = found["name"]
        declared = re.compile(
            rf"(?<=[(, \n]){name}(?=: |, |\)|=| \w)" if not ground.path.endswith(".java") else rf"(?<= ){name}(?=[,)])"
        )
        quotes = '"""' if ground.path.endswith(".py") else "*/"
        if ground.path.endswith(".py"):
            before = ground.text[: found.start()]
            start = before.rfind("def ")
            part = before[start:]
            close = part.find(quotes)
            if start >= 0 and part.count(quotes) == 1 and (at := declared.search(part[:close])):
                place = start + at.start()
                return ground.text[:place] + f"renamed_{name}" + ground.text[place + len(name) :]
            continue
        end = ground.text.find(quotes, found.end())
        stop = ground.text.find("{", end + 2)
        if 0 < end < stop < end + 300 and (at := declared.search(ground.text, end, stop)):
            return ground.text[: at.start()] + f"renamed{name}" + ground.text[at.end() :]
    return None


def _other_default(ground: Ground) -> str | None:
    """A default in a signature that its documentation names too."""
    if not ground.path.endswith(".py"):
        return None

    def fits(found: re.Match[str]) -> bool:
        start = ground.text.rfind("def ", 0, found.start())
        doc = ground.text.find('"""', found.end())
        end = ground.text.find('"""', doc + 3)
        if (
            start < 0
            or not 0 < doc < found.end() + 400
            or "):" not in ground.text[found.end() : doc].replace(") ->", "):")
        ):
            return False
        said = re.search(
            rf"\b{found.group(1)}\b[^\n]*(?:\n[^\n]*){{0,2}}?[Dd]efault\w*[^\n\d]{{0,12}}{re.escape(found.group(3))}\b",
            ground.text[doc:end],
        )
        return said is not None and ":" not in ground.text[start : found.start()].partition("):")[1]

    found = _chosen(_FIRST_DEFAULT, ground, fits=fits)
    return ground.text[: found.start(3)] + "77" + ground.text[found.end(3) :] if found else None


def _other_number(ground: Ground) -> str | None:
    """A constant whose comment, on its line or the one above, says its number."""
    constant = re.compile(
        r"^(?P<comment>[ \t]*(?:#|//)[^\n]*\n)?[ \t]*(?:(?:const|let|var|private|static|final|public|int|long) )*(?P<name>[A-Za-z_]\w*)(?:: ?\w+)? ?(?::=|=) ?(?P<number>\d{1,6})(?P<rest>(?: \* time\.\w+)?;?[ \t]*(?:(?:#|//)[^\n]*)?)$",
        re.MULTILINE,
    )

    def fits(found: re.Match[str]) -> bool:
        said = f"{found['comment'] or ''} {found['rest']}"
        words = {each.lower()[:5] for each in re.findall(r"[A-Z]?[a-z]{4,}|[A-Z]{4,}", found["name"])}
        return bool(re.search(rf"(?<![\w.]){found['number']}(?![\w.]\w)", said)) and any(
            word in said.lower() for word in words
        )

    found = _chosen(constant, ground, fits=fits)
    return ground.text[: found.start("number")] + "77" + ground.text[found.end("number") :] if found else None


def _raise_nothing(ground: Ground) -> str | None:
    """The only `raise` of an error that documentation lists becomes a bare `return`."""
    thrown = re.compile(r"^(?P<indent>[ \t]+)(?:raise|throw new) (?P<name>[A-Z]\w+)\([^\n]*\);?[ \t]*$", re.MULTILINE)

    def fits(found: re.Match[str]) -> bool:
        name = found["name"]
        is_python = ground.path.endswith(".py")
        start = ground.text.rfind("def " if is_python else "/**", 0, found.start())
        near = ground.text[start : found.start()] if start >= 0 else ""
        form = (
            rf'(?s)^[^"]*"""[^"]*(?:Raises:?\s[^"]*|:raises? ){name}\b' if is_python else rf"(?s)@throws \{{?{name}\b"
        )
        is_listed = re.search(form, near) is not None and near.count("*/") <= 1
        return len(re.findall(rf"\b{name}\(", ground.text)) == 1 and is_listed

    found = _chosen(thrown, ground, fits=fits)
    return (
        _cut(ground.text, found, by=f"{found['indent']}return{';' if not ground.path.endswith('.py') else ''}")
        if found
        else None
    )


def _without_alert(ground: Ground) -> str | None:
    alert = re.compile(r"^(?P<indent> *)- alert: [^\n]*\n(?:(?P=indent) +[^\n]*\n|\n)*", re.MULTILINE)
    found = _chosen(alert, ground)
    return _cut(ground.text, found) if found and len(alert.findall(ground.text)) > 1 else None


def _higher(ground: Ground) -> str | None:
    found = _chosen(
        re.compile(r"(?<=> )(\d+(?:\.\d+)?)(?=\s*$)", re.MULTILINE), ground, fits=lambda each: float(each.group()) > 0
    )
    return _cut(ground.text, found, by=f"{float(found.group()) * 10:g}") if found else None


def _longer(ground: Ground) -> str | None:
    found = _chosen(re.compile(r"(?<=\bfor: )(\d+)(?=[mh]\s*$)", re.MULTILINE), ground)
    return _cut(ground.text, found, by=str(int(found.group()) * 6)) if found and found.group() != "0" else None


def _informed(ground: Ground) -> str | None:
    found = _chosen(re.compile(r"(?<=severity: )critical(?=\s*$)", re.MULTILINE), ground)
    return _cut(ground.text, found, by="info") if found else None
