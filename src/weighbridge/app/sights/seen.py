"""What the families of rules that judge more than code are given of a change."""

from typing import Protocol

from weighbridge.app.ports import FactIndex, Progress, Repository
from weighbridge.domain.change import Change
from weighbridge.domain.impact import Impact
from weighbridge.domain.inputs import Inputs
from weighbridge.domain.outcomes import CouldNotLook
from weighbridge.domain.trust import Trust
from weighbridge.landscape.changed_bytes import ChangedBytes
from weighbridge.landscape.code_change import CodeChange
from weighbridge.landscape.components.model import ComponentMap
from weighbridge.landscape.contracts.trees import Trees
from weighbridge.landscape.description import SystemDescription
from weighbridge.landscape.landscapes import Landscapes, OfTests
from weighbridge.landscape.tree import Tree


class Seen(Protocol):
    """A `Sight` as they see it: each part is made when it is first asked for."""

    @property
    def repository(self) -> Repository:
        """Where its objects are read."""

    @property
    def change(self) -> Change:
        """The change."""

    @property
    def trust(self) -> Trust:
        """What decides, which no author of the change could reach."""

    @property
    def source(self) -> FactIndex:
        """The facts of files of code."""

    @property
    def system(self) -> SystemDescription:
        """The trusted description of the system."""

    @property
    def progress(self) -> Progress:
        """Who is told what takes time."""

    @property
    def inputs(self) -> Inputs:
        """What was given that lies in no tree."""

    @property
    def bytes(self) -> ChangedBytes:
        """The changed files' bytes."""

    @property
    def code(self) -> CodeChange:
        """The changed code."""

    @property
    def head_tree(self) -> Tree:
        """All files of head."""

    @property
    def base_tree(self) -> Tree:
        """All files of base."""

    @property
    def trees(self) -> Trees:
        """Both, read a file at a time."""

    @property
    def of_tests(self) -> OfTests:
        """Which files hold tests."""

    @property
    def components(self) -> ComponentMap:
        """What head is made of."""

    @property
    def landscapes(self) -> Landscapes | CouldNotLook:
        """Both landscapes, where they may be read."""

    @property
    def impact(self) -> Impact | CouldNotLook:
        """What can notice the change."""
