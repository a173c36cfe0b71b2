"""Shared pieces of the hedging tests."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stress.files.universes.file import load_universe
from stress.opening import open_book


def _load(name: str):
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"hedging_tests_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def random_problem():
    return _load("random_problems").random_problem


@pytest.fixture(scope="session")
def draws_with():
    """Draws whose sample mean and covariance (divided by S) are exactly the ones asked for."""

    def make(mean, covariance, draws=4_000, seed=0):
        mean, covariance = np.asarray(mean, float), np.asarray(covariance, float)
        raw = np.random.default_rng(seed).standard_normal((draws, mean.size))
        raw -= raw.mean(axis=0)
        whitened = np.linalg.solve(np.linalg.cholesky(raw.T @ raw / draws), raw.T).T
        return mean + whitened @ np.linalg.cholesky(covariance).T

    return make


@pytest.fixture(scope="module")
def book():
    return open_book("ai_growth")


@pytest.fixture(scope="module")
def universe():
    return load_universe("hedges_us_ai")


@pytest.fixture(scope="module")
def small(universe):
    """Funds, futures and one put: enough to hedge with, fast to revalue."""
    keep = ("SMH", "QQQ", "XLK", "IGV", "MNQH6", "MESH6", "QQQ 2026-02-20 580 P")
    return replace(universe, lines=tuple(line for line in universe.lines if line.id in keep))
