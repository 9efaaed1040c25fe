"""Naive Bayes: Gaussian, Bernoulli, multinomial, complement, categorical."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..arithmetic import affine, argmax, axes, column, flat, row, sum_parts, sum_rows, with_row
from ..frame import Frame
from ..graph import Graph
from ..registry import Classified, classifier


def _posterior(g: Graph, estimator: Any, joint: str) -> Classified:
    """Probabilities exp(joint - logsumexp(joint)) of joint log likelihoods [N, classes]."""
    top = g.op("ReduceMax", joint, axes=[1], keepdims=1)
    total = g.op("Log", sum_rows(g, g.op("Exp", g.op("Sub", joint, top))))
    probabilities = g.op("Exp", g.op("Sub", joint, g.op("Add", total, top)))
    return Classified(estimator.classes_, argmax(g, joint), probabilities)


@classifier("GaussianNB")
def gaussian(g: Graph, estimator: Any, frame: Frame) -> Classified:
    variance = getattr(estimator, "var_", None)
    if variance is None:
        variance = estimator.sigma_  # its name up to 0.24
    constant = np.log(estimator.class_prior_) - 0.5 * np.sum(np.log(2.0 * np.pi * variance), axis=1)
    x = g.op("Unsqueeze", frame.matrix(g), axes(g, 1))
    off = g.op("Sub", x, g.constant(estimator.theta_[np.newaxis]))
    terms = g.op("Div", g.op("Mul", off, off), g.constant(variance[np.newaxis]))
    distance = g.op("ReduceSum", terms, axes(g, 2), keepdims=0)
    width = len(estimator.classes_)
    half = with_row(g, "Mul", distance, 0.5, width)
    return _posterior(g, estimator, g.op("Sub", row(g, constant, width), half))


@classifier("MultinomialNB")
def multinomial(g: Graph, estimator: Any, frame: Frame) -> Classified:
    joint = affine(g, frame.matrix(g), estimator.feature_log_prob_.T, estimator.class_log_prior_)
    return _posterior(g, estimator, joint)


@classifier("ComplementNB")
def complement(g: Graph, estimator: Any, frame: Frame) -> Classified:
    prior = estimator.class_log_prior_ if len(estimator.classes_) == 1 else 0.0
    return _posterior(g, estimator, affine(g, frame.matrix(g), estimator.feature_log_prob_.T, prior))


@classifier("BernoulliNB")
def bernoulli(g: Graph, estimator: Any, frame: Frame) -> Classified:
    x = frame.matrix(g)
    if estimator.binarize is not None:
        x = g.op("Cast", g.op("Greater", x, row(g, estimator.binarize, frame.width)), to=11)
    absent = np.log(1 - np.exp(estimator.feature_log_prob_))
    weights = (estimator.feature_log_prob_ - absent).T
    return _posterior(g, estimator, affine(g, x, weights, estimator.class_log_prior_ + absent.sum(axis=1)))


@classifier("CategoricalNB")
def categorical(g: Graph, estimator: Any, frame: Frame) -> Classified:
    """One table a feature, looked up by the category's number; scikit-learn refuses numbers that it does not know."""
    x = frame.matrix(g)
    parts = []
    for i, table in enumerate(estimator.feature_log_prob_):
        index = flat(g, g.op("Cast", column(g, x, i), to=7))
        last = g.constant([table.shape[1] - 1], np.int64)
        known = g.op("Max", g.op("Min", index, last), g.constant([0], np.int64))
        parts.append(g.op("Gather", g.constant(table.T), known))
    joint = with_row(g, "Add", sum_parts(g, parts), estimator.class_log_prior_, len(estimator.classes_))
    return _posterior(g, estimator, joint)
