"""What a task learns from, in every shape that it comes in."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from torch.utils.data import Dataset, IterableDataset, TensorDataset

from qtkit.runs.sweeps.dask_workers import size_of
from qtkit.tasks import Task
from qtkit.tasks.own import OwnData, OwnTraining

X, Y = np.arange(12, dtype=np.float32).reshape(6, 2), np.arange(6, dtype=np.float32)[:, None]
BOTH = (torch.tensor(X), torch.tensor(Y))


class Items(Dataset[tuple[Any, Any]]):
    def __init__(self, *items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, k: int) -> Any:
        return self.items[k]


class Stream(IterableDataset[Any]):
    def __iter__(self) -> Any:
        return iter(())


def loaded(train: Any, test: Any = BOTH) -> OwnData:
    return Task((train, test), lambda: nn.Linear(2, 1), mse_loss, name="lines").load()


@pytest.mark.parametrize(
    "part",
    [
        (X, Y),
        [X.tolist(), Y.tolist()],
        (pd.DataFrame(X), pd.DataFrame(Y)),
        TensorDataset(*BOTH),
        Items(*zip(X, Y, strict=True)),
        Items(*zip(*BOTH, strict=True)),
    ],
    ids=["arrays", "lists", "tables", "tensors", "items", "items of tensors"],
)
def test_every_shape_is_read(part: Any) -> None:
    data = loaded(part)
    assert torch.equal(data.train_inputs.float(), BOTH[0])
    assert torch.equal(data.train_targets.float(), BOTH[1])


def test_data_from_a_function_are_loaded_once() -> None:
    called = []

    def give() -> tuple[Any, Any]:
        called.append(1)
        return BOTH, BOTH

    task = Task(give, lambda: nn.Linear(2, 1), mse_loss, name="once")
    assert task.load() is task.load()
    OwnTraining(task.settings(model="classical"))
    assert called == [1]


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (
            BOTH[0],
            r"train must be a pair \(inputs, targets\) or a Dataset of such pairs, got float32 of shape \(6, 2\)",
        ),
        ((X, Y, Y), "got 3 of them"),
        ((X, Y[:4]), r"as many inputs as targets, got 6 and 4: inputs float32 of shape \(6, 2\), targets float32 of"),
        ((X[:0], Y[:0]), "at least one, got float32 of shape"),
        ((X * np.nan, Y), "train inputs must be finite numbers, got 12 NaN or infinite ones"),
        ((pd.DataFrame({"a": ["red"] * 6}), Y), r"train inputs must be numbers: .*with \['red'\]"),
        ((X[:, :1], Y), r"inputs for training and testing must be alike, got float32 of shape \(6, 1\) and float32 of"),
        ((X, Y.astype(int)), "targets for training and testing must be alike, got int64 of shape"),
        (Items(), "train is empty"),
        (Items(1, 2), r"each item of train must be \(input, target\), got int"),
        (Items((X[0], 1.0), (X[:2], 1.0)), r"train inputs must all have one shape, got \(2,\) and \(2, 2\)"),
        (Stream(), "train must know its length, which Stream does not"),
    ],
)
def test_what_is_no_data_is_refused(part: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        loaded(part)


def test_a_function_that_gives_no_two_parts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"data must be \(train, test\), got 3 parts"):
        Task(lambda: (BOTH, BOTH, BOTH), lambda: nn.Linear(2, 1), mse_loss).load()  # type: ignore[arg-type,return-value]


def test_data_go_elsewhere_once_and_with_their_task() -> None:
    large = torch.zeros(100_000, 2), torch.zeros(100_000, 1)
    data = loaded(large, large)
    sent = pickle.dumps(data)
    assert len(sent) < 1.2 * size_of(data)
    there = pickle.loads(sent)
    assert there.task.code == data.task.code
    assert torch.equal(there.train_targets, large[1])
    with pytest.raises(ValueError, match="came without its data, which are given beside it"):
        there.task.load()


def test_floats_take_the_dtype_and_whole_numbers_stay() -> None:
    class Words(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = nn.Embedding(5, 1)

        def forward(self, words: Tensor) -> Tensor:
            return self.embedding(words)

    words = torch.arange(5), torch.ones(5, 1)
    training = OwnTraining(Task((words, words), Words, mse_loss, name="words").settings(dtype="float64", depth=1))
    assert next(training).test_loss is not None
    assert training._parts["train_targets"].dtype == torch.float64
    assert training._parts["train_inputs"].dtype == torch.int64
