"""Several publish into one folder at once: real processes, some of which are killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from remodel.files import canonical_json, read_json
from remodel.release.oci.layout import LOCK, Layout
from remodel.release.oci.publish import publish
from remodel.release.oci.store import Bundle
from tests.unit.release.publisher import codes, publish_all, versioned

PUBLISHERS = 6

RELEASES = 10
"""Of each publisher; each has two tags."""

KILLS = 30
"""Times that two publishers are killed."""

NAMES = {"blobs", "index.json", LOCK, "oci-layout"}


def bundles_of(number: int, folder: Path) -> list[Bundle]:
    """What one publisher publishes."""
    return [versioned(folder, f"1.{number}.{release}") for release in range(RELEASES)]


def check_all(layout: Layout) -> None:
    """Every tag of every publisher is there once, and what each points at is whole."""
    expected = {f"1.{number}.{release}" for number in range(PUBLISHERS) for release in range(RELEASES)}
    assert layout.tags() == sorted(expected | {f"m-{version}" for version in expected})
    check_whole(layout)


def check_whole(layout: Layout) -> None:
    """The folder is one, and what each tag points at is there."""
    layout.check()
    for tag in layout.tags():
        layout.read((layout.pointer(tag) or {})["digest"], tag)


@pytest.mark.attack("releases")
def test_releases_into_one_folder_at_once(tmp_path: Path) -> None:
    """Whoever publishes into a folder at the same time, no release that was published is lost: 120 tags of 120."""
    layout = tmp_path / "layout"
    started = publish_all(layout, [bundles_of(number, tmp_path) for number in range(PUBLISHERS)])
    assert codes(started) == [0] * PUBLISHERS
    check_all(Layout(layout))
    assert len(Layout(layout).tags()) == 120
    assert {path.name for path in layout.iterdir()} == NAMES


@pytest.mark.attack("releases")
def test_publishers_that_are_killed(tmp_path: Path) -> None:
    """A publisher that is killed at any moment leaves a folder that can be read, and a lock that the next one takes."""
    layout, chance = tmp_path / "layout", random.Random(8)
    bundles = [bundles_of(number, tmp_path) for number in range(PUBLISHERS)]
    for attempt in range(KILLS):
        started = publish_all(layout, [bundles[attempt % PUBLISHERS], bundles[(attempt + 1) % PUBLISHERS]])
        time.sleep(chance.uniform(0, 0.05))
        for publisher in started:
            publisher.kill()
        codes(started)
        Layout(layout).require_free()
        if (layout / "index.json").exists():
            check_whole(Layout(layout))
    assert codes(publish_all(layout, bundles)) == [0] * PUBLISHERS
    check_all(Layout(layout))
    assert {path.name for path in layout.iterdir()} == NAMES
    assert not [path for path in layout.rglob("*") if path.name.startswith(".")]


@pytest.mark.attack("releases")
def test_one_version_from_two_at_once(tmp_path: Path) -> None:
    """Of two releases under one version the first stays, and the other publisher is told."""
    layout = tmp_path / "layout"
    bundles = [versioned(tmp_path / str(number), "1.0.0", f"of publisher {number}") for number in range(PUBLISHERS)]
    ended = codes(publish_all(layout, [[made] for made in bundles]))
    assert sorted(map(str, ended)) == ["0", *["10"] * (PUBLISHERS - 1)]
    check_whole(Layout(layout))
    first = bundles[ended.index(0)]
    assert (Layout(layout).pointer("1.0.0") or {})["digest"] == first.root.descriptor.digest


def test_a_publisher_waits_and_says_so(tmp_path: Path) -> None:
    """Who finds the folder held says what it waits for; who reads needs no lock."""
    layout = Layout(tmp_path / "layout")
    publish(versioned(tmp_path, "1.0.0"), layout, lambda line: None)
    holder = "import sys, fcntl; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); input()"
    argv = [sys.executable, "-c", holder, str(layout.root / LOCK)]
    other = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdout.readline()
    assert layout.tags() == ["1.0.0", "m-1.0.0"]
    lines: list[str] = []

    def let_go(line: str) -> None:
        lines.append(line)
        other.kill()
        other.wait()

    with layout.alone(let_go):
        assert lines == [f"waiting: another release goes into {layout.root}"]


def test_blobs_that_were_cut_off_or_replaced(tmp_path: Path) -> None:
    """What has a blob's name and not its bytes is put anew; a link is replaced, and not written through."""
    layout, bundled = Layout(tmp_path / "layout"), versioned(tmp_path, "1.0.0")
    layout.put_blobs(bundled.blobs)
    (tmp_path / "elsewhere").write_text("not to be touched")
    first, second, _ = (layout.root / layout.place(digest) for digest in sorted(bundled.blobs))
    first.write_bytes(b"")
    second.unlink()
    second.symlink_to(tmp_path / "elsewhere")
    assert layout.put_blobs(bundled.blobs) == 2
    for digest, path in bundled.blobs.items():
        assert (layout.root / layout.place(digest)).read_bytes() == path.read_bytes()
        assert not (layout.root / layout.place(digest)).is_symlink()
    assert (tmp_path / "elsewhere").read_text() == "not to be touched"


@pytest.mark.attack("releases")
@pytest.mark.parametrize("name", ["index.json.lock", "blobs", "blobs/sha256", "index.json", "oci-layout"])
def test_links_in_a_folder_that_is_published_into(tmp_path: Path, name: str) -> None:
    """Who may write to a release's folder cannot have its publisher write anywhere else, or empty another file."""
    layout, elsewhere = Layout(tmp_path / "layout"), tmp_path / "elsewhere"
    publish(versioned(tmp_path, "1.0.0"), layout, lambda line: None)
    (layout.root / name).rename(elsewhere)
    if elsewhere.name == LOCK or elsewhere.is_file():
        elsewhere.write_bytes(elsewhere.read_bytes() or b"of another user")
    before = {path: path.read_bytes() for path in [elsewhere, *elsewhere.rglob("*")] if path.is_file()}
    (layout.root / name).symlink_to(elsewhere)
    try:
        publish(versioned(tmp_path, "1.1.0"), Layout(layout.root), lambda line: None)
    except Exception as error:
        assert type(error).__name__ in ("StorageError", "VerificationError")
    assert {path: path.read_bytes() for path in [elsewhere, *elsewhere.rglob("*")] if path.is_file()} == before


def test_a_folder_of_another_program(tmp_path: Path) -> None:
    """What another program has written there in its own way is not written over: its user is told what differs."""
    layout = Layout(tmp_path / "layout")
    publish(versioned(tmp_path, "1.0.0"), layout, lambda line: None)
    document = read_json(layout.root / "index.json")
    document["manifests"][0]["annotations"]["org.opencontainers.image.created"] = "today"
    (layout.root / "index.json").write_bytes(canonical_json(document))
    before = (layout.root / "index.json").read_bytes()
    with pytest.raises(Exception, match=r"index\.json: \$\.manifests\[0\] has other annotations than a tag"):
        publish(versioned(tmp_path, "1.1.0"), layout, lambda line: None)
    assert (layout.root / "index.json").read_bytes() == before
