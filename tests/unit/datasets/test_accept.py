"""`remodel dataset accept`: the pin follows the file, and nothing else in its YAML file changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.cli.main import main
from remodel.datasets.accept import accept
from remodel.errors import DataError, RemodelError, UnknownName, UsageError

OLD, NEW = b"age,churned\n1,yes\n2,no\n", b"age,churned\n1,yes\n2,no\n3,yes\n"
PINNED, OTHER = (hashlib.sha256(content).hexdigest() for content in (OLD, NEW))

LAYOUTS = {
    "plain": f"name: mine  # ours\nfile: mine.csv\n\nsha256: {PINNED}  # X\ntarget: churned\ncolumns: {{a: numeric}}\n",
    "quoted": f'name: mine\nfile: mine.csv\nsha256:   "{PINNED}"\ntarget: churned\ncolumns:\n  a: numeric\n',
    "single quotes": f"sha256: '{PINNED}'\nname: mine\nfile: mine.csv\ntarget: churned\ncolumns: {{a: numeric}}",
    "braces": f"{{name: mine, file: mine.csv, 'sha256': {PINNED}, target: churned, columns: {{a: numeric}}}}\n",
    "Windows": f"name: mine\r\nfile: mine.csv\r\nsha256: {PINNED}\r\ntarget: churned\r\ncolumns: {{a: numeric}}\r\n",
    "in a comment": (
        f"# the first delivery had sha256: {PINNED}\nname: mine\nfile: mine.csv\nsha256: {PINNED} # not {PINNED}\n"
        "target: churned\ncolumns: {a: numeric}\n"
    ),
}


def declare(root: Path, text: str, content: bytes = NEW) -> Checkout:
    """A checkout with one dataset."""
    (root / "conf" / "dataset").mkdir(parents=True)
    (root / "conf" / "dataset" / "mine.yaml").write_bytes(text.encode())
    (root / "conf" / "dataset" / "iris.yaml").write_text("name: iris\nbundled: iris\n")
    (root / "params.yaml").write_text("")
    (root / "mine.csv").write_bytes(content)
    return Checkout(root)


def yaml_of(checkout: Checkout) -> str:
    """The dataset's YAML file, byte for byte."""
    return (checkout.root / "conf" / "dataset" / "mine.yaml").read_bytes().decode()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_digest_alone_is_replaced(tmp_path: Path, layout: str) -> None:
    """Comments, quotes, order and line ends stay; a second time changes nothing."""
    checkout = declare(tmp_path, LAYOUTS[layout])
    accepted = accept(checkout, "mine")
    assert (accepted.before, accepted.after, accepted.is_new) == (PINNED, OTHER, True)
    expected = LAYOUTS[layout].replace(PINNED, OTHER)
    if layout == "in a comment":
        expected = LAYOUTS[layout].replace(f"\nsha256: {PINNED}", f"\nsha256: {OTHER}")
    assert yaml_of(checkout) == expected
    assert not accept(checkout, "mine").is_new
    assert yaml_of(checkout) == expected


def test_what_was_done_and_what_is_next_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With both digests; the second time says that there is nothing to do."""
    declare(tmp_path, LAYOUTS["plain"])
    monkeypatch.chdir(tmp_path)
    assert main(["dataset", "accept", "mine"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"conf/dataset/mine.yaml: sha256 of mine.csv was {PINNED}, is {OTHER}",
        "next: remodel rebuild, or python -m train dataset=mine",
    ]
    assert main(["dataset", "accept", "mine"]) == 0
    assert capsys.readouterr().out == "mine.csv is the file that conf/dataset/mine.yaml pins: nothing to do\n"


def test_a_link_to_the_yaml_file_stays_one(tmp_path: Path) -> None:
    """Its target is edited."""
    checkout = declare(tmp_path, LAYOUTS["plain"])
    path = tmp_path / "conf" / "dataset" / "mine.yaml"
    path.rename(tmp_path / "elsewhere.yaml")
    path.symlink_to(tmp_path / "elsewhere.yaml")
    accept(checkout, "mine")
    assert path.is_symlink()
    assert OTHER in (tmp_path / "elsewhere.yaml").read_text()


ANCHOR = f"name: mine\nfile: mine.csv\nsha256: &pin {PINNED}\ntarget: churned\ncolumns: {{a: numeric}}\n"

REFUSED = {
    "unknown": ("mime", LAYOUTS["plain"], UnknownName, "unknown dataset 'mime': did you mean 'mine'?"),
    "bundled": ("iris", LAYOUTS["plain"], UsageError, "conf/dataset/iris.yaml pins no file: its rows are bundled or"),
    "no digest": ("mine", LAYOUTS["plain"].replace("sha256: ", "# "), UsageError, "needs the key 'sha256'"),
    "anchor": ("mine", ANCHOR, UsageError, f"Write into it: sha256: {OTHER}"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_accepted_is_refused(tmp_path: Path, case: str) -> None:
    """In one line; nothing is written."""
    name, text, kind, message = REFUSED[case]
    checkout = declare(tmp_path, text)
    with pytest.raises(kind) as caught:
        accept(checkout, name)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert yaml_of(checkout) == text


@pytest.mark.parametrize("wrong", ["does not exist", "is a folder"])
def test_what_is_no_file_is_refused(tmp_path: Path, wrong: str) -> None:
    """With where it should be."""
    checkout = declare(tmp_path, LAYOUTS["plain"])
    (tmp_path / "mine.csv").unlink()
    if wrong == "is a folder":
        (tmp_path / "mine.csv").mkdir()
    with pytest.raises(DataError, match=f"mine.csv {wrong}. Put the file there, or correct `file` in conf/dataset/mi"):
        accept(checkout, "mine")
    assert yaml_of(checkout) == LAYOUTS["plain"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's words: for root, every file can be read, so the read itself fails here."""
    checkout = declare(tmp_path, LAYOUTS["plain"])

    def deny(*arguments: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied", str(tmp_path / "mine.csv"))

    monkeypatch.setattr("contract.files.sha256_file", deny)
    with pytest.raises(RemodelError, match=r"cannot read .*mine\.csv: Permission denied"):
        accept(checkout, "mine")
    assert yaml_of(checkout) == LAYOUTS["plain"]
