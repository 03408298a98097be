"""Wrong and right answers to ``population_step``, as students write them."""

from __future__ import annotations

import numpy as np
import torch

# --- mistakes ---


def high_loss_is_good(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(-losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2], size=n)
    return parents, new


def without_exploring(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents = np.arange(len(rates))
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    return parents, rates[parents]


def without_exploiting(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    new = rates.copy()
    new[order[-n:]] *= rng.choice([0.8, 1.2], size=n)
    return np.arange(len(rates)), new


def from_its_own_rate(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    new[order[-n:]] *= rng.choice([0.8, 1.2], size=n)
    return parents, new


def everybody_explores(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents = np.arange(len(rates))
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    return parents, rates[parents] * rng.choice([0.8, 1.2], size=len(rates))


def everybody_copies(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents = rng.choice(order[:n], size=len(rates))
    parents[order[:n]] = order[:n]
    new = rates[parents] * rng.choice([0.8, 1.2], size=len(rates))
    new[order[:n]] = rates[order[:n]]
    return parents, new


def always_the_best(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = order[0]
    new[order[-n:]] = rates[order[0]] * rng.choice([0.8, 1.2], size=n)
    return parents, new


def each_once(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = order[:n]
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2], size=n)
    return parents, new


def one_factor_for_all(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2])
    return parents, new


def factor_in_between(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.uniform(0.8, 1.2, size=n)
    return parents, new


def from_anybody(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:-n], size=n)
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2], size=n)
    return parents, new


def in_place(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents = np.arange(len(rates))
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    rates[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2], size=n)
    return parents, rates


# --- variants ---


def by_arrays(rates, losses, rng):
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, factor = np.arange(len(rates)), np.ones(len(rates))
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    factor[order[-n:]] = rng.choice([0.8, 1.2], size=n)
    return parents, rates[parents] * factor


def by_loop(rates, losses, rng):
    ranked = sorted(range(len(rates)), key=lambda member: losses[member])
    n = max(1, len(rates) // 5)
    parents, new = list(range(len(rates))), list(rates)
    for member in ranked[-n:]:
        parents[member] = ranked[rng.integers(n)]
        new[member] = rates[parents[member]] * (0.8 if rng.random() < 0.5 else 1.2)
    return parents, new


def by_coin(rates, losses, rng):
    n = max(1, len(rates) // 5)
    rank = np.argsort(np.argsort(losses))
    copies = rank >= len(rates) - n
    models = np.flatnonzero(rank < n)[rng.integers(n, size=len(rates))]
    parents = np.where(copies, models, np.arange(len(rates)))
    coin = rng.integers(2, size=len(rates))
    return parents, rates[parents] * np.where(copies, 0.8 + 0.4 * coin, 1.0)


def by_partition(rates, losses, rng):
    n = max(1, len(rates) // 5)
    best, worst = np.argpartition(losses, n - 1)[:n], np.argpartition(-losses, n - 1)[:n]
    parents = list(range(len(rates)))
    new = rates.copy()
    for member in worst:
        parents[member] = int(rng.permutation(best)[0])
        new[member] = rates[parents[member]] * rng.permutation([0.8, 1.2])[0]
    return np.array(parents), new


def by_torch(rates, losses, rng):
    rates, order = torch.tensor(rates), torch.argsort(torch.tensor(losses))
    n = max(1, len(rates) // 5)
    parents, factor = torch.arange(len(rates)), torch.ones(len(rates), dtype=torch.float64)
    parents[order[-n:]] = order[torch.as_tensor(rng.integers(n, size=n))]
    factor[order[-n:]] += 0.4 * torch.as_tensor(rng.integers(2, size=n)) - 0.2
    return parents, rates[parents] * factor


def by_single_precision(rates, losses, rng):
    rates = rates.astype(np.float32)
    n, order = max(1, len(rates) // 5), np.argsort(losses)
    parents, new = np.arange(len(rates)), rates.copy()
    parents[order[-n:]] = rng.choice(order[:n], size=n)
    new[order[-n:]] = rates[parents[order[-n:]]] * rng.choice([0.8, 1.2], size=n)
    return parents, new
