"""`weighbridge waive`: accept findings of a rule in some places, for a reason and until a time."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, Unpack

import click

from weighbridge.app.explain import UnknownNameError
from weighbridge.app.speak_of_change import prepare_waiver
from weighbridge.assembly.rules import rule_names
from weighbridge.entrypoints.cli.sections import Section
from weighbridge.entrypoints.cli.speaking import Speaking, anyway_option, reason_of, session, speaking_options
from weighbridge.entrypoints.cli.times import moment_of
from weighbridge.landscape.documents.shapes import nearest
from weighbridge.landscape.globs import why_not_a_glob
from weighbridge.policy.foretell import why_no_waiver

SECTION: Final = Section.EXCEPT

_FINGERPRINT: Final = 32
"""Hexadecimal digits."""


class _Waiving(Speaking):
    """What its options were given, besides."""

    paths: tuple[str, ...]
    fingerprints: tuple[str, ...]


@click.command(short_help="Accept findings of a rule in some places, for a while.")
@click.argument("rule")
@click.option("--path", "paths", multiple=True, metavar="GLOB", help="Where: paths or globs; repeatable.")
@click.option(
    "--fingerprint", "fingerprints", multiple=True, metavar="TEXT", help="Exactly these findings; repeatable."
)
@click.option("--reason", required=True, metavar="TEXT", help="Why; it is shown in every later package.")
@click.option("--until", "until_", required=True, metavar="TIME", help="12h, 2d, 3w, 2026-12-01 or a moment, in UTC.")
@anyway_option
@speaking_options
def command(rule: str, folder: Path, *, reason: str, until_: str, anyway: bool, **rest: Unpack[_Waiving]) -> None:
    """Waive findings of RULE in whatever change they come, where the policy's `waivers:` lets you.

    Say where by --path, or which by --fingerprint, which SARIF shows. It runs out by itself.
    """
    why, paths, fingerprints = reason_of(reason), rest["paths"], rest["fingerprints"]
    for problem in _problems(rule, paths, fingerprints=fingerprints):
        raise UnknownNameError(problem)
    speaking = Speaking(target=rest["target"], proposal=rest["proposal"], key=rest["key"], yes=rest["yes"])
    with session(folder, anyway=anyway, **speaking) as here:
        until = moment_of(until_, now=here.now)
        here.must_count(lambda case, voice: why_no_waiver(case, voice, rule=rule, until=until))
        prepared = prepare_waiver(
            here.speaker, rule=rule, reason=why, until=until, paths=paths, fingerprints=fingerprints
        )
        where = ", ".join((*paths, *fingerprints))
        here.sign(prepared, {"Waive": f"{rule} at {where}", "Until": f"{until:%Y-%m-%d %H:%M} UTC", "Because": why})


def _problems(rule: str, paths: tuple[str, ...], *, fingerprints: tuple[str, ...]) -> Iterator[str]:
    known = rule_names()
    if not any(fnmatchcase(name, rule) for name in known):
        close = nearest(rule, known)
        yield f"no rule is called {rule}: " + (f"did you mean {close}?" if close else "`weighbridge explain` lists all")
    if not paths and not fingerprints:
        yield f"say where findings of {rule} are accepted: --path GLOB, or --fingerprint for single ones"
    yield from (f"--path {path}: {why}" for path in paths if (why := why_not_a_glob(path)))
    for text in fingerprints:
        if len(text) != _FINGERPRINT or any(c not in "0123456789abcdef" for c in text):
            yield f"--fingerprint {text[:40]}: a fingerprint has {_FINGERPRINT} digits from 0 to f, as SARIF shows them"
