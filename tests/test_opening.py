"""One book against a benchmark, books that are opened already, books of one run: nothing is ignored silently."""

import concurrent.futures
import dataclasses
import math
import re

import pytest

import stress
from stress.cli.book_options import Reading, read_books
from stress.errors import InputError
from stress.factors.sameness import same_model
from stress.files.bundled import bundled_folder
from stress.opening import book_names

SHOCK = {"market": "-2%", "chips": "-12%", "power": "-20%", "rates_10y": "-10bp"}


def run(toy, portfolio, model=None, **options):
    given = {"draws": 2000, "model_range": False, **options}
    return stress.run(portfolio, toy.scenario(SHOCK), model or toy.model(), **given)


def test_a_stand_in_of_the_book_stands_in_for_the_benchmark_too(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "ZZZ": 500.0})
    benchmark = toy.portfolio({"ZZZ": 300.0, "CCC": 700.0}, name="bench.csv")
    result = run(toy, portfolio, benchmark=benchmark, proxies={"ZZZ": "BBB"})
    same = run(toy, toy.portfolio({"BBB": 300.0, "CCC": 700.0}))

    assert result.active.benchmark_expected == pytest.approx(same.expected)
    assert result.active.expected == pytest.approx(result.expected - same.expected)


def held(tmp_path, name, *rows):
    path = tmp_path / name
    head = "# as_of: 2025-12-31\n# currency: USD\nticker,quantity,price,currency\n"
    path.write_text(head + "\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("kind", ["look_through", "leveraged"])
def test_a_fund_of_the_book_moves_alike_in_the_benchmark(toy, tmp_path, kind):
    book = held(tmp_path, "book.csv", "AAA,10,50,USD")
    contents = held(tmp_path, "contents.csv", "CCC,1,1,USD")
    funds = {kind: {"AAA": contents if kind == "look_through" else "3:BBB"}}
    alone = run(toy, book, **funds)
    opened = stress.open_book(book, model=toy.model(), **funds)
    file = held(tmp_path, "bench.csv", "AAA,4,20,USD")

    assert alone.expected != pytest.approx(run(toy, book).expected, rel=0.05)
    for result in (
        run(toy, book, benchmark=file, **funds),
        run(toy, book, benchmark="AAA", **funds),
        run(toy, opened, benchmark="AAA"),
    ):
        assert result.active.benchmark_expected == pytest.approx(alone.expected)
        assert result.active.expected == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("kind", ["look_through", "leveraged"])
def test_a_fund_that_others_of_the_run_hold_is_taken_there(toy, tmp_path, kind):
    fund, other = (
        held(tmp_path, "fund.csv", "AAA,10,50,USD"),
        held(tmp_path, "other.csv", "BBB,10,50,USD"),
    )
    contents = held(tmp_path, "contents.csv", "CCC,1,1,USD")
    funds = {kind: {"AAA": contents if kind == "look_through" else "3:BBB"}}
    alone, plain = run(toy, fund, **funds), run(toy, other)
    given = {"model": toy.model(), "draws": 2000, "model_range": False, **funds}
    both = stress.run_many([fund, other], [toy.scenario(SHOCK)], **given)

    assert [one.expected for one in both if one.scenario] == [alone.expected, plain.expected]
    against = run(toy, other, benchmark="AAA", **funds)
    said = [
        text for text in against.warnings if text.startswith("benchmark AAA: AAA is looked through")
    ]
    assert len(said) == (kind == "look_through")
    assert against.active.benchmark_expected == pytest.approx(alone.expected)
    with pytest.raises(InputError, match="the book does not hold it"):
        run(toy, other, **funds)


def test_a_benchmark_too_long_for_a_path_is_neither_a_file_nor_a_name(toy):
    with pytest.raises(InputError, match="is neither a file nor a name of model"):
        run(toy, toy.portfolio({"AAA": 1.0}), benchmark="x" * 300)


def test_a_bundled_book_is_a_benchmark_by_its_id():
    given = {"draws": 2000, "model_range": False}
    by_id, read = (
        stress.run("ai_growth", "deepseek-2025-01-27", benchmark=benchmark, **given).active
        for benchmark in ("sixty_forty", stress.load_portfolio("sixty_forty"))
    )
    assert by_id.benchmark_expected == read.benchmark_expected


def test_the_manifest_names_a_benchmark_by_what_it_says(toy):
    portfolio = toy.portfolio({"AAA": 500.0})
    one, other = (
        run(toy, portfolio, benchmark=toy.portfolio({"AAA": 1.0, "CCC": rest}, name="bench.csv"))
        for rest in (2.0, 3.0)
    )
    said = [one.manifest.options["benchmark"], other.manifest.options["benchmark"]]

    assert said[0] != said[1]
    assert all(re.fullmatch("bench.csv [0-9a-f]{12}", text) for text in said)
    assert run(toy, portfolio, benchmark="CCC").manifest.options["benchmark"] == "CCC"


def test_a_stand_in_for_a_name_that_both_know_serves_both(toy):
    portfolio = toy.portfolio({"AAA": 500.0, "CCC": 500.0})
    benchmark = toy.portfolio({"AAA": 1000.0}, name="bench.csv")
    result = run(toy, portfolio, benchmark=benchmark, proxies={"AAA": "DDD"})

    assert result.active.expected == pytest.approx(
        result.expected - result.active.benchmark_expected
    )


def test_the_files_own_stand_ins_reach_the_benchmark(toy):
    portfolio = toy.portfolio({"ZZZ": 1000.0}, proxy={"ZZZ": "BBB"})
    result = run(toy, portfolio, benchmark=dataclasses.replace(portfolio, name="bench.csv"))

    assert result.active.expected == pytest.approx(0.0, abs=1e-9)
    assert result.active.benchmark_expected == pytest.approx(result.expected)


def test_what_the_book_says_of_a_name_stands_over_the_benchmarks_own_column(toy):
    portfolio = toy.portfolio({"AAA": 1000.0})
    benchmark = toy.portfolio({"AAA": 500.0, "CCC": 500.0}, name="bench.csv", proxy={"AAA": "DDD"})
    result = run(toy, portfolio, benchmark=benchmark)

    same = run(toy, toy.portfolio({"AAA": 500.0, "CCC": 500.0}))
    assert result.active.benchmark_expected == pytest.approx(same.expected)
    assert result.active.expected == pytest.approx(result.expected - same.expected)


def test_names_of_a_benchmark_that_are_unknown_are_refused_with_their_file(toy):
    benchmark = toy.portfolio({"ZZZ": 250.0, "CCC": 750.0}, name="bench.csv")
    with pytest.raises(InputError) as refused:
        run(toy, toy.portfolio({"AAA": 500.0}), benchmark=benchmark, unknown="exclude")
    text = str(refused.value)
    assert "bench.csv" in text
    assert "'ZZZ' (25.0% of gross)" in text
    assert "--proxy ZZZ=TICKER" in text

    cured = run(toy, toy.portfolio({"AAA": 500.0}), benchmark=benchmark, proxies={"ZZZ": "BBB"})
    assert cured.active is not None


def test_a_measure_without_a_level_is_the_headlines_or_none(toy):
    result = run(toy, toy.portfolio({"AAA": 1000.0}), draws=20_000)
    for name in ("expected_shortfall", "value_at_risk"):
        assert result.measure(name).level == 0.975
    assert result.measure("expected_shortfall") == result.tail_average
    assert result.measure("mean").level is None
    for name, said in (("quantile", "without a level"), ("es", "there are: mean")):
        with pytest.raises(stress.StressError, match=said):
            result.measure(name)
    few = run(toy, toy.portfolio({"AAA": 1000.0}), draws=1200)
    with pytest.raises(stress.StressError, match=r"at level 0.975.*expected_shortfall 0.95"):
        few.measure("expected_shortfall")
    with pytest.raises(InputError, match="key: None is not text"):
        result.by(None)


def test_a_stand_in_that_no_book_of_the_run_needs_is_still_refused(toy):
    first, second = toy.portfolio({"ZZZ": 1.0}), toy.portfolio({"AAA": 1.0}, name="b.csv")
    options = {"draws": 2000, "proxies": {"ZZZ": "BBB"}}
    found = stress.run_many([first, second], [toy.scenario(SHOCK)], toy.model(), **options)
    assert len(found) == 2

    with pytest.raises(InputError, match="the book holds no 'QQQ'"):
        stress.run_many(
            [first, second], [toy.scenario(SHOCK)], toy.model(),
            draws=2000, proxies={"ZZZ": "BBB", "QQQ": "BBB"},
        )  # fmt: skip


@pytest.mark.parametrize(
    "options", [{"proxies": {"AAA": "CCC"}}, {"unknown": "exclude"}, {"rates": {"USD": "4%"}}]
)
def test_an_opened_book_is_not_opened_again_with_other_options(toy, options):
    book = toy.book({"AAA": 100.0})
    (name,) = options
    with pytest.raises(InputError, match=f"toy.csv is opened already, so {name} would change"):
        run(toy, book, book.model, **options)
    with pytest.raises(InputError, match=name):
        stress.reverse(book, "1%", **options)


def test_an_opened_book_passes_through(toy):
    book = toy.book({"AAA": 1.0})
    assert stress.open_book(book) is book
    assert stress.open_book(book, toy.model()) is book
    with pytest.raises(InputError, match="opened already, so rates would change nothing"):
        stress.open_book(book, rates={"USD": "4%"})
    with pytest.raises(InputError, match="the run asks for toy"):
        stress.open_book(book, toy.model(degrees_of_freedom=8.0))


def test_books_on_different_models_are_no_one_run(toy):
    calm = toy.model()
    wild = toy.model(covariance=4.0 * calm.covariance)
    books = [toy.book({"AAA": 1.0}, calm), toy.book({"AAA": 1.0}, wild, name="wild.csv")]
    with pytest.raises(InputError, match=r"wild\.csv is opened on toy"):
        stress.run_many(books, [toy.scenario(SHOCK)], draws=2000)
    with pytest.raises(InputError, match="the run asks for toy"):
        stress.run(books[0], toy.scenario(SHOCK), wild, draws=2000)
    with pytest.raises(InputError, match="the run asks for toy"):
        stress.reverse(books[0], "1%", wild)
    assert run(toy, books[0], toy.model()).expected < 0.0


def test_models_are_the_same_by_content(toy):
    assert same_model(toy.model(), toy.model())
    changed = toy.model(degrees_of_freedom=6.0)
    assert not same_model(toy.model(), changed)
    assert changed.content_hash != toy.model().content_hash


def test_the_house_itself_refuses_books_on_different_models(toy):
    from stress.results.evaluate import evaluate
    from stress.results.options import Options

    other = toy.model(covariance=4.0 * toy.model().covariance)
    books = [toy.book({"AAA": 1.0}), toy.book({"AAA": 1.0}, other, name="wild.csv")]
    with pytest.raises(InputError, match=r"wild\.csv: on another model than toy\.csv"):
        evaluate(books, [], options=Options(draws=2000))


def in_euros(toy, **changes):
    book = toy.portfolio({"AAA": 400.0, "BBB": 600.0})
    positions = tuple(
        dataclasses.replace(position, currency="EUR", **changes) for position in book.positions
    )
    return dataclasses.replace(book, positions=positions, currency="EUR")


def test_a_ticker_is_a_benchmark_in_the_currency_of_any_book(toy):
    rates = {"fx": {"USD": 0.9}, "fx_moves": {"USD": "-10%"}}
    book = in_euros(toy)
    result = run(toy, book, benchmark="AAA", **rates)
    alone = dataclasses.replace(
        book, positions=(dataclasses.replace(book.positions[0], market_value=book.nav),)
    )
    same = run(toy, alone, **rates)
    assert same.expected < -0.1 * book.nav  # the fall of the dollar is in it
    assert result.active.benchmark_expected == pytest.approx(same.expected)
    shares = toy.portfolio({"AAA": 7.0}, name="bench.csv")
    known_by_value = run(toy, book, benchmark=shares, **rates)
    assert known_by_value.active.benchmark_expected == pytest.approx(same.expected)


def test_a_benchmark_of_quantities_in_another_currency_is_refused(toy):
    counted = in_euros(toy, quantity=3.0)
    with pytest.raises(
        InputError, match=r"is in EUR, the book in USD: .* by market_value or weight"
    ):
        run(toy, toy.portfolio({"AAA": 500.0}), benchmark=counted)


def test_files_of_one_name_are_called_by_their_folders(tmp_path):
    """Desk by desk is how books arrive."""
    files = []
    for desk, ticker in (("a", "NVDA"), ("b", "MSFT")):
        file = tmp_path / desk / "positions.csv"
        file.parent.mkdir()
        file.write_text(f"ticker,market_value,currency\n{ticker},1000,USD\n", encoding="utf-8")
        files.append(file)
    other = tmp_path / "other.csv"
    other.write_bytes(files[0].read_bytes())

    results = stress.run_many([*files, other], ["deepseek-2025-01-27"], draws=2_000)
    assert list(results.baselines) == ["a/positions.csv", "b/positions.csv", "other.csv"]
    with pytest.raises(stress.InputError, match=r"given twice: positions.csv. Give each book once"):
        stress.run_many([files[0], files[0]], ["deepseek-2025-01-27"])
    assert book_names(["x/a.csv", "y/b.csv"]) == [None, None]
    assert book_names(["a.csv", "x/a.csv"]) == [None, "x/a.csv"], "wherever it is run"


def test_the_command_line_calls_them_so_too(tmp_path):
    for desk in ("a", "b"):
        file = tmp_path / desk / "positions.csv"
        file.parent.mkdir()
        file.write_text("ticker,market_value,currency\nNVDA,1000,USD\n", encoding="utf-8")
    books = read_books([str(tmp_path / desk / "positions.csv") for desk in "ab"], Reading())
    assert [book.name for book in books] == ["a/positions.csv", "b/positions.csv"]


def test_options_that_change_nothing_are_named_as_python_has_them(toy):
    found = stress.run(
        toy.book({"AAA": 400.0}).portfolio,
        toy.scenario({"market": "-5%"}),
        toy.model(),
        draws=300,
        rates={"USD": "4%"},
        vols={"AAA": 0.45},
        vol_betas={"AAA": 1.8},
        fx_moves={"GBP": "-2%"},
        fx_fixed=["JPY"],
        rebalance=True,
        instant=True,
        replay_names=True,
    )
    idle = [text.split(" changes nothing")[0] for text in found.warnings if " changes no" in text]
    assert sorted(idle) == [
        "fx_fixed=['JPY']",
        "fx_moves={'GBP': '-2%'}",
        "instant=True",
        "rates={'USD': '4%'}",
        "rebalance=True",
        "replay_names=True",
        "vol_betas={'AAA': '1.8'}",
        "vols={'AAA': '45%'}",
    ]
    assert not any("--" in text for text in found.warnings)
    assert any("Use draws=" in text for text in found.warnings)


def test_a_result_is_found_by_its_scenario_and_book(toy):
    books = [toy.book({"AAA": 400.0}, name=name) for name in ("a.csv", "b.csv")]
    shocks = [toy.scenario({"market": "-5%"}, id=id) for id in ("down", "up")]
    both = stress.run_many(books, shocks, draws=300)
    found = both.scenario("up", portfolio="b.csv")
    assert (found.id, found.portfolio_name) == ("up", "b.csv")
    assert found is both[3]
    with pytest.raises(
        InputError, match=r"of 2 books: say of which with portfolio=, a\.csv, b\.csv"
    ):
        both.scenario("up")
    with pytest.raises(InputError, match=r"portfolio 'c\.csv' is unknown"):
        both.scenario("up", portfolio="c.csv")
    alone = stress.run_many(portfolio=books[0], scenarios=shocks, draws=300)
    assert alone.scenario("down") is alone[0]
    with pytest.raises(InputError, match=r"scenario 'downn' is unknown\. Did you mean 'down'"):
        alone.scenario("downn")
    with pytest.raises(TypeError, match=r"by id: \.scenario\('down'\)"):
        alone["down"]
    assert stress.tails(portfolio=books[0], draws=2_000).books == ("a.csv",)


def test_a_run_is_no_task_of_the_pool_that_it_waits_for(toy):
    book, shock = toy.book({"AAA": 400.0}), toy.scenario({"market": "-5%"})

    def task():
        return stress.run(book, shock, draws=300, executor=pool)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        with pytest.raises(InputError, match="itself a task of that ThreadPoolExecutor"):
            pool.submit(task).result(timeout=30)
        assert task().digest == stress.run(book, shock, draws=300).digest


REFERENCE = "deepseek-2025-01-27"


def reference(book, model=None):
    return stress.run(book, REFERENCE, model, draws=300)


def test_the_model_range_is_over_the_same_variants_however_the_book_comes():
    from_file = reference("ai_growth")
    opened = reference(stress.open_book("ai_growth"))
    in_memory = reference("ai_growth", stress.load_model())

    labels = [label for label, _ in from_file.model_range.rows]
    assert len(labels) == 14
    assert "window of 504 sessions" in labels
    assert opened.model_range == in_memory.model_range == from_file.model_range
    assert not any("model range" in text for text in opened.warnings)


def test_a_model_whose_declared_variants_are_not_found_says_so(tmp_path):
    bundled = stress.load_model()
    mine = dataclasses.replace(bundled, specific_volatility=1.1 * bundled.specific_volatility)
    found = reference(stress.open_book("ai_growth", mine))

    assert len(found.model_range.rows) == 7
    said = [text for text in found.warnings if "varied without the declared variants" in text]
    assert len(said) == 1
    assert "it came without its file" in said[0]


def test_declared_variants_are_found_beside_the_file_that_is_named_with_an_opened_book(tmp_path):
    folder = bundled_folder("models")
    for name in ("us-ai-2025-01-24.json", "us-ai-2025-01-24.variants"):
        text = (folder / name).read_text()
        (tmp_path / name.replace("us-ai-2025-01-24", "mine")).write_text(text)
    file = tmp_path / "mine.json"
    opened = reference(stress.open_book("ai_growth", file), file)
    assert len(opened.model_range.rows) == 14

    (tmp_path / "mine.variants").unlink()
    alone = reference("ai_growth", file)
    assert len(alone.model_range.rows) == 7
    assert any("there is no mine.variants beside it" in text for text in alone.warnings)


OPTION_BOOK = [
    {"ticker": "NVDA", "quantity": 1000, "price": 185.0, "currency": "USD"},
    {
        "ticker": "O",
        "type": "option",
        "underlying": "NVDA",
        "right": "put",
        "strike": 170,
        "expiry": "2026-03-20",
        "quantity": 10,
        "multiplier": 100,
        "style": "european",
        "price": 8.0,
        "currency": "USD",
    },
    {"ticker": "USD", "type": "cash", "quantity": 1e6, "price": 1.0, "currency": "USD"},
]
LEVELS = {"rates": {"USD": "4.1%"}, "dividends": {"NVDA": "0%"}, "vol_betas": {"NVDA": "1"}}


def test_what_a_benchmark_is_expected_to_do_is_what_the_active_line_takes_off():
    """Its cash earns interest beside a book that is revalued, and does so in both figures."""
    book, bench = (
        stress.load_portfolio(rows, name=name, as_of="2025-12-31")
        for rows, name in (
            (OPTION_BOOK, "book"),
            ([OPTION_BOOK[0], {**OPTION_BOOK[2], "quantity": 2e6}], "bench"),
        )
    )
    result = stress.run(
        book, "inference-boom", draws=200, benchmark=bench, model_range=False, **LEVELS
    )
    active = result.active
    assert active.expected == pytest.approx(
        result.expected - active.benchmark_expected, abs=1e-6 * result.nav
    )
    earned = book.nav / bench.nav * 2e6 * (math.exp(0.041 * 84 / 365) - 1.0)
    alone = stress.run(bench, "inference-boom", draws=200, model_range=False)
    without = alone.expected * book.nav / bench.nav
    assert active.benchmark_expected == pytest.approx(without + earned, rel=1e-6)


def test_an_opened_book_keeps_what_its_market_file_says_of_spreads(tmp_path):
    market = tmp_path / "market.csv"
    market.write_text(
        "kind,name,value\nrate,USD,4.1%\ndividend,NVDA,0%\nvol_beta,NVDA,1\nbid_ask,NVDA,30bp\n"
    )
    read = stress.load_portfolio(OPTION_BOOK, name="book", as_of="2025-12-31")
    opened = stress.open_book(read, market=market)
    costs = [
        stress.run(book, "deepseek-2025-01-27", draws=200, model_range=False, **given).to_dict()[
            "liquidity"
        ]["cost"]
        for book, given in ((opened, {}), (read, {"market": market}))
    ]
    assert costs[0] == costs[1] > 0.0


def test_a_move_of_a_currency_holds_for_the_benchmark_of_an_opened_book():
    rows = [
        {"ticker": "NVDA", "quantity": 10, "price": 185.0, "currency": "USD", "fx_rate": 0.85},
        {"ticker": "EUR", "type": "cash", "quantity": 100.0, "price": 1.0, "currency": "EUR"},
    ]
    book = stress.load_portfolio(rows, name="euro", as_of="2025-12-31", currency="EUR")
    opened = stress.open_book(book, fx_moves={"USD": "-3%"})
    options = {"draws": 200, "model_range": False, "benchmark": "SPY"}
    one = stress.run(opened, "deepseek-2025-01-27", **options)
    other = stress.run(book, "deepseek-2025-01-27", fx_moves={"USD": "-3%"}, **options)
    assert one.active.expected == other.active.expected


def test_a_portfolio_that_was_read_keeps_the_rates_it_was_read_at():
    rows = [
        {"ticker": "NVDA", "quantity": 10, "price": 100, "currency": "USD"},
        {"ticker": "MSFT", "quantity": 10, "price": 100, "currency": "EUR"},
    ]
    read = stress.load_portfolio(rows, fx={"EUR": 1.1})
    assert stress.open_book(read, fx={"EUR": 1.1}).nav == pytest.approx(2100.0)
    with pytest.raises(
        InputError,
        match=r"fx of EUR is 12, and its values were translated at 1\.1 when it was read",
    ):
        stress.open_book(read, fx={"EUR": 12.0})


def test_a_level_that_was_meant_in_per_cent_is_refused_whether_it_is_read_or_not():
    with pytest.raises(InputError, match=r"vol of VIX: 18\.0 is not plausible\. .*45 % is 0\.45"):
        stress.open_book("ai_growth", vols={"VIX": 18})
