"""Writes the index of rules into the wheel, so that a run imports only the rules that a change asks for, and tables as they are read fastest."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INDEX = "weighbridge/rules/_index.json"


class RuleIndexHook(BuildHookInterface[Any]):
    """Adds what is generated to wheels; an editable installation has none of it, and reads what it is made from."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the index from the sources that the wheel is made from."""
        if self.target_name != "wheel" or version == "editable":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from weighbridge.domain.tables import MADE, make_table
            from weighbridge.engine.discover import make_index
        finally:
            sys.path.remove(str(source))
        build = Path(self.root) / ".build"
        build.mkdir(exist_ok=True)
        index = build / "_index.json"
        index.write_text(make_index(source / "weighbridge" / "rules"), "utf-8")
        build_data["force_include"][str(index)] = INDEX
        for table in sorted(source.rglob("*.toml")):
            inside = table.relative_to(source).with_name(table.stem + MADE)
            made = build / "tables" / inside
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(make_table(table))
            build_data["force_include"][str(made)] = inside.as_posix()
