"""Images with labels, by name: handwritten digits that come with the course, and two to download.

``"digits"`` is real data that needs no network: scikit-learn's 1,797 digits of 8 by 8 pixels.
``"fashion-mnist"`` is the decks' set, ``"mnist"`` its forerunner, both 28 by 28; each file is known
by its SHA-256 and kept in the cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .downloads import data_folder, fetch
from .idx import read_idx

__all__ = ["Images", "Samples", "images"]

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)


class Samples(NamedTuple):
    """Inputs and what belongs to them: ``x`` (n_samples, ...) and ``y`` (n_samples, ...).

    >>> x, y = Samples(np.zeros((2, 8, 8)), np.array([3, 1]))
    >>> y.tolist()
    [3, 1]
    """

    x: NDArray[Any]
    y: NDArray[Any]


@dataclass(frozen=True, eq=False)
class Images:
    """A set of images: pixels from 0 to 1 in float32, (n, height, width); labels int64, (n,).

    ``test`` is for the end: choose settings on a part split from ``train``.

    >>> digits = images("digits")
    >>> digits.classes[int(digits.test.y[0])], digits.test.x[0].shape
    ('2', (8, 8))
    """

    name: str
    classes: tuple[str, ...]
    train: Samples
    test: Samples


@dataclass(frozen=True)
class Remote:
    """Four files in IDX format: their SHA-256 by name, and the folders that have them."""

    classes: tuple[str, ...]
    files: dict[str, str]
    mirrors: tuple[str, ...]


# The hashes stand in tensorflow/datasets, url_checksums/{fashion_mnist,mnist}.txt, and again in
# pytorch/vision, prototype/datasets/_builtin/mnist.py: two projects that agree.
REMOTE = {
    "fashion-mnist": Remote(
        CLOTHES,
        {
            "train-images-idx3-ubyte.gz": (
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"
            ),
            "train-labels-idx1-ubyte.gz": (
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"
            ),
            "t10k-images-idx3-ubyte.gz": (
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"
            ),
            "t10k-labels-idx1-ubyte.gz": (
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"
            ),
        },
        (
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
        ),
    ),
    "mnist": Remote(
        DIGITS,
        {
            "train-images-idx3-ubyte.gz": (
                "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
            ),
            "train-labels-idx1-ubyte.gz": (
                "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
            ),
            "t10k-images-idx3-ubyte.gz": (
                "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
            ),
            "t10k-labels-idx1-ubyte.gz": (
                "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
            ),
        },
        (
            "https://storage.googleapis.com/cvdf-datasets/mnist",
            "https://ossci-datasets.s3.amazonaws.com/mnist",
        ),
    ),
}
NAMES = ("digits", *REMOTE)


def images(name: str, folder: Path | None = None) -> Images:
    """The set of that name: ``"digits"``, ``"fashion-mnist"`` or ``"mnist"``.

    Parameters
    ----------
    name
        "digits" comes with scikit-learn; the others are downloaded once, 30 MB and 12 MB
    folder
        the cache, ``data_folder()`` unless told; each set has a folder in it

    Raises
    ------
    ValueError
        where there is no set of that name.
    DownloadError
        where a file is not in the cache and no mirror gives it.

    Source: Alpaydin and Kaynak (1998), "Optical recognition of handwritten digits", of which
    scikit-learn has the test part; Xiao, Rasul and Vollgraf (2017), Fashion-MNIST; LeCun et al.
    (1998), MNIST.

    >>> digits = images("digits")
    >>> digits.train.x.shape, digits.test.x.shape, digits.train.y[:5].tolist()
    ((1437, 8, 8), (360, 8, 8), [0, 1, 2, 3, 4])
    """
    if name == "digits":
        return _digits()
    if name not in REMOTE:
        raise ValueError(
            f"name must be one of {', '.join(NAMES)}; got {name!r}: pass one of these names"
        )
    remote = REMOTE[name]
    train, test = (_part(name, remote, part, folder) for part in ("train", "t10k"))
    return Images(name, remote.classes, train, test)


def _digits() -> Images:
    from sklearn.datasets import load_digits  # half a second that the other sets need not wait

    found = load_digits()
    x, y = (found.images / 16).astype(np.float32), found.target.astype(np.int64)
    # Writers follow each other in the file: at its end stand hands that its beginning has not.
    n = len(y) * 4 // 5
    return Images("digits", DIGITS, Samples(x[:n], y[:n]), Samples(x[n:], y[n:]))


def _part(name: str, remote: Remote, part: str, folder: Path | None) -> Samples:
    """Images and labels of ``part``: ``"train"`` or, as the files have it, ``"t10k"``."""
    own = (folder or data_folder()) / name
    x, y = (
        read_idx(fetch(file, sha256, remote.mirrors, own))
        for file, sha256 in remote.files.items()
        if file.startswith(part)
    )
    return Samples(x.astype(np.float32) / 255, y.astype(np.int64))
