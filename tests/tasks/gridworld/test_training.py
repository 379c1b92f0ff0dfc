"""Reinforcement learning: records, the whole algorithm written out, exact repetition across breaks, what is refused."""

from __future__ import annotations

import dataclasses
import json
import random
import zlib
from itertools import islice

import numpy as np
import pytest
import torch

from qtkit.networks import PolicyMLP, ValueMLP
from qtkit.tasks.gridworld import GridworldSettings, GridworldTraining, train
from qtkit.tasks.gridworld.environment import Environment, RealEnvironment, TableEnvironment, load_environment
from qtkit.tasks.gridworld.training import Record, build_actor_critic
from tests.helpers import timeless
from tests.tasks.gridworld.worlds import register

FIVE, SIX, RANDOM = "MiniGrid-Empty-5x5-v0", "MiniGrid-Empty-6x6-v0", "MiniGrid-Empty-Random-5x5-v0"
SMALL = GridworldSettings(candidates=(1, 2, 7, 9), depth=1, episodes=5, workers=3, seed=6)  # its start reaches the goal
MODELS = [SMALL, *(dataclasses.replace(SMALL, model=model, episodes=12) for model in ("mapping", "classical"))]
by_model = pytest.mark.parametrize("settings", MODELS, ids=[settings.model for settings in MODELS])
MAPPING = MODELS[1]
IN_REAL = dataclasses.replace(MAPPING, environment=RANDOM, episodes=4)
WORLDS = [MAPPING, IN_REAL]
by_world = pytest.mark.parametrize("settings", WORLDS, ids=["table", "real"])


@pytest.fixture(scope="module")
def whole_runs() -> dict[GridworldSettings, list[Record]]:
    """Every record of an uninterrupted run, without the seconds."""
    return {settings: timeless(train(settings)) for settings in {*MODELS, *WORLDS}}


def course(records) -> tuple[list[float], list[int]]:
    """Returns and lengths of all episodes, in their order."""
    records = list(records)
    return [r for record in records for r in record.returns], [n for record in records for n in record.lengths]


# Records


@pytest.mark.slow
@pytest.mark.parametrize("settings", [*MODELS, IN_REAL], ids=[*(s.model for s in MODELS), "real"])
def test_records_of_a_run(settings, whole_runs):
    first, *records = whole_runs[settings]
    assert (first.step, first.episode, first.environment_steps, first.returns, first.loss) == (0, 0, 0, (), None)
    assert first.entropy is first.policy_loss is first.value_loss is None
    done = 0
    for before, record in zip([first, *records], records, strict=False):
        updates = record.step - before.step
        assert updates == 3 or (record is records[-1] and 1 <= updates <= 3)
        assert 0 <= record.environment_steps - before.environment_steps <= 5 * updates
        assert len(record.returns) == len(record.lengths) == record.episode - before.episode
        done += len(record.returns)
        assert record.episode == done and record.workers == 3
        assert record.loss == pytest.approx(record.policy_loss + record.value_loss, rel=1e-5)
        assert 0 < record.entropy <= np.log(7) + 1e-6
        count = {"diffqas": 4, "mapping": 1, "classical": 0}[settings.model]
        assert len(record.weights) == len(record.value_weights) == count


@pytest.mark.parametrize("settings", [*MODELS, IN_REAL], ids=[*(s.model for s in MODELS), "real"])
def test_every_episode_is_recorded_once(settings, whole_runs):
    records = whole_runs[settings]
    returns, lengths = course(records)
    assert len(returns) == len(lengths) == settings.episodes == records[-1].episode
    assert sum(lengths) <= records[-1].environment_steps <= sum(lengths) + 3 * 100
    for total, length in zip(returns, lengths, strict=True):
        paid = 1 - 0.9 * length / 100
        assert total == pytest.approx(paid) or (total == 0 and length == 100)
    assert not all(records[-1].returns and record.returns for record in records[1:])


