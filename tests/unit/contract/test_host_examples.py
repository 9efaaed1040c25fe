"""The golden examples of the two documents that the host writes: the valid ones pass, the others are refused."""

import json
from pathlib import Path

import pytest

import contract

EXAMPLES = Path(__file__).parent / "examples"
PATHS = [path for kind in ("comparison", "release", "result") for path in sorted((EXAMPLES / kind).glob("*.json"))]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    if path.name.startswith("valid-"):
        assert contract.check(path.parent.name, document, path.name) is document
    else:
        with pytest.raises(contract.ContractError, match=path.name):
            contract.check(path.parent.name, document, path.name)


def test_there_are_examples_of_both_kinds():
    names = {(path.parent.name, path.name.split("-")[0]) for path in PATHS}
    assert names == {(kind, word) for kind in ("comparison", "release", "result") for word in ("valid", "invalid")}
