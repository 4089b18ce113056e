"""Regular expressions in the engines that run them, within limits."""
