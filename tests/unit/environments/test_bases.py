"""Bases: what is declared, the command that makes one, and an archive that is made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from remodel.checkout import Checkout
from remodel.environments import bases
from remodel.environments.bases import base_archive, mmdebstrap_arguments, read_base
from remodel.errors import StorageError
from remodel.files import sha256_file


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program called mmdebstrap in front of PATH: the real one takes a quarter of a minute."""
    folder.mkdir()
    (folder / "mmdebstrap").write_text(f"#!/bin/sh\necho run >> {folder}/log\n{script}\n")
    (folder / "mmdebstrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("REMODEL_CACHE", str(folder / "cache"))


def test_the_command_names_no_mirror(checkout: Checkout) -> None:
    """The host's own apt sources decide; suite, packages and platform are the declared ones."""
    argv = mmdebstrap_arguments(read_base(checkout, "3.9"), Path("/x.tar"))
    assert argv[-2:] == ["bullseye", "/x.tar"]
    assert "--architectures=amd64" in argv
    assert any(word.startswith("--include=python3.9-minimal,libpython3.9-stdlib,") for word in argv)
    assert not any("://" in word for word in argv)


def test_images_to_pull_name_no_host(checkout: Checkout) -> None:
    """The official image's short name: the engine's own settings say from where."""
    for python in ("3.9", "3.11"):
        base = read_base(checkout, python)
        assert base.image == f"python:{python}-slim-{base.name}"


def test_an_archive_is_made_once(checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the declared SOURCE_DATE_EPOCH, into the cache; a second call finds it with its digest."""
    fake(tmp_path / "bin", monkeypatch, 'for last; do :; done; printf "$SOURCE_DATE_EPOCH" > "$last"')
    base, lines = read_base(checkout, "3.11"), []
    archive = base_archive(base, lines.append)
    assert base_archive(base, lines.append) == archive
    assert archive.path.read_text() == str(base.source_date_epoch)
    assert archive.sha256 == sha256_file(archive.path)
    assert len(lines) == 1
    assert (tmp_path / "bin" / "log").read_text() == "run\n"


def test_an_archive_without_its_digest_is_made_again(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interruption between the two files leaves nothing that is taken for finished."""
    fake(tmp_path / "bin", monkeypatch, 'for last; do :; done; echo x > "$last"')
    base = read_base(checkout, "3.11")
    base_archive(base, print).path.with_suffix(".sha256").unlink()
    base_archive(base, print)
    assert (tmp_path / "bin" / "log").read_text() == "run\nrun\n"


def test_a_failure_is_told_in_mmdebstraps_words(
    checkout: Checkout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that begins with E: is the reason; nothing stays in the cache."""
    fake(tmp_path / "bin", monkeypatch, "echo 'E: no such suite'; echo 'I: cleaning up'; exit 1")
    with pytest.raises(StorageError, match=r"mmdebstrap cannot make bookworm: E: no such suite\. Check apt's sources"):
        base_archive(read_base(checkout, "3.11"), print)
    assert list((tmp_path / "bin" / "cache" / "bases").iterdir()) == []


def test_without_mmdebstrap_nothing_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine has to pull then."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert not bases.can_make()
