"""What the values that parameters and mappings give make of a template's resources, where its text stays the same.

Files of parameters have one of the forms that `aws cloudformation deploy` reads: a list of `ParameterKey` and `ParameterValue`, a table
under `Parameters`, or a list of `"Name=value"`; or they are a plain table of names that a template near them has all.
Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html,
https://docs.aws.amazon.com/cli/latest/reference/cloudformation/deploy/.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from weighbridge.domain.findings import Confidence
from weighbridge.domain.ids import RepoPath
from weighbridge.domain.late_pattern import LatePattern
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.places import Place, Side
from weighbridge.facts.terraform.changes import Action
from weighbridge.facts.terraform.json_text import load_json
from weighbridge.landscape.infrastructure.alterations import Alteration
from weighbridge.landscape.infrastructure.cloudformation.conditions import holds
from weighbridge.landscape.infrastructure.cloudformation.declared import template_alterations
from weighbridge.landscape.infrastructure.cloudformation.template import Template, table
from weighbridge.landscape.infrastructure.cloudformation.templates import TemplateFile
from weighbridge.landscape.infrastructure.cloudformation.values import Choose, undecided
from weighbridge.landscape.infrastructure.realms import is_of_trials

_DEEPEST: Final = 60
_FILLED: Final = LatePattern(r"\$\{([A-Za-z0-9]+)\}")
_PAIR: Final = LatePattern(r"([A-Za-z0-9]+)=(.*)", re.DOTALL)
_NAME: Final = LatePattern(r"[A-Za-z][A-Za-z0-9]{0,254}")
_MOST_KEYS: Final = 12
_UNSET: Final = {"Ref": "AWS::NoValue"}


class Parameters(Struct, frozen=True, kw_only=True):
    """What one file gives to parameters, before and after a change, and where."""

    path: RepoPath
    environment: str = ""
    """How the file calls what it gives them for, where it gives for more than one."""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it gives anything else than before."""
        return self.before != self.after

    @property
    def is_for_trials(self) -> bool:
        """Whether its name, or a value, says that it is for an environment that no customer uses."""
        stem = posixpath.basename(self.path).partition(".")[0]
        folder = posixpath.basename(posixpath.dirname(self.path))
        return any(map(is_of_trials, (self.environment or stem, folder)))

    @property
    def words(self) -> str:
        """How findings tell of it."""
        said = f"by what `{self.path}` gives"
        return f"{said} to `{self.environment}`" if self.environment else said

    def gives_to(self, template: Template) -> bool:
        """Whether a template has every parameter that it names."""
        return bool(self.after) and self.after.keys() <= template.parameters.keys()

    def place(self) -> Place:
        """Where it gives something else."""
        names = [name for name in (*self.after, *self.before) if self.before.get(name) != self.after.get(name)]
        marks = [mark for name in names for mark in (f'"{name}"', f"{name}=", f"ParameterKey={name},")]
        is_within = not self.environment
        for number, line in enumerate(self.text.splitlines(), start=1):
            is_within = is_within or line.lstrip().startswith(f"[{self.environment}.")
            if is_within and any(mark in line for mark in marks):
                return Place(path=self.path, line=number, end_line=number, side=Side.HEAD)
        return Place(path=self.path, line=1, end_line=1, side=Side.HEAD)


def read_parameters(data: object) -> Mapping[str, str]:
    """What a file gives to parameters; nothing where it is no such file."""
    content = load_json(data, called="the parameters") if isinstance(data, bytes) else None
    if isinstance(content, CouldNotLook) or content is None:
        return {}
    if isinstance(content, list) and content and all(isinstance(each, str) for each in content):
        found = [_PAIR.fullmatch(each) for each in content]
        return {each[1]: each[2] for each in found if each} if all(found) else {}
    if isinstance(content, list):
        pairs = [(table(each).get("ParameterKey"), table(each).get("ParameterValue")) for each in content]
    elif table(content).keys() <= {"Parameters", "Tags", "StackPolicy"}:
        pairs = list(table(table(content).get("Parameters")).items())
    else:
        return plain_table(content)
    if not all(isinstance(name, str) for name, _ in pairs):
        return {}
    return {str(name): str(value) for name, value in pairs if isinstance(value, str | int | float)}


