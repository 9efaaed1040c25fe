"""`remodel model verify`: builds models again where everything differs that must not matter, and compares the bytes."""
