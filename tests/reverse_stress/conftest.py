"""The closed form of quadratic books, which searches are held against."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def exact():
    path = Path(__file__).with_name("trust_region.py")
    spec = importlib.util.spec_from_file_location("reverse_stress_tests_trust_region", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
