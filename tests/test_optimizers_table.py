"""Deck A's summary of optimizers, corrected, is what the rules say of themselves."""

from __future__ import annotations

import pytest
import scipy.signal

from course_lib.optimizers import adam, amsgrad, deck_rules, lowpass, momentum, nesterov, sgd, table

# Deck A's "Summary of optimizers". Corrected: Adam's gains are unit DC (errata 3), Nadam's variance
# filter is Adam's (errata 34). Adadelta's second filter, which the slide leaves out, is added.
ALTERS = "separate, but gradient norm does alter"
ADAM = "AR1, unit DC gain, transient compensation"
DECK_A = [
    ("SGD", "none", "none", "n/a", "separate"),
    ("SGD w/ momentum", "AR1, unit input gain", "none", "n/a", "separate"),
    ("SGD w/ Nesterov Momentum", "ARMA1 (1 pole, 1 zero)", "none", "n/a", "separate"),
    ("Adagrad", "none", "yes", "summer", ALTERS),
    ("Adadelta", "none", "yes", "AR1, unit DC gain; on its updates: AR1, unit DC gain", ALTERS),
    ("RMSprop", "none", "yes", "AR1, unit DC gain", ALTERS),
    ("Adam", ADAM, "yes", ADAM, ALTERS),
    (
        "Nadam (Adam w/ Nesterov)",
        "ARMA1 (1 pole, 1 zero), transient compensation",
        "yes",
        ADAM,
        ALTERS,
    ),
]


def test_the_slides_table_is_what_the_rules_say_of_themselves() -> None:
    assert [tuple(row) for row in table()] == DECK_A
    (row,) = table({"mine": lowpass(0.1, scipy.signal.butter(2, 0.2))})
    assert row[:3] == ("mine", "ARMA2 (2 poles, 2 zeros)", "none")


def test_poles_and_zeros_of_the_errata_rows_1_and_2() -> None:
    rules = deck_rules()
    assert rules["SGD w/ momentum"].gradient.poles == pytest.approx([0.9])
    assert rules["SGD w/ Nesterov Momentum"].gradient.zeros == pytest.approx([0.4737], abs=1e-4)


def test_slots_name_what_is_remembered() -> None:
    assert sgd(0.1).slots == ()
    assert momentum(0.1).slots == nesterov(0.1).slots == ("gradient.1",)
    assert adam().slots == ("gradient.1", "variance.1")
    assert amsgrad().slots == ("gradient.1", "variance.1", "variance.2")
    assert lowpass(0.1, scipy.signal.butter(2, 0.2)).slots == ("gradient.1", "gradient.2")