@pytest.mark.slow
def test_the_whole_algorithm_written_out():
    """Workers in turns, from the random numbers to Adam, in float64; the mapping's records are these."""
    settings = dataclasses.replace(MAPPING, dtype="float64", entropy_weight=0.01)
    records, environment = list(train(settings)), load_environment(FIVE)
    model, n_workers = build_actor_critic(settings), 3
    shared = [p.detach().clone() for p in model.parameters()]
    copies = [[p.clone() for p in shared] for _ in range(n_workers)]
    moments = [(torch.zeros_like(p), torch.zeros_like(p)) for p in shared]
    episodes, begun, made, updates, ended = [None] * n_workers, [0] * n_workers, [0] * n_workers, 0, []
    losses, entropies = [], []
    while len(ended) < settings.episodes:
        w = updates % n_workers
        for p, number in zip(model.parameters(), copies[w], strict=True):
            p.data.copy_(number)
        if episodes[w] is None or episodes[w].done:
            episodes[w], begun[w] = environment.new_episode(0), begun[w] + 1
        draws = np.random.default_rng((1, 6, w, made[w])).random(5)
        log_pis, values, rewards = [], [], []
        for draw in draws:
            seen = torch.from_numpy(episodes[w].observation()).double()
            log_pi = torch.log_softmax(model.policy(seen), -1)
            action = int((log_pi.exp().cumsum(-1) <= draw).sum())
            log_pis.append((log_pi, action))
            values.append(model.value(seen)[0])
            rewards.append(episodes[w].step(action)[0])
            if episodes[w].done:
                break
        R = 0.0
        if not episodes[w].done:
            R = model.value(torch.from_numpy(episodes[w].observation()).double())[0].item()
        terms, entropy = [], 0.0
        for (log_pi, action), value, reward in reversed(list(zip(log_pis, values, rewards, strict=True))):
            R = reward + 0.9 * R
            H = -(log_pi.exp() * log_pi).sum()
            entropy += H.item() / len(rewards)
            terms.append((R - value) ** 2 - log_pi[action] * (R - value).detach() - 0.01 * H)
        loss = torch.stack(terms).mean()
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        updates, made[w] = updates + 1, made[w] + 1
        for p, g, (m, v) in zip(shared, gradients, moments, strict=True):
            m.mul_(0.92).add_(0.08 * g)
            v.mul_(0.999).add_(0.001 * g**2)
            p.sub_(1e-4 * (m / (1 - 0.92**updates)) / ((v / (1 - 0.999**updates)).sqrt() + 1e-8))
        copies[w] = [p.clone() for p in shared]
        losses.append(loss.item())
        entropies.append(entropy)
        if episodes[w].done:
            ended.append((episodes[w].total, episodes[w].steps))
    assert list(zip(*course(records), strict=True)) == ended
    assert records[-1].step == updates
    for record, before in zip(records[1:], records, strict=False):
        part = slice(before.step, record.step)
        assert record.loss == pytest.approx(np.mean(losses[part]), rel=1e-9)
        assert record.entropy == pytest.approx(np.mean(entropies[part]), rel=1e-9)


@pytest.mark.slow
@by_model
def test_a_table_and_the_real_environment_give_the_same_records(settings, whole_runs):
    """Bit for bit."""
    training = GridworldTraining(settings, RealEnvironment(FIVE))
    assert timeless(islice(training, 60)) == whole_runs[settings][:60]


@pytest.mark.slow
def test_it_learns():
    """The network itself, within seconds: it is the one whose numbers move most freely."""
    returns, _ = course(train(GridworldSettings(model="classical", episodes=300, learning_rate=3e-4)))
    assert np.mean(returns[:100]) < 0.75 and np.mean(returns[-100:]) > 0.8


# The same again


@pytest.mark.slow
@by_model
def test_the_seed_decides_all(settings, whole_runs):
    assert timeless(train(settings)) == whole_runs[settings]
    other = timeless(train(dataclasses.replace(settings, seed=8)))
    assert course(other) != course(whole_runs[settings]) and other[0].loss is None


