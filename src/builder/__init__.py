"""Recipe + snapshot -> the bytes of a model, inside a locked container; nothing that cannot change a byte."""
