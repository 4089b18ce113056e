"""Writes the index of rules into the wheel, so that a run imports only the rules that a change asks for."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INDEX = "weighbridge/rules/_index.json"


class RuleIndexHook(BuildHookInterface[Any]):
    """Adds the generated index to wheels; an editable installation has none, and scans the folder."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the index from the sources that the wheel is made from."""
        if self.target_name != "wheel" or version == "editable":
            return
        source = Path(self.root) / "src"
        sys.path.insert(0, str(source))
        try:
            from weighbridge.engine.discover import make_index
        finally:
            sys.path.remove(str(source))
        index = Path(self.root) / ".build" / "_index.json"
        index.parent.mkdir(exist_ok=True)
        index.write_text(make_index(source / "weighbridge" / "rules"), "utf-8")
        build_data["force_include"][str(index)] = INDEX
