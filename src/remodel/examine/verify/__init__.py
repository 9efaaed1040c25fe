"""`remodel verify`: builds models again where everything that must not matter is different, and compares the bytes."""
