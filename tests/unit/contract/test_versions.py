"""The version of a document's schema is written in one place: its schema."""

import re

from remodel.checkout import Checkout

WRITTEN = re.compile(r'"schema_version": *\d')

OWN = ("src/remodel/zoo/vocabulary.py",)
"""Writes a file that has no schema: src/builder/compat/history.json."""


def test_no_module_writes_a_number_of_its_own(checkout: Checkout) -> None:
    """A schema that changes would otherwise be written under its former number."""
    texts = {str(path.relative_to(checkout.root)): path.read_text() for path in checkout.source.rglob("*.py")}
    assert len(texts) > 100
    assert {name for name, text in texts.items() if WRITTEN.search(text)} == {*OWN}