def plain_table(content: object) -> Mapping[str, str]:
    """What a table gives that holds nothing but names of parameters and plain values, as scripts that call the command line have it."""
    pairs = table(content)
    if not all(_NAME.fullmatch(name) and isinstance(value, str | int | float) for name, value in pairs.items()):
        return {}
    return {name: _written(value) for name, value in pairs.items()}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def given_alterations(
    files: Sequence[TemplateFile], parameters: Iterable[Parameters], *, said: Iterable[Alteration]
) -> Iterator[Alteration]:
    """What becomes of resources by values that are otherwise; not of those of which the text itself says as much."""
    known = {(each.place.path, each.change.address) for each in said if each.change.action is not Action.UPDATE}
    updated = {(each.place.path, each.change.address) for each in said if each.change.action is Action.UPDATE}
    everything = list(parameters)
    for file in files:
        if file.before is None or file.after is None:
            continue
        told = set(known)
        mine = [each for each in everything if each.gives_to(file.after)]
        for given, note, is_trial in _givings(file.before, file.after, mine=mine):
            for each in template_alterations([_filled_file(file, given)]):
                key = (each.place.path, each.change.address)
                is_grave = each.change.action is not Action.UPDATE
                if key in told or (key in updated and not is_grave) or each.change.action is Action.CREATE:
                    continue
                if _is_same_text(file, each) or is_grave:
                    told.add(key)
                    found = replace(
                        each,
                        note="; ".join(filter(None, (each.note, note))),
                        confidence=Confidence.LOW if is_trial else each.confidence,
                    )
                    yield replace(found, place=given.place(), lines=()) if given.is_changed else found


def _is_same_text(file: TemplateFile, each: Alteration) -> bool:
    name = each.change.name
    before = file.before.resources.get(name) if file.before is not None else None
    after = file.after.resources.get(name) if file.after is not None else None
    return before is not None and after is not None and before.body == after.body


def _givings(
    before: Template, after: Template, *, mine: Sequence[Parameters]
) -> Iterator[tuple[Parameters, str, bool]]:
    """The values to try, each with how findings tell of them, and whether they are for trials.

    They are those of files, else those by which mappings are asked, else defaults; those for trials come last.
    """
    if mine:
        for each in sorted(mine, key=lambda each: each.is_for_trials):
            if each.is_changed or choices_differ(before, after):
                yield each, each.words, each.is_for_trials
        return
    if not values_differ(before, after):
        return
    keys = list(dict.fromkeys(_asked(before, after)))
    for parameter, key in sorted(keys, key=lambda each: is_of_trials(each[1]))[:_MOST_KEYS]:
        given = Parameters(path=RepoPath(""), before={parameter: key}, after={parameter: key})
        yield given, f"where `{parameter}` is `{key}`", is_of_trials(key)
    if not keys:
        yield Parameters(path=RepoPath("")), "by what its parameters are where nobody gives one", False


def values_differ(before: Template, after: Template) -> bool:
    """Whether mappings, or what parameters are where nobody gives them, are otherwise."""
    return before.mappings != after.mappings or any(
        before.default_of(name) != after.default_of(name) for name in after.parameters
    )


def choices_differ(before: Template, after: Template) -> bool:
    """Whether what is given may come to something else: by what it is, or by what conditions make of it."""
    return before.conditions != after.conditions or values_differ(before, after)


