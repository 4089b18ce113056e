"""Regular expressions: read into one tree whatever dialect they are written in, and judged by how long a failing match takes."""
