"""A registry on two ports of loopback attacks whoever publishes to it, or fetches from it."""

from __future__ import annotations

import gzip
import resource
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from remodel.errors import PublishError, RemodelError, VerificationError
from remodel.release.artifacts.manifests import Descriptor
from remodel.release.oci import attempts, http
from remodel.release.oci.credentials import Origin, origin_of
from remodel.release.oci.registry import Registry
from tests.unit.release.hostile_registry import Hostile, Request, Script, head, hostile
from tests.unit.release.small import alone, bundle, put, store

__all__ = ["alone"]

Send = Callable[[bytes], None]

DIGEST = f"sha256:{'0' * 64}"
WORD = "open sesame"
SECONDS = 3.0
"""What an exchange may take here."""

MEMORY = 200 << 20
"""More than any of these attacks may cost in memory, and a tenth of what each would send."""


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with a password, and not much patience."""
    monkeypatch.setenv("REMODEL_REGISTRY_USER", "publisher")
    monkeypatch.setenv("REMODEL_REGISTRY_PASSWORD", WORD)
    monkeypatch.setattr(attempts, "WAITS", ())
    monkeypatch.setattr(http, "SECONDS", SECONDS)
    monkeypatch.setattr("remodel.release.oci.registry.BLOB_SECONDS", SECONDS)


def unauthorized(challenge: str) -> Script:
    """Asks for a password."""
    return lambda request, send: send(head(401, f"WWW-Authenticate: {challenge}"))


def leads(status: int, place: str) -> Script:
    """Redirects everything."""
    return lambda request, send: send(head(status, f"Location: {place}"))


def upload_to(place: str) -> Script:
    """Has no blob, and takes uploads at a place."""

    def script(request: Request, send: Send) -> None:
        send(head(202, f"Location: {place}") if request.method == "POST" else head(404))

    return script


def endless(beginning: bytes, piece: bytes, pause: float = 0.0) -> Script:
    """Never ends: `piece` again and again."""

    def script(request: Request, send: Send) -> None:
        send(beginning)
        while True:
            send(piece)
            time.sleep(pause)

    return script


def answered(content: bytes, *headers: str, status: int = 200, length: int | None = None) -> Script:
    """One answer to everything."""
    return lambda request, send: send(
        head(status, *headers, length=len(content) if length is None else length) + content
    )


def asked(there: Registry, tmp_path: Path) -> None:
    there.pointer("1.0.0")


def fetched(there: Registry, tmp_path: Path) -> None:
    there.fetch(Descriptor("", DIGEST, 1000), tmp_path / "blob", "a file")


def published(there: Registry, tmp_path: Path) -> None:
    put(bundle(tmp_path / "bundle"), there.connection.host)


Act = Callable[[Registry, Path], None]

SECOND = {
    "redirect of a manifest, 401 with a realm": (asked, lambda other: leads(307, f"http://{other}/v2/x")),
    "redirect of a manifest, kept for ever": (asked, lambda other: leads(301, f"http://{other}/v2/x")),
    "redirect of a blob": (fetched, lambda other: leads(302, f"http://{other}/blob")),
    "redirect of a blob without a scheme": (fetched, lambda other: leads(307, f"//{other}/blob")),
    "redirect of an upload's beginning": (published, lambda other: leads(307, f"http://{other}/v2/x")),
    "place of an upload": (published, lambda other: upload_to(f"http://{other}/upload")),
    "place of an upload with the registry as user": (
        published,
        lambda other: upload_to(f"http://localhost@{other}/up"),
    ),
    "place of an upload that looks like the registry": (
        published,
        lambda other: upload_to(f"//{other}/v2/team/models/"),
    ),
}
"""Ways to a second port, which asks for a password with a realm of its own."""


@pytest.mark.attack("registry")
@pytest.mark.parametrize("challenge", ["Basic realm=x", 'Bearer realm="http://OTHER/token",service="s",scope="x"'])
@pytest.mark.parametrize("way", SECOND)
def test_a_password_is_for_the_registry_alone(tmp_path: Path, way: str, challenge: str) -> None:
    """Whoever a registry leads to is told neither password nor token, whatever it asks for."""
    act, script = SECOND[way]
    with hostile(lambda request, send: None) as other:
        other.script = unauthorized(challenge.replace("OTHER", other.host))
        with hostile(script(other.host)) as first:
            with pytest.raises(PublishError) as told:
                act(store(first.host), tmp_path)
            assert one_line(told.value)
        assert other.passwords == []


@pytest.mark.attack("registry")
def test_a_token_is_for_the_registry_alone(tmp_path: Path) -> None:
    """A token that the registry's own service gave is not sent to whoever it redirects to afterwards."""
    with hostile(answered(b"{}")) as other, hostile(answered(b'{"token": "abc"}')) as service:

        def script(request: Request, send: Send) -> None:
            if "authorization" in request.headers:
                send(head(307, f"Location: http://{other.host}/x"))
            else:
                send(head(401, f'WWW-Authenticate: Bearer realm="http://{service.host}/t",service="s",scope="x"'))

        with hostile(script) as first:
            store(first.host).pointer("1.0.0")
            assert first.passwords == ["Bearer abc"]
        assert len(service.passwords) == 1 and len(other.requests) == 1
        assert other.passwords == []


