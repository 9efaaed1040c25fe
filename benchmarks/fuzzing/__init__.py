"""Mutated files, and what reads them: the parts of benchmarks/fuzz_files.py, in both worlds."""
