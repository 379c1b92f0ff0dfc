"""A3C's update against the formulas written out: returns, losses, gradients, Adam, and whose gradient it is."""

from __future__ import annotations

import copy
import dataclasses
import math

import pytest
import torch
from torch.nn.functional import log_softmax

from qtkit import paper
from qtkit.tasks.gridworld.a3c.actor_critic import ActorCritic, build_actor_critic
from qtkit.tasks.gridworld.a3c.compiled import CompiledDifferentiate, differentiate_for
from qtkit.tasks.gridworld.a3c.rollout import Rollout, choose_action, collect_rollout, compute_losses, compute_returns
from qtkit.tasks.gridworld.a3c.shared_adam import SharedAdam
from qtkit.tasks.gridworld.a3c.update import differentiate
from qtkit.tasks.gridworld.a3c.worker import A3CWorker
from qtkit.tasks.gridworld.environment import Environment, RealEnvironment, load_environment
from qtkit.tasks.gridworld.settings import GridworldSettings

FIVE = "MiniGrid-Empty-5x5-v0"
SMALL = GridworldSettings(candidates=(2, 7), depth=2, dtype="float64", seed=3)
MODELS = [SMALL, dataclasses.replace(SMALL, model="mapping"), dataclasses.replace(SMALL, model="classical")]
by_model = pytest.mark.parametrize("settings", MODELS, ids=[settings.model for settings in MODELS])
DRAWS = [0.1, 0.7, 0.35, 0.9, 0.5]


@pytest.fixture(scope="module")
def table() -> Environment:
    return load_environment(FIVE)


def worker(settings: GridworldSettings, environment: Environment, model: ActorCritic, how=None, index=0) -> A3CWorker:
    how = how or differentiate_for(model, settings)
    return A3CWorker(index, settings.seed, environment, model.numbers.clone(), how)


def crew(settings: GridworldSettings):
    """A model to compute with, the shared numbers, and their optimiser."""
    model = build_actor_critic(settings)
    shared = model.numbers.clone()
    shared.grad = model.gradient
    return model, shared, SharedAdam(shared, settings.learning_rate, **settings.optimiser_options)


def update_by_hand(model: ActorCritic, observations, actions, rewards, last, settings: GridworldSettings):
    """Mnih et al. (2016), algorithm S3, with the mean over steps: the loss and its gradient, in ten lines.

    `last` is the observation after the last step, or None if the episode ended there.
    """
    R = 0.0 if last is None else model.value(last).item()
    value_loss = policy_loss = entropy = 0.0
    for seen, action, reward in reversed(list(zip(observations, actions, rewards, strict=True))):
        R = reward + settings.discount * R
        V, log_pi = model.value(seen)[0], torch.log(torch.softmax(model.policy(seen), -1))
        value_loss = value_loss + (R - V) ** 2
        policy_loss = policy_loss - log_pi[action] * (R - V.item())
        entropy = entropy - (log_pi.exp() * log_pi).sum()
    loss = (value_loss + policy_loss - settings.entropy_weight * entropy) / len(rewards)
    gradient = torch.autograd.grad(loss, list(model.parameters()))
    return loss.item(), torch.cat([g.reshape(-1) for g in gradient]), (entropy / len(rewards)).item()


def seen_on_the_way(environment: Environment, actions: list[int]):
    """Observations before each action and after the last, rewards, and the episode."""
    observations, rewards = [], []
    episode = environment.new_episode(0)
    for action in actions:
        observations.append(torch.from_numpy(episode.observation()).double())
        rewards.append(episode.step(action)[0])
    return observations, rewards, None if episode.done else torch.from_numpy(episode.observation()).double()


# Returns and losses


def test_returns_look_ahead():
    assert compute_returns([0.0, 0.0, 1.0], 0.0, 0.5) == [0.25, 0.5, 1.0]
    assert compute_returns([1.0, 2.0], 8.0, 0.5) == [1 + 0.5 * (2 + 4), 2 + 4]
    assert compute_returns([3.0], 10.0, 1.0) == [13.0]
    draws = torch.rand(7, generator=torch.Generator().manual_seed(0)).tolist()
    expected = [sum(0.9**k * r for k, r in enumerate(draws[t:])) + 0.9 ** (7 - t) * 0.4 for t in range(7)]
    assert compute_returns(draws, 0.4, 0.9) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("entropy_weight", [0.0, 0.3])
