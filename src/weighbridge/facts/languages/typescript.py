"""Facts of TypeScript files: read as `javascript` says, with their own grammar."""

from weighbridge.facts.languages.javascript import EXTRACTOR

__all__ = ["EXTRACTOR"]
