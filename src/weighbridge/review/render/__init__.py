"""The review package as text for each place it is read in: terminal, HTML, Markdown, SARIF, JSON."""
