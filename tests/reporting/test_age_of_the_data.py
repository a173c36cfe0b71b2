"""The age of the model's data stands on every page of a hedge and a search, in the words of a run."""

import pytest

import stress

OLD = "model us-ai-2025-12 (! data end 325 days ago)"
DOUBTFUL = "! The model's data end 70 days before the book: extend or recalibrate it."


BEFORE = (
    "! The book is 573 days older than the model's data: an old file, or a model too new for it."
)


@pytest.fixture
def book(tmp_path):
    def of(day):
        path = tmp_path / "book.csv"
        path.write_text(f"# as_of: {day}\nticker,quantity,price\nNVDA,10000,185\nMSFT,500,485\n")
        return path

    return of


def pages(path, universe):
    asked = {"universe": universe, "draws": 2_000, "family": [], "scenario_share": "90%"}
    plan = stress.hedge(path, **asked)
    comparison = stress.compare(
        path, strategies=["do_nothing"], model_variants=False, frontier=False, **asked
    )
    found = stress.reverse(path, loss="10%")
    return [plan, comparison, found]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-11-20", [OLD]),
        ("2026-03-10", ["(data to 2025-12-30)", DOUBTFUL]),
        ("2024-06-05", [BEFORE]),
    ],
)
def test_hedge_compare_and_reverse_show_the_age_of_the_data(book, tmp_path, day, words):
    universe = tmp_path / "universe.csv"
    universe.write_text(
        f"# as_of: {day}\ntype,underlying,price,half_spread,commission,borrow,financing,margin,lot\ncash,USD,,,,,3.7%,,\n"
        "etf,QQQ,620,0.3bp,0.005,0.3%,,50%,1\n"
    )
    for answer in pages(book(day), universe):
        page = str(answer)
        top = " ".join(page.split())
        assert all(said in top for said in words)
        assert all(len(line) <= 100 for line in page.splitlines())
        shown = answer._repr_html_().replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'")
        assert all(said in shown for said in words)
