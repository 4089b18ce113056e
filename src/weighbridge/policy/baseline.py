"""The baseline: the findings an old repository starts with, so that only what is new stands in the way."""

import json
from collections.abc import Iterable
from typing import Final

from weighbridge.domain.findings import Finding
from weighbridge.domain.ids import Fingerprint

SCHEMA: Final = "weighbridge/baseline"
VERSION: Final = 1


class BaselineError(Exception):
    """The trusted baseline cannot be read; the message says what is wrong with it."""


def baseline_text(findings: Iterable[Finding]) -> str:
    """The document that holds these findings, one a line, sorted so that two baselines compare well."""
    rows = {
        f.fingerprint: {"rule": f.rule, "path": f.place.path, "message": f.message, "fingerprint": f.fingerprint}
        for f in findings
    }
    ordered = sorted(rows.values(), key=lambda row: (row["path"], row["rule"], row["fingerprint"]))
    lines = ",\n".join(f"  {json.dumps(row)}" for row in ordered)
    head = f'{{\n "schema": {json.dumps(SCHEMA)},\n "version": {VERSION},\n "findings": ['
    return f"{head}\n{lines}\n ]\n}}\n" if ordered else f"{head}]\n}}\n"


def read_baseline(data: bytes, path: str) -> frozenset[Fingerprint]:
    """The fingerprints of a baseline.

    Raises:
        BaselineError: it is not of the form that `weighbridge baseline` writes, or of a newer one.
    """
    remedy = "write it anew with `weighbridge baseline --write`"
    try:
        content = json.loads(data)
        version = content.get("version", VERSION)
        if content.get("schema", SCHEMA) != SCHEMA or not isinstance(version, int) or version < 1:
            raise BaselineError(f"{path}: its schema or version is not a baseline's; {remedy}")
        if version > VERSION:
            raise BaselineError(
                f"{path}: format {version} is newer than this Weighbridge knows ({VERSION}): upgrade it"
            )
        return frozenset(Fingerprint(str(entry["fingerprint"])) for entry in content["findings"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BaselineError(f"{path}: not a baseline ({type(error).__name__}: {error}); {remedy}") from error
