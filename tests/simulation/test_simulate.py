"""What a simulation gives back."""

from stress.scenarios.propagation import complete_baseline
from stress.scenarios.scenario import Variation
from stress.simulation.plan import plan
from stress.simulation.simulate import simulate


def test_a_result_that_is_kept_keeps_no_other_draws(toy):
    """Each P&L has an array of its own: of forty, one that is kept does not hold the others in memory."""
    book = toy.book({"AAA": 400.0})
    ordinary = plan(book, complete_baseline(toy.model()), variation=Variation(kind="names"))
    for pnl in simulate([ordinary] * 3, draws=5000, seed=1):
        held = pnl.totals
        while held.base is not None:
            held = held.base
        assert held.nbytes == 5000 * 8
