"""Wrong ways to update the state of reduce on plateau; ``plateau_update`` explains each."""

from __future__ import annotations


def patience_one_short(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited >= patience and waited > 0:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def patience_one_long(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    elif waited > patience:
        rate, waited = rate * factor, 0
    else:
        waited += 1
    return {"rate": rate, "best": best, "waited": waited}


def goes_on_counting(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate = rate * factor
    return {"rate": rate, "best": best, "waited": waited}


def counts_all_in_all(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best = loss
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def best_is_the_last(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    better = best is None or loss < best - relative * abs(best)
    waited = 0 if better else waited + 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": loss, "waited": waited}


def best_creeps(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    better = best is None or loss < best - relative * abs(best)
    best = loss if best is None else min(best, loss)
    waited = 0 if better else waited + 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def best_forgotten_after_a_fall(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, best, waited = rate * factor, loss, 0
    return {"rate": rate, "best": best, "waited": waited}


def best_never_set(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        waited = 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def any_gain_counts(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best:
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def equal_counts(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss <= best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def absolute_gain(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative:
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def without_absolute_value(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best * (1 - relative):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def higher_is_better(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss > best + relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def falls_by_the_factor(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * (1 - factor), 0
    return {"rate": rate, "best": best, "waited": waited}


def no_first_loss(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate * factor, 0
    return {"rate": rate, "best": best, "waited": waited}


def in_place(state, loss, factor, patience, relative):
    best = state["best"]
    if best is None or loss < best - relative * abs(best):
        state["best"], state["waited"] = loss, 0
    else:
        state["waited"] += 1
    if state["waited"] > patience:
        state["rate"], state["waited"] = state["rate"] * factor, 0
    return state


def divided_by_the_factor(state, loss, factor, patience, relative):
    rate, best, waited = state["rate"], state["best"], state["waited"]
    if best is None or loss < best - relative * abs(best):
        best, waited = loss, 0
    else:
        waited += 1
    if waited > patience:
        rate, waited = rate / factor, 0
    return {"rate": rate, "best": best, "waited": waited}
