"""What a machine is given to run when it starts for the first time: where that cannot be given again, another machine is made."""

from collections.abc import Mapping
from typing import Any, Final

from weighbridge.facts.terraform.changes import Step, at
from weighbridge.landscape.infrastructure.differences import plain
from weighbridge.landscape.infrastructure.lowered import steps_of

_SCRIPTS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "aws_instance": (("user_data",), ("user_data_base64",)),
    "aws_spot_instance_request": (("user_data",), ("user_data_base64",)),
    "google_compute_instance": (("metadata_startup_script",),),
    "azurerm_linux_virtual_machine": (("custom_data",),),
    "azurerm_windows_virtual_machine": (("custom_data",),),
    "azurerm_virtual_machine": (("os_profile", "custom_data"),),
    "digitalocean_droplet": (("user_data",),),
    "hcloud_server": (("user_data",),),
    "openstack_compute_instance_v2": (("user_data",),),
}
"""By type of machine, the providers' pages say so of these arguments."""
_ONLY_IF: Final = {
    "aws_instance": "user_data_replace_on_change", "aws_spot_instance_request": "user_data_replace_on_change",
}  # fmt: skip
"""Without it the machine is stopped, and started with what is written then."""


def is_machine(kind: str) -> bool:
    """Whether it has disks of its own that go with it, unless its settings say otherwise."""
    return kind in _SCRIPTS


def scripts_changed(kind: str, *, was: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[Step, ...]]:
    """The paths of what a machine starts with that is otherwise now, where another is made for that."""
    asked = _ONLY_IF.get(kind)
    if asked is not None and plain(now.get(asked)) is not True:
        return []
    paths = (steps_of(path) for path in _SCRIPTS.get(kind, ()))
    return [path for path in paths if at(was, path) != at(now, path)]
