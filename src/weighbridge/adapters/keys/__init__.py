"""Where writers' keys are: on disk, in an SSH agent, in a service that keeps keys."""
