/* The loops that a run spends its time in, for machines that had a C compiler when foreshock was installed.
 *
 * Each does what numpy does in its place (`black_scholes.py`, `exercise_surface.py`, `tabulated.py`, `many.py`), the same
 * operations on the same numbers in the same order, so that a result has the same bits with and without it. Hence no fused multiply-add
 * (-ffp-contract=off), no reordering (no -ffast-math), and no excess precision.
 */

#include <float.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(FLT_EVAL_METHOD) || FLT_EVAL_METHOD != 0
#error "doubles are worked on with more digits than they have: bits would differ from those of numpy"
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "bytes are read as bits in the order of machines with the lowest first"
#endif
#if defined(__FAST_MATH__)
#error "operations would be reordered: bits would differ from those of numpy"
#endif

/* One function for each width of vectors; which one is chosen when the library is loaded. */
#if defined(ONE_WIDTH)
#define WIDE
#else
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default")))
#endif

/* Cells worked on together: what they need stays in a core's first cache. */
#define BLOCK 256

const char *foreshock_source(void) { return SOURCE; }

/* ---- Black-Scholes-Merton: `european_by_numpy` ---- */

#define TINY 1e-300
#define FAR 37.6
#define MOST 708.0

static const double NUMERATOR[] = {
    0.5, 0.7737655184990507, 0.5924311311091006, 0.28817302833751235, 0.09717614345719243,
    0.023461680250218445, 0.004054959277266175, 0.0004854138785088622, 3.679585655548114e-05,
    1.3650662298244039e-06};
static const double DENOMINATOR[] = {
    1.0, 2.3454155978009585, 2.5562331563700824, 1.7091787473187647, 0.7787533409409672,
    0.2535642649124592, 0.06001962026583027, 0.010256509099219265, 0.001220173866594829,
    9.223353442887254e-05, 3.421713608433362e-06};
static const double EXPONENTIAL[] = {
    1.0, 1.0, 0.5000000000000011, 0.16666666666666413, 0.04166666666653016, 0.008333333333494307,
    0.0013888888943622746, 0.00019841269506938377, 2.480149311202106e-05, 2.755758606315832e-06,
    2.7630241987379415e-07, 2.500015062055944e-08};

#define LENGTH(x) ((int)(sizeof(x) / sizeof((x)[0])))

static inline double polynomial(const double *coefficients, int count, double x) {
  double value = coefficients[count - 1];
  for (int i = count - 2; i >= 0; i--) value = value * x + coefficients[i];
  return value;
}

static inline double exponential(double x) {
  double shifted = x * 1.4426950408889634 + 6755399441055744.0;
  double twos = shifted - 6755399441055744.0;
  double rest = (x - twos * 0.6931471803691238) - twos * 1.9082149292705877e-10;
  double value = polynomial(EXPONENTIAL, LENGTH(EXPONENTIAL), rest);
  uint64_t power, bits;
  memcpy(&power, &shifted, 8);
  memcpy(&bits, &value, 8);
  bits += power << 52;
  memcpy(&value, &bits, 8);
  return value;
}

static inline double mills(double x) {
  return polynomial(NUMERATOR, LENGTH(NUMERATOR), x) /
         polynomial(DENOMINATOR, LENGTH(DENOMINATOR), x);
}

static inline double size_up_to_far(double x) {
  double size = __builtin_fabs(x);
  return size > FAR ? FAR : size;
}

static inline double discount(double rate, double years) {
  double x = rate * years * -1.0;
  x = x > MOST ? MOST : x;
  return exponential(x < -MOST ? -MOST : x);
}

/* A strike's worth today under each rate; the rate is one or moves. */
static inline void cash_into(double *cash, double strike, const double *rate, double years, int count, int moves) {
  double one = strike * discount(rate[0], years);
  for (int i = 0; i < count; i++) cash[i] = one;
  if (moves)
    for (int i = 0; i < count; i++) cash[i] = strike * discount(rate[i], years);
}

/* What a contract says, at one draw. */
typedef struct {
  double log_strike, years, root_years, dividend, share, sign;
} Terms;

static inline double european(double log_spot, double spot, double rate, double vol, double cash, Terms t) {
  double w = vol * t.root_years;
  w = w < TINY ? TINY : w;
  double drift = (rate - t.dividend) * t.years - t.log_strike;
  double a = (log_spot + drift) / w;
  w = w * 0.5;
  double b = (a - w) * t.sign;
  a = (a + w) * t.sign;
  double far_a = size_up_to_far(a), far_b = size_up_to_far(b);
  double density = exponential(far_a * far_a * -0.5) - TINY;
  density = density < 0.0 ? 0.0 : density;
  double shares = spot * t.share;
  density = density * shares;
  double beyond_a = mills(far_a) * density, beyond_b = mills(far_b) * density;
  double part_a = (__builtin_copysign(0.5, a) + 0.5) * shares - __builtin_copysign(beyond_a, a);
  double part_b = (__builtin_copysign(0.5, b) + 0.5) * cash - __builtin_copysign(beyond_b, b);
  double worth = (part_a - part_b) * t.sign;
  return (worth < 0.0 ? 0.0 : worth) + 0.0;
}