@pytest.mark.slow
@by_world
def test_global_random_numbers_are_left_alone(settings, whole_runs):
    for seed in (0, 1):
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        before = (torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
        assert timeless(train(settings)) == whole_runs[settings]
        assert torch.get_rng_state().equal(before[0]) and random.getstate() == before[1]
        assert np.random.get_state()[1].tolist() == before[2]  # noqa: NPY002


def test_stopping_is_not_asking(whole_runs):
    training = GridworldTraining(MAPPING)
    begin = timeless(islice(training, 9))
    assert training.steps_done == begin[-1].episode
    weights = training.model.numbers.clone()
    training.evaluate(2)
    training.network()
    training.state()
    training.close()
    assert weights.equal(training.model.numbers)
    assert begin + timeless(training) == whole_runs[MAPPING]
    assert training.steps_done == training.n_steps == 12
    assert list(training) == []


@pytest.mark.slow
@pytest.mark.parametrize("settings", [*MODELS, IN_REAL], ids=[*(s.model for s in MODELS), "real"])
def test_resumed_from_memory_after_any_record(settings, whole_runs):
    whole = whole_runs[settings]
    training, middles = GridworldTraining(settings), 0
    for done in range(len(whole) + 1):
        state = training.state()
        if done % 7 in (0, 1) or done >= len(whole) - 1:
            other = GridworldTraining(settings)
            other.load_state(state)
            middles += any(w.episode and not w.episode.done and w.episode.steps for w in other._pool._workers)
            ahead = 6 if done < len(whole) - 6 else None
            assert timeless(islice(other, ahead)) == whole[done:][:ahead], done
            assert all(tensor.equal(state["tensors"][name]) for name, tensor in training.state()["tensors"].items())
        next(training, None)
    assert middles > 3, "in the midst of an episode"


@pytest.mark.slow
@pytest.mark.parametrize("settings", [SMALL, IN_REAL], ids=["diffqas", "real"])
def test_resumed_from_disk(settings, whole_runs, tmp_path):
    whole, found = whole_runs[settings], []
    while True:
        fresh = not (tmp_path / "checkpoint.json").exists()
        training = GridworldTraining(settings) if fresh else GridworldTraining.resume(tmp_path)
        part = timeless(islice(training, max(1, len(whole) // 3)))
        if not part:
            break
        found += part
        training.save_checkpoint(tmp_path)
    assert found == whole


@pytest.mark.slow
def test_a_run_may_be_prolonged(whole_runs):
    short = GridworldTraining(dataclasses.replace(MAPPING, episodes=5))
    returns, lengths = course(short)
    assert len(returns) == 5
    longer = GridworldTraining(MAPPING)
    longer.load_state(short.state())
    more = course(longer)
    assert (returns + more[0], lengths + more[1]) == course(whole_runs[MAPPING])
    unbroken = GridworldTraining(MAPPING)
    list(unbroken)
    assert longer.model.numbers.equal(unbroken.model.numbers)
    assert longer.state()["tensors"]["workers.turns"] == unbroken.state()["tensors"]["workers.turns"]


def test_a_record_can_be_written_as_json(whole_runs):
    for record in whole_runs[SMALL]:
        assert json.loads(json.dumps(dataclasses.asdict(record)))["step"] == record.step


def test_float64():
    training = GridworldTraining(dataclasses.replace(SMALL, dtype="float64", episodes=2))
    *_, last = training
    assert training.model.numbers.dtype == torch.float64 and last.episode == 2
    assert training.network().policy[0].weight.dtype == torch.float64
    assert training.state()["tensors"]["workers.numbers"].dtype == torch.float64
    assert training.evaluate(episodes=3)["greedy_length"] <= 100


# What can be had of a training


@by_model
def test_the_networks_as_they_stand(settings):
    training = GridworldTraining(settings)
    list(islice(training, 5))
    network = training.network()
    assert type(network.policy) is PolicyMLP and type(network.value) is ValueMLP
    assert len(network.numbers) == 6_023 + 5_825
    observations = training.data.observations
    with torch.no_grad():
        for ours, theirs in zip(network(observations), training.model(observations), strict=True):
            torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    before = training.model.numbers.clone()
    network.numbers.zero_()
    assert training.model.numbers.equal(before)


def test_what_it_tells_of_itself():
    training = GridworldTraining(SMALL)
    told = json.loads(json.dumps(training.describe()))
    assert told["settings"] == SMALL.to_dict()
    assert (told["source"], told["max_steps"], told["states"]) == (FIVE, 100, 32)
    assert (told["n_qubits"], told["num_weights"], told["num_trainable"]) == (13, 11_848, 2 * (13 + 4 + 15))
    classical = GridworldTraining(MODELS[2]).describe()
    assert (classical["n_qubits"], classical["num_weights"], classical["num_trainable"]) == (None, 11_848, 11_848)
    assert training.notes == [] and training.step_name == "episode"


def test_evaluation():
    training = GridworldTraining(MAPPING)
    before = training.state()["tensors"]
    told = training.evaluate(20)
    assert told.keys() == {"greedy_return", "greedy_length", "sampled_return", "sampled_length"}
    assert 0 <= told["sampled_return"] <= 1 and 1 <= told["sampled_length"] <= 100
    assert training.evaluate(20) == told
    assert all(tensor.equal(before[name]) for name, tensor in training.state()["tensors"].items())


def test_what_has_no_table_says_so():
    training = GridworldTraining(IN_REAL)
    assert training.notes == [training.data.note] and "its start is random" in training.notes[0]
    assert training.describe()["states"] is None


# What is refused


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ("MiniGrid-Empty-5x5", "unknown environment 'MiniGrid-Empty-5x5': did you mean"),
        ("Nowhere", "unknown environment 'Nowhere'"),
        ("SmallView", r"must have shape \(7, 7, 3\); QtkitSmallView-v0 has \(5, 5, 3\)"),
        ("CartPole-v1", "an observation must have an 'image'"),
        ("Endless", "has no limit of steps"),
    ],
)
def test_environments_that_do_not_fit(environment, message):
    name = register(environment) if environment in ("SmallView", "Endless") else environment
    with pytest.raises(ValueError, match=message):
        GridworldTraining(GridworldSettings(environment=name))


def test_settings_of_another_environment():
    with pytest.raises(ValueError, match=f"the settings are for {FIVE}, but the environment is {SIX}"):
        GridworldTraining(SMALL, load_environment(SIX))


class Repainted(Environment):
    """As the table, but that one cell looks different."""

    def __init__(self) -> None:
        self.table = load_environment(FIVE)
        self.name, self.max_steps, self.note = FIVE, 100, None
        self.observations = self.table.observations.clone()
        self.observations[0, 0] += 1

    def new_episode(self, seed):
        return self.table.new_episode(seed)

    def new_batch(self, seeds):
        return self.table.new_batch(seeds)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"model": "classical"}, "made with model='mapping', this training has model='classical'"),
        ({"environment": SIX}, f"made with environment='{FIVE}', this training has environment='{SIX}'"),
        ({"workers": 4}, "made with workers=3, this training has workers=4"),
        ({"run_as": "processes"}, "made with run_as='interleaved', this training has run_as='processes'"),
        ({"seed": 8}, "made with seed=6, this training has seed=8"),
        ({"entropy_weight": 0.1}, "made with entropy_weight=0.0, this training has entropy_weight=0.1"),
    ],
)
def test_checkpoints_of_another_training(changes, message):
    ours = GridworldTraining(MAPPING)
    list(islice(ours, 4))
    theirs = GridworldTraining(dataclasses.replace(MAPPING, **changes))
    before = theirs.state()["tensors"]
    with pytest.raises(ValueError, match=message):
        theirs.load_state(ours.state())
    assert all(tensor.equal(before[name]) for name, tensor in theirs.state()["tensors"].items())


