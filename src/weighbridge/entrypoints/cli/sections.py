"""What people do with the commands: `--help` and the reference list each command under it."""

from enum import StrEnum


class Section(StrEnum):
    """A title that commands are listed under, in this order; each command's file says which is its own."""

    LOOK = "Look at a change"
    DECIDE = "Decide on a change"
    EXCEPT = "Let a change pass all the same"
    DEPLOY = "Gate a deployment"
    RECORD = "Keep the record"
    POLICY = "Write the policy"
    SET_UP = "Set up"
