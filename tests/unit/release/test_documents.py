"""The JSON files and the sums of a release are read strictly: in the one form that we write, or not at all."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from remodel.errors import VerificationError
from remodel.files import write_json
from remodel.release.contents import documents, sums


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"NaN", b"[-Infinity]", b'"\\ud800"', b"[" * 100_000])
def test_what_is_no_json(content: bytes) -> None:
    """Python's own reader takes some of it; what could not be written again is refused like the rest."""
    with pytest.raises(VerificationError, match=r"^m: trust\.json is not valid JSON: "):
        documents.parse(content, "m: trust.json")


def test_a_document_in_another_form(tmp_path: Path) -> None:
    """The same document with other spaces has other bytes: it was not written by us."""
    path, document = tmp_path / "trust.json", {"schema_version": 1, "types": {}}
    write_json(path, document)
    assert documents.read("trust", path, "m: trust.json") == document
    path.write_text('{"schema_version": 1, "types": {}}')
    with pytest.raises(VerificationError, match="is not written as remodel writes JSON"):
        documents.read("trust", path, "m: trust.json")
    write_json(path, {"schema_version": 1, "types": []})
    with pytest.raises(VerificationError, match=r"^m: trust\.json: \$\.types: "):
        documents.read("trust", path, "m: trust.json")


def test_sums(tmp_path: Path) -> None:
    """Are those of all files, in folders too, and `sha256sum --check` reads them."""
    folder = model(tmp_path)
    assert sums.check(folder, "m") == 2
    assert list(sums.files(folder)) == ["SHA256SUMS", "a file", "serving/rows.py"]
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", sums.NAME], cwd=folder, check=True)


def test_sums_that_do_not_fit(tmp_path: Path) -> None:
    """A file more, less or changed is named; lines in another form are refused."""
    folder = model(tmp_path)
    (folder / "more").write_bytes(b"")
    with pytest.raises(VerificationError, match=r"m: more has sha256 e3b0c442.*, SHA256SUMS says nothing"):
        sums.check(folder, "m")
    (folder / "more").unlink()
    before = (folder / sums.NAME).read_bytes()
    for content in (before.replace(b"  ", b" *"), before + b"\n", b"\n".join(reversed(before.splitlines())) + b"\n"):
        (folder / sums.NAME).write_bytes(content)
        with pytest.raises(VerificationError, match=r"m: SHA256SUMS is not written|SHA256SUMS says nothing"):
            sums.check(folder, "m")
    (folder / sums.NAME).write_bytes(before)
    (folder / "a file").write_bytes(b"other")
    with pytest.raises(VerificationError, match=r"m: a file has sha256 .*, SHA256SUMS says [0-9a-f]{64}"):
        sums.check(folder, "m")
    (folder / "a file").unlink()
    with pytest.raises(VerificationError, match="m: a file has sha256 missing"):
        sums.check(folder, "m")
    (folder / sums.NAME).unlink()
    with pytest.raises(VerificationError, match="m: SHA256SUMS is missing"):
        sums.check(folder, "m")


def model(folder: Path) -> Path:
    """A folder with two files and their sums."""
    (folder / "serving").mkdir()
    (folder / "serving" / "rows.py").write_text("'''rows'''\n")
    (folder / "a file").write_text("a file\n")
    sums.write(folder)
    return folder
