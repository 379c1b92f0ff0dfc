"""What a policy is worth, exactly: all ways an episode can go, summed over a table of transitions, without sampling."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from qtkit.tasks.gridworld.environment import TableEnvironment
from qtkit.tasks.gridworld.environment.transitions import TransitionTable
from qtkit.tasks.optimisers import Adam

_STEPS, _RATE = 400, 0.1  # of the search for the best constant policy: enough for 4 digits in MiniGrid-Empty


@dataclass(frozen=True)
class Expectation:
    """Of one episode under a policy.

    Attributes:
        total: the expected return, undiscounted.
        length: the expected number of steps.
        success: the probability of a rewarded end before or at the limit of steps.
    """

    total: float
    length: float
    success: float

    def __str__(self) -> str:
        return f"expected return {self.total:.3f}, {self.length:.1f} steps, {self.success:.0%} reach the goal"

    __repr__ = __str__


def expectation(environment: TableEnvironment, probabilities: Tensor) -> Expectation:
    """The exact value of a policy.

    Arguments:
        probabilities: of the actions, in each state in which an episode goes on `(n_live, 7)`, or in all alike `(7,)`.

    Raises:
        ValueError: for an environment that is no table, or probabilities that are none.
    """
    table = _table(environment)
    probabilities = torch.as_tensor(probabilities, dtype=torch.float64, device="cpu")
    if probabilities.shape not in ((7,), (table.n_live, 7)):
        raise ValueError(f"probabilities must have shape (7,) or ({table.n_live}, 7), got {tuple(probabilities.shape)}")
    if (probabilities < 0).any() or not torch.allclose(probabilities.sum(-1), probabilities.new_ones(())):
        raise ValueError("the probabilities of the actions must be at least 0 and sum to 1 in each state")
    return Expectation(*(value.item() for value in _expected(environment, probabilities)))


def best_constant_policy(environment: TableEnvironment) -> tuple[Tensor, Expectation]:
    """The best policy that does not look: the same probabilities `(7,)` in every state, and what it is worth.

    Found by gradient ascent on the exact expected return.

    Raises:
        ValueError: for an environment that is no table.
    """
    _table(environment)
    logits = torch.zeros(7, dtype=torch.float64, device="cpu", requires_grad=True)
    optimiser = Adam([logits], lr=_RATE, maximize=True)
    for _ in range(_STEPS):
        optimiser.zero_grad()
        _expected(environment, logits.softmax(0))[0].backward()
        optimiser.step()
    best = logits.detach().softmax(0)
    return best, expectation(environment, best)


def _expected(environment: TableEnvironment, probabilities: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Expected return, steps and successes; differentiable in the probabilities."""
    table = environment.table
    leads, ends, payment = (
        torch.tensor(part, device="cpu") for part in (table.next_state, table.terminated, table.payment)
    )  # (n_live, 7) each
    rewards = torch.tensor(table.payoff, device="cpu")[payment]  # (n_live, 7, max_steps + 1)
    probabilities = probabilities.expand(table.n_live, 7)
    there = torch.zeros(
        table.n_live, dtype=torch.float64, device="cpu"
    )  # the probability of each state, the episode not ended
    there[table.start] = 1
    total, steps, success = torch.zeros((3,), dtype=torch.float64, device="cpu").unbind()
    goes_on = ~ends.reshape(-1)
    following = leads.reshape(-1)[goes_on]
    for time in range(1, table.max_steps + 1):
        taken = there[:, None] * probabilities  # (n_live, 7)
        steps = steps + there.sum()
        total = total + (taken * rewards[..., time]).sum()
        success = success + (taken * (rewards[..., time] > 0) * ends).sum()
        there = torch.zeros_like(there).index_add(0, following, taken.reshape(-1)[goes_on])
    return total, steps, success


def _table(environment: TableEnvironment) -> TransitionTable:
    if not isinstance(environment, TableEnvironment):
        raise ValueError(f"exact values need an environment with a table of its states; here is {environment!r}")
    return environment.table
