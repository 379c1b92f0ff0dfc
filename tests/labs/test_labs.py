from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from torch import nn

import qtkit
from qtkit import labs
from qtkit.labs.checking import Wrong, exercise
from qtkit.tasks.images.settings import ImageSettings
from tests.labs.exercises import expect_hint, expect_right


def count(p: int, L: int, N: int) -> int:
    n = (p - 1).bit_length()
    return L * n + (N if N > 1 else 0) + n + 2


def mixture(w: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    return torch.stack([qtkit.probabilities(c, angles) for c in qtkit.CANDIDATES]).T @ w


class TestCheck:
    def test_a_stub_is_told_to_be_empty(self) -> None:
        def stub(*_: object) -> None:
            raise NotImplementedError

        for name in ("count", "stays", "mixture", "prefer"):
            assert repr(labs.check(name, stub)).startswith("✗ stub is not written yet")

    def test_an_error_in_the_answer_is_told(self) -> None:
        result = labs.check("count", lambda p, L, N: 1 / 0)
        assert not result.passed
        assert "ZeroDivisionError: division by zero" in result.message

    def test_an_answer_without_a_name_is_told(self) -> None:
        def stub(*_: object) -> None:
            raise NotImplementedError

        for answer in (functools.partial(count, 1), functools.partial(stub)):
            result = labs.check("count", answer)
            assert not result.passed and result.message.startswith("your answer ")

    def test_wrong_use_is_refused(self) -> None:
        with pytest.raises(ValueError, match="unknown exercise 'cuont'"):
            labs.check("cuont", count)
        with pytest.raises(ValueError, match="must be a function, got int"):
            labs.check("count", 286)

    def test_results_show_themselves(self) -> None:
        @exercise("test only")
        def _(_: object) -> str:
            raise Wrong("1 < 2")

        result = labs.check("test only", count)
        assert repr(result) == "✗ 1 < 2"
        assert "1 &lt; 2" in result._repr_html_()


def count_in_a_loop(p: int, L: int, N: int) -> int:
    n = next(n for n in range(1, 64) if 2**n >= p)
    return sum(n for _ in range(L)) + n + 2 + (N if N > 1 else 0)


def mixture_in_a_loop(w: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    return sum(w[j] * qtkit.probabilities(c, angles) for j, c in enumerate(qtkit.CANDIDATES))


class TestCount:
    @pytest.mark.parametrize(
        "answer",
        [
            count,
            count_in_a_loop,
            lambda p, L, N: np.int64(count(p, L, N)),
            lambda p, L, N: torch.tensor(count(p, L, N)),
            lambda p, L, N: np.array([L * (p - 1).bit_length(), N * (N > 1), (p - 1).bit_length(), 2]).sum(),
        ],
    )
    def test_right(self, answer) -> None:
        assert labs.check("count", answer).passed

    @pytest.mark.parametrize(
        ("answer", "hint"),
        [
            (lambda p, L, N: float(count(p, L, N)), "whole number"),
            (lambda p, L, N: count(p, L, N) + (N == 1), "is there a structural weight"),
            (lambda p, L, N: count(p, L, N) - 1, "Has your mapping a bias"),
            (lambda p, L, N: count(p, L, N) - (N > 1), "and each candidate a weight"),
            (lambda p, L, N: count(p + 1, L, N), "p = 1,024, L = 6, N = 12: you return 91. Check your number"),
            (lambda p, L, N: count(p, L, N) - (p - 1).bit_length() - 2, "numbers of the mapping are missing"),
            (lambda p, L, N: count(p, L, N) + (N - 1) * L * (p - 1).bit_length(), "equation 7 shares them"),
            (lambda p, L, N: count(p, L, N) + L + 1, "Check your number of qubits"),
            (lambda p, L, N: 10**6, "too many"),
            (lambda p, L, N: 3, "too few"),
        ],
    )
    def test_hints(self, answer, hint: str) -> None:
        expect_hint("count", answer, hint)


class TestMixture:
    @pytest.mark.parametrize(
        "answer",
        [
            mixture,
            mixture_in_a_loop,
            lambda w, a: mixture(w.float().double(), a.float().double()).float(),
            lambda w, a: list(mixture(w, a)),
            lambda w, a: torch.einsum("j,ji->i", w, torch.stack([qtkit.probabilities(c, a) for c in qtkit.CANDIDATES])),
        ],
    )
    def test_right(self, answer) -> None:
        expect_right("mixture", answer)

    @pytest.mark.parametrize(
        ("answer", "hint"),
        [
            (lambda w, a: mixture(w, a) / w.sum(), "divide by the sum"),
            (lambda w, a: mixture(w.softmax(0), a), "softmax"),
            (lambda w, a: mixture(w, a) / 12, "mean"),
            (lambda w, a: mixture(torch.ones_like(w), a), "left w out"),
            (lambda w, a: mixture(w.flip(0), a), "its own weight"),
            (lambda w, a: mixture(w.detach(), a), "no gradient"),
            (lambda w, a: mixture(w, a)[None], r"yours has shape (1, 8)"),
            (lambda w, a: 1.0, "you return float"),
            (lambda w, a: mixture(w, a).detach().numpy(), "you return ndarray. Arrays have no gradients"),
            (lambda w, a: [w, a], "a list of tensors of several shapes"),
            (lambda w, a: mixture(w, a) + 0j, "real numbers are expected"),
        ],
    )
    def test_hints(self, answer, hint: str) -> None:
        expect_hint("mixture", answer, hint)


def stays(candidates):
    """By the proof of notebook 02."""
    return [i for i, c in enumerate(candidates) if c.hadamard and c.rotation != "ry"]


def stays_by_looking(candidates):
    angles = torch.randn(2, 4, generator=torch.Generator().manual_seed(1))
    return {i for i, c in enumerate(candidates) if np.ptp(qtkit.probabilities(c, angles).numpy()) < 1e-6}


def stays_by_training(candidates):
    """Predict, then run: here it was run."""
    start = torch.Generator().manual_seed(0)
    model = qtkit.QuantumTrain(nn.Linear(4, 3), 2, candidates, probability="scaled", centre=True, generator=start)
    with torch.no_grad():
        model.search.angles.uniform_(-1, 1, generator=start)
    model(torch.randn(9, 4, generator=start)).square().sum().backward()
    return torch.nonzero(model.search.structural_weights.grad == 0)[:, 0]


def numbers_of_table_1(candidates):
    return [i + 1 for i in stays(candidates)]


class TestStays:
    @pytest.mark.parametrize(
        "answer",
        [
            stays,
            stays_by_looking,
            stays_by_training,
            lambda c: np.array(stays(c), dtype=np.int32),
            lambda c: tuple(np.int64(i) for i in reversed(stays(c))),
            lambda c: (i for i in stays(c)),
        ],
    )
    def test_right(self, answer) -> None:
        expect_right("stays", answer)

    @pytest.mark.parametrize(
        ("answer", "hint"),
        [
            (lambda c: [i for i, each in enumerate(c) if i not in stays(c)], "those are the ones that move"),
            (numbers_of_table_1, "places are counted from 0"),
            (lambda c: stays(c) + [i for i, each in enumerate(c) if not each.hadamard and each.rotation == "rz"],
             "place 8 (no H, ent, RZ) is in your list, but its weight moved when these 12 were trained. It hears no"),
            (lambda c: [i for i in stays(c) if c[i].rotation == "rx"], "place 2 (H, ent, RZ) is not in your list"),
            (lambda c: [i for i, each in enumerate(c) if each.hadamard], "Can its distribution change?"),
            (lambda c: [12, *stays(c)], "the places 0 to 11"),
            (lambda c: torch.tensor([i in stays(c) for i in range(len(c))]), "a list of places is expected"),
            (lambda c: 4, "you return int"),
            (lambda c: ["1"], "a place is a whole number"),
        ],
    )  # fmt: skip
    def test_hints(self, answer, hint: str) -> None:
        expect_hint("stays", answer, hint)


def prefer(
    w, distributions, *, signed=False, together=True, distance=True, flat=True, norm=lambda far: far.abs().sum(dim=1)
):
    same = (distributions[:, None] == distributions).all(dim=2).to(w.dtype)
    total = same @ w if together else w
    far = norm(distributions - 1 / distributions.shape[1])
    if not distance:
        far = torch.where(far > 1e-9, 1.0, 0.0 if flat else 1.0)
    return int(((total if signed else total.abs()) * far).argmax()) + 1


def prefer_in_a_loop(w, distributions):
    best, found = -1.0, 0
    rows = [[float(x) for x in row] for row in distributions]
    for j, row in enumerate(rows):
        if row in rows[:j]:
            continue
        weight = sum(float(w[k]) for k in range(len(rows)) if rows[k] == row)
        signal = abs(weight) * sum(abs(x - 1 / len(row)) for x in row) / 2
        if signal > best:
            best, found = signal, j + 1
    return found


def prefer_in_numpy(w, distributions):
    rows, first, group = np.unique(distributions.numpy(), axis=0, return_index=True, return_inverse=True)
    totals = np.bincount(group.reshape(-1), weights=w.numpy())
    return first[np.argmax(np.abs(totals) * np.abs(rows - rows.mean(axis=1, keepdims=True)).sum(axis=1))] + 1


class TestPrefer:
    @pytest.mark.parametrize(
        "answer",
        [
            prefer,
            prefer_in_a_loop,
            prefer_in_numpy,
            lambda w, d: prefer(w.float(), d.float()),
            lambda w, d: torch.tensor(prefer(w, d), dtype=torch.int32),
        ],
    )
    def test_right(self, answer) -> None:
        expect_right("prefer", answer)

    @pytest.mark.parametrize(
        ("answer", "hint"),
        [
            (lambda w, d: prefer(w, d) - 1, "a place counted from 0"),
            (lambda w, d: prefer(w, d, signed=True), "it is the same network, so the same answer"),
            (lambda w, d: int(w.abs().argmax()) + 1, "Config 3 is uniform"),
            (lambda w, d: prefer(w, d, together=False), "only the sum of their weights is there"),
            (lambda w, d: prefer(w, d, distance=False), "That counts, too"),
            (lambda w, d: {9: 12}.get(prefer(w, d), prefer(w, d)), "return the first, config 9"),
            (lambda w, d: w, "the number of a config is a whole number"),
            (lambda w, d: 1, "Its weight is ten times the others'"),
            (lambda w, d: prefer(w, d, norm=lambda far: far.square().sum(dim=1)), "the sum of absolute differences"),
            (lambda w, d: prefer(w, d, norm=lambda far: far.abs().amax(dim=1)), "the sum of all absolute differences"),
        ],
    )
    def test_hints(self, answer, hint: str) -> None:
        expect_hint("prefer", answer, hint)


class TestScale:
    def test_full_leaves_settings_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("QTKIT_SCALE", raising=False)
        settings = ImageSettings(depth=7)
        assert not labs.is_toy()
        assert labs.sized(settings) is settings

    def test_toy_is_small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QTKIT_SCALE", "toy")
        toy = labs.sized(ImageSettings(seed=3))
        assert (toy.depth, toy.epochs, toy.source, toy.seed) == (2, 1, "sample", 3)

    def test_other_words_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("QTKIT_SCALE", "huge")
        with pytest.raises(ValueError, match="must be 'toy' or 'full', got 'huge'"):
            labs.is_toy()


class TestComparing:
    def test_over_seeds(self) -> None:
        tiny = ImageSettings(depth=1, epochs=1, source="sample", train_limit=100, test_limit=50)
        table = labs.over_seeds(tiny, ("diffqas", "mapping"), range(2))
        assert table.groupby("label", sort=False)["seed"].nunique().to_dict() == {"DiffQAS": 2, "Mapping alone": 2}
        assert sorted(table["epoch"].unique()) == [0, 1]
        assert table["test_accuracy"].between(0, 1).all()

    def test_variants_share_their_data_and_seeds(self) -> None:
        tiny = ImageSettings(source="sample", train_limit=100, test_limit=40, depth=1, epochs=1)
        table = labs.compare(tiny, {"a": {"train_angles": False}, "b": {"model": "mapping"}}, [3])
        assert list(dict.fromkeys(table["label"])) == ["a", "b"] and set(table["seed"]) == {3}
        for changes in ({"dataset": "fashion"}, {"seed": 1}):
            with pytest.raises(
                ValueError, match=rf"on the same data from the same seeds, but 'b' sets \['{next(iter(changes))}'\]"
            ):
                labs.compare(tiny, {"a": {}, "b": changes}, [0])

    def test_no_stored_results(self, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
        monkeypatch.setenv("QTKIT_RESULTS", str(tmp_path))
        assert labs.stored("images", "mnist-1-5") is None

    def test_stored_results_are_chosen_by_label(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import pandas as pd

        table = pd.DataFrame({"label": ["DiffQAS", "Config 2"], "seed": [0, 0]})
        monkeypatch.setattr(labs.comparing.results, "load", lambda task, experiment: table)
        assert labs.stored("images", "mnist-1-5", ["DiffQAS"])["label"].tolist() == ["DiffQAS"]
        assert len(labs.stored("images", "mnist-1-5")) == 2
        assert labs.stored("images", "mnist-1-5", ["Config 9"]) is None

    def test_stored_results_are_chosen_by_settings(self) -> None:
        """On the shipped results, which hold runs with and without centring."""
        chosen = labs.stored("images", "mnist-1-5", model="diffqas", centre=False)
        assert sorted(chosen["seed"].unique()) == [0, 1, 2]
        assert not chosen["centre"].any()
        assert labs.stored("images", "mnist-1-5", batch_size=7) is None
        with pytest.raises(ValueError, match=r"runs of images have no setting \['centred'\]"):
            labs.stored("images", "mnist-1-5", centred=True)

    def test_stored_results_are_chosen_by_a_value_s_name_of_now_and_of_then(self) -> None:
        now, then = (labs.stored("images", "mnist-1-5", probability=name) for name in ("scaled", "centred"))
        assert now["run"].nunique() == 9
        assert now.equals(then)

    def test_stored_results_are_chosen_by_circuits_in_any_form(self) -> None:
        alone = labs.stored("images", "mnist-1-5", candidates=[1])
        assert set(alone["candidates"]) == {"1"} and alone.equals(labs.stored("images", "mnist-1-5", candidates=(1,)))
        assert labs.stored("images", "mnist-1-5", candidates=[{"entangler": "ring", "rotation": "RY"}]) is None
        with pytest.raises(ValueError, match="entangler must be one of"):
            labs.stored("images", "mnist-1-5", candidates=[{"entangler": "star"}])
