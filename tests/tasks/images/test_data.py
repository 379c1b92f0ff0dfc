"""Where images come from, in which order, and what is said when they cannot."""

from __future__ import annotations

import hashlib
import os
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch

from qtkit.tasks.images import data as image_data
from qtkit.tasks.images.data import ImagePair, load_pair
from qtkit.tasks.images.folders import OFFICIAL, PARTS
from qtkit.tasks.images.settings import ImageSettings
from tests.helpers import ROOT
from tests.tasks.images.folders import FOLDERS, idx, write_folder


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    """No data on this machine but those in the package."""
    monkeypatch.delenv("QTKIT_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def digests_of(images: torch.Tensor) -> set[bytes]:
    return {hashlib.sha256(image.numpy()).digest() for image in images}


# The sample


def test_without_anything_else_the_sample_is_used():
    pair = load_pair(ImageSettings())
    assert pair.source == "the sample in qtkit: 1,990 real MNIST digits 1 and 5 (1,500 train, 490 test)"
    assert not pair.official
    assert pair.train_images.shape == (1500, 784) and pair.test_images.shape == (490, 784)
    assert pair.train_labels.bincount().tolist() == [849, 651]
    assert pair.test_labels.bincount().tolist() == [278, 212]


def test_the_mnist_split_is_disjoint_and_always_the_same():
    first, second = load_pair(ImageSettings()), load_pair(ImageSettings(source="sample"))
    assert torch.equal(first.train_images, second.train_images)
    digests = [digests_of(images) for images in (first.train_images, first.test_images)]
    assert len(digests[0]) == 1500 and len(digests[1]) == 490 and not digests[0] & digests[1]


def test_classes_are_mixed_from_the_start():
    for settings in (ImageSettings(train_limit=20, test_limit=20), ImageSettings(dataset="fashion", train_limit=20)):
        assert set(load_pair(settings).train_labels.tolist()) == {0, 1}
        assert set(load_pair(settings).test_labels.tolist()) == {0, 1}


@pytest.mark.parametrize("classes", [(1, 5), (5, 7), (7, 1)])
def test_the_fashion_sample(classes):
    pair = load_pair(ImageSettings(dataset="fashion", classes=classes))
    assert pair.source.startswith("the sample in qtkit: real FashionMNIST images")
    assert pair.train_labels.bincount().tolist() == [1000, 1000]
    assert pair.test_labels.bincount().tolist() == [400, 400]


def test_classes_decide_the_labels():
    one, other = load_pair(ImageSettings(classes=(1, 5))), load_pair(ImageSettings(classes=(5, 1)))
    assert torch.equal(one.train_images, other.train_images)
    assert torch.equal(one.train_labels, 1 - other.train_labels)


def test_pixels_decide_the_range():
    wide, narrow = load_pair(ImageSettings()).train_images, load_pair(ImageSettings(pixels="0..1")).train_images
    assert (wide.min(), wide.max(), narrow.min(), narrow.max()) == (-1, 1, 0, 1)
    torch.testing.assert_close(wide, 2 * narrow - 1)


def test_limits_take_the_first():
    full, few = load_pair(ImageSettings()), load_pair(ImageSettings(train_limit=7, test_limit=10_000))
    assert torch.equal(few.train_images, full.train_images[:7])
    assert torch.equal(few.test_labels, full.test_labels)


@pytest.mark.parametrize(
    ("dataset", "classes", "there"), [("mnist", (1, 7), "\\[1, 5\\]"), ("fashion", (0, 1), "\\[1, 5, 7\\]")]
)
def test_classes_the_sample_lacks_are_refused(dataset, classes, there):
    with pytest.raises(ValueError, match=f"is not among the classes {there} of this data \\(the sample in qtkit"):
        load_pair(ImageSettings(dataset=dataset, classes=classes))


def test_the_papers_scale_refuses_the_sample_and_tells_how_to_get_the_data():
    for source in ("auto", "sample"):
        expected = (
            "needs the official MNIST, and this is: the sample.* source='download'.*FOLDER/MNIST/raw/train-images"
        )
        with pytest.raises(ValueError, match=expected):
            load_pair(ImageSettings(scale="paper", source=source))


def test_a_damaged_or_missing_sample_is_named(monkeypatch, tmp_path):
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(image_data.resources, "files", lambda _: tmp_path)
    with pytest.raises(FileNotFoundError, match=r"the sample .*mnist_1_5_sample\.npz is missing"):
        load_pair(ImageSettings())
    original = ROOT / "qtkit" / "data" / "mnist_1_5_sample.npz"
    (tmp_path / "data" / original.name).write_bytes(original.read_bytes()[:100_000])
    with pytest.raises(ValueError, match=r"the sample .*mnist_1_5_sample\.npz is damaged"):
        load_pair(ImageSettings())


# Folders


@pytest.mark.parametrize("packed", [False, True])
def test_a_folder_in_torchvisions_layout(tmp_path, packed):
    folder = write_folder(tmp_path / "a", packed=packed)
    pair = load_pair(ImageSettings(source="folder", data_dir=folder, pixels="0..1"))
    assert torch.equal(pair.train_images[:, 0] * 255, torch.tensor([0.0, 1, 2, 4, 5, 6]))
    assert pair.train_labels.tolist() == [0, 1, 0, 0, 1, 0] and pair.test_labels.tolist() == [0, 1, 0]
    assert pair.source == "a MNIST that is not the official one (the folder named by data_dir)" and not pair.official
    with pytest.raises(ValueError, match="scale='paper' needs the official MNIST, and this is: a MNIST that is not"):
        load_pair(ImageSettings(source="folder", data_dir=folder, scale="paper"))


def test_auto_prefers_the_argument_then_the_environment_then_earlier_downloads(monkeypatch, tmp_path):
    def brightness() -> float:
        return round(load_pair(ImageSettings(pixels="0..1", data_dir=argument)).train_images[0, 0].item() * 255)

    argument = None
    write_folder(tmp_path / "cache" / "qtkit", fill=10)
    assert brightness() == 10
    write_folder(Path("data"), fill=20)
    assert brightness() == 20
    assert load_pair(ImageSettings()).source.endswith("(an earlier download)")
    monkeypatch.setenv("QTKIT_DATA", str(write_folder(tmp_path / "c", fill=30)))
    assert brightness() == 30
    assert load_pair(ImageSettings()).source.endswith("(the folder named by QTKIT_DATA)")
    argument = write_folder(tmp_path / "d", fill=40)
    assert brightness() == 40
    assert load_pair(ImageSettings(source="sample")).source.startswith("the sample")


def test_an_unfinished_earlier_download_is_passed_over():
    folder = write_folder(Path("data"))
    (folder / "MNIST" / "raw" / PARTS[3]).unlink()
    assert load_pair(ImageSettings()).source.startswith("the sample")


@pytest.mark.parametrize("source", ["auto", "folder"])
def test_a_named_folder_must_hold_the_data(monkeypatch, tmp_path, source):
    expected = "no MNIST in .*nowhere: .*train-images-idx3-ubyte is missing, and 3 more; use source='download'"
    with pytest.raises(FileNotFoundError, match=expected):
        load_pair(ImageSettings(source=source, data_dir=tmp_path / "nowhere"))
    monkeypatch.setenv("QTKIT_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match=expected):
        load_pair(ImageSettings(source=source))
    folder = write_folder(tmp_path / "other", "fashion")
    (folder / "FashionMNIST" / "raw" / PARTS[1]).unlink()
    with pytest.raises(FileNotFoundError, match="train-labels-idx1-ubyte is missing; use source"):
        load_pair(ImageSettings(dataset="fashion", source=source, data_dir=folder))


def test_source_folder_needs_a_name():
    with pytest.raises(ValueError, match="source='folder' needs data_dir, or the environment variable QTKIT_DATA"):
        load_pair(ImageSettings(source="folder"))


@pytest.mark.parametrize(
    ("part", "change", "message"),
    [
        (0, lambda content: content[:-1], "damaged: 6,288 bytes were expected, it has 6,287"),
        (0, lambda content: content + b"\0", "damaged: 6,288 bytes were expected, it has 6,289"),
        (0, lambda _: b"", "damaged: it is empty; delete .*idx3-ubyte, then use source='download'"),
        (0, lambda _: b"\0\0", "damaged: it does not start as an IDX file of 3 dimensions"),
        (1, lambda _: b"<html>", "damaged: it does not start as an IDX file of 1 dimensions"),
        (1, lambda _: idx(np.ones(7)), "holds 8 images, but there are 7 labels"),
        (2, lambda _: idx(np.ones((4, 27, 28))), "must hold images of 28 x 28 pixels, got \\(27, 28\\)"),
        (3, lambda _: idx(np.ones(4)), "class 5 is not among the classes \\[1\\]"),
    ],
)
def test_damaged_files_are_named(tmp_path, part, change, message):
    path = write_folder(tmp_path / "a") / "MNIST" / "raw" / PARTS[part]
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ValueError, match=message):
        load_pair(ImageSettings(data_dir=tmp_path / "a"))


def test_a_damaged_packed_file_is_named(tmp_path):
    path = write_folder(tmp_path / "a", packed=True) / "MNIST" / "raw" / f"{PARTS[0]}.gz"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte\.gz is damaged"):
        load_pair(ImageSettings(data_dir=tmp_path / "a"))


# Downloads, without any


def fake_torchvision(monkeypatch, download):
    datasets = types.ModuleType("torchvision.datasets")
    datasets.MNIST = datasets.FashionMNIST = download
    package = types.ModuleType("torchvision")
    package.datasets = datasets
    monkeypatch.setitem(sys.modules, "torchvision", package)
    monkeypatch.setitem(sys.modules, "torchvision.datasets", datasets)


@pytest.mark.parametrize("named", [False, True])
def test_a_download_goes_to_the_named_folder_or_the_cache(monkeypatch, tmp_path, named):
    asked = []

    def download(root, *, download):
        asked.append((Path(root), download))
        write_folder(Path(root))

    fake_torchvision(monkeypatch, download)
    folder = tmp_path / ("named" if named else "cache/qtkit")
    pair = load_pair(ImageSettings(source="download", data_dir=folder if named else None))
    ((root, fetch),) = asked
    assert root.parent == folder and fetch
    assert [path.name for path in folder.iterdir()] == ["MNIST"]
    assert pair.source.endswith("(the folder named by data_dir)" if named else "(downloaded)")
    assert len(pair.train_labels) == 6


def test_a_failed_download_is_told(monkeypatch):
    def download(*_, **__):
        raise RuntimeError("Error downloading train-images-idx3-ubyte.gz")

    fake_torchvision(monkeypatch, download)
    with pytest.raises(FileNotFoundError, match="downloading MNIST into .* failed: Error downloading train-images"):
        load_pair(ImageSettings(source="download"))


@pytest.mark.parametrize("source", ["auto", "sample"])
def test_nothing_is_downloaded_unasked(monkeypatch, source):
    def download(*_, **__):
        pytest.fail("a download was started")

    fake_torchvision(monkeypatch, download)
    load_pair(ImageSettings(source=source))


# The official files


@pytest.mark.parametrize(
    ("dataset", "classes", "train", "test"),
    [("mnist", (1, 5), [6742, 5421], [1135, 892]), ("fashion", (5, 7), [6000, 6000], [1000, 1000])],
)
def test_official_files(official_data, dataset, classes, train, test):
    pair = load_pair(ImageSettings(dataset=dataset, classes=classes, data_dir=official_data, scale="paper"))
    assert pair.official
    assert pair.source == f"the official {FOLDERS[dataset]} (the folder named by data_dir)"
    assert pair.train_labels.bincount().tolist() == train and pair.test_labels.bincount().tolist() == test
    sample = load_pair(ImageSettings(dataset=dataset, classes=classes, source="sample"))
    assert digests_of(sample.train_images) <= digests_of(pair.train_images)
    parts = (sample.test_images, pair.train_images if dataset == "mnist" else pair.test_images)
    assert digests_of(parts[0]) <= digests_of(parts[1])


def test_official_means_the_published_content(monkeypatch, tmp_path):
    folder = write_folder(tmp_path / "a")
    sums = [hashlib.sha256((folder / "MNIST" / "raw" / part).read_bytes()).hexdigest() for part in PARTS]
    assert tuple(sums) != OFFICIAL["mnist"]
    monkeypatch.setitem(OFFICIAL, "mnist", tuple(sums))
    assert load_pair(ImageSettings(data_dir=folder, scale="paper")).official


# ImagePair


def pair(**changes) -> ImagePair:
    values = {
        "train_images": torch.zeros(3, 784),
        "train_labels": torch.tensor([0, 1, 1]),
        "test_images": torch.zeros(2, 784),
        "test_labels": torch.tensor([1, 0]),
        "source": "zeros",
        "official": False,
    }
    return ImagePair(**{**values, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_images": torch.zeros(3, 28, 28)}, "train_images must be float32 of shape \\(N, 784\\)"),
        ({"train_images": torch.zeros(3, 784, dtype=torch.float64)}, "train_images must be float32.*got torch.float64"),
        ({"test_images": torch.zeros(0, 784)}, "test_images must be float32 of shape \\(N, 784\\) with N >= 1"),
        ({"train_labels": torch.tensor([0, 1])}, "train_labels must be int64 of shape \\(3,\\)"),
        ({"test_labels": torch.tensor([0.0, 1.0])}, "test_labels must be int64 .* got torch.float32"),
        ({"test_labels": torch.tensor([1, 5])}, "test_labels must be 0 or 1, got \\[1, 5\\]"),
    ],
)
def test_pairs_are_checked(changes, message):
    assert pair().source == "zeros"
    with pytest.raises(ValueError, match=message):
        pair(**changes)


def test_cache_folder_default(monkeypatch):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", os.sep + "home")
    assert image_data.cache_folder() == Path("/home/.cache/qtkit")
