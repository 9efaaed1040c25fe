"""params.yaml says of each dataset which file its rows come from, and conf/dataset has to say the same."""

from __future__ import annotations

import re

import pytest

from remodel.checkout import Checkout
from remodel.errors import UsageError
from remodel.recipes.params import file_of, read_params

MINE = """name: mine
file: rows/mine.csv
sha256: "{sha256}"
target: churned
columns: {{age: numeric}}
"""


@pytest.fixture
def mine(copied: Checkout) -> Checkout:
    """A checkout with a dataset whose rows are a user's own file."""
    (copied.conf / "dataset" / "mine.yaml").write_text(MINE.format(sha256="a" * 64))
    return copied


def write(checkout: Checkout, datasets: str) -> None:
    """params.yaml with these datasets."""
    text = re.sub(r"^datasets:\n(  .*\n)+", f"datasets: {datasets}\n", checkout.params.read_text(), flags=re.MULTILINE)
    assert datasets in text
    checkout.params.write_text(text)


def test_a_dataset_is_watched_through_its_own_file(mine: Checkout) -> None:
    """What is bundled or generated comes from its YAML file."""
    assert file_of(mine, "mine") == "rows/mine.csv"
    assert file_of(mine, "iris") == "conf/dataset/iris.yaml"
    write(mine, "{iris: conf/dataset/iris.yaml, mine: ./rows/mine.csv}")
    assert list(read_params(mine).datasets) == ["iris", "mine"]


SLIPS = {
    "[iris, mine]": (
        "params.yaml: `datasets` has to say which file the rows of each dataset come from. "
        "Write: datasets: {iris: conf/dataset/iris.yaml, mine: rows/mine.csv}"
    ),
    "{mine: }": (
        "params.yaml: `datasets` has to say which file the rows of each dataset come from. "
        "Write: datasets: {mine: rows/mine.csv}"
    ),
    "{mine: conf/dataset/mine.yaml}": (
        "params.yaml: the rows of dataset 'mine' come from rows/mine.csv, not from conf/dataset/mine.yaml. "
        "Write under `datasets`: mine: rows/mine.csv"
    ),
    "{iris: rows/mine.csv}": (
        "params.yaml: the rows of dataset 'iris' come from conf/dataset/iris.yaml, not from rows/mine.csv. "
        "Write under `datasets`: iris: conf/dataset/iris.yaml"
    ),
    "{}": "params.yaml: dictionary should have at least 1 item",
    "iris": "params.yaml: datasets is 'iris': ",
}


@pytest.mark.parametrize("datasets", SLIPS)
def test_a_file_that_is_not_the_datasets_is_told(mine: Checkout, datasets: str) -> None:
    """One line, with what to write: DVC would watch another file, or none."""
    write(mine, datasets)
    with pytest.raises(UsageError) as caught:
        read_params(mine)
    assert str(caught.value).startswith(SLIPS[datasets])
