# %% [markdown]
# # Hedging with options, and what must hold
#
# Options enter as what they are: contracts revalued in full under every draw, with a volatility that follows the index by a
# stated beta and a smile that stays with the strike. They are still linear in the *number* of contracts, so the optimum is
# found by convex optimisation and proved, decay included.

# %%
import os
from dataclasses import replace

import stress
from stress.files.universes.file import load_universe

small = os.environ.get("FORESHOCK_EXAMPLE_SIZE") == "small"
draws = 4_000 if small else 20_000
book = stress.open_book("ai_growth")
universe = load_universe("hedges_us_ai")
puts = replace(universe, lines=universe.of_type("put", "put_spread"))
options = replace(universe, lines=universe.of_type("put", "put_spread", "collar"))

# %% [markdown]
# One and a half per cent of NAV a month. Puts and put spreads alone cannot halve the loss in the reference scenario for it, and
# foreshock says so instead of pretending:

# %%
try:
    stress.hedge(book, universe=puts, budget="1.5%", draws=draws, sell_down_share=0.0)
except stress.SolverError as error:
    print(error, "\n")
else:
    raise AssertionError("so little premium is not expected to halve the loss")

# %% [markdown]
# With collars it can be done: the calls that are sold pay for some of the puts. Some only, because no more calls are sold on a
# held share than shares are left: beyond that the "hedge" would lose on a rally. (Calls on a fund that is not held can be sold; the
# plan warns of them.)

# %%
plan = stress.hedge(book, universe=options, budget="1.5%", draws=draws, sell_down_share=0.0)
print(plan)

# %% [markdown]
# Section 5 is the one to read. If volatility does not rise with VIX the way the beta says, or the smile moves with the spot, this
# is what the hedged book makes in the scenario instead:

# %%
for condition in plan.conditions:
    print(
        f"{condition.what}\n   {condition.where}: {condition.holds / plan.nav:+.2%} -> {condition.fails / plan.nav:+.2%}"
    )

# %% [markdown]
# A third of the budget, funds and futures allowed: shorting is cheap, so the optimiser hardly buys time value. What it gives up is
# the upside, and the table says so too.

# %%
free = stress.hedge(book, universe=universe, budget="0.5%", draws=draws)
bought = sum(t.value for t in free.tickets if t.type in ("put", "put_spread", "collar"))
print(
    f"ES {plan.es_before / plan.nav:.2%} -> options only {plan.es_after / plan.nav:.2%}, everything {free.es_after / free.nav:.2%}"
)
print(f"premium bought when everything is allowed: {bought:,.0f}")
print(
    f"inference-boom: options {plan.scenario('inference-boom').after / plan.nav:+.1%}, everything {free.scenario('inference-boom').after / free.nav:+.1%}"
)
assert free.es_after < plan.es_after
assert plan.cost.all_in <= 0.015 * plan.nav * 1.000001