def _asked(before: Template, after: Template) -> Iterator[tuple[str, str]]:
    """By which parameter mappings that are otherwise are asked, and the keys under which they are."""
    for name, parameter in _lookups([each.body for each in after.resources.values()]):
        was, now = table(before.mappings.get(name)), table(after.mappings.get(name))
        for key in now:
            if key in was and was[key] != now[key] and after.default_of(parameter) in (None, key):
                yield parameter, key


def _lookups(value: object, *, depth: int = 0) -> Iterator[tuple[str, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        asked = value.get("Fn::FindInMap")
        if isinstance(asked, list) and len(asked) >= 3 and isinstance(asked[0], str):
            parameter = table(asked[1]).get("Ref")
            if isinstance(parameter, str) and "::" not in parameter:
                yield asked[0], parameter
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _lookups(each, depth=depth + 1)


def _filled_file(file: TemplateFile, given: Parameters) -> TemplateFile:
    before, after = file.before or Template(), file.after or Template()
    return replace(file, before=filled(before, given.before), after=filled(after, given.after))


def filled(template: Template, given: Mapping[str, str]) -> Template:
    """A template with what its parameters and mappings give in the place of what asks for them; nothing secret."""
    values = {
        name: value
        for name, body in template.parameters.items()
        if not table(body).get("NoEcho")
        and "SSM" not in str(table(body).get("Type")).upper()
        and isinstance(value := given.get(name, table(body).get("Default")), str | int | float | bool)
    }
    conditions = table(_Filling(values, template.mappings).value(template.conditions))
    # what is given or by default is filled in above: what is left is not known, whatever its default
    decided = replace(template, conditions=conditions, parameters={})
    filling = _Filling(values, template.mappings, choose=partial(holds, decided))
    resources = {name: replace(each, body=table(filling.value(each.body))) for name, each in template.resources.items()}
    return replace(template, resources=resources, conditions=conditions)


class _Filling:
    """Puts values in for what asks for them, and takes the side of a choice that is decided."""

    def __init__(self, values: Mapping[str, Any], mappings: Mapping[str, Any], *, choose: Choose = undecided) -> None:
        self._values = values
        self._mappings = mappings
        self._choose = choose

    def value(self, value: object, *, depth: int = 0) -> object:
        if depth > _DEEPEST:
            return value
        if isinstance(value, list):
            return [found for each in value if (found := self.value(each, depth=depth + 1)) != _UNSET]
        if not isinstance(value, dict):
            return value
        if "Fn::If" in value:
            return self._chosen(value, depth=depth)
        known = {name: found for name, each in value.items() if (found := self.value(each, depth=depth + 1)) != _UNSET}
        return self._function(*next(iter(known.items())), otherwise=known) if len(known) == 1 else known

    def _chosen(self, value: Mapping[str, Any], *, depth: int) -> object:
        parts = value["Fn::If"]
        is_choice = len(value) == 1 and isinstance(parts, list) and len(parts) == 3 and isinstance(parts[0], str)
        is_met = self._choose(parts[0]) if is_choice else None
        if is_met is None:
            # an undecided choice keeps its three parts, what is not set among them
            return {
                name: [self.value(each, depth=depth + 1) for each in inner] if isinstance(inner, list) else inner
                for name, inner in value.items()
            }
        return self.value(parts[1] if is_met else parts[2], depth=depth + 1)

    def _function(self, name: str, inner: object, *, otherwise: object) -> object:
        if name == "Ref" and isinstance(inner, str):
            return self._values.get(inner, otherwise)
        if name == "Fn::FindInMap" and isinstance(inner, list) and len(inner) >= 3:
            return self._found(inner[:3], otherwise)
        if name == "Fn::Sub" and isinstance(inner, str):
            text = _FILLED.sub(lambda each: str(self._values.get(each[1], each[0])), inner)
            return {name: text} if "${" in text else text
        return otherwise

    def _found(self, steps: Sequence[object], otherwise: object) -> object:
        found: object = self._mappings
        for step in steps:
            if not isinstance(step, str) or step not in table(found):
                return otherwise
            found = table(found)[step]
        return found
