"""Every benchmark, or those that need nothing given: `python -m benchmarks.run speed|accuracy [--short] [--set NAME=PATH …]`.

`--short` takes seconds and keeps nothing: it shows that the benchmarks run. Without it, `speed` also fetches two Python trees;
what needs a path that is not given is named, not left out silently. Names for `speed`: `go`, `java`, `typescript`, `history`
(repositories; a long history is made up if none is given), `repositories` (a folder of git repositories called OWNER+NAME). Names for `accuracy`: the last one too, `pycg` (a checkout), `subjects` (a folder of unpacked source distributions with their
tests), `foreign` (a folder of packages in Go and TypeScript), `policies` (a folder of `.policy.yml` files of policy-bot under any names).
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from scripts.write_status import ROOT

from benchmarks import (
    call_traces,
    coverage,
    families,
    foreign_traces,
    gates,
    histories,
    impact_mutation,
    ledger,
    ledger_gate,
    mutation_truth,
    planted,
    policy_import,
    pycg,
    speed,
    tampering,
)
from benchmarks.measuring import keep
from benchmarks.trees import synthetic

TRUTH: Final = ROOT / "benchmarks" / "truth" / "mutations.json"
QUIET: Final = ROOT / "benchmarks" / "truth" / "mutations-returns.json"
"""Functions that return nothing at once, drawn by another seed, and looked at by nobody while impact was made."""
FETCHED: Final = ("homeassistant==2026.2.3", "django==5.2.8")
_RUNS: Final = ("--repeat", "7", "--cold", "3")
"""Each next review is of another change, and some lead much further than others."""
TRACED: Final = ("click-8.1.8", "jinja2-3.1.5", "marshmallow-3.23.1", "packaging-24.2")
MADE_UP: Final = ("history",)
"""What is made up where no path is given for it."""
TREES: Final = (
    *("saleor+saleor", "goharbor+harbor", "pypi+warehouse", "redmine+redmine", "amplication+amplication"),
    *("alphagov+govuk-infrastructure", "GoogleCloudPlatform+microservices-demo", "temporalio+api"),
)
"""Where the cost of a family is measured: each kind of file in the first that has one."""
FOREIGN: Final = ("chi-5.2.1", "hono-4.13.3")
MUTATED: Final = (
    *TRACED[:3],
    *("flask-3.1.3", "pyasn1-0.6.5", "sqlparse-0.6.1", "structlog-26.1.0", "tomlkit-0.15.2", "wtforms-3.3.2"),
)


def short() -> None:
    """A look at all of the speed benchmark's parts on a small tree that is made up."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "kept"
        keep("speed-start", speed.start(3), command="python -m benchmarks.run speed --short", folder=kept)
        tree = synthetic(100, Path(folder) / "made")
        keep(
            "speed-made-up",
            speed.one_tree(tree, repeat=1, cold=1),
            command="python -m benchmarks.run speed --short",
            folder=kept,
        )
        keep("ledger-speed", ledger.all_rows(2_000), command="python -m benchmarks.run speed --short", folder=kept)


def all_speed(given: Mapping[str, str]) -> None:
    """What the interpreter, fetched trees, made-up trees and those that were given show."""
    speed.main(["start", "--repeat", "7"])
    for requirement in FETCHED:
        speed.main(["tree", "--fetch", requirement, *_RUNS])
    for name in ("go", "java", "typescript"):
        if name in given:
            speed.main(["tree", given[name], "--name", name, *_RUNS])
    speed.main(["history", *([given["history"]] if "history" in given else []), "--repeat", "3"])
    speed.main(["changes", "--fetch", FETCHED[0]])
    speed.main(["files", "--repeat", "1"])
    ledger.main([])
    ledger_gate.main([])
    if "repositories" in given:
        families.main([str(Path(given["repositories"]) / name / "repo") for name in TREES])


def all_accuracy(given: Mapping[str, str], *, count: int) -> None:
    """A ledger against tampering, gates against random records, rules against planted dangers and real histories, imports of real policies, call edges against a benchmark and against traces, impact against mutations.

    New mutations are kept with the old.
    """
    tampering.main([])
    gates.main([])
    for benchmark in (coverage, planted, histories) if "repositories" in given else ():
        benchmark.main([given["repositories"]])
    if "policies" in given:
        policy_import.main([given["policies"]])
    if "pycg" in given:
        pycg.main([f"{given['pycg']}/micro-benchmark/snippets", "--peer", given["pycg"]])
    peer = ["--pycg", given["pycg"]] if "pycg" in given else []
    if "foreign" in given:
        foreign_traces.main([str(Path(given["foreign"]) / name) for name in FOREIGN])
    if "subjects" in given:
        folder = Path(given["subjects"])
        call_traces.main([*(str(folder / name) for name in TRACED), *peer])
        subjects = [str(folder / name) for name in MUTATED]
        mutation_truth.main([*subjects, "--count", str(count), "--out", str(TRUTH)])
        for truth in (TRUTH, QUIET):
            impact_mutation.main([str(truth), "--subjects", str(folder)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked and say what was not run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", choices=("speed", "accuracy"), default="speed")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=PATH", dest="given")
    parser.add_argument("--count", type=int, default=40, help="mutations of each subject")
    asked = parser.parse_args(arguments)
    given = dict(pair.split("=", 1) for pair in asked.given)
    wanted = (
        ("go", "java", "typescript", "history", "repositories")
        if asked.what == "speed"
        else ("pycg", "subjects", "foreign", "policies", "repositories")
    )
    if unknown := set(given) - set(wanted):
        parser.error(f"{', '.join(sorted(unknown))}: not a name for {asked.what}; there are {', '.join(wanted)}")
    if asked.short:
        short()
        return
    if asked.what == "speed":
        all_speed(given)
    else:
        all_accuracy(given, count=asked.count)
    for name in wanted:
        if name not in given and name not in MADE_UP:
            print(f"not run: {name}, which needs --set {name}=PATH")


if __name__ == "__main__":
    main()
