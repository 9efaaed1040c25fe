"""Everything that depends on the version of a library; no other module compares versions."""
