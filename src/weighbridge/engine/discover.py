"""Finds rules by their place: `rules/<family>/<name>.py` with its page beside it is the rule `family/name`.

A wheel carries a generated index, so that a run imports only the rules whose files the change touches; a source
checkout is scanned. Third-party packs are folders laid out alike, named by entry points of the group
`weighbridge.rules`; never anything of the reviewed repository.
"""

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

from msgspec import Struct

from weighbridge import rules
from weighbridge.domain.ids import RuleId
from weighbridge.domain.rule import LoadedRule, Rule

INDEX_NAME: Final = "_index.json"
PACKS_GROUP: Final = "weighbridge.rules"


class RuleError(Exception):
    """A rule's files are not as they must be; the message names the file."""


class RulePlace(Struct, frozen=True, kw_only=True):
    """Where a rule lies, before anything of it is imported; `roles` is None when only importing would tell."""

    id: RuleId
    module: str
    file: Path
    roles: tuple[str, ...] | None = None

    @property
    def page(self) -> Path:
        """The rule's page."""
        return self.file.with_suffix(".md")


def rules_folder() -> Path:
    """The folder of the rules that come with Weighbridge."""
    return Path(rules.__path__[0])


def find_rules(folder: Path | None = None, package: str = rules.__name__) -> list[RulePlace]:
    """The places of all rules in `folder`, by the index when there is one, sorted by id."""
    root = folder or rules_folder()
    index = root / INDEX_NAME
    if index.is_file():
        return list(_from_index(index, package))
    return list(scan(root, package))


def scan(root: Path, package: str) -> Iterator[RulePlace]:
    """The places of all rules below `root`, read from the folder itself."""
    for file in sorted(root.glob("*/*.py")):
        if file.stem.startswith("_"):
            continue
        family = file.parent.name
        yield RulePlace(id=_rule_id(family, file.stem), module=f"{package}.{family}.{file.stem}", file=file)


def _rule_id(family: str, stem: str) -> RuleId:
    return RuleId(f"{family}/{stem}".replace("_", "-"))


def _from_index(index: Path, package: str) -> Iterator[RulePlace]:
    for entry in json.loads(index.read_text("utf-8"))["rules"]:
        family, stem = entry["family"], entry["stem"]
        yield RulePlace(
            id=_rule_id(family, stem),
            module=f"{package}.{family}.{stem}",
            file=index.parent / family / f"{stem}.py",
            roles=tuple(entry["roles"]),
        )


def make_index(root: Path, package: str = rules.__name__) -> str:
    """The text of the index of the rules below `root`."""
    entries = []
    for place in scan(root, package):
        loaded = load_rule(place)
        entries.append({"family": place.file.parent.name, "stem": place.file.stem, "roles": list(loaded.rule.roles)})
    return json.dumps({"rules": entries}, indent=1, sort_keys=True) + "\n"


def find_packs() -> list[RulePlace]:
    """The rules of installed third-party packs: each entry point names a module whose folder is laid out like ours.

    Raises:
        RuleError: a pack cannot be imported, or claims an id of ours.
    """
    if not _may_have_packs(sys.path):
        return []
    from importlib.metadata import entry_points  # noqa: PLC0415 - it costs as much as a whole check

    own = {place.id for place in find_rules()}
    found: list[RulePlace] = []
    for entry in entry_points(group=PACKS_GROUP):
        try:
            pack = entry.load()
        except ImportError as error:
            raise RuleError(f"rule pack {entry.name!r} cannot be imported: {error}") from error
        for folder in getattr(pack, "__path__", ()):
            found += scan(Path(folder), pack.__name__)
    taken = sorted(place.id for place in found if place.id in own)
    if taken:
        raise RuleError(f"rule packs may not replace rules: {', '.join(taken)}")
    return found


def _may_have_packs(path: Sequence[str]) -> bool:
    """Whether any installed distribution names entry points of our group; an archive on the path may hold some."""
    for entry in path:
        folder = Path(entry or ".")
        if folder.is_file():
            return True
        texts = (*folder.glob("*.dist-info/entry_points.txt"), *folder.glob("*.egg-info/entry_points.txt"))
        if any(PACKS_GROUP.encode() in text.read_bytes() for text in texts):
            return True
    return False


def load_rule(place: RulePlace) -> LoadedRule:
    """The rule at `place`, imported, with its page.

    Raises:
        RuleError: the module lacks `RULE` or `check`, or there is no page.
    """
    module = _module(place)
    rule, check = getattr(module, "RULE", None), getattr(module, "check", None)
    if not isinstance(rule, Rule) or not callable(check):
        raise RuleError(f"{place.file}: a rule's module holds RULE, a Rule, and check, a function")
    if not place.page.is_file():
        raise RuleError(f"{place.page}: every rule has its page beside it, and this one has none")
    return LoadedRule(id=place.id, rule=rule, check=check, read_page=lambda: place.page.read_text("utf-8"))


def _module(place: RulePlace) -> ModuleType:
    try:
        return importlib.import_module(place.module)
    except ModuleNotFoundError as error:
        if error.name != place.module:
            raise
    spec = importlib.util.spec_from_file_location(place.module, place.file)
    if spec is None or spec.loader is None:
        raise RuleError(f"{place.file}: cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[place.module] = module
    spec.loader.exec_module(module)
    return module


def select(places: Sequence[RulePlace], roles: frozenset[str]) -> list[LoadedRule]:
    """The rules that judge any file of `roles`, or the change as a whole; others are not even imported if indexed."""
    possible = (place for place in places if place.roles is None or not place.roles or roles & set(place.roles))
    return [load_rule(place) for place in possible]