/* Where a row of an input can be read one element after another: the row itself, or a copy of it. */
static inline const double *read_row(const double *from, ptrdiff_t step, double *copy, int count) {
  if (step == 1) return from;
  for (int i = 0; i < count; i++) copy[i] = from[i * step];
  return copy;
}

enum { LOG_SPOT, SPOT, RATE, VOL, LOG_STRIKE, STRIKE, YEARS, ROOT_YEARS, DIVIDEND, SHARE, SIGN, INPUTS };

/* Each input is read with two strides, in elements. */
WIDE void foreshock_european(double *restrict out, ptrdiff_t rows, ptrdiff_t columns,
                             const double *const *inputs, const ptrdiff_t *row_steps,
                             const ptrdiff_t *steps) {
  double copies[INPUTS][BLOCK], cash[BLOCK];
  int one_contract = 1;
  for (int k = LOG_STRIKE; k < INPUTS; k++) one_contract &= steps[k] == 0;
  for (ptrdiff_t row = 0; row < rows; row++) {
    for (ptrdiff_t start = 0; start < columns; start += BLOCK) {
      int count = (int)(columns - start < BLOCK ? columns - start : BLOCK);
      const double *in[INPUTS];
      for (int k = 0; k < INPUTS; k++) {
        in[k] = inputs[k] + row * row_steps[k] + start * steps[k];
        if (k < LOG_STRIKE || !one_contract) in[k] = read_row(in[k], steps[k], copies[k], count);
      }
      const double *log_spot = in[LOG_SPOT], *spot = in[SPOT], *rate = in[RATE], *vol = in[VOL];
      double *restrict value = out + row * columns + start;
      if (one_contract) {
        Terms terms = {*in[LOG_STRIKE], *in[YEARS], *in[ROOT_YEARS], *in[DIVIDEND], *in[SHARE], *in[SIGN]};
        cash_into(cash, *in[STRIKE], rate, terms.years, count, steps[RATE] != 0);
        for (int i = 0; i < count; i++)
          value[i] = european(log_spot[i], spot[i], rate[i], vol[i], cash[i], terms);
      } else {
        for (int i = 0; i < count; i++) cash[i] = in[STRIKE][i] * discount(rate[i], in[YEARS][i]);
        for (int i = 0; i < count; i++) {
          Terms terms = {in[LOG_STRIKE][i], in[YEARS][i], in[ROOT_YEARS][i],
                         in[DIVIDEND][i],   in[SHARE][i], in[SIGN][i]};
          value[i] = european(log_spot[i], spot[i], rate[i], vol[i], cash[i], terms);
        }
      }
    }
  }
}

/* Of one contract: its terms, its volatility and how that moves, and the shares it is counted for. */
typedef struct {
  Terms terms;
  double strike, vol, vol_scale, least, most, weight;
} Contract;

/* Draws are arrays of one length: log spot, spot, rate, points of the index, and what the smile adds. */
WIDE void foreshock_contracts(double *restrict out, const Contract *contracts, ptrdiff_t rows, ptrdiff_t columns,
                              const double *const *draws, int rate_moves) {
  double vol[BLOCK], cash[BLOCK];
  for (ptrdiff_t start = 0; start < columns; start += BLOCK) {
    int count = (int)(columns - start < BLOCK ? columns - start : BLOCK);
    const double *log_spot = draws[0] + start, *spot = draws[1] + start, *rate = draws[2] + start;
    const double *points = draws[3] + start, *lean = draws[4] ? draws[4] + start : NULL;
    for (ptrdiff_t row = 0; row < rows; row++) {
      const Contract c = contracts[row];
      double *restrict value = out + row * columns + start;
      for (int i = 0; i < count; i++) vol[i] = c.vol + c.vol_scale * points[i];
      if (lean)
        for (int i = 0; i < count; i++) vol[i] = vol[i] + lean[i];
      cash_into(cash, c.strike, rate, c.terms.years, count, rate_moves);
      for (int i = 0; i < count; i++) {
        double sigma = vol[i];
        sigma = sigma < c.least ? c.least : sigma;
        sigma = sigma > c.most ? c.most : sigma;
        value[i] = european(log_spot[i], spot[i], rate[i], sigma, cash[i], c.terms) * c.weight;
      }
    }
  }
}

/* ---- American puts above their boundaries: `ExerciseSurface._by_numpy` ---- */

/* Draws are arrays of one length: log spot, log boundary, volatility, rate, dividend and what it leaves of a share;
   weights: (degrees, count), of Chebyshev polynomials in the distance from the boundary, which ends at `farthest`. */
