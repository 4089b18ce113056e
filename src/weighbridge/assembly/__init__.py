"""The only place that knows which adapter serves which port; a module for each thing a command wants, imported late."""
