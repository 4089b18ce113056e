"""Policies that real projects wrote for policy-bot, imported: `python -m benchmarks.policy_import FOLDER`.

The folder holds `.policy.yml` files under any names, fetched when this is run: none is kept here. Printed is a row a file:
rules in and out, and what was lost by kind and by what comes of it; then what was lost most often.
"""

import argparse
from collections import Counter
from pathlib import Path

from weighbridge.app.import_policy import Imported, PolicySource, import_policy
from weighbridge.landscape.documents.configuration import ConfigurationError
from weighbridge.policy.importing.lost import Effect, Lost, LostKind


def main() -> None:
    """Import every file of a folder and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    kinds, effects = list(LostKind), [effect for effect in Effect if effect is not Effect.NONE]
    print("| file | rules in | rules out |", " | ".join([*kinds, *effects]), "|")
    print("|---|" + "---|" * (2 + len(kinds) + len(effects)))
    lost: list[Lost] = []
    for path in sorted(folder.glob("*.yml")):
        found = imported(path)
        if isinstance(found, Imported):
            lost += found.lost
            counts = Counter(str(each.kind) for each in found.lost) + Counter(str(each.effect) for each in found.lost)
            cells = [found.rules_in, found.rules_out, *(counts[str(each)] or "" for each in (*kinds, *effects))]
            print(f"| {path.stem} |", " | ".join(map(str, cells)), "|")
        else:
            print(f"| {path.stem} | refused: {found.problems[0].message[:100]} |")
    print()
    for what, times in Counter(each.what.split(" of `")[0].split(" `")[0] for each in lost).most_common():
        print(f"{times:4} {what}")


def imported(path: Path) -> Imported | ConfigurationError:
    """One file imported, or why it was refused."""
    try:
        return import_policy(path.read_bytes(), path.name, source=PolicySource.POLICY_BOT)
    except ConfigurationError as error:
        return error


if __name__ == "__main__":
    main()