REALMS = (
    "http://registry.example.com/t",
    "ftp://localhost/t",
    "file:///etc/passwd",
    "//",
    "",
    "http://u:p@localhost/t",
)


@pytest.mark.attack("registry")
@pytest.mark.parametrize("realm", REALMS)
def test_a_realm_in_the_clear_is_not_asked(realm: str) -> None:
    """A service for tokens speaks TLS, or is on this machine as the registry is."""
    with hostile(unauthorized(f'Bearer realm="{realm}",service="s"')) as first:
        with pytest.raises(PublishError, match=r"has its tokens given by .*, which is not asked") as told:
            store(first.host).pointer("1.0.0")
        assert one_line(told.value)


@pytest.mark.attack("registry")
@pytest.mark.parametrize(
    "place", ["file:///etc/passwd", "ftp://localhost/x", "gopher://x", "http://[::1", "http://a:b@localhost/"]
)
def test_a_redirect_leads_to_web_servers_only(tmp_path: Path, place: str) -> None:
    """No other scheme, no user and no broken address is followed."""
    with hostile(leads(307, place)) as first, pytest.raises(PublishError, match="which is not followed") as told:
        store(first.host).pointer("1.0.0")
    assert one_line(told.value)


@pytest.mark.attack("registry")
@pytest.mark.parametrize(
    ("first", "second", "may"),
    [
        ("https://a/", "https://b/", True),
        ("https://a/", "http://a/", False),
        ("https://a/", "http://localhost/", False),
        ("https://a/", "https://127.0.0.1/", False),
        ("http://a/", "http://[::1]/", False),
        ("http://localhost/", "http://127.0.0.1:5/", True),
    ],
)
def test_where_a_registry_may_lead(first: str, second: str, may: bool) -> None:
    """Not out of TLS into the clear, and not from elsewhere to this machine."""
    one, other = origin_of(first), origin_of(second)
    assert isinstance(one, Origin) and isinstance(other, Origin)
    assert one.may_lead_to(other) is may


@pytest.mark.attack("registry")
def test_no_password_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over plain HTTP a password goes to this machine only."""
    with hostile(unauthorized("Basic realm=x")) as first:
        there = store("registry.example.com")
        monkeypatch.setattr("urllib3.util.connection.create_connection", to(first))
        with pytest.raises(PublishError, match="which --plain-http would send in the clear") as told:
            there.pointer("1.0.0")
        assert one_line(told.value)
        assert first.requests and first.passwords == []


def to(server: Hostile) -> Callable[..., object]:
    """Every address is this server's, as a hostile resolver says."""
    import socket

    return lambda address, *args, **kwargs: socket.create_connection(server.listener.getsockname()[:2])


