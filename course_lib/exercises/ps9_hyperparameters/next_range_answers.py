"""Wrong and right answers to ``next_range``, as students write them."""

from __future__ import annotations

import math

import numpy as np
import torch

# --- mistakes ---


def highest_loss(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[::-1][:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def linear_scale(values, losses, low, high):
    kept = values[np.argsort(losses)[:3]]
    u = (kept[0] - low) / (high - low)
    if u < 0.1 or u > 0.9:
        return kept[0] - (high - low) / 2, kept[0] + (high - low) / 2
    more = (high - low) / 10
    return max(low, kept.min() - more), min(high, kept.max() + more)


def border_ignored(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def stops_at_the_border(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** max(a, kept[0] - (b - a) / 2), 10 ** min(b, kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def any_of_three_on_the_border(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept - a) / (b - a)
    if u.min() < 0.1 or u.max() > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def only_the_best(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:1]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def the_first_three(values, losses, low, high):
    kept = np.log10(values[:3])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def tenth_of_the_span(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (kept.max() - kept.min()) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def not_widened(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    return 10 ** kept.min(), 10 ** kept.max()


def past_the_old_ends(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** (kept.min() - more), 10 ** (kept.max() + more)


def twice_the_width(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a)), 10 ** (kept[0] + (b - a))
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def exponents(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return kept[0] - (b - a) / 2, kept[0] + (b - a) / 2
    more = (b - a) / 10
    return max(a, kept.min() - more), min(b, kept.max() + more)


def in_place(values, losses, low, high):
    order = np.argsort(losses)
    losses.sort()
    kept = np.log10(values[order[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


# --- variants ---


def by_exponents(values, losses, low, high):
    kept = np.log10(values[np.argsort(losses)[:3]])
    a, b = np.log10(low), np.log10(high)
    u = (kept[0] - a) / (b - a)
    if u < 0.1 or u > 0.9:
        return 10 ** (kept[0] - (b - a) / 2), 10 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 10 ** max(a, kept.min() - more), 10 ** min(b, kept.max() + more)


def by_factors(values, losses, low, high):
    ratio = high / low
    best, *rest = values[np.argsort(losses)][:3].tolist()
    if best < low * ratio**0.1 or best > high / ratio**0.1:
        return [best / ratio**0.5, best * ratio**0.5]
    bottom, top = min(best, *rest) / ratio**0.1, max(best, *rest) * ratio**0.1
    return [max(bottom, low), min(top, high)]


def by_sorting_pairs(values, losses, low, high):
    pairs = sorted(zip(losses.tolist(), values.tolist(), strict=True))[:3]
    logs = [math.log(value) for _, value in pairs]
    a, width = math.log(low), math.log(high) - math.log(low)
    if not a + 0.1 * width <= logs[0] <= a + 0.9 * width:
        return math.exp(logs[0] - width / 2), math.exp(logs[0] + width / 2)
    bottom, top = min(logs) - width / 10, max(logs) + width / 10
    return max(low, math.exp(bottom)), min(high, math.exp(top))


def by_shares(values, losses, low, high):
    u = np.log(values / low) / np.log(high / low)
    kept = u[losses.argsort()[:3]]
    ends = [kept.min() - 0.1, kept.max() + 0.1]
    ends = np.clip(ends, 0, 1) if 0.1 <= kept[0] <= 0.9 else kept[0] + np.array([-0.5, 0.5])
    return low * (high / low) ** ends


def by_torch(values, losses, low, high):
    order = torch.argsort(torch.as_tensor(losses))[:3]
    kept = torch.log2(torch.as_tensor(values))[order]
    a, b = math.log2(low), math.log2(high)
    share = (kept[0] - a) / (b - a)
    if share < 0.1 or share > 0.9:
        return 2 ** (kept[0] - (b - a) / 2), 2 ** (kept[0] + (b - a) / 2)
    more = (b - a) / 10
    return 2 ** (kept.min() - more).clamp(min=a), 2 ** (kept.max() + more).clamp(max=b)
