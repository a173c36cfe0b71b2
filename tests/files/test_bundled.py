"""Bundled files are found beside the package, and an unknown id gets help."""

import pytest

from stress.errors import InputError
from stress.files import bundled


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """Let the package live in an empty place; forget what was found before."""
    monkeypatch.setattr(bundled, "_PACKAGE", tmp_path / "stress")
    bundled.bundled_folder.cache_clear()
    yield tmp_path
    bundled.bundled_folder.cache_clear()


def test_an_installed_wheel_comes_before_the_clone(elsewhere):
    inside = elsewhere / "stress" / "_bundled" / "scenarios"
    inside.mkdir(parents=True)
    (inside / "a.toml").write_text("")
    (elsewhere / "scenarios").mkdir()
    (elsewhere / "pyproject.toml").write_text("")
    assert bundled.bundled_folder("scenarios") == inside
    assert bundled.bundled_ids("scenarios") == ("a",)


def test_a_folder_beside_the_package_counts_only_in_a_clone(elsewhere):
    (elsewhere / "models").mkdir()
    with pytest.raises(InputError, match="bundled models are missing"):
        bundled.bundled_folder("models")
    (elsewhere / "pyproject.toml").write_text("")
    assert bundled.bundled_folder("models") == elsewhere / "models"


def test_the_schema_is_not_a_scenario():
    assert "scenario.schema" not in bundled.bundled_ids("scenarios")
    assert len(bundled.bundled_ids("scenarios")) == 32


def test_an_unknown_id_gets_the_closest():
    with pytest.raises(InputError, match=r"bundled scenario\. Did you mean 'aftershock'\?"):
        bundled.bundled_path("scenarios", "aftershok")
    with pytest.raises(InputError, match=r"foreshock scenario list"):
        bundled.bundled_path("scenarios", "zzzz")


@pytest.mark.parametrize("name", ["", "x" * 300, "a\0b"])
@pytest.mark.parametrize(
    "find",
    [
        bundled.find_model,
        lambda name: bundled.find_file("scenarios", name),
        lambda name: bundled.find_portfolio(name),
    ],
)
def test_a_name_that_no_file_can_have_is_no_file(find, name):
    with pytest.raises(InputError, match="is neither a file nor the id of a bundled"):
        find(name)


def test_an_unknown_kind_is_named():
    with pytest.raises(InputError, match="'prices' is not bundled"):
        bundled.bundled_folder("prices")


def test_text_with_a_suffix_or_a_slash_is_a_path(tmp_path, monkeypatch):
    assert str(bundled.find_file("scenarios", "my.toml")) == "my.toml"
    assert str(bundled.find_file("portfolios", "books/mine")) == "books/mine"
    assert bundled.find_file("scenarios", tmp_path) == tmp_path
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text("")
    assert str(bundled.find_file("scenarios", "mine")) == "mine"
    assert bundled.find_file("scenarios", "aftershock").name == "aftershock.toml"