WIDE void foreshock_exercise(double *restrict out, ptrdiff_t count, const double *const *draws,
                             const double *restrict weights, ptrdiff_t degrees, double years, double root_years,
                             double farthest, int rate_moves) {
  double distance[BLOCK], twice[BLOCK], last[BLOCK], before[BLOCK], cash[BLOCK];
  double half = 0.5 * farthest;
  for (ptrdiff_t start = 0; start < count; start += BLOCK) {
    int many = (int)(count - start < BLOCK ? count - start : BLOCK);
    const double *log_spot = draws[0] + start, *edge = draws[1] + start, *vol = draws[2] + start;
    const double *rate = draws[3] + start, *dividend = draws[4] + start, *share = draws[5] + start;
    for (int i = 0; i < many; i++) {
      double s = (log_spot[i] - edge[i]) / (vol[i] * root_years);
      distance[i] = s;
      s = s < 0.0 ? 0.0 : s;
      s = s > farthest ? farthest : s;
      twice[i] = (s - half) / half * 2.0;
      last[i] = 0.0;
      before[i] = 0.0;
    }
    cash_into(cash, 1.0, rate, years, many, rate_moves);
    for (ptrdiff_t k = degrees - 1; k > 0; k--) {
      const double *restrict weight = weights + k * count + start;
      for (int i = 0; i < many; i++) {
        double next = last[i] * twice[i] + weight[i] - before[i];
        before[i] = last[i];
        last[i] = next;
      }
    }
    for (int i = 0; i < many; i++) {
      double log_value = last[i] * (twice[i] * 0.5) + weights[start + i] - before[i];
      log_value = log_value < -MOST ? -MOST : log_value;
      double log_of_spot = log_spot[i] < -MOST ? -MOST : log_spot[i];
      double spot = exponential(log_of_spot);
      Terms terms = {0.0, years, root_years, dividend[i], share[i], -1.0};
      double held = european(log_of_spot, spot, rate[i], vol[i], cash[i], terms);
      double value = exponential(log_value);
      value = distance[i] >= farthest ? held : value;
      value = value < held ? held : value;
      double now = 1.0 - spot;
      value = distance[i] <= 0.0 ? now : value;
      out[start + i] = value < now ? now : value;
    }
  }
}

/* ---- A sum of products of two functions, the first from a table: `TabulatedSurface._by_numpy` ---- */

/* table: (points, 2 rank), at each point the functions and then what each gains to the next; others: (rank, count). */
WIDE void foreshock_tabulated(double *restrict out, const double *restrict first, ptrdiff_t count, double low,
                              double scale, const double *restrict table, ptrdiff_t rank, ptrdiff_t points,
                              const double *restrict others) {
  double place[BLOCK], last = (double)(points - 1);
  ptrdiff_t index[BLOCK];
  for (ptrdiff_t start = 0; start < count; start += BLOCK) {
    int many = (int)(count - start < BLOCK ? count - start : BLOCK);
    for (int i = 0; i < many; i++) {
      double at = (first[start + i] - low) * scale;
      at = at < -1.0 ? -1.0 : at > (double)points ? (double)points : at;
      double step = __builtin_floor(at);
      place[i] = at - step;
      step = step > last ? last : step;
      index[i] = (ptrdiff_t)(step > 0.0 ? step : 0.0) * 2 * rank;
    }
    for (int i = 0; i < many; i++) {
      const double *restrict at = table + index[i], *restrict other = others + start + i;
      double total = 0.0;
      for (ptrdiff_t r = 0; r < rank; r++) total += (at[r] + at[rank + r] * place[i]) * other[r * count];
      out[start + i] = total;
    }
  }
}

/* ---- Of each row what is not above its edge, in order, as much as there is room for: `_not_above` ---- */

/* Cells whose comparisons fit one word. */
#define WORD 64

/* Bit i of a word: whether cell i is not above the edge. Cells beyond the end are none. */
static inline uint64_t not_above(const double *from, int many, double edge) {
  unsigned char below[WORD];
  uint64_t bits = 0;
  for (int i = 0; i < WORD; i++) below[i] = i < many ? from[i] <= edge : 0;
  for (int i = 0; i < WORD; i += 8) {
    uint64_t eight;
    memcpy(&eight, below + i, sizeof eight);
    /* Eight bytes of 0 or 1 to eight bits: each product puts one of them into the highest byte. */
    bits |= (eight * 0x0102040810204080u) >> 56 << i;
  }
  return bits;
}

WIDE void foreshock_lowest(double *restrict out, ptrdiff_t room, const double *restrict rows, ptrdiff_t stride,
                           ptrdiff_t count, ptrdiff_t columns, const double *restrict edges) {
  for (ptrdiff_t row = 0; row < count; row++) {
    const double *restrict from = rows + row * stride;
    double *restrict to = out + row * room;
    ptrdiff_t filled = 0;
    for (ptrdiff_t start = 0; start < columns && filled < room; start += WORD) {
      uint64_t bits = columns - start < WORD ? not_above(from + start, (int)(columns - start), edges[row])
                                             : not_above(from + start, WORD, edges[row]);
      for (; bits && filled < room; bits &= bits - 1) to[filled++] = from[start + __builtin_ctzll(bits)];
    }
  }
}
