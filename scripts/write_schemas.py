"""Writes the JSON Schemas of documents that people write, of stored packages and of the ledger's statements."""

import json
from pathlib import Path
from typing import Final

from scripts.policy_document_page import policy_document_schema_text

from weighbridge.landscape.documents.json_schema import json_schema
from weighbridge.landscape.documents.shapes import Record
from weighbridge.landscape.system_file import SYSTEM_SHAPE
from weighbridge.ledger.schema import schema_files
from weighbridge.ledger.settings_file import LEDGER_SHAPE
from weighbridge.policy.reading.reset import RESET_SHAPE
from weighbridge.policy.reading.shape import POLICY_SHAPE
from weighbridge.policy.trials.shape import TRIALS_SHAPE
from weighbridge.provenance.settings_file import PROVENANCE_SHAPE
from weighbridge.review.render.text.freshness import freshness_schema_text
from weighbridge.review.schema import package_schema_text

SCHEMAS: Final = Path(__file__).parents[1] / "docs" / "reference" / "schemas"
DOCUMENTS: Final[dict[str, tuple[str, Record]]] = {
    "ledger.schema.json": (
        "Which ledger is this repository's, and who may write it: `.weighbridge/ledger.yaml`, version 1",
        LEDGER_SHAPE,
    ),
    "policy.schema.json": ("What a change needs before it passes: `.weighbridge/policy.yaml`, version 1", POLICY_SHAPE),
    "policy-test.schema.json": (
        "Changes written down, and what the policy should say of them: `.weighbridge/policy.test.yaml`, version 1",
        TRIALS_SHAPE,
    ),
    "provenance.schema.json": (
        "Marks of agents and the rule of disclosure: `.weighbridge/provenance.yaml`, version 1",
        PROVENANCE_SHAPE,
    ),
    "reset.schema.json": (
        "Two people, documents and every check for a time: `.weighbridge/reset.yaml`, version 1",
        RESET_SHAPE,
    ),
    "system.schema.json": ("What a system consists of: `.weighbridge/system.yaml`, version 1", SYSTEM_SHAPE),
}


def schema_text(title: str, shape: Record) -> str:
    """The text of the schema file for documents of `shape`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title}
    return json.dumps(head | json_schema(shape), indent=2) + "\n"


if __name__ == "__main__":
    for name, (title, shape) in DOCUMENTS.items():
        (SCHEMAS / name).write_text(schema_text(title, shape), encoding="utf-8")
    for name, text in (
        {
            "documents.schema.json": freshness_schema_text(),
            "policy-document.schema.json": policy_document_schema_text(),
            "package.schema.json": package_schema_text(),
        }
        | schema_files()
    ).items():
        (SCHEMAS / name).write_text(text, encoding="utf-8")
