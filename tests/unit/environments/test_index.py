"""pip's settings in uv's words."""

from __future__ import annotations

import sys

import pytest

from remodel.environments.index import Index, index_from, parse_settings, read_index

SETTINGS = """:env:.find-links='/env'
global.cert='/c.pem'
global.extra-index-url='file:///a/simple file:///b/simple'
global.find-links='/global'
global.index-url='http://index.invalid/root/simple/'
global.trusted-host='index.invalid'
"""


def test_settings_become_options() -> None:
    """Index, further indexes, folders and trusted hosts; a variable wins over a file, as it does for pip."""
    index = index_from(parse_settings(SETTINGS), "")
    assert index.options() == [
        *("--default-index", "http://index.invalid/root/simple/"),
        *("--index", "file:///a/simple", "--index", "file:///b/simple"),
        *("--index-strategy", "unsafe-best-match"),
        *("--find-links", "/env"),
        *("--allow-insecure-host", "index.invalid"),
    ]
    assert index.base == "http://index.invalid/root"


def test_several_lines_are_several_places() -> None:
    """pip prints a setting of several lines with \\n between them."""
    assert index_from(parse_settings("global.find-links='\\n/a\\n/b'"), "").find_links == ("/a", "/b")


def test_no_settings_are_no_options() -> None:
    """uv's own default is the public index, as pip's is; locking asks pip for its address."""
    index = index_from({}, "http://public.invalid")
    assert index.options() == []
    assert index.environment() == {}
    assert index.base == "http://public.invalid"


def test_no_index_is_passed_on() -> None:
    """A machine without any index installs from folders alone."""
    assert index_from({"no-index": "1"}, "").options() == ["--no-index"]


@pytest.mark.parametrize(("own", "expected"), [(None, {"SSL_CERT_FILE": "/c.pem"}), ("/own.pem", {})])
def test_certificates_reach_uv(monkeypatch: pytest.MonkeyPatch, own: str | None, expected: dict[str, str]) -> None:
    """pip's certificates, unless the machine names some for everybody."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if own is not None:
        monkeypatch.setenv("SSL_CERT_FILE", own)
    assert Index(certificates="/c.pem").environment() == expected


def test_the_real_pip_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What pip would use with these variables is what is read."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://index.invalid/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "/a /b")
    index = read_index(sys.executable)
    assert (index.url, index.find_links) == ("http://index.invalid/simple", ("/a", "/b"))
    assert index.public.startswith("http")
