"""Image training: records, exact repetition across pauses and processes, and what is refused."""

from __future__ import annotations

import copy
import dataclasses
import itertools
import json
import random
import subprocess
import sys
import threading
from itertools import islice
from types import SimpleNamespace

import pytest
import safetensors.torch
import torch
from torch.nn.functional import cross_entropy

from qtkit import QuantumTrain, networks
from qtkit.tasks.checkpoints import write_checkpoint
from qtkit.tasks.images import ImagePair, ImageSettings, ImageTraining, load_pair, train
from qtkit.tasks.images.training import Record, build_image_model
from tests.helpers import timeless

# 250 images in batches of 60: 5 steps an epoch, the last with 10 images.
SMALL = ImageSettings(
    candidates=(1, 2, 5, 7), depth=1, source="sample", train_limit=250, test_limit=100, batch_size=60, epochs=3, seed=7
)
MODELS = [
    SMALL,
    dataclasses.replace(SMALL, model="mapping", learning_rate=0.01),
    dataclasses.replace(SMALL, model="classical"),
]
by_model = pytest.mark.parametrize("settings", MODELS, ids=[settings.model for settings in MODELS])


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """On a busy machine, threads that wait for each other take ten times as long as one."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def data() -> ImagePair:
    return load_pair(SMALL)


@pytest.fixture(scope="module")
def whole_runs(data) -> dict[ImageSettings, list[Record]]:
    """Every record of an uninterrupted run, without the seconds."""
    return {settings: timeless(train(settings, data)) for settings in MODELS}


# Records


@by_model
def test_records_of_a_run(settings, whole_runs):
    records = whole_runs[settings]
    assert [record.step for record in records] == list(range(16))
    assert [record.epoch for record in records] == [step / 5 for step in range(16)]
    assert [record.kind for record in records] == ["epoch" if step % 5 == 0 else "step" for step in range(16)]
    assert records[0].loss is None and all(record.loss > 0 for record in records[1:])
    for record in records:
        results = (record.train_loss, record.train_accuracy, record.test_loss, record.test_accuracy)
        assert all(value is None for value in results) or record.kind == "epoch"
        assert all(isinstance(value, float) for value in results) or record.kind == "step"
        assert len(record.weights) == {"diffqas": 4, "mapping": 1, "classical": 0}[settings.model]


def test_weights_start_equal_and_move(whole_runs):
    records = whole_runs[SMALL]
    assert records[0].weights == (0.25,) * 4
    assert records[-1].weights != records[0].weights
    assert all(record.weights == (1.0,) for record in whole_runs[MODELS[1]]), "nothing is searched there"


@pytest.mark.parametrize("probability", ["raw", "scaled"])
def test_uniform_candidates_do_not_drift_behind_a_centred_mapping(data, probability):
    settings = dataclasses.replace(SMALL, candidates=tuple(range(1, 13)), depth=2, probability=probability, epochs=2)
    *_, last = train(settings, data)
    start = next(iter(train(settings, data))).weights[0]
    assert [last.weights[k - 1] for k in (1, 3, 4, 6)] == [start] * 4, "the loss cannot feel them"
    assert all(abs(last.weights[k - 1] - 1 / 12) > 1e-4 for k in (2, 5, 7, 9, 12))


def test_softmax_weights_are_recorded_as_used(data):
    settings = dataclasses.replace(SMALL, weighting="softmax", structural_init="random", epochs=1)
    for record in train(settings, data):
        assert sum(record.weights) == pytest.approx(1, abs=1e-6) and min(record.weights) > 0


def test_seconds_only_grow_while_training(data, monkeypatch):
    time = itertools.count()  # a second at each look
    monkeypatch.setattr("qtkit.tasks.training.time", SimpleNamespace(perf_counter=lambda: next(time)))
    training = ImageTraining(SMALL, data)
    first = next(training).seconds
    for _ in range(1000):
        next(time)
    second = next(training).seconds
    assert (first, second) == (1, 2), "the pause does not count"


def test_the_first_steps_are_those_of_a_plain_loop(data):
    """The same run written out: Adam on the batches of an independent shuffle."""
    training = ImageTraining(SMALL, data)
    model = build_image_model(SMALL)
    records = list(islice(training, 4))
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    order = training.state()["tensors"]["order"]
    assert sorted(order.tolist()) == list(range(250))
    assert order.tolist() != list(range(250))
    for step in range(3):
        rows = order[60 * step : 60 * step + 60]
        loss = cross_entropy(model(data.train_images[rows]), data.train_labels[rows])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        assert records[step + 1].loss == loss.item()
        assert records[step + 1].weights == tuple(model.search.structural_weights.tolist())


@by_model
def test_results_are_those_of_the_network(settings, data):
    training = ImageTraining(settings, data)
    *_, last = islice(training, 6)
    network = training.network()
    assert type(network) is networks.ImageMLP
    for part, images, labels in (
        ("train", data.train_images, data.train_labels),
        ("test", data.test_images, data.test_labels),
    ):
        logits = network(images)
        assert getattr(last, f"{part}_loss") == pytest.approx(cross_entropy(logits, labels).item(), rel=1e-5)
        accuracy = sum(int(a > b) == y for (b, a), y in zip(logits.tolist(), labels.tolist(), strict=True)) / len(
            labels
        )
        assert getattr(last, f"{part}_accuracy") == accuracy
    assert training.evaluate()["test_loss"] == last.test_loss


def test_many_images_are_evaluated_in_parts(data):
    whole = ImagePair(*[t.repeat_interleave(25, 0) for t in dataclasses.astuple(data)[:4]], "repeated", official=False)
    assert len(whole.train_labels) > 6_000
    results = ImageTraining(SMALL, whole).evaluate()
    for name, value in ImageTraining(SMALL, data).evaluate().items():
        assert results[name] == pytest.approx(value, rel=1e-5)


# Models


def test_models_have_the_papers_counts():
    default = build_image_model(ImageSettings())
    assert (default.n_qubits, default.depth, default.num_weights, default.num_trainable) == (17, 15, 108_866, 286)
    assert build_image_model(ImageSettings(candidates=(5,))).num_trainable == 274
    assert build_image_model(ImageSettings(model="mapping")).num_trainable == 19
    classical = build_image_model(ImageSettings(model="classical"))
    assert sum(p.numel() for p in classical.parameters()) == 108_866


def test_the_mapping_alone_is_config_1_which_no_angle_can_change(data):
    """Config 1 is uniform whatever its angles: the same records as the mapping alone."""
    config_1 = dataclasses.replace(SMALL, candidates=(1,), depth=3)
    mapping = dataclasses.replace(SMALL, model="mapping")
    assert timeless(train(config_1, data)) == timeless(train(mapping, data))


def test_settings_reach_the_model():
    settings = ImageSettings(
        candidates=(2, 7, 9), depth=2, weighting="softmax", structural_init="random", shared_angles=False, bits="pm1",
        angle_init="uniform", probability="scaled", centre=True, activation="relu", dtype="float64", mapping_scale=2,
    )  # fmt: skip
    model = build_image_model(settings)
    assert isinstance(model, QuantumTrain)
    assert (model.probability, model.bits, model.centre, model.search.weighting) == ("scaled", "pm1", True, "softmax")
    assert model.search.angles.shape == (3, 2, 17) and model.search.angles.abs().max() > 1
    assert model.weights().dtype == torch.float64
    assert 0.3 / 18**0.5 < model.mapping.weight.abs().max() <= 2 / 18**0.5
    assert isinstance(model.to_classical()[2], torch.nn.ReLU)


def test_angles_that_are_not_trained_stay(data, tmp_path):
    settings = dataclasses.replace(SMALL, train_angles=False, angle_init="uniform")
    training = ImageTraining(settings, data)
    before = training.model.search.angles.clone()
    half = list(islice(training, 4))
    training.save_checkpoint(tmp_path)
    resumed = ImageTraining.resume(tmp_path, data)
    rest = timeless(training)
    assert timeless(resumed) == rest and len(half) == 4
    assert torch.equal(training.model.search.angles, before)
    assert training.describe()["num_trainable"] == len(settings.candidates) + 19
    assert rest[-1].weights != half[0].weights, "the rest learns"


def test_a_checkpoint_from_before_a_setting_was_there(data):
    training = ImageTraining(SMALL, data)
    next(training)
    state = training.state()
    del state["settings"]["train_angles"]
    ImageTraining(SMALL, data).load_state(state)
    with pytest.raises(ValueError, match="made with train_angles=True, this training has train_angles=False"):
        ImageTraining(dataclasses.replace(SMALL, train_angles=False), data).load_state(state)


def test_any_network_can_be_evaluated(data):
    training = ImageTraining(SMALL, data)
    list(islice(training, 3))
    assert training.evaluate() == training.evaluate(training.network())
    other = build_image_model(dataclasses.replace(SMALL, model="classical", seed=3))
    assert training.evaluate(other)["test_loss"] != training.evaluate()["test_loss"]


def test_float64_trains(data):
    records = list(train(dataclasses.replace(SMALL, dtype="float64", epochs=1), data))
    assert records[1].loss == pytest.approx(list(islice(train(SMALL, data), 2))[1].loss, rel=1e-5)


def test_classical_training_learns(whole_runs):
    assert whole_runs[MODELS[2]][-1].test_accuracy > 0.85


# Repetition


@by_model
def test_the_same_seed_gives_the_same_records(settings, data, whole_runs):
    torch.rand(3)  # whatever happened to the global random state
    before = torch.get_rng_state()
    assert timeless(train(settings, data)) == whole_runs[settings]
    assert torch.equal(torch.get_rng_state(), before), "PyTorch's global random state is not used"


@by_model
def test_another_seed_gives_others(settings, data, whole_runs):
    assert timeless(train(dataclasses.replace(settings, seed=8), data))[1:] != whole_runs[settings][1:]


def test_models_see_the_same_batches(data):
    orders = []
    for settings in MODELS:
        training = ImageTraining(settings, data)
        list(islice(training, 2))
        orders.append(training.state()["tensors"]["order"].tolist())
    assert orders[0] == orders[1] == orders[2]


def test_stopping_is_not_asking(data, whole_runs):
    training = ImageTraining(SMALL, data)
    records = []
    for count in (1, 4, 2, 100):
        records += islice(training, count)
        training.network(), training.evaluate(), training.state(), training.describe()
    assert timeless(records) == whole_runs[SMALL]
    assert list(training) == [] and training.steps_done == training.n_steps == 15


@pytest.mark.slow
@by_model
def test_resuming_in_memory_is_exact(settings, data, whole_runs):
    for given in (0, 1, *random.Random(3).sample(range(2, 16), 3), 16):  # records given before the pause
        training = ImageTraining(settings, data)
        list(islice(training, given))
        state = training.state()
        copies = copy.deepcopy(state["tensors"])
        list(islice(training, 3))  # what comes later does not change the state that was taken
        assert all(torch.equal(tensor, copies[name]) for name, tensor in state["tensors"].items())
        other = ImageTraining(settings, data)
        list(islice(other, 2))
        other.load_state(state)
        assert timeless(other) == whole_runs[settings][given:], given


@by_model
def test_resuming_from_disk_is_exact(settings, data, whole_runs, tmp_path):
    training = ImageTraining(settings, data)
    records = []
    for count in (3, 5, 1, 4):
        records += islice(training, count)
        training.save_checkpoint(tmp_path / "run")
        training = ImageTraining.resume(tmp_path / "run", data)
        assert training.steps_done == records[-1].step == len(records) - 1
    assert timeless(records + list(training)) == whole_runs[settings]


OTHER_PROCESS = """
import dataclasses, json, sys
import torch
torch.set_num_threads(1)
from qtkit.tasks.images import ImageTraining
training = ImageTraining.resume(sys.argv[1])
print(json.dumps([dataclasses.asdict(record) for record in training]))
"""


@pytest.mark.slow
def test_resuming_in_another_process_is_exact(data, whole_runs, tmp_path):
    training = ImageTraining(SMALL, data)
    seconds = list(islice(training, 8))[-1].seconds
    training.save_checkpoint(tmp_path)
    command = [sys.executable, "-c", OTHER_PROCESS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    records = [Record(**{**values, "weights": tuple(values["weights"])}) for values in json.loads(done.stdout)]
    assert timeless(records) == whole_runs[SMALL][8:]
    assert records[0].seconds > seconds, "the time before the pause counts"


def test_a_run_may_be_prolonged(data, whole_runs):
    short = ImageTraining(dataclasses.replace(SMALL, epochs=1), data)
    records = timeless(short)
    longer = ImageTraining(SMALL, data)
    longer.load_state(short.state())
    assert records + timeless(longer) == whole_runs[SMALL]


def test_another_thread_may_look_on(data, whole_runs):
    training, errors = ImageTraining(SMALL, data), []
    looking, stop = threading.Event(), threading.Event()

    def look():
        try:
            while not stop.is_set():
                training.network()(data.test_images[:3])
                training.state()
                looking.set()
        except Exception as error:
            errors.append(error)
            looking.set()

    thread = threading.Thread(target=look)
    thread.start()
    looking.wait()
    records = timeless(training)
    stop.set()
    thread.join()
    assert not errors and records == whole_runs[SMALL]


def test_the_network_of_a_run_is_its_own(data):
    for settings in MODELS:
        training = ImageTraining(settings, data)
        network = training.network()
        with torch.no_grad():
            network[1].weight.zero_()
        assert training.network()[1].weight.abs().max() > 0
        loaded = networks.ImageMLP()
        loaded.load_state_dict(safetensors.torch.load(safetensors.torch.save(training.network().state_dict())))


# What is told


def test_description(data):
    description = ImageTraining(SMALL, data).describe()
    assert json.loads(json.dumps(description)) == description
    assert ImageSettings.from_dict(description["settings"]) == SMALL
    assert description["source"].startswith("the sample in qtkit") and description["official"] is False
    assert sum(description["train_images"]) == 250 and sum(description["test_images"]) == 100
    assert (description["n_qubits"], description["num_weights"], description["n_steps_per_epoch"]) == (17, 108_866, 5)
    assert description["num_trainable"] == 17 + 4 + 19
    assert {"qtkit", "torch", "python"} <= set(description["versions"])
    classical = ImageTraining(MODELS[2], data).describe()
    assert (classical["n_qubits"], classical["num_weights"], classical["num_trainable"]) == (None, 108_866, 108_866)


def test_data_are_loaded_as_the_settings_say():
    training = ImageTraining(dataclasses.replace(SMALL, dataset="fashion", classes=(5, 7)))
    assert training.data.source.startswith("the sample in qtkit: real FashionMNIST")
    assert training.n_steps_per_epoch == 5


# What is refused


def test_the_papers_scale_refuses_other_data(data):
    settings = ImageSettings(scale="paper")
    with pytest.raises(ValueError, match="scale='paper' needs the official MNIST"):
        ImageTraining(settings, data)


def test_a_loss_that_is_not_finite_stops_the_run(data):
    images = data.train_images.clone()
    images[3, 5] = float("nan")
    training = ImageTraining(SMALL, dataclasses.replace(data, train_images=images))
    with pytest.raises(FloatingPointError, match=r"the loss is nan at step \d: try a smaller learning rate than 0.001"):
        list(training)
    assert all(torch.isfinite(parameter).all() for parameter in training.model.parameters())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.pop("images"), "not a checkpoint of an image training"),
        (lambda s: s.update(more=1), "not a checkpoint of an image training"),
        (lambda s: s.update(settings=None), "not a checkpoint of an image training"),
        (lambda s: s.update(format=99), "not a checkpoint of an image training"),
        (lambda s: s.update(steps_done=-1), "damaged: steps_done=-1"),
        (lambda s: s.update(steps_done="7"), "damaged: steps_done='7'"),
        (lambda s: s["settings"].update(seed=1), "made with seed=1, this training has seed=7"),
        (lambda s: s["settings"].update(candidates=[2]), "made with candidates=\\[2\\], this training has"),
        (lambda s: s.update(images=0), "made with other images than these"),
        (lambda s: s.update(images="0" * 64), "made with other images than these"),
        (lambda s: s["tensors"].pop("order"), "its tensors are not those of this model"),
        (lambda s: s["tensors"].update({"model.mapping.bias": torch.zeros(2)}), "its tensors are not those"),
        (lambda s: s["tensors"].pop("optimiser.0.exp_avg"), "its tensors are not those"),
        (lambda s: s.update(tensors=None), "not a checkpoint of an image training"),
    ],
)
def test_wrong_checkpoints_are_refused_and_change_nothing(data, whole_runs, change, message):
    training = ImageTraining(SMALL, data)
    list(islice(training, 4))
    state = training.state()
    change(state)
    with pytest.raises(ValueError, match=message):
        training.load_state(state)
    assert timeless(training) == whole_runs[SMALL][4:]


def test_a_checkpoint_without_settings_is_refused(tmp_path, data):
    state = ImageTraining(SMALL, data).state()
    del state["settings"]
    write_checkpoint(tmp_path, state)
    with pytest.raises(ValueError, match="not a checkpoint of an image training"):
        ImageTraining.resume(tmp_path)
    with pytest.raises(FileNotFoundError, match="no checkpoint in"):
        ImageTraining(SMALL, data).load_checkpoint(tmp_path / "nowhere")


# The real thing


def test_official_digits_at_full_size(official_data):
    """One step of the paper's model on the official digits; toy: a single step."""
    settings = ImageSettings(data_dir=str(official_data), scale="paper")
    training = ImageTraining(settings)
    first, second = islice(training, 2)
    assert training.n_steps_per_epoch == 122
    assert 0.3 < first.test_accuracy < 0.7
    assert second.weights != first.weights
    assert training.describe()["source"] == "the official MNIST (the folder named by data_dir)"
