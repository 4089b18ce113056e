"""What `samconfig.toml` gives to the parameters of a template, environment by environment.

Source: https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html
"""

import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final

from weighbridge.domain.late_pattern import LatePattern
from weighbridge.landscape.documents.toml import load_toml
from weighbridge.landscape.infrastructure.cloudformation.template import table

_OVERRIDES: Final = "parameter_overrides"
_COMMANDS: Final = ("global", "deploy")
"""Where what `sam deploy` is given stands; what stands for the command itself comes last, for it counts."""
_PAIR: Final = LatePattern(r"([A-Za-z0-9]+)=(.*)")
_NAMED: Final = LatePattern(r"ParameterKey=([A-Za-z0-9]+),ParameterValue=(.*)")


def settings_of_sam(data: bytes) -> Mapping[str, Mapping[str, str]]:
    """What each environment gives; nothing of one whose parameters are in no form that is known, or nothing at all."""
    try:
        content = load_toml(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    found = ((name, _of_environment(table(each))) for name, each in content.items())
    return {name: given for name, given in found if given}


def _of_environment(commands: Mapping[str, Any]) -> Mapping[str, str]:
    said = [table(table(commands.get(name)).get("parameters")).get(_OVERRIDES) for name in _COMMANDS]
    stated = next((each for each in reversed(said) if each is not None), None)
    try:
        words = list(_words(stated))
    except ValueError:  # a quotation mark that is never closed
        return {}
    found = [_NAMED.fullmatch(each) or _PAIR.fullmatch(each) for each in words]
    return {each[1]: each[2] for each in found if each} if all(found) else {}


def _words(stated: object) -> Iterator[str]:
    if isinstance(stated, str):
        yield from shlex.split(stated)
    elif isinstance(stated, list):
        for each in stated:
            yield from shlex.split(each) if isinstance(each, str) else (str(each),)
