"""Downloading, against a real server on this machine: cut, resumed, changed, refused."""

import hashlib
import resource
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from trama.kernel.layers import FieldSpec, Manifest, SourceSpec
from trama.sources.fetch import (
    BadAddress,
    ChecksumChanged,
    DownloadTooLarge,
    NoAddress,
    NoNetwork,
    ServerRefuses,
    fetch,
)

CONTENT = bytes(range(256)) * 4000  # about 1 MB
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves `content` and misbehaves as its server is told."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        server.asked.append(self.headers.get("Range"))
        if self.path.startswith("/sposta"):
            return self._redirect()
        if server.status != 200:
            self.send_error(server.status)
            return None
        start, status = 0, 200
        wanted = self.headers.get("Range")
        fresh = self.headers.get("If-Range") in (None, server.etag)
        if wanted and server.ranges and fresh:
            start, status = int(wanted.removeprefix("bytes=").rstrip("-")), 206
        if start >= len(server.content):
            self.send_error(416)
            return None
        self.send_response(status)
        if status == 206:
            self.send_header(
                "Content-Range", f"bytes {start}-{len(server.content) - 1}/{len(server.content)}"
            )
        self.send_header("ETag", server.etag)
        self.send_header("Content-Length", str(len(server.content) - start + server.lie))
        self.end_headers()
        body = server.content[start:]
        cut, server.cut = server.cut, None
        self.wfile.write(body if cut is None else body[:cut])
        if cut is not None or server.lie:
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(2)
        return None

    def _redirect(self):
        self.send_response(302)
        self.send_header("Location", "/dato.zip")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def server():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content, server.etag, server.ranges = CONTENT, '"uno"', True
    server.status, server.cut, server.lie, server.asked = 200, None, 0, []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def layer(server):
    def make(path="/dato.zip", url=None):
        address = url if url is not None else f"http://127.0.0.1:{server.server_port}{path}"
        return Manifest(
            "uso_suolo", "Uso del suolo", "", "", "", SourceSpec("dusaf", address), 32632, "raster",
            (FieldSpec("cell", "integer", "class", ""),),
        )  # fmt: skip

    return make


def test_a_download_is_whole_named_and_has_its_checksum(layer, tmp_path):
    seen = []
    got = fetch(layer(), tmp_path, lambda done, total: seen.append((done, total)))
    assert got.sha256 == SHA256
    assert got.path.name == "uso_suolo-dato.zip"
    assert got.path.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "uso_suolo-dato.zip",
        "uso_suolo-dato.zip.json",
    ]


def test_a_cut_download_keeps_what_came_and_resumes_from_there(server, layer, tmp_path):
    server.cut = 300_000
    with pytest.raises(NoNetwork, match=r"riprende da dove era arrivato \(0\.3 MB\)"):
        fetch(layer(), tmp_path)
    assert (tmp_path / "uso_suolo-dato.zip.part").stat().st_size == 300_000
    assert not (tmp_path / "uso_suolo-dato.zip").exists()
    got = fetch(layer(), tmp_path)
    assert (got.resumed_from, got.sha256) == (300_000, SHA256)
    assert server.asked == [None, "bytes=300000-"]


def test_it_resumes_as_many_times_as_it_is_cut(server, layer, tmp_path):
    for _ in range(3):
        server.cut = 200_000
        with pytest.raises(NoNetwork):
            fetch(layer(), tmp_path)
    assert fetch(layer(), tmp_path).resumed_from == 600_000


def test_a_server_without_ranges_starts_again_and_ends_whole(server, layer, tmp_path):
    server.cut = 300_000
    with pytest.raises(NoNetwork):
        fetch(layer(), tmp_path)
    server.ranges = False
    got = fetch(layer(), tmp_path)
    assert (got.resumed_from, got.sha256) == (0, SHA256)


