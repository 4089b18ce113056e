"""What others rely on that no description names: settings, options, topics, and what a function is known to answer."""