MIB = 1 << 20
OK = head(200, length=None)
CHUNKED = head(200, "Transfer-Encoding: chunked", length=None)
ENDLESS = {
    "manifest": (asked, endless(OK, b"x" * MIB), VerificationError),
    "manifest in chunks": (asked, endless(CHUNKED, b"100000\r\n" + b"x" * MIB + b"\r\n"), VerificationError),
    "manifest that says it is short of endless": (
        asked,
        endless(head(200, length=1 << 60), b"x" * MIB),
        VerificationError,
    ),
    "manifest, a byte at a time": (asked, endless(OK, b"x", 0.05), PublishError),
    "blob": (fetched, endless(OK, b"x" * MIB), VerificationError),
    "blob, a byte at a time": (fetched, endless(head(200, length=1000), b"x", 0.05), PublishError),
    "size of a chunk": (asked, endless(CHUNKED, b"0" * MIB), PublishError),
    "trailers": (asked, endless(CHUNKED + b"0\r\n", b"A: b\r\n"), PublishError),
    "error": (asked, endless(head(500, length=None), b"x" * MIB), PublishError),
    "headers": (asked, endless(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), PublishError),
    "a header": (asked, endless(b"HTTP/1.1 200 OK\r\nA: ", b"x" * MIB), PublishError),
    "status": (asked, endless(b"HTTP/1.1 ", b"2" * MIB), PublishError),
    "go on": (asked, endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), PublishError),
    "silence": (asked, endless(b"", b"", 0.05), PublishError),
    "redirects": (asked, leads(307, "/v2/again"), PublishError),
    "token": (asked, None, PublishError),
    "body of a redirect": (asked, endless(head(307, "Location: /x", length=None), b"x" * MIB), PublishError),
    "body of a challenge": (
        asked,
        endless(head(401, "WWW-Authenticate: Basic x", length=None), b"x" * MIB),
        PublishError,
    ),
}


@pytest.mark.attack("registry")
@pytest.mark.parametrize("what", ENDLESS)
def test_what_never_ends_is_ended(tmp_path: Path, what: str) -> None:
    """No answer takes more memory or time than it may, and what it left is gone."""
    act, script, kind = ENDLESS[what]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    with hostile(endless(OK, b"x" * MIB)) as service:
        script = script or unauthorized(f'Bearer realm="http://{service.host}/t",service="s"')
        with hostile(script) as first:
            started = time.monotonic()
            with pytest.raises(kind) as told:
                act(store(first.host), tmp_path)
            assert time.monotonic() - started < 20 * SECONDS
    assert one_line(told.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 - before < MEMORY
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 2000


BOMB = gzip.compress(bytes(64 * MIB))
ODD = {
    "packed": (asked, answered(BOMB, "Content-Encoding: gzip"), "sent its answer packed (gzip)"),
    "packed twice": (asked, answered(b"x", "Content-Encoding: gzip, deflate"), "sent its answer packed"),
    "a packed blob": (fetched, answered(BOMB[:900], "Content-Encoding: br"), "sent its answer packed (br)"),
    "a blob that is longer": (fetched, answered(b"x" * 1001), "has more than the 1,000 bytes that it should"),
    "a blob that is shorter": (fetched, answered(b"x" * 999), "was changed: it has the digest"),
    "a blob with other bytes": (fetched, answered(b"x" * 1000), "was changed: it has the digest"),
    "a blob that breaks off": (fetched, answered(b"x" * 10, length=1000), "closed the connection"),
    "a digest in a header": (
        fetched,
        answered(b"x" * 1000, f"Docker-Content-Digest: {DIGEST}"),
        "was changed: it has the digest",
    ),
    "an error of control characters": (
        asked,
        answered(b'{"errors": [{"code": "\\u001b[2J", "message": "a\\nb\\u202e"}]}', status=500),
        "answered 500",
    ),
    "an error that is deep": (asked, answered(b"[" * 60000, status=500), "answered 500"),
    "a challenge of noise": (published, unauthorized('Bearer realm=",,,"="'), "which is not asked"),
    "a token that is none": (asked, None, "answered 200 to GET"),
}


@pytest.mark.attack("registry")
@pytest.mark.parametrize("what", ODD)
def test_an_answer_that_is_none_is_one_line(tmp_path: Path, what: str) -> None:
    """Packed, cut off, too long, of other bytes, full of control characters: one line, and nothing is kept."""
    act, script, words = ODD[what]
    with hostile(answered(b'{"token": "a\\r\\nHost: b"}')) as service:
        script = script or unauthorized(f'Bearer realm="http://{service.host}/t",service="s"')
        with hostile(script) as first, pytest.raises(RemodelError) as told:
            act(store(first.host), tmp_path)
    assert words in str(told.value)
    assert one_line(told.value)


def one_line(error: RemodelError) -> bool:
    """Whether an error says one visible line, without the password, and what to do next."""
    text = str(error)
    return text.isprintable() and WORD not in text and len(text) < 1000
