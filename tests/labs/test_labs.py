from __future__ import annotations

import functools

import numpy as np
import pytest
import torch

import qtkit
from qtkit import labs
from qtkit.labs.checking import Wrong, exercise
from qtkit.tasks.images.settings import ImageSettings


def count(p: int, L: int, N: int) -> int:
    n = (p - 1).bit_length()
    return L * n + (N if N > 1 else 0) + n + 2


def mixture(w: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    return torch.stack([qtkit.probabilities(c, angles) for c in qtkit.CANDIDATES]).T @ w


def generate(probabilities, weight, bias, p, *, order=-1, first=False, tail=False):
    n = len(weight) - 1
    bits = (torch.arange(2**n)[:, None] >> torch.arange(n)) & 1
    bits = bits.flip(1) if order == -1 else bits
    columns = [probabilities[:, None], bits] if first else [bits, probabilities[:, None]]
    every = torch.cat(columns, dim=1) @ weight + bias
    return every[-p:] if tail else every[:p]


class TestCheck:
    def test_a_stub_is_told_to_be_empty(self) -> None:
        def stub(*_: object) -> None:
            raise NotImplementedError

        for name in ("count", "mixture", "generate"):
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


def generate_one_by_one(probabilities, weight, bias, p):
    n = len(weight) - 1
    return [
        sum(weight[k] * ((i >> (n - 1 - k)) & 1) for k in range(n)) + weight[n] * probabilities[i] + bias
        for i in range(p)
    ]


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
            (lambda p, L, N: count(p, L, N) - 1, "have a bias"),
            (lambda p, L, N: count(p, L, N) - (p - 1).bit_length() - 2, "numbers of the mapping are missing"),
            (lambda p, L, N: count(p, L, N) + (N - 1) * L * (p - 1).bit_length(), "equation 7 shares them"),
            (lambda p, L, N: count(p, L, N) + L + 1, "Check your number of qubits"),
            (lambda p, L, N: 10**6, "too many"),
            (lambda p, L, N: 3, "too few"),
        ],
    )
    def test_hints(self, answer, hint: str) -> None:
        result = labs.check("count", answer)
        assert not result.passed
        assert hint in result.message


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
        result = labs.check("mixture", answer)
        assert result.passed, result.message

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
        result = labs.check("mixture", answer)
        assert not result.passed
        assert hint in result.message


class TestGenerate:
    @pytest.mark.parametrize(
        "answer",
        [
            generate,
            generate_one_by_one,
            lambda q, w, b, p: generate(q.float(), w.float(), b.float(), p),
            lambda q, w, b, p: tuple(generate(q, w, b, p)),
            lambda q, w, b, p: torch.stack(generate_one_by_one(q, w, b, p)).float(),
        ],
    )
    def test_right(self, answer) -> None:
        result = labs.check("generate", answer)
        assert result.passed, result.message

    @pytest.mark.parametrize(
        ("answer", "hint"),
        [
            (lambda *a: generate(*a, order=1), "little-endian"),
            (lambda *a: generate(*a, first=True), "comes last"),
            (lambda q, w, b, p: generate(q, w, 0.0, p), "bias is missing"),
            (lambda *a: generate(*a, tail=True), "first p"),
            (lambda *a: 2 * generate(*a), "n bits of i"),
            (lambda *a: generate(*a).detach(), "no gradient"),
            (lambda q, w, b, p: generate(q, w, b, p - 1), "is expected, yours has"),
        ],
    )
    def test_hints(self, answer, hint: str) -> None:
        result = labs.check("generate", answer)
        assert not result.passed
        assert hint in result.message


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
