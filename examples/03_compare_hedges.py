# %% [markdown]
# # Which hedge should I put on?
#
# Sixteen answers to the question, on the same draws, at the same costs, ranked on draws none of them has seen. Doing nothing and
# selling down are among them: most hedges have to beat those and do not. A letter marks what `foreshock hedge` would not propose,
# because it does not keep one of its limits.

# %%
import itertools
import os

import stress

small = os.environ.get("FORESHOCK_EXAMPLE_SIZE") == "small"
draws = 4_000 if small else 20_000
comparison = stress.compare(
    "ai_growth",
    ["deepseek-2025-01-27"],
    budget="0.5%",
    draws=draws,
    model_variants=not small,
)
print(comparison)

# %% [markdown]
# Read it from the bottom of the first table. *Do nothing* is last by construction: the ranking knows tails and costs, not
# why you hold the book. *Protective puts* spend the whole budget on a month of decay and leave most of the tail. *Sell down* costs a few
# basis points once, and halves everything, the good days too.

# %%
puts, sale = comparison.row("protective_puts"), comparison.row("sell_down")
nav = comparison.nav
print(
    f"puts:      {1e4 * puts.cost.all_in / nav:5.1f} bp for {1e2 * (comparison.unhedged - puts.fresh) / nav:.2f} % of NAV of tail"
)
print(
    f"sell half: {1e4 * sale.cost.all_in / nav:5.1f} bp for {1e2 * (comparison.unhedged - sale.fresh) / nav:.2f} % of NAV of tail"
)
assert sale.cost.all_in < puts.cost.all_in
assert sale.fresh < puts.fresh

# %% [markdown]
# An equals sign in front of a rank means the draws cannot tell the strategy from the one above it. More draws can; they
# cannot settle which *model* is right. That is what "ranks first in k of N model variants" is for, and why it is not called a
# probability.

# %%
best = comparison.rows[0]
print(f"\nfirst: {best.title}; remains: {best.remains}")
for id_, units in best.trades[:5]:
    print(f"  {units:12,.0f}  {id_}")

# %% [markdown]
# What protection costs, and where the strategies stand against the best that cost can buy:

# %%
points = comparison.frontier
slopes = [(b.es - a.es) / (b.budget - a.budget) for a, b in itertools.pairwise(points)]
assert all(
    later >= earlier - 1e-4 * abs(slopes[0]) for earlier, later in itertools.pairwise(slopes)
)  # each basis point buys less
try:
    comparison.plot().figure.savefig("compare_hedges.png", dpi=130)
    print("\npicture: compare_hedges.png")
except stress.MissingExtraError as error:
    print(f"\nno picture: {error}")