def test_losses(entropy_weight):
    draws = torch.Generator().manual_seed(0)
    log_policy = log_softmax(torch.randn(4, 7, generator=draws, dtype=torch.float64), -1).requires_grad_()
    values = torch.randn(4, generator=draws, dtype=torch.float64).requires_grad_()
    actions, returns = torch.tensor([2, 0, 6, 2]), [0.5, -1.0, 2.0, 0.0]
    rollout = Rollout(log_policy, values, actions, [0.0] * 4, 0.0)
    loss, policy_loss, value_loss = compute_losses(rollout, returns, entropy_weight)
    advantages = [R - v for R, v in zip(returns, values.tolist(), strict=True)]
    taken = [log_policy[t, a].item() for t, a in enumerate(actions.tolist())]
    entropies = [-sum(p * math.exp(p) for p in row) for row in log_policy.tolist()]
    assert value_loss.item() == pytest.approx(sum(a**2 for a in advantages) / 4)
    assert policy_loss.item() == pytest.approx(sum(-p * a for p, a in zip(taken, advantages, strict=True)) / 4)
    assert loss.item() == pytest.approx((value_loss + policy_loss).item() - entropy_weight * sum(entropies) / 4)
    loss.backward()
    assert values.grad.tolist() == pytest.approx([-2 * a / 4 for a in advantages]), "log pi(a) A does not move V"
    by_policy = torch.zeros(4, 7, dtype=torch.float64)
    for t, action in enumerate(actions.tolist()):
        by_policy[t, action] = -advantages[t] / 4
        by_policy[t] += entropy_weight * (log_policy[t].exp() * (1 + log_policy[t])).detach() / 4
    torch.testing.assert_close(log_policy.grad, by_policy)


# One update


@pytest.mark.slow
@by_model
@pytest.mark.parametrize("entropy_weight", [0.0, 0.2])
@pytest.mark.parametrize("how", ["autograd", "compiled"])
def test_the_gradient_of_an_update(settings, entropy_weight, how, table):
    settings = dataclasses.replace(settings, entropy_weight=entropy_weight)
    model = build_actor_critic(settings)
    compute = differentiate if how == "autograd" else CompiledDifferentiate(model, settings)
    episode = table.new_episode(0)
    for begin in (0, 5):  # two updates: the second begins within an episode
        model.gradient.zero_()
        update = compute(model, episode, table, DRAWS, settings)
        observations, rewards, last = seen_on_the_way(table, episode.actions)
        part = slice(begin, begin + 5)
        found = (observations[part], episode.actions[part], rewards[part], last)
        loss, gradient, entropy = update_by_hand(model, *found, settings)
        assert (update.steps, update.finished) == (5, None)
        assert (update.loss, update.entropy) == (pytest.approx(loss, rel=1e-12), pytest.approx(entropy, rel=1e-12))
        assert update.loss == pytest.approx(update.policy_loss + update.value_loss - entropy_weight * entropy)
        torch.testing.assert_close(model.gradient, gradient, rtol=1e-10, atol=1e-12)
        assert gradient.abs().max() > 1e-3


@pytest.mark.parametrize("how", ["autograd", "compiled"])
@pytest.mark.parametrize("by_time", [False, True])
def test_an_end_has_no_value_after_it(how, by_time, table):
    """Neither one at the goal nor one by the limit of steps; the update is cut short there."""
    settings = dataclasses.replace(SMALL, model="mapping")
    model = build_actor_critic(settings)
    compute = differentiate if how == "autograd" else CompiledDifferentiate(model, settings)
    way = [6] * 97 if by_time else [2, 2, 1, 2]  # 97 times "done"; to the cell above the goal
    episode = table.replay(0, way)
    draws = [0.999_999] * 5  # "done" again
    if not by_time:
        with torch.no_grad():  # in the middle of "forward"
            shares = torch.softmax(model.policy(torch.from_numpy(episode.observation()).double()), -1).cumsum(-1)
        draws = [float(shares[1] + shares[2]) / 2] * 5
    update = compute(model, episode, table, draws, settings)
    actions = episode.actions[len(way) :]
    assert episode.done and update.steps == len(actions) == (3 if by_time else 1)
    assert update.finished == (episode.total, len(way) + len(actions))
    assert (update.finished[0] == 0) == by_time
    observations, rewards, last = seen_on_the_way(table, episode.actions)
    assert last is None
    found = (observations[len(way) :], actions, rewards[len(way) :])
    loss, gradient, _ = update_by_hand(model, *found, None, settings)
    assert update.loss == pytest.approx(loss, rel=1e-12)
    torch.testing.assert_close(model.gradient, gradient, rtol=1e-10, atol=1e-12)


