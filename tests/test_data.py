"""Data: what is taken from the network and what refused, the IDX format, images, made-up sets."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pooch
import pytest
import requests
import torch
from file_server import Server, serving

from course_lib import data, downloads, image_sets

CONTENT = np.random.default_rng(0).bytes(200_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as found:
        yield found


# --- downloads ------------------------------------------------------------------------------------


def test_a_file_is_downloaded_once_and_then_comes_from_the_cache(
    server: Server, tmp_path: Path, capfd: pytest.CaptureFixture
) -> None:
    server.files["/file"] = CONTENT
    for _ in range(2):
        path = data.fetch("file", SHA256, [f"{server.address}/"], tmp_path)
        assert path.read_bytes() == CONTENT
    assert server.asked == [("/file", 0)]
    assert [p.name for p in tmp_path.iterdir()] == ["file"], "nothing else is left behind"
    assert capfd.readouterr() == ("", ""), "a notebook shows stderr as an error"


def test_a_broken_connection_is_taken_up_where_it_left_off(server: Server, tmp_path: Path) -> None:
    server.files["/file"] = CONTENT
    server.breaks = [70_000]
    assert data.fetch("file", SHA256, [server.address], tmp_path).read_bytes() == CONTENT
    (_, first), (_, second) = server.asked
    assert first == 0
    assert 0 < second <= 70_000


def test_a_server_that_cannot_begin_in_the_middle_begins_again(server: Server, tmp_path) -> None:
    server.files["/file"], server.breaks, server.ranges = CONTENT, [70_000], False
    assert data.fetch("file", SHA256, [server.address], tmp_path).read_bytes() == CONTENT


def test_another_mirror_goes_on_with_what_the_first_began(server: Server, tmp_path: Path) -> None:
    server.files["/a/file"] = server.files["/b/file"] = CONTENT
    server.breaks = [150_000, 70_000]  # taken from the end
    mirrors = [f"{server.address}/a", f"{server.address}/b"]
    assert data.fetch("file", SHA256, mirrors, tmp_path).read_bytes() == CONTENT
    assert [path for path, _ in server.asked] == ["/a/file", "/a/file", "/b/file"]
    assert server.asked[-1][1] > server.asked[1][1] > 0


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, tmp_path: Path) -> None:
    server.files["/file"] = CONTENT
    (tmp_path / "file.part").write_bytes(CONTENT + b"more")
    assert data.fetch("file", SHA256, [server.address], tmp_path).read_bytes() == CONTENT


def test_a_wrong_file_is_refused_and_the_next_mirror_asked(server: Server, tmp_path: Path) -> None:
    server.files |= {"/forged/file": b"\0" * 9, "/true/file": CONTENT}
    mirrors = [f"{server.address}/{kind}" for kind in ("missing", "forged", "true")]
    assert data.fetch("file", SHA256, mirrors, tmp_path).read_bytes() == CONTENT


def test_a_file_that_was_spoilt_in_the_cache_is_fetched_again(server: Server, tmp_path) -> None:
    server.files["/file"] = CONTENT
    (tmp_path / "file").write_bytes(CONTENT[:-1])
    assert data.fetch("file", SHA256, [server.address], tmp_path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("where", "reason"),
    [("forged", "not the right file (its SHA-256 differs)"), ("missing", "it answered 404")],
)
def test_without_a_right_file_one_line_says_why(server, tmp_path, where: str, reason: str) -> None:
    server.files["/forged/file"] = CONTENT[::-1]
    with pytest.raises(data.DownloadError) as error:
        data.fetch("file", SHA256, [f"{server.address}/{where}"], tmp_path)
    assert str(error.value) == (
        f"file must be downloaded once, and no mirror gave it (127.0.0.1:{server.server_port}: "
        f"{reason}): connect to the network, or put the file into {tmp_path}"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_always_breaks_is_told_as_that(server: Server, tmp_path: Path) -> None:
    server.files["/file"], server.breaks = CONTENT, [10, 5]
    with pytest.raises(data.DownloadError, match="the connection broke off"):
        data.fetch("file", SHA256, [server.address], tmp_path)


def test_a_server_that_says_nothing_is_given_up(monkeypatch, tmp_path: Path) -> None:
    def silence(*_: object, **__: object) -> None:
        raise requests.ReadTimeout

    monkeypatch.setattr(requests, "get", silence)
    with pytest.raises(data.DownloadError, match=r"\(slow.example: no answer in 30 s\)"):
        data.fetch("file", SHA256, ["https://slow.example/x"], tmp_path)


@pytest.mark.parametrize("name", ["fashion-mnist", "mnist"])
def test_offline_one_line_says_what_to_do(name: str, monkeypatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError("[Errno -3] Temporary failure in name resolution" * 9)

    monkeypatch.setattr(requests, "get", refuse)
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    with pytest.raises(data.DownloadError) as error:
        data.images(name)
    told = str(error.value)
    assert "\n" not in told
    assert told.endswith(f": connect to the network, or put the file into {tmp_path / name}")
    assert told.count("no connection") == len(image_sets.REMOTE[name].mirrors) > 1


def test_the_cache_is_the_users_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COURSE_DATA", raising=False)
    assert data.data_folder() == Path(pooch.os_cache("training-deep-networks"))
    monkeypatch.setenv("COURSE_DATA", "/data/shared")
    assert data.data_folder() == Path("/data/shared")


def test_poochs_own_log_is_as_it_was() -> None:
    logger = pooch.get_logger()
    before = logger.level
    with downloads._quiet():
        assert logger.level > before
    assert logger.level == before


# --- images ---------------------------------------------------------------------------------------


def idx(numbers: np.ndarray, code: int) -> bytes:
    head = bytes([0, 0, code, numbers.ndim]) + struct.pack(f">{numbers.ndim}I", *numbers.shape)
    return head + numbers.astype(numbers.dtype.newbyteorder(">")).tobytes()


def test_digits_are_real_split_by_writer_and_scaled() -> None:
    digits = data.images("digits")
    for part, n in ((digits.train, 1437), (digits.test, 360)):
        assert part.x.shape == (n, 8, 8)
        assert (part.x.dtype, part.y.dtype) == (np.float32, np.int64)
        assert (part.x.min(), part.x.max()) == (0, 1)
        assert np.bincount(part.y).min() >= n // 12, "every class in every part"
    assert digits.classes == tuple("0123456789")


def test_a_set_is_downloaded_read_and_scaled(server, tmp_path, monkeypatch) -> None:
    rng = np.random.default_rng(1)
    pixels = {
        part: rng.integers(256, size=(n, 28, 28), dtype=np.uint8)
        for part, n in (("train", 6), ("t10k", 3))
    }
    labels = {part: rng.integers(10, size=len(x), dtype=np.uint8) for part, x in pixels.items()}
    files = {}
    for part in pixels:
        files[f"{part}-images-idx3-ubyte.gz"] = gzip.compress(idx(pixels[part], 8), mtime=0)
        files[f"{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx(labels[part], 8), mtime=0)
    server.files = {f"/{name}": content for name, content in files.items()}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    tiny = image_sets.Remote(image_sets.CLOTHES, hashes, (server.address,))
    monkeypatch.setitem(image_sets.REMOTE, "fashion-mnist", tiny)
    found = data.images("fashion-mnist", tmp_path)
    assert found.classes[9] == "Ankle boot"
    for part, samples in (("train", found.train), ("t10k", found.test)):
        np.testing.assert_array_equal(samples.x, pixels[part].astype(np.float32) / 255)
        np.testing.assert_array_equal(samples.y, labels[part])
        assert (samples.x.dtype, samples.y.dtype) == (np.float32, np.int64)
    assert sorted(p.name for p in (tmp_path / "fashion-mnist").iterdir()) == sorted(files)


@pytest.mark.parametrize("remote", image_sets.REMOTE.values(), ids=image_sets.REMOTE)
def test_every_remote_file_is_pinned_by_sha256_and_has_mirrors(remote) -> None:
    assert set(remote.files) == {
        f"{part}-{kind}-ubyte.gz"
        for part in ("train", "t10k")
        for kind in ("images-idx3", "labels-idx1")
    }
    assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in remote.files.values())
    assert len(set(remote.mirrors)) >= 2
    assert len(remote.classes) == 10


def test_an_unknown_set_is_refused_with_the_known_names() -> None:
    with pytest.raises(ValueError, match="digits, fashion-mnist, mnist; got 'cifar'"):
        data.images("cifar")


@pytest.mark.parametrize("packed", [True, False], ids=["gzip", "plain"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [(8, "u1"), (9, "i1"), (0x0B, "i2"), (0x0C, "i4"), (0x0D, "f4"), (0x0E, "f8")],
)
def test_idx_of_every_type_is_read(code: int, kind: str, packed: bool, tmp_path: Path) -> None:
    numbers = np.arange(-12, 12).reshape(2, 3, 4).astype(kind)
    content = idx(numbers, code)
    (tmp_path / "file").write_bytes(gzip.compress(content, mtime=0) if packed else content)
    got = data.read_idx(tmp_path / "file")
    assert got.dtype == np.dtype(kind)
    assert got.flags.writeable
    np.testing.assert_array_equal(got, numbers)


GOOD_IDX = idx(np.arange(6, dtype=np.uint8).reshape(2, 3), 8)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "must be an IDX file"),
        (b"\x89PNG\r\n", "must be an IDX file"),
        (b"\0\0\x07\x01", "must be an IDX file"),
        (GOOD_IDX[:7], "as long as its head tells, shape None"),
        (GOOD_IDX[:-1], r"as long as its head tells, shape \(2, 3\) of uint8; got 17 bytes"),
        (GOOD_IDX + b"\0", "as long as its head tells"),
        (gzip.compress(GOOD_IDX, mtime=0)[:-9], "whole gzip file"),
        (b"\x1f\x8bnonsense", "whole gzip file"),
    ],
)
def test_what_is_no_idx_file_is_refused(content: bytes, match: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(ValueError, match=match):
        data.read_idx(tmp_path / "file")


# --- made-up sets ---------------------------------------------------------------------------------


def test_curve_is_deck_as_function_for_numpy_and_torch() -> None:
    x = np.linspace(0, 1, 50)
    want = 0.2 + 0.4 * x**2 + 0.3 * x * np.sin(15 * x) + 0.05 * np.cos(50 * x)
    np.testing.assert_allclose(data.curve(x), want, rtol=1e-14)
    np.testing.assert_allclose(data.curve(torch.as_tensor(x)), want, rtol=1e-14)
    assert data.curve(x.astype(np.float32)).dtype == np.float32


def test_curve_samples_are_the_curve_on_a_grid_plus_noise() -> None:
    """1,000 squares of N(0, 0.1²): their mean is within five standard deviations √(2/n), 22 %."""
    x, y = data.curve_samples(1000, 0.1, np.random.default_rng(0))
    assert x.dtype == y.dtype == np.float32
    np.testing.assert_allclose(x[:, 0], np.linspace(0, 1, 1000), rtol=1e-6)
    noise = y - data.curve(x)
    assert np.mean(noise**2) == pytest.approx(0.01, rel=5 * np.sqrt(2 / 1000))
    clean = data.curve_samples(1000, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(clean.y, data.curve(x), rtol=1e-5)


def test_linear_samples_are_deck_es_model() -> None:
    """Least squares on 4,000 samples finds bias and weights: each estimate has a standard deviation
    of 0.01/√3,800, and the largest of 201 lies within five of them but once in 9,000 seeds.
    """
    x, y = data.linear_samples(4000, np.random.default_rng(0))
    design = np.hstack([np.ones((4000, 1)), x]).astype(float)
    found, (residual,), *_ = np.linalg.lstsq(design, y[:, 0], rcond=None)
    off = 5 * data.LINEAR_NOISE / np.sqrt(3800)
    np.testing.assert_allclose(found[0], data.LINEAR_BIAS, atol=off)
    np.testing.assert_allclose(found[1:], data.LINEAR_WEIGHT, atol=off)
    assert np.sqrt(residual / 3799) == pytest.approx(data.LINEAR_NOISE, rel=0.06)
    assert data.linear_samples(3, np.random.default_rng(0), n_inputs=7).x.shape == (3, 7)


RNG = np.random.default_rng(0)
REFUSED = {
    "curve: nan": (lambda: data.curve(np.nan), "x must be finite"),
    "curve: one": (lambda: data.curve_samples(1, 0.1, RNG), "n must be an integer >= 2"),
    "curve: noise": (lambda: data.curve_samples(9, -1, RNG), "noise must be"),
    "curve: seed": (lambda: data.curve_samples(9, 0.1, 3), "rng must be"),
    "linear: none": (lambda: data.linear_samples(0, RNG), "n must be"),
    "linear: inputs": (lambda: data.linear_samples(3, RNG, n_inputs=0), "n_inputs must be"),
    "linear: seed": (lambda: data.linear_samples(3, None), "rng must be"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match):
        call()