def test_a_checkpoint_of_an_environment_that_looks_different():
    state = GridworldTraining(MAPPING, Repainted()).state()
    for environment in (None, RealEnvironment(FIVE)):
        with pytest.raises(ValueError, match=f"made with other environment than these \\({FIVE}\\)"):
            GridworldTraining(MAPPING, environment).load_state(state)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("payoff", lambda paid: paid * 5),
        ("payment", lambda rows: 1 - rows),
        ("next_state", lambda leads: leads[:, ::-1].copy()),
        ("terminated", np.logical_not),
    ],
)
def test_a_checkpoint_of_an_environment_with_other_rules(name, change):
    table = load_environment(FIVE).table
    other = TableEnvironment(dataclasses.replace(table, **{name: change(getattr(table, name))}))
    state = GridworldTraining(MAPPING).state()
    with pytest.raises(ValueError, match=f"made with other environment than these \\({FIVE}\\)"):
        GridworldTraining(MAPPING, other).load_state(state)


@pytest.mark.slow
def test_a_checkpoint_that_knows_only_what_was_seen():
    """As those that were written before the rules were counted in."""
    training = GridworldTraining(MAPPING)
    list(islice(training, 3))
    state = training.state()
    seen = zlib.crc32(training.data.observations.numpy())
    assert state["environment"] != seen
    other = GridworldTraining(MAPPING)
    other.load_state({**state, "environment": seen})
    assert course(other) == course(training)
    with pytest.raises(ValueError, match="made with other environment"):
        other.load_state({**state, "environment": seen + 1})


def test_damaged_checkpoints():
    training = GridworldTraining(MAPPING)
    list(islice(training, 4))
    for damage in (
        lambda t: t.pop("workers.actions"),
        lambda t: t.update({"workers.counts": t["workers.counts"][:2]}),
        lambda t: t.pop("optimiser.0.exp_avg"),
        lambda t: t.update({"model.policy.mapping.weight": torch.zeros(1, 3)}),
        lambda t: t.update(more=torch.zeros(1)),
    ):
        state = training.state()
        damage(state["tensors"])
        other = GridworldTraining(MAPPING)
        with pytest.raises(ValueError, match="the checkpoint is damaged: its tensors are not those of this model"):
            other.load_state(state)
        assert other.steps_done == 0 and other.model.numbers.equal(GridworldTraining(MAPPING).model.numbers)
    with pytest.raises(ValueError, match="not a checkpoint of a reinforcement-learning training"):
        training.load_state({"format": 1})


def test_a_loss_that_is_not_finite():
    training = GridworldTraining(MODELS[2])
    list(islice(training, 3))
    for worker in training._pool._workers:
        worker.numbers.fill_(torch.nan)
    before = training.model.numbers.clone()
    with pytest.raises(FloatingPointError, match=r"the loss is nan in update 3 of worker 0: try a smaller"):
        next(training)
    assert training.model.numbers.equal(before)
