"""Wrong and right answers to ``overfit``, as students write them."""

from __future__ import annotations

import math

import numpy as np
import torch

# --- mistakes ---


def without_first_loss(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps):
        s = x @ w + b
        p = np.exp(s - s.max(axis=1, keepdims=True))
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
    return np.array(losses), np.mean((x @ w + b).argmax(axis=1) == labels)


def without_last_loss(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean((x @ w + b).argmax(axis=1) == labels)


def random_start(x, labels, n_classes, rate, steps):
    w, b, losses = np.random.default_rng(0).normal(size=(x.shape[1], n_classes)), 0, []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def without_bias(x, labels, n_classes, rate, steps):
    w, losses, y = np.zeros((x.shape[1], n_classes)), [], np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        w = w - rate * x.T @ (p / p.sum(axis=1, keepdims=True) - y) / len(x)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def gradient_summed(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = p / p.sum(axis=1, keepdims=True) - y
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def bias_by_its_mean(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.mean(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def uphill(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w + rate * x.T @ g, b + rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def loss_summed(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.sum(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def counted(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.sum(s.argmax(axis=1) == labels)


def in_percent(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), 100 * np.mean(s.argmax(axis=1) == labels)


def overflowing(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    rows = np.arange(len(x))
    for _ in range(steps + 1):
        s = x @ w + b
        p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
        losses.append(-np.mean(np.log(p[rows, labels])))
        g = (p - np.eye(n_classes)[labels]) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


# --- variants ---


def by_numpy(x, labels, n_classes, rate, steps):
    w, b, losses = np.zeros((x.shape[1], n_classes)), np.zeros(n_classes), []
    y = np.eye(n_classes)[labels]
    for _ in range(steps + 1):
        s = x @ w + b
        s = s - s.max(axis=1, keepdims=True)
        losses.append(np.mean(np.log(np.exp(s).sum(axis=1)) - (y * s).sum(axis=1)))
        p = np.exp(s)
        g = (p / p.sum(axis=1, keepdims=True) - y) / len(x)
        w, b = w - rate * x.T @ g, b - rate * g.sum(axis=0)
    return np.array(losses), np.mean(s.argmax(axis=1) == labels)


def by_column_of_ones(x, labels, n_classes, rate, steps):
    x = np.hstack([x, np.ones((len(x), 1))])
    w, losses, rows = np.zeros((x.shape[1], n_classes)), [], np.arange(len(x))
    for step in range(steps + 1):
        s = x @ w
        log_p = s - np.logaddexp.reduce(s, axis=1)[:, None]
        losses.append(float(-log_p[rows, labels].mean()))
        if step < steps:
            g = np.exp(log_p)
            g[rows, labels] -= 1
            w -= rate * x.T @ g / len(x)
    return losses, float((s.argmax(axis=1) == labels).sum() / len(x))


def by_autograd(x, labels, n_classes, rate, steps):
    x, labels = torch.tensor(x, dtype=torch.float64), torch.tensor(labels)
    w = torch.zeros(x.shape[1], n_classes, dtype=torch.float64, requires_grad=True)
    b = torch.zeros(n_classes, dtype=torch.float64, requires_grad=True)
    losses = []
    for _ in range(steps + 1):
        loss = torch.nn.functional.cross_entropy(x @ w + b, labels)
        losses.append(loss.item())
        if len(losses) <= steps:
            gradients = torch.autograd.grad(loss, (w, b))
            with torch.no_grad():
                w -= rate * gradients[0]
                b -= rate * gradients[1]
    return losses, ((x @ w + b).argmax(dim=1) == labels).double().mean()


def by_torch_module(x, labels, n_classes, rate, steps):
    x, labels = torch.tensor(x, dtype=torch.float64), torch.tensor(labels)
    model = torch.nn.Linear(x.shape[1], n_classes, dtype=torch.float64)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    optimizer, loss = torch.optim.SGD(model.parameters(), lr=rate), torch.nn.CrossEntropyLoss()
    losses = [loss(model(x), labels).item()]
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(x), labels).backward()
        optimizer.step()
        losses.append(loss(model(x), labels).item())
    return torch.tensor(losses), float((model(x).argmax(1) == labels).double().mean())


def by_loop(x, labels, n_classes, rate, steps):
    w = np.zeros((n_classes, x.shape[1] + 1))
    losses = []
    for step in range(steps + 1):
        total, right, gradient = 0.0, 0, np.zeros(w.shape)
        for row, label in zip(x, labels, strict=True):
            row = np.append(row, 1.0)
            s = w @ row
            k = s.max() + math.log(np.exp(s - s.max()).sum())
            total += k - s[label]
            right += int(np.argmax(s) == label)
            p = np.exp(s - k)
            p[label] -= 1
            gradient += np.outer(p, row)
        losses.append(total / len(x))
        if step < steps:
            w = w - rate * gradient / len(x)
    return losses, right / len(x)
