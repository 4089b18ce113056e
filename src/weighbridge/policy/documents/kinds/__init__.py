"""The kinds of document, each found by its place: a module that holds `KIND`, and its template beside it."""
