"""Good calls of what takes arrays and numbers: from losses to normalization."""

from __future__ import annotations

import numpy as np
from good_values import CHANNEL, IMAGES, KEPT, LABELS, MASK, NET, RUNNING, X, rng
from loss_table import GOOD as LOSSES

from course_lib import backprop, surfaces

# Everything whose first argument is data of any shape, and what else it takes.
ACTIVATIONS = {
    **dict.fromkeys(["arctan", "logistic", "relu", "step", "tanh"], ()),
    **dict.fromkeys(["elu", "leaky_relu", "prelu"], (0.1,)),
}
PENALTIES = ("l1_penalty", "l2_penalty", "half_l2_penalty")
NETS = ("elastic_net_penalty", "half_elastic_net_penalty")

THETA, INPUT, TARGET = backprop.worked_example()

LEAVES: dict[str, dict[str, tuple]] = {
    "losses": {name: draw(rng()) for name, draw in LOSSES.items()},
    "activations": {
        **{name: (X, *rest) for name, rest in ACTIVATIONS.items()},
        **{f"{name}_derivative": (X, *rest) for name, rest in ACTIVATIONS.items()},
        "prelu_alpha_derivative": (X, 0.1),
        "softmax_jacobian": (X,),
    },
    "preprocessing": {
        "PCA": (2,),
        "PCAWhitening": (0.1, 2),
        "ZCAWhitening": (0.1,),
        "Center": ("feature",),
        "MinMax": (0.0, 1.0, "feature"),
        "Scaling": (CHANNEL, CHANNEL, 0.5),
        "Standardize": ("feature",),
        "rescale": (np.abs(X), 0.0, 255.0, 0.0, 1.0),
    },
    "initialization": {
        "fans": ((3, 2),),
        "glorot_normal": ((3, 2), rng()),
        "glorot_uniform": ((3, 2), rng()),
        "he_normal": ((3, 2), rng(), 0.1),
        "he_uniform": ((3, 2), rng(), 0.1),
        "lecun_normal": ((3, 2), rng()),
        "small_normal": ((3, 2), rng(), 0.01),
        "zeros": ((3, 2),),
    },
    "lottery": {
        "all_kept": (NET,),
        "apply_masks": (NET, KEPT),
        "find_tickets": (NET, lambda weights, masks: weights, 0.5, 2),
        "kept_fraction": (KEPT,),
        "prune_globally": (NET, 0.5, KEPT),
        "prune_per_layer": (NET, 0.5, KEPT),
        "rewind": (NET, KEPT),
        "round_fraction": (0.5, 3),
    },
    "gradients": {
        "central_difference": (surfaces.bowl, CHANNEL[:2], 1e-5),
        "clip_by_norm": (NET, 1.0),
        "clip_by_value": (NET, 1.0),
        "global_norm": (NET,),
        "gradient_check": (surfaces.bowl, surfaces.bowl_gradient, CHANNEL[:2], 1e-6),
        "relative_error": (X, X, 1e-8),
    },
    "regularization": {
        **{name: (X, 0.1) for own in PENALTIES for name in (own, f"{own}_gradient")},
        **{name: (X, 0.1, 0.1) for own in NETS for name in (own, f"{own}_gradient")},
        "EarlyStopping": (3, 0.1),
        "bagged": (X,),
        "bootstrap": (6, rng()),
        "decoupled_step": (X, X, 0.1, 0.1),
        "lam_beside_mse": (0.1, 1.0),
        "lam_of_gaussian_prior": (1.0, 10),
        "lam_of_laplace_prior": (1.0, 10),
        "out_of_bag": (LABELS, 6),
        "out_of_bag_average": (X[:2], [LABELS[:4] % 4, LABELS[:4] % 4]),
        "soft_threshold": (X, 0.1),
        "weight_decay_of": (0.1,),
    },
    "dropout": {
        "all_masks": (3,),
        "dropout_mask": ((3, 2), 0.5, rng()),
        "ensemble_average": (lambda x: x @ CHANNEL, X[0], 0.5),
        "inverted_dropout": (X, MASK, 0.5),
        "inverted_dropout_gradient": (X, MASK, 0.5),
        "plain_dropout": (X, MASK),
        "plain_dropout_gradient": (X, MASK),
        "scaled_weights": (X, 0.5),
    },
    "normalization": {
        "RunningStatistics": (CHANNEL, CHANNEL),
        "batch_norm": (X, CHANNEL, CHANNEL, 1e-5),
        "batch_norm_gradient": (X, X, CHANNEL, 1e-5),
        "batch_norm_inference": (X, CHANNEL, CHANNEL, RUNNING, 1e-5),
        "fold_batch_norm": (X.T, CHANNEL, CHANNEL, CHANNEL, RUNNING, 1e-5),
        "group_norm": (IMAGES, 2, CHANNEL, CHANNEL, 1e-5),
        "group_norm_gradient": (IMAGES, IMAGES, 2, CHANNEL, 1e-5),
        "instance_norm": (IMAGES, CHANNEL, CHANNEL, 1e-5),
        "instance_norm_gradient": (IMAGES, IMAGES, CHANNEL, 1e-5),
        "layer_norm": (X, CHANNEL, CHANNEL, 1e-5),
        "layer_norm_gradient": (X, X, CHANNEL, 1e-5),
        "start_statistics": (4,),
        "torch_momentum": (0.9,),
        "update_statistics": (RUNNING, X, 0.1),
    },
    "backprop": {
        "TwoLayer": (X, X[:, 0], X.T, CHANNEL),
        "backward": (THETA, backprop.forward(THETA, INPUT), TARGET),
        "descend": (THETA, THETA, 0.1),
        "forward": (THETA, INPUT),
        "loss": (THETA, INPUT, TARGET),
    },
    "minibatch": {
        "batches": (6, 2, rng()),
        "gradient_variance": (X,),
        "minibatch_gradient": (X, LABELS),
        "variance_with_replacement": (X, 3),
        "variance_without_replacement": (X, 3),
    },
    "surfaces": {name: (X[:, :2],) for name in surfaces.__all__ if name.lower() == name},
}
