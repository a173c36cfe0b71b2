# %% [markdown]
# # In a risk system: a DataFrame in, a DataFrame out, no files
#
# Nothing prints, nothing touches the network, and the manifest says how to repeat the run bit for bit.

# %%
import pandas as pd

import stress

positions = pd.DataFrame(
    {
        "ticker": ["NVDA", "VST", "SO", "JNJ", "TLT", "CASH"],
        "market_value": [2_500_000, 1_000_000, 1_500_000, 2_000_000, 2_000_000, 1_000_000],
        "currency": "USD",
        "desk": ["growth", "growth", "income", "income", "income", "treasury"],
    }
)
book = stress.load_portfolio(positions)
results = stress.run_many(book, ["deepseek-2025-01-27", "hyperscaler-capex-cut"], seed=7)

# %%
frame = results.to_frame()
print(frame.to_string())

# %% [markdown]
# Any column of the book is a grouping. Groups add up to the book, in the expected P&L and in the tail.

# %%
reference = results[0]
for line in reference.by("desk"):
    print(f"{line.label:10s} {line.expected:14,.0f} {line.tail:14,.0f}")
assert abs(sum(line.expected for line in reference.by("desk")) - reference.expected) < 1e-6

# %% [markdown]
# Limits are one line of the caller's code; the digest is what an auditor compares.

# %%
limit = 0.10 * book.nav
breached = [r.id for r in results if -r.expected > limit]
print("over the limit:", breached or "none")
again = stress.run_many(book, ["deepseek-2025-01-27", "hyperscaler-capex-cut"], seed=7)
assert again.manifest.digest == results.manifest.digest
print("digest", results.manifest.digest[:16])
