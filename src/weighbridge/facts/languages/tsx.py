"""Facts of TypeScript with JSX files: read as `javascript` says, with their own grammar."""

from weighbridge.facts.languages.javascript import EXTRACTOR

__all__ = ["EXTRACTOR"]
