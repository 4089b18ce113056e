"""The package as JSON: versioned, namespaced, and with the decision in a form whose digest anyone can recompute."""

import json
from typing import Final

from weighbridge.domain.package import ReviewPackage
from weighbridge.review.canonical import plain

SCHEMA: Final = "weighbridge/package"
VERSION: Final = 1


def package_document(package: ReviewPackage) -> dict[str, object]:
    """The package as plain JSON values."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "digest": package.digest,
        "decision": plain(package.decision),
        "presentation": plain(package.presentation),
    }


def render_json(package: ReviewPackage) -> str:
    """The package as indented ASCII JSON with a final newline: no byte of it can act on a terminal."""
    return json.dumps(package_document(package), indent=2, allow_nan=False) + "\n"