@by_model
def test_a_rollout_is_the_same_in_a_table_and_in_the_real_environment(settings, table):
    model, real = build_actor_critic(settings), RealEnvironment(FIVE)
    ours, theirs = (collect_rollout(model, world.new_episode(0), world, DRAWS) for world in (table, real))
    assert ours.actions.tolist() == theirs.actions.tolist() and ours.rewards == theirs.rewards
    torch.testing.assert_close(ours.log_policy, theirs.log_policy)
    torch.testing.assert_close(ours.values, theirs.values)
    assert ours.bootstrap == pytest.approx(theirs.bootstrap) and ours.entropy == pytest.approx(theirs.entropy)


def test_actions_are_drawn_from_the_policy():
    assert [choose_action([0.25, 0.5, 1.0], draw) for draw in (0.0, 0.2499, 0.25, 0.5, 0.99)] == [0, 0, 1, 2, 2]
    assert choose_action([0.25, 0.5, 0.999_999_9], 0.999_999_95) == 2


# A worker


@by_model
def test_the_gradient_is_of_the_copy_and_moves_the_shared_numbers(settings, table):
    model, shared, optimiser = crew(settings)
    ours = worker(settings, table, model, differentiate)
    others = torch.randn(shared.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    shared += 0.01 * others  # what other workers have done meanwhile
    stale, before = ours.numbers.clone(), shared.clone()
    ours.turn(model, shared, optimiser, settings)
    assert model.numbers.equal(stale)
    observations, rewards, last = seen_on_the_way(table, ours.episode.actions)
    _, gradient, _ = update_by_hand(model, observations, ours.episode.actions, rewards, last, settings)
    adam = torch.optim.Adam([before.requires_grad_()], lr=settings.learning_rate, **settings.optimiser_options)
    before.grad = gradient
    adam.step()
    torch.testing.assert_close(shared, before.detach(), rtol=1e-9, atol=1e-12)
    assert ours.numbers.equal(shared) and (ours.updates, ours.episodes) == (1, 1)


@pytest.mark.parametrize("how", ["autograd", "compiled"])
def test_epsilon_keeps_steps_small_where_gradients_are(how, table):
    """An epsilon far above the gradients makes a step that is proportional to them, and no longer to their signs."""
    settings = dataclasses.replace(SMALL, model="classical", epsilon=1e6)
    model, shared, optimiser = crew(settings)
    before = shared.clone()
    ours = worker(settings, table, model, differentiate if how == "autograd" else None)
    ours.turn(model, shared, optimiser, settings)
    assert model.gradient.abs().max() > 0
    torch.testing.assert_close(shared - before, -settings.learning_rate / 1e6 * model.gradient, rtol=1e-3, atol=1e-14)


@pytest.mark.slow
@by_model
def test_shared_adam_is_torch_s_adam_for_one_worker(settings, table):
    model, shared, optimiser = crew(settings)
    gradients = []

    def noting(model, *rest):
        update = differentiate(model, *rest)
        gradients.append(model.gradient.clone())
        return update

    ours = worker(settings, table, model, noting)
    theirs = torch.nn.Parameter(shared.clone())
    adam = torch.optim.Adam([theirs], lr=1e-4, betas=(0.92, 0.999))
    for _ in range(30):
        ours.turn(model, shared, optimiser, settings)
        theirs.grad = gradients[-1]
        adam.step()
        torch.testing.assert_close(shared, theirs.detach(), rtol=1e-10, atol=1e-14)
        assert ours.numbers.equal(shared)
    assert ours.episodes > 1 and not shared.equal(build_actor_critic(settings).numbers)
    state, reference = optimiser.state[shared], adam.state[theirs]
    assert state["step"] == reference["step"] == 30
    torch.testing.assert_close(state["exp_avg_sq"], reference["exp_avg_sq"])


@by_model
def test_nothing_is_learnt_at_rate_0(settings, table):
    model, shared, _ = crew(settings)
    start = shared.clone()
    ours = worker(settings, table, model)
    optimiser = SharedAdam(shared, 0.0, (0.92, 0.999))
    for _ in range(5):
        ours.turn(model, shared, optimiser, settings)
    assert shared.equal(start) and ours.numbers.equal(start) and model.gradient.abs().max() > 0


@pytest.mark.parametrize("how", ["autograd", "compiled"])
def test_a_loss_that_is_not_finite_stops_before_the_update(how, table):
    settings = dataclasses.replace(SMALL, model="classical", learning_rate=0.5)
    model, shared, optimiser = crew(settings)
    ours = worker(settings, table, model, differentiate if how == "autograd" else None, index=4)
    ours.numbers[-1] = math.nan
    before = shared.clone()
    with pytest.raises(
        FloatingPointError, match=r"the loss is nan in update 1 of worker 4: .* smaller learning rate than 0\.5"
    ):
        ours.turn(model, shared, optimiser, settings)
    assert shared.equal(before) and optimiser.state[shared]["step"] == 0


def test_draws_and_episodes_have_seeds_of_their_own(table):
    model = build_actor_critic(MODELS[1])
    workers = [worker(dataclasses.replace(SMALL, seed=s), table, model, index=i) for s in (0, 1) for i in (0, 1)]
    seeds = {each.episode_seed(number) for each in workers for number in range(50)}
    assert len(seeds) == 200
    draws = []
    for each in workers:
        for each.updates in range(20):
            draws += each._draws(5)
    assert len(set(draws)) == 400 and min(draws) >= 0 and max(draws) < 1
    assert workers[0]._draws(5) == workers[0]._draws(5)


# Models


def test_models_have_the_papers_counts():
    default = build_actor_critic(GridworldSettings())
    parts = (default.policy, default.value)
    assert [(p.n_qubits, p.depth, p.num_weights, p.num_trainable) for p in parts] == [
        (13, 10, 6_023, 157),
        (13, 10, 5_825, 157),
    ]
    assert len(default.numbers) == 314
    targets = paper.EXPERIMENTS["gridworld"].targets
    assert [(t.num_weights, t.num_trainable) for t in targets] == [(6_023, 157), (5_825, 157)]
    for k in range(1, 13):
        assert len(build_actor_critic(GridworldSettings(candidates=(k,))).numbers) == 145 + 145
    assert len(build_actor_critic(GridworldSettings(model="mapping")).numbers) == 15 + 15
    assert len(build_actor_critic(GridworldSettings(model="classical")).numbers) == 6_023 + 5_825


@by_model
def test_policy_and_value_start_differently_and_by_the_seed(settings):
    model = build_actor_critic(settings)
    if settings.model == "classical":
        assert not model.policy[0].weight.equal(model.value[0].weight)
    else:
        assert not model.policy.mapping.weight.equal(model.value.mapping.weight)
    if settings.model == "diffqas":
        assert not model.policy.search.angles.equal(model.value.search.angles)
    assert model.numbers.equal(build_actor_critic(settings).numbers)
    assert not model.numbers.equal(build_actor_critic(dataclasses.replace(settings, seed=4)).numbers)


@by_model
def test_all_numbers_are_one_vector(settings, table):
    for model in (build_actor_critic(settings), copy.deepcopy(build_actor_critic(settings))):
        assert len(model.numbers) == sum(p.numel() for p in model.parameters())
        model.numbers.copy_(torch.arange(len(model.numbers)))
        assert torch.cat([p.detach().reshape(-1) for p in model.parameters()]).equal(model.numbers)
        for how in (differentiate, differentiate_for(model, settings)):
            model.load_state_dict(build_actor_critic(settings).state_dict())  # in place
            model.gradient.zero_()
            how(model, table.new_episode(0), table, DRAWS, settings)
            assert model.gradient.abs().max() > 0
            assert torch.cat([p.grad.reshape(-1) for p in model.parameters()]).equal(model.gradient)


def test_a_copy_shares_nothing():
    model = build_actor_critic(MODELS[1])
    other = copy.deepcopy(model)
    other.numbers.zero_()
    other.gradient.fill_(1)
    assert model.numbers.abs().max() > 0 and not model.gradient.any()


def test_the_optimiser_goes_to_shared_memory():
    model = build_actor_critic(MODELS[1])
    optimiser = SharedAdam(model.numbers, 1e-4, (0.92, 0.999))
    start = model.numbers.clone()
    optimiser.share_memory()
    state = optimiser.state[model.numbers]
    assert set(state) == {"step", "exp_avg", "exp_avg_sq"}
    assert all(tensor.is_shared() for tensor in (model.numbers, *state.values()))
    assert next(model.parameters()).is_shared(), "still a view"
    assert model.numbers.equal(start)
