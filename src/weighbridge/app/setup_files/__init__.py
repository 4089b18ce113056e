"""The files that `weighbridge init` offers, as texts: hooks and workflows."""