def test_a_file_that_changed_meanwhile_is_not_sewn_to_the_old_half(server, layer, tmp_path):
    server.cut = 300_000
    with pytest.raises(NoNetwork):
        fetch(layer(), tmp_path)
    server.content, server.etag = CONTENT[::-1], '"due"'
    got = fetch(layer(), tmp_path)
    assert got.resumed_from == 0
    assert got.path.read_bytes() == CONTENT[::-1]


def test_a_length_longer_than_the_content_is_a_cut_not_a_file(server, layer, tmp_path):
    server.lie = 1000
    with pytest.raises(NoNetwork, match="interrotto"):
        fetch(layer(), tmp_path)
    assert not (tmp_path / "uso_suolo-dato.zip").exists()


def test_a_whole_part_left_by_a_crash_is_kept_without_downloading_again(server, layer, tmp_path):
    server.cut = len(CONTENT)
    server.lie = 1
    with pytest.raises(NoNetwork):
        fetch(layer(), tmp_path)
    server.lie = 0
    (tmp_path / "uso_suolo-dato.zip.part.json").write_text(
        (tmp_path / "uso_suolo-dato.zip.part.json")
        .read_text()
        .replace(str(len(CONTENT) + 1), str(len(CONTENT)))
    )
    got = fetch(layer(), tmp_path)
    assert (got.resumed_from, got.sha256) == (len(CONTENT), SHA256)


def test_a_redirect_is_followed_and_the_name_is_that_of_the_manifest(layer, tmp_path):
    got = fetch(layer("/sposta/dusaf.zip"), tmp_path)
    assert (got.path.name, got.sha256) == ("uso_suolo-dusaf.zip", SHA256)


def test_a_changed_checksum_is_told_and_the_old_file_stays(server, layer, tmp_path):
    old = fetch(layer(), tmp_path)
    server.content = b"altra edizione"
    with pytest.raises(ChecksumChanged, match=r"attesa .*scaricata .*--accept-changed"):
        fetch(layer(), tmp_path)
    assert old.path.read_bytes() == CONTENT
    got = fetch(layer(), tmp_path, accept_changed=True)
    assert got.changed
    assert got.path.read_bytes() == b"altra edizione"


@pytest.mark.parametrize(
    ("status", "says"), [(404, "non esiste più"), (403, "non permette"), (500, "più tardi")]
)
def test_a_refusal_says_what_to_do(server, layer, tmp_path, status, says):
    server.status = status
    with pytest.raises(ServerRefuses, match=f"{status}.*{says}"):
        fetch(layer(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_an_address_there_is_a_sentence_that_says_what_to_do(layer, tmp_path):
    with pytest.raises(NoAddress, match="trama layers add"):
        fetch(layer(url=""), tmp_path)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://a/b", "https://", "javascript:x"])
def test_only_the_web_is_fetched(layer, tmp_path, url):
    with pytest.raises(BadAddress):
        fetch(layer(url=url), tmp_path)


def test_no_network_is_told_in_one_sentence(server, layer, tmp_path):
    manifest = layer()
    server.shutdown()
    server.server_close()
    with pytest.raises(NoNetwork, match="non è raggiungibile"):
        fetch(manifest, tmp_path, timeout_s=2)


def test_a_file_over_the_limit_is_neither_taken_nor_kept(layer, tmp_path):
    with pytest.raises(DownloadTooLarge):
        fetch(layer(), tmp_path, limit_bytes=500_000)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_keeps_what_came_and_says_so(layer, tmp_path):
    code = """
import resource, sys
from pathlib import Path
from trama.kernel.errors import TramaError
from trama.kernel.layers import FieldSpec, Manifest, SourceSpec
from trama.sources.fetch import fetch
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
layer = Manifest("x", "", "", "", "", SourceSpec("", sys.argv[1]), 32632, "raster", ())
try:
    fetch(layer, Path(sys.argv[2]))
except TramaError as error:
    print(type(error).__name__, error)
"""
    run = subprocess.run(
        [sys.executable, "-c", code, layer().source.url, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith("DownloadDiskFull Non c'è più spazio"), run.stderr
    assert fetch(layer(), tmp_path).sha256 == SHA256
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
