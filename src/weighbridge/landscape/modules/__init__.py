"""How each language finds the file that an import means."""
