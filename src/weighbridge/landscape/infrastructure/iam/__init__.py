"""Who may do what: policies and bindings compared as sets, before and after."""
