"""JavaScript classes as Python types, in both directions."""
