"""Compares `forces` of kinds.toml with the schemas of a provider: `python -m scripts.check_forces aws CLONE` prints where they differ.

CLONE is a clone of the provider's repository, bare or not. What only running tells (`ForceNewIf`, schemas that functions make) is
told apart, for a person to read.
"""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_KINDS: Final = Path("src/weighbridge/landscape/infrastructure/kinds.toml")
_TYPE: Final = {
    "aws": re.compile(r'@(?:SDKResource|FrameworkResource)\("?(aws_\w+)?|TypeName\s*=\s*"(aws_\w+)"'),
    "google": re.compile(r'(?:"|ResourceName:\s*")(google_\w+)"'),
    "azurerm": re.compile(r'"(azurerm_\w+)"'),
}
_KEY: Final = re.compile(r'(?:"([a-z0-9_]+)"|(names\.Attr\w+)):\s*(?:&?\w+\.\w+)?(\{|[\w.]+\()')
_FORCES: Final = re.compile(r"ForceNew:\s*true|RequiresReplace")
_SOMETIMES: Final = re.compile(
    r'ForceNewIf(?:Change)?\(\s*(?:"([a-z0-9_.]+)"|(names\.Attr\w+))|(?:d|diff)\.ForceNew\("([a-z0-9_]+)"'
)


def main() -> None:
    """Prints each difference."""
    provider, clone = sys.argv[1:3]
    content = tomllib.loads(_KINDS.read_text("utf-8"))[provider]
    sources = dict(_sources(clone))
    constants = _constants(clone)
    for name, listed in sorted(content["forces"].items()):
        wanted = content["prefix"] + name
        endings = (f"/resource_{name}.go", f"/{name}_resource.go")
        likely = sorted(sources, key=lambda path: not path.endswith(endings))
        text = next((sources[path] for path in likely if _defines(sources[path], wanted, provider=provider)), "")
        if not text:
            print(f"{wanted}: no schema found")
            continue
        always, made, sometimes = _forcing(text, constants)
        for each in sorted(set(listed) - always):
            why = (
                "sometimes"
                if each in sometimes
                else "by a function or by what lies within"
                if each in made
                else "NOT FORCING"
            )
            print(f"{wanted}.{each}: {why}")
        for each in sorted(always - set(listed)):
            print(f"{wanted}.{each}: forces, and is not listed")


def _sources(clone: str) -> Iterator[tuple[str, str]]:
    listed = _git(clone, "ls-tree", "-r", "--name-only", "HEAD").splitlines()
    for path in listed:
        if (
            path.endswith(".go")
            and ("/resource_" in path or "_resource.go" in path or "/internal/service/" in f"/{path}")
            and not path.endswith("_test.go")
            and "/service" in path
            and "data_source" not in path
        ):
            yield path, _git(clone, "show", f"HEAD:{path}")


def _constants(clone: str) -> dict[str, str]:
    text = "".join(
        _git(clone, "show", f"HEAD:names/{name}.go", is_there=False)
        for name in ("attr_consts_gen", "attr_constants_gen", "attr_constants", "names")
    )
    return {f"names.{name}": value for name, value in re.findall(r'(Attr\w+)\s*=\s*"(\w+)"', text)}


def _git(clone: str, *arguments: str, is_there: bool = True) -> str:
    command = ["git", "-C", clone, *arguments]
    return subprocess.run(command, capture_output=True, check=is_there).stdout.decode("utf-8", "replace")


def _defines(text: str, wanted: str, *, provider: str) -> bool:
    return provider != "aws" or any(wanted in found.groups() for found in _TYPE[provider].finditer(text))


def _forcing(text: str, constants: dict[str, str]) -> tuple[set[str], set[str], set[str]]:
    """The arguments that always force, those that a function describes, and those that do so sometimes."""
    always, made = set[str](), set[str]()
    starts = re.finditer(r"map\[string\](?:\*\w+\.Schema|schema\.Attribute)\s*\{", text)
    body = max((_braced(text, start.end() - 1) for start in starts), key=len, default="")
    at = 1
    while (found := _KEY.search(body, at)) is not None:
        name = found[1] or constants.get(found[2], found[2])
        if found[3] == "{":
            inner = _braced(body, found.end() - 1)
            at = found.end() + len(inner)
            if _FORCES.search(_shallow(inner)):
                always.add(name)
            elif _FORCES.search(inner):
                made.add(name)
        else:
            made.add(name)
            at = found.end()
    sometimes = {(a or constants.get(b, b) or c).partition(".")[0] for a, b, c in _SOMETIMES.findall(text)}
    return always, made, sometimes


def _braced(text: str, at: int) -> str:
    depth = 0
    for index in range(at, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if not depth:
            return text[at : index + 1]
    return text[at:]


def _shallow(text: str) -> str:
    """Without what stands in braces within; plan modifiers of frameworks stand in one pair."""
    depth, kept = 0, []
    for sign in text:
        depth += sign == "{"
        if depth <= 1:
            kept.append(sign)
        depth -= sign == "}"
    modifiers = re.findall(r"PlanModifiers:[^{]*\{([^}]*)\}", text)
    return "".join(kept) + (modifiers[0] if modifiers and "Attribute" not in text.partition("PlanModifiers")[0] else "")


if __name__ == "__main__":
    main()
