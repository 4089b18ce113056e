"""The parts of the HTML page, one module for each thing a reader looks for."""
