# %% [markdown]
# # What does 27 January 2025 do to my book?
#
# On that day a cheap Chinese model took $593bn off NVIDIA. The S&P 500 fell 1.5 %, and most shares *rose*: a
# tool that scales "the market" by a beta has the wrong number, and for many names the wrong sign.

# %%
import stress

book = stress.load_portfolio("ai_growth")
result = stress.run(book, "deepseek-2025-01-27")
print(result)

# %% [markdown]
# `expected` is the P&L if exactly those factor moves happen. The band is how single names may differ around
# it. Neither says how likely the day is.

# %%
low, high = result.band
print(
    f"expected {result.expected_of_nav:+.1%} of NAV, 95 % of variations {low / book.nav:+.1%} to {high / book.nav:+.1%}"
)
ordinary = result.times_ordinary
print(f"that is {ordinary:.1f} times this book's ordinary bad day (1-day ES 97.5 %, no scenario)")

# %% [markdown]
# Where it comes from: by what is held (exact), and by factor (statistical: correlated factors share credit).

# %%
for line in result.by("home")[:5]:
    print(
        f"{line.label:14s} {line.expected / book.nav:+7.2%}   in the tail {line.tail / book.nav:+7.2%}"
    )

# %% [markdown]
# A market beta would have said something else entirely. Shock the market alone, let nothing else be known,
# and the same book loses a fraction of it.

# %%
market_only = stress.run(book, stress.shock({"market": "-1.46%"}))
print(f"the market's move alone, propagated: {market_only.expected_of_nav:+.1%}")
assert abs(market_only.expected) < 0.5 * abs(result.expected)

# %% [markdown]
# And of its family of fifteen, four other readings of the same story.

# %%
family = ["deepseek-open", "chips-only-derating", "power-demand-derating", "second-day-rebound"]
for other in stress.run_many(book, family):
    print(f"{other.id:24s} {other.expected_of_nav:+7.1%}   alone {other.alone / book.nav:+7.1%}")
