"""Trainings of tasks of one's own: what they give, that they go on exactly, and what they refuse."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy, mse_loss
from torch.optim import lr_scheduler

from qtkit import QuantumTrain
from qtkit.names import RIVALS
from qtkit.runs import Store, run
from qtkit.tasks import Task
from qtkit.tasks.own import OwnTraining
from tests.helpers import after, timeless, values
from tests.tasks.own.tasks import (
    CLASSES,
    LINE,
    NOISY,
    SMALL,
    accuracy,
    lines,
    network,
    noisy_network,
    three_classes,
    until_the_end,
)


def change(task: Task, **parts: Any) -> Task:
    return dataclasses.replace(task, name="changed", **parts)


def test_records_are_those_of_plain_pytorch() -> None:
    """The network itself with Adam: a loop written out here, with the same start and order."""
    settings = CLASSES.settings(model="classical", learning_rate=0.01, **SMALL)
    training = OwnTraining(settings)
    mine = training.network().train()
    optimiser = torch.optim.Adam(mine.parameters(), lr=0.01)
    (inputs, targets), (test_inputs, test_targets) = three_classes()
    for record in islice(training, 1, None):
        step = record.step - 1
        if step % 3 == 0:
            training.steps_done -= 1
            order = torch.cat([training._rows(place) for place in range(3)])
            training.steps_done += 1
            assert sorted(order.tolist()) == list(range(40))
        rows = order[step % 3 * 16 : (step % 3 + 1) * 16]
        optimiser.zero_grad()
        loss = cross_entropy(mine(inputs[rows]), targets[rows])
        assert record.loss == loss.item()
        loss.backward()
        optimiser.step()
    assert record.step == 6
    assert record.epoch == 2
    assert record.test_loss == cross_entropy(mine(test_inputs), test_targets).item()
    assert record.test_accuracy == accuracy(mine(test_inputs), test_targets).item()  # type: ignore[attr-defined]


def test_it_learns_with_generated_weights() -> None:
    records = list(OwnTraining(CLASSES.settings(depth=2, candidates=(5, 2), epochs=150, learning_rate=0.03)))
    assert records[-1].train_accuracy > 0.8 > records[0].train_accuracy  # type: ignore[attr-defined]
    assert {record.kind for record in records} == {"epoch"}, "40 rows are one step an epoch"
    assert records[0].loss is None


@pytest.mark.parametrize("model", ["diffqas", "mapping", "classical", *RIVALS])
def test_every_model_is_made_around_the_network(model: str) -> None:
    training = OwnTraining(NOISY.settings(model=model, **SMALL))
    (*_, last) = training
    assert last.train_loss > 0
    assert isinstance(training.model, QuantumTrain) == (model in ("diffqas", "mapping"))
    assert not training.network().training


def test_no_small_network_is_refused() -> None:
    with pytest.raises(ValueError, match=r"this task has no small network: give Task\(\.\.\., small="):
        OwnTraining(CLASSES.settings(model="small", **SMALL))


def test_the_start_is_the_seeds_and_the_global_generator_is_left_alone() -> None:
    state = torch.get_rng_state()
    settings = NOISY.settings(**SMALL)
    first = timeless(OwnTraining(settings))
    torch.rand(3)
    assert timeless(OwnTraining(settings)) == first
    torch.set_rng_state(state)
    assert timeless(OwnTraining(settings)) == first
    assert torch.equal(torch.get_rng_state(), state)
    assert timeless(OwnTraining(dataclasses.replace(settings, seed=1))) != first


SCHEDULES: dict[str, Callable[..., Any]] = {
    "multi-step": partial(lr_scheduler.MultiStepLR, milestones=[1, 2]),
    "lambda": partial(lr_scheduler.LambdaLR, lr_lambda=lambda epoch: 0.9**epoch),
    "one cycle": partial(lr_scheduler.OneCycleLR, max_lr=0.1, total_steps=20),
    "plateau": partial(lr_scheduler.ReduceLROnPlateau, patience=0, threshold=0.5),
    "settings": until_the_end,
    "sequential": lambda optimizer: lr_scheduler.SequentialLR(
        optimizer,
        [lr_scheduler.ConstantLR(optimizer, 0.1, 1), lr_scheduler.ExponentialLR(optimizer, 0.5)],
        milestones=[1],
    ),
}
OPTIMISERS: dict[str, Any] = {
    "adam": "adam",
    "rmsprop": "rmsprop",
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9, nesterov=True),
    "adamw": torch.optim.AdamW,
    "adagrad": torch.optim.Adagrad,
    "asgd": torch.optim.ASGD,
    "rprop": torch.optim.Rprop,
}


def goes_on_exactly(task: Task, folder: Path, **changes: Any) -> None:
    """An unbroken run, and one that is stopped three times, each time in another training."""
    settings = task.settings(**{**SMALL, "epochs": 3, **changes})
    whole = run(settings, store=folder / "whole")
    for _ in range(3):
        broken = run(settings, store=folder / "broken", stop=after(3))
    broken = run(settings, store=folder / "broken")
    assert broken.finished
    assert len(broken.facts()["sessions"]) > 2
    assert values(broken).equals(values(whole))
    mine, theirs = (each.checkpoint()["training"]["tensors"] for each in (broken, whole))
    assert [name for name in {*mine, *theirs} if not torch.equal(mine[name], theirs[name])] == []


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_it_goes_on_exactly_with_any_optimiser(optimiser: str, tmp_path: Path) -> None:
    goes_on_exactly(change(NOISY, optimiser=OPTIMISERS[optimiser], schedule=None), tmp_path)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("every", ["epoch", "step"])
def test_it_goes_on_exactly_with_any_schedule(schedule: str, every: str, tmp_path: Path) -> None:
    task = change(NOISY, schedule=SCHEDULES[schedule], schedule_every=every)
    goes_on_exactly(task, tmp_path, model="classical")
    rates = {record.learning_rate for record in OwnTraining(task.settings(**SMALL))}
    assert len(rates) > 1 or schedule == "plateau"


def test_qtkits_adam_with_a_schedule_is_pytorchs(tmp_path: Path) -> None:
    plain = run(change(NOISY, optimiser="adam", schedule=None).settings(**SMALL), store=tmp_path)
    constant = partial(lr_scheduler.ConstantLR, factor=1.0)
    scheduled = run(change(NOISY, optimiser="adam", schedule=constant).settings(**SMALL), store=tmp_path)
    assert plain.key != scheduled.key
    assert values(plain).equals(values(scheduled))


def test_a_run_is_prolonged_unless_its_schedule_knows_the_end() -> None:
    for schedule, fits in ((None, True), (SCHEDULES["lambda"], True), (until_the_end, False)):
        task = change(NOISY, schedule=schedule)
        short, long = (OwnTraining(task.settings(**{**SMALL, "epochs": epochs})) for epochs in (1, 2))
        list(short)
        if fits:
            long.load_state(short.state())
            assert next(long).step == 4
        else:
            with pytest.raises(ValueError, match="made with epochs=1, this training has epochs=2"):
                long.load_state(short.state())


def test_a_stored_run_gives_its_network_back(tmp_path: Path) -> None:
    stored = run(NOISY.settings(**SMALL), store=tmp_path)
    assert run(NOISY.settings(**SMALL), store=Store(tmp_path)).key == stored.key
    (inputs, targets), _ = three_classes()
    trained = stored.training().network()
    last = stored.records().iloc[-1]
    assert cross_entropy(trained(inputs), targets).item() == last.train_loss
    assert stored.settings.task == "NOISY"  # type: ignore[attr-defined]
    assert stored.facts()["describe"]["metrics"] == ["accuracy"]


# What does not fit


def refused(message: str, **parts: Any) -> None:
    task = change(CLASSES, **parts)
    with pytest.raises(ValueError, match=message):
        OwnTraining(task.settings(**SMALL))


def test_a_loss_that_is_no_number_is_refused() -> None:
    refused(
        r"one real number, .* cross_each gives float32 of shape \(6,\) of outputs of float32 of shape \(6, 3\) with "
        r"targets of int64 of shape \(6,\); its mean would fit",
        loss=cross_each,
    )
    refused(r"the loss must be one real number, .* gives float of outputs", loss=lambda o, _: o.sum().item())
    refused(r"the loss is nan at the start", loss=lambda o, _: (o - o).sum() / 0)


def cross_each(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    return cross_entropy(outputs, targets, reduction="none")


def test_a_network_that_does_not_fit_is_refused() -> None:
    refused(
        r"network does not take inputs of float32 of shape \(6, 4\) \(RuntimeError: ", network=lambda: nn.Linear(5, 3)
    )
    refused(
        r"cross_entropy does not take outputs of float32 of shape \(6, 2\) with targets of int64 of shape \(6,\) "
        r"\(IndexError: Target 2 is out of bounds",
        network=lambda: nn.Linear(4, 2),
    )
    refused(r"one tensor with a row an item, 6 here; got float32 of shape \(24, 3\)", network=Flat)
    refused(r"network must return a torch.nn.Module, got int", network=lambda: 3)
    refused(r"the metric m must be one number, got float32 of shape \(6,\)", metrics={"m": lambda o, _: o[:, 0]})
    refused(r"the metric m does not take .* \(KeyError: 'x'", metrics={"m": lambda *_: {}["x"]})


class Flat(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Linear(1, 3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return self.inner(inputs.reshape(-1, 1))


def test_targets_that_would_be_broadcast_are_refused() -> None:
    (x, y), (u, v) = lines()
    task = change(LINE, data=((x, y[:, 0]), (u, v[:, 0])))
    with pytest.raises(ValueError, match=r"mse_loss does not take outputs of float32 of shape \(4, 1\) with targets"):
        OwnTraining(task.settings(**SMALL))


@pytest.mark.parametrize("compare", [lambda o, t: o - t, lambda o, t: t * o, lambda o, t: (o > 0) == (t > 0)])
def test_operators_that_would_compare_all_pairs_are_refused(compare: Callable[..., torch.Tensor]) -> None:
    """PyTorch's losses warn of it, its operators do not: such a loss once was a number like any."""
    (x, y), (u, v) = lines()
    flat = change(LINE, data=((x, y[:, 0]), (u, v[:, 0])), loss=lambda o, t: mse_loss(o[:, 0], t))

    def mean(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return compare(outputs, targets).float().mean()

    OwnTraining(flat.settings(**SMALL))
    told = r"\(ValueError: it takes \(4, 1\) with \(4,\) as all pairs, \(4, 4\): give both the same shape"
    with pytest.raises(ValueError, match="the metric mean does not take outputs .*" + told):
        OwnTraining(change(flat, metrics={"mean": mean}).settings(**SMALL))
    with pytest.raises(ValueError, match="the loss mean does not take outputs .*" + told):
        OwnTraining(change(flat, loss=mean).settings(**SMALL))
    OwnTraining(change(LINE, metrics={"mean": mean}).settings(**SMALL))  # of one shape


def test_whatever_network_is_measured_is_in_evaluation_mode() -> None:
    """One that a machine writes came in training mode, and its dropout and batch means were measured along."""
    training = OwnTraining(NOISY.settings(**SMALL))
    (*_, last) = training
    given = training.model.to_classical().train()
    measured = training.evaluate(given)
    assert measured == training.evaluate()
    assert measured["test_loss"] == last.test_loss
    assert all(module.training for module in given.modules()), "left as it was"


def test_optimisers_and_schedules_that_are_none_are_refused() -> None:
    refused("optimiser must give a torch.optim.Optimizer, got int", optimiser=lambda *_, **__: 3)
    refused("LBFGS computes the loss several times a step", optimiser=torch.optim.LBFGS)
    refused("schedule must give a scheduler of torch.optim.lr_scheduler, got int", schedule=lambda _: 3)


def test_a_loss_that_grows_beyond_numbers_says_so() -> None:
    task = change(LINE, optimiser=torch.optim.SGD)
    with pytest.raises(FloatingPointError, match="the loss is .* try a smaller learning rate than 1e"):
        list(OwnTraining(task.settings(model="classical", learning_rate=1e30, epochs=9)))


def test_parts_of_another_kind_are_refused() -> None:
    for parts, message in (
        ({"network": nn.Linear(4, 3)}, r"a function that returns one, .* got a Linear itself, write lambda: Linear"),
        ({"loss": 3}, "loss must be a function, got 3"),
        ({"schedule": 3}, "schedule must be a function or None, got 3"),
        ({"data": ((1, 2),)}, r"data must be \(train, test\) or a function that gives them, got 1 parts"),
        ({"metrics": [accuracy]}, "metrics must be a dictionary of functions, got list"),
        ({"metrics": {"loss": mse_loss}}, "a metric's name must be a word such as accuracy, and not loss, got 'loss'"),
        ({"metrics": {"a": 3}}, "the metric a must be a function, got 3"),
        ({"optimiser": "sgd"}, "must be one of .*'adam', 'rmsprop'.*, got 'sgd'"),
        ({"optimiser": 3}, "must be one of .*'adam', 'rmsprop'.* or a function, got 3"),
        ({"schedule_every": "day"}, "schedule_every must be one of .*got 'day'"),
        ({"name": ""}, "name must be a word or None, got ''"),
    ):
        with pytest.raises(ValueError, match=message):
            dataclasses.replace(CLASSES, **parts)
    assert repr(dataclasses.replace(CLASSES, name="points")) == "Task(points: loss, accuracy)"
    assert noisy_network()
    assert network()
