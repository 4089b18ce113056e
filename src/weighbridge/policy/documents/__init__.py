"""Documents that a change must bring: their kinds, where they are found, and whether they say something."""
