// The matrix product C = start + A B with B packed in panels of columns: A [m, k], B [k, n], C [m, n].
//
// A panel holds two registers' width of columns, all k rows of it one after the other; the last panel is one register wide
// where that suffices, with zeros in unused columns. A tile of the result (at most TILE_ROWS x panel) stays in registers for
// up to DEPTH rows of B, then goes through C: each element is one chain of fused multiply-adds from its start, in order of k.

#pragma once

#include "Vector.h"

#define PANEL (2 * WIDTH)
#define DEPTH 1024     // rows of B in one pass; a panel of them stays in the second-level cache
#define BLOCK_ROWS 96  // rows of A copied at a time where A is not laid out for the tile

INLINE Start startAt(Start start, long row, long column) {
  return (Start){start.at ? start.at + row * start.row + column : 0, start.row};
}

INLINE Target targetAt(Target target, long row, long column) {
  return (Target){target.at + row * target.row + column, target.row};
}

/// The next pass over k goes on from what the one before it left in C.
INLINE Start startFrom(Target target) { return (Start){target.at, target.row}; }

// MARK: Packing

INLINE long lastPanelWidth(long n) { return n % PANEL == 0 || n % PANEL > WIDTH ? PANEL : WIDTH; }
/// The width of the panel that begins at column j of n.
INLINE long panelWidthAt(long j, long n) { return n - j > PANEL ? PANEL : lastPanelWidth(n); }

static long packedCount(long k, long n) {
  if (n == 0) return 0;
  long panels = (n + PANEL - 1) / PANEL;
  return k * ((panels - 1) * PANEL + lastPanelWidth(n));
}

#if WIDTH == 16
#define LOW_HALVES 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif WIDTH == 8
#define LOW_HALVES 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#else
#define LOW_HALVES 0, 4, 1, 5
#define HIGH_HALVES 2, 6, 3, 7
#endif

/// WIDTH columns, the floats of each side by side, become WIDTH rows. Interleaving the first half of the registers with the
/// second, log2 WIDTH times, transposes them.
INLINE void loadTransposed(const float *columns, long columnStride, vec square[WIDTH]) {
  vec mixed[WIDTH];
  UNROLLED(j, WIDTH) square[j] = loadVec(columns + j * columnStride);
  _Pragma("clang loop unroll(full)") for (int round = 1; round < WIDTH; round *= 2) {
    UNROLLED(j, WIDTH / 2) {
      mixed[2 * j] = __builtin_shufflevector(square[j], square[j + WIDTH / 2], LOW_HALVES);
      mixed[2 * j + 1] = __builtin_shufflevector(square[j], square[j + WIDTH / 2], HIGH_HALVES);
    }
    UNROLLED(j, WIDTH) square[j] = mixed[j];
  }
}

INLINE void packSquare(const float *columns, long columnStride, float *rows, long rowStride) {
  vec square[WIDTH];
  loadTransposed(columns, columnStride, square);
  UNROLLED(i, WIDTH) storeVec(rows + i * rowStride, square[i]);
}

/// Rows whose columns are contiguous, read along.
INLINE void packRows(long k, long n, Matrix b, float *packed) {
  for (long i = 0; i < k; i++)
    for (long j0 = 0; j0 < n; j0 += PANEL) {
      const long width = panelWidthAt(j0, n);
      float *target = packed + k * j0 + i * width;
      for (long j = 0; j < width; j += WIDTH) storeVec(target + j, loadSome(b.at + i * b.row + j0 + j, n - j0 - j));
    }
}

static void pack(long k, long n, Matrix b, float *packed) {
  if (b.column == 1) return packRows(k, n, b, packed);
  for (long j0 = 0; j0 < n; j0 += PANEL) {
    const long columns = smaller(PANEL, n - j0), width = panelWidthAt(j0, n);
    const float *source = b.at + j0 * b.column;
    // Blocks of rows, so that the lines written to stay in the first-level cache.
    for (long i0 = 0; i0 < k; i0 += 64) {
      const long i1 = smaller(k, i0 + 64);
      for (long first = 0; first < width; first += WIDTH) {
        long i = i0;
        if (b.row == 1 && first + WIDTH <= columns)
          for (; i + WIDTH <= i1; i += WIDTH)
            packSquare(source + first * b.column + i, b.column, packed + i * width + first, width);
        for (; i < i1; i++)
          for (long j = first; j < first + WIDTH; j++)
            packed[i * width + j] = j < columns ? source[j * b.column + i * b.row] : 0;
      }
    }
    packed += k * width;
  }
}

// MARK: Results below the smallest normal number
//
// `fmaVec` of arm64 makes a zero of results that the rule of CUnrollFloatingPoint.h rounds up to 2^-126. That is too rare to
// look at each result: the processor's status says whether a chain met any result below 2^-126, and only then is the chain
// computed again, by the slow `exactFmaVec`. Elsewhere these functions are nothing.

#if defined(FLUSHES_BEFORE_ROUNDING) && !defined(EMULATED_FMA)

/// Keeps the operations that make a sum on their side of the next two functions.
INLINE void settle(vec *sum) { __asm__ volatile("" : "+w"(*sum)); }
INLINE void forgetUnderflow(void) { __asm__ volatile("msr fpsr, xzr"); }
INLINE int hasUnderflowed(void) {
  uint64_t status;
  __asm__ volatile("mrs %0, fpsr" : "=r"(status));
  return status >> 3 & 1;
}

/// C = start + A B with B not packed.
static __attribute__((noinline)) void exactProduct(long m, long n, long k, Matrix a, Matrix b, Start start, Target c) {
  for (long i = 0; i < m; i++)
    for (long j0 = 0; j0 < n; j0 += WIDTH) {
      const long columns = smaller(WIDTH, n - j0);
      vec sum = start.at ? loadSome(start.at + i * start.row + j0, columns) : (vec)0.0f;
      for (long l = 0; l < k; l++) {
        vec right = 0.0f;
        for (long j = 0; j < columns; j++) right[j] = b.at[l * b.row + (j0 + j) * b.column];
        sum = exactFmaVec((vec)a.at[i * a.row + l * a.column], right, sum);
      }
      for (long j = 0; j < columns; j++) c.at[i * c.row + j0 + j] = sum[j];
    }
}

#else

INLINE void settle(vec *sum) { (void)sum; }
INLINE void forgetUnderflow(void) {}
INLINE int hasUnderflowed(void) { return 0; }
INLINE void exactProduct(long m, long n, long k, Matrix a, Matrix b, Start start, Target c) {}

#endif

// MARK: Tiles

/// What tiles of one panel have in common, and where the next one of them is.
typedef struct {
  long columns;  // of C that are written
  long depth;    // rows of the panel
  const float *panel;
  const float *ahead;  // as many registers as `depth` to ask for meanwhile
  Matrix a;            // column 1, or 0 where A is packed, with the rows of a tile side by side
  Start start;
  Target c;
} Tile;

/// A tile of `rows` x `vectors` registers.
INLINE void computeTile(const int rows, const int vectors, const int isPacked, const Tile *tile) {
  const long columns = tile->columns, depth = tile->depth;
  const Matrix a = {tile->a.at, isPacked ? 1 : tile->a.row, isPacked ? rows : 1};
  const Start start = tile->start;
  const Target c = tile->c;
  const float *panel = tile->panel, *ahead = tile->ahead;
  vec sums[TILE_ROWS][2];
  float edge[TILE_ROWS][PANEL];
  const int isWhole = columns == vectors * WIDTH;
  if (!start.at) {
    UNROLLED(i, rows)
      UNROLLED(v, vectors) sums[i][v] = 0.0f;
  } else if (isWhole) {
    UNROLLED(i, rows)
      UNROLLED(v, vectors) sums[i][v] = loadVec(start.at + i * start.row + v * WIDTH);
  } else {
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < vectors * WIDTH; j++) edge[i][j] = j < columns ? start.at[i * start.row + j] : 0;
    UNROLLED(i, rows)
      UNROLLED(v, vectors) sums[i][v] = loadVec(&edge[i][v * WIDTH]);
  }
  UNROLLED(i, rows)
    UNROLLED(v, vectors) settle(&sums[i][v]);
  forgetUnderflow();

  for (long l = 0; l < depth; l++) {
    vec right[2];
    UNROLLED(v, vectors) right[v] = loadVec(panel + (l * vectors + v) * WIDTH);
    __builtin_prefetch(ahead + l * WIDTH, 0, 2);
    UNROLLED(i, rows) {
      vec left = a.at[i * a.row + l * a.column];
      UNROLLED(v, vectors) sums[i][v] = fmaVec(left, right[v], sums[i][v]);
    }
  }

  UNROLLED(i, rows)
    UNROLLED(v, vectors) settle(&sums[i][v]);
  if (hasUnderflowed()) return exactProduct(rows, columns, depth, a, (Matrix){panel, vectors * WIDTH, 1}, start, c);

  if (isWhole) {
    UNROLLED(i, rows)
      UNROLLED(v, vectors) storeVec(c.at + i * c.row + v * WIDTH, sums[i][v]);
  } else {
    UNROLLED(i, rows)
      UNROLLED(v, vectors) storeVec(&edge[i][v * WIDTH], sums[i][v]);
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++) c.at[i * c.row + j] = edge[i][j];
  }
}

// One compiled tile for each number of rows.
#define TILE_CASE(R) \
  case R: computeTile(R, vectors, isPacked, tile); break;

INLINE void tileOfRows(long rows, const int vectors, const int isPacked, const Tile *tile) {
  switch (rows) {
    TILE_CASE(1)
    TILE_CASE(2)
    TILE_CASE(3)
    TILE_CASE(4)
    TILE_CASE(5)
    TILE_CASE(6)
#if TILE_ROWS > 6
    TILE_CASE(7)
    TILE_CASE(8)
    TILE_CASE(9)
    TILE_CASE(10)
    TILE_CASE(11)
    TILE_CASE(12)
#endif
  }
}

#define TILE_VARIANT(NAME, VECTORS, PACKED) \
  static __attribute__((noinline)) void NAME(long rows, const Tile *tile) { tileOfRows(rows, VECTORS, PACKED, tile); }
TILE_VARIANT(tileWide, 2, 0)
TILE_VARIANT(tileNarrow, 1, 0)
TILE_VARIANT(tileWidePacked, 2, 1)
TILE_VARIANT(tileNarrowPacked, 1, 1)

/// m rows of one panel of `width` columns, as tiles of nearly equal height. A's column is 1, or 0 where A is packed: tile
/// after tile. A tile asks for half of `next`, the part of a panel that comes after this one, so that it is in the
/// second-level cache by then, and for its successor's place in C.
INLINE void panelProduct(long m, long columns, long width, long depth, Matrix a, const float *panel, const float *next,
                         Start start, Target c) {
  const int isPacked = a.column == 0;
  const long tiles = (m + TILE_ROWS - 1) / TILE_ROWS, left = isPacked ? depth : a.row;
  Tile tile = {columns, depth, panel, next, a, start, c};
  long first = 0;
  for (long index = 0; index < tiles; index++) {
    const long rows = (m - first) / (tiles - index);
    tile.a.at = a.at + first * left;
    tile.ahead = next + index % (width / WIDTH) * depth * WIDTH;
    tile.start.at = start.at ? start.at + first * start.row : 0;
    tile.c.at = c.at + first * c.row;
    for (long i = first + rows; i < smaller(first + 2 * rows + 1, m); i++)
      for (long j = 0; j < width; j += LANES) __builtin_prefetch(c.at + i * c.row + j, 1);
    if (width == PANEL)
      (isPacked ? tileWidePacked : tileWide)(rows, &tile);
    else
      (isPacked ? tileNarrowPacked : tileNarrow)(rows, &tile);
    first += rows;
  }
}

// MARK: A single row

/// One row of A times the panel of each of `matrices` packed matrices, `stride` floats apart: their chains side by side, which
/// a single row has too few of to keep the processor and the memory busy. The rows of starts and targets do not matter.
INLINE void rowOfTiles(const int matrices, const int vectors, long columns, long depth, const float *a, const float *panel,
                       long stride, const Start *starts, const Target *c) {
  vec sums[4][2];
  float edge[PANEL];
  const int isWhole = columns == vectors * WIDTH;
  UNROLLED(i, matrices) {
    const float *start = starts[i].at;
    if (start && !isWhole) {
      for (int j = 0; j < vectors * WIDTH; j++) edge[j] = j < columns ? start[j] : 0;
      start = edge;
    }
    UNROLLED(v, vectors) sums[i][v] = start ? loadVec(start + v * WIDTH) : (vec)0.0f;
  }
  UNROLLED(i, matrices)
    UNROLLED(v, vectors) settle(&sums[i][v]);
  forgetUnderflow();

  for (long l = 0; l < depth; l++) {
    vec left = a[l];
    UNROLLED(i, matrices)
      UNROLLED(v, vectors) sums[i][v] = fmaVec(left, loadVec(panel + i * stride + (l * vectors + v) * WIDTH), sums[i][v]);
  }

  UNROLLED(i, matrices)
    UNROLLED(v, vectors) settle(&sums[i][v]);
  if (hasUnderflowed()) {
    for (int i = 0; i < matrices; i++)
      exactProduct(1, columns, depth, (Matrix){a, 0, 1}, (Matrix){panel + i * stride, vectors * WIDTH, 1}, starts[i], c[i]);
    return;
  }

  UNROLLED(i, matrices) {
    float *end = isWhole ? c[i].at : edge;
    UNROLLED(v, vectors) storeVec(end + v * WIDTH, sums[i][v]);
    if (!isWhole)
      for (int j = 0; j < columns; j++) c[i].at[j] = edge[j];
  }
}

static void rowProduct(long matrices, long columns, long width, long depth, const float *a, const float *panel, long stride,
                       const Start *starts, const Target *c) {
#define ROW_CASE(M)                                                  \
  case M:                                                            \
    if (width == PANEL)                                              \
      rowOfTiles(M, 2, columns, depth, a, panel, stride, starts, c); \
    else                                                             \
      rowOfTiles(M, 1, columns, depth, a, panel, stride, starts, c); \
    break;
  switch (matrices) {
    ROW_CASE(1)
    ROW_CASE(3)
    ROW_CASE(4)
  }
}

// MARK: The whole product

#define COPY_CASE(R)                                                                                           \
  case R:                                                                                                      \
    for (long l = l0; l < l1; l++) __builtin_memcpy(target + l * R, source + l * a.column, R * sizeof(float)); \
    break;

/// A block of A whose rows are 1 apart, tile after tile, the rows of a tile side by side. A few columns at a time for all
/// tiles, so that a cache line that two tiles share is fetched once.
INLINE void packBlock(long m, long depth, Matrix a, float *packed) {
  const long tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
  for (long l0 = 0; l0 < depth; l0 += 16) {
    const long l1 = smaller(depth, l0 + 16);
    long first = 0;
    for (long index = 0; index < tiles; index++) {
      const long rows = (m - first) / (tiles - index);
      const float *source = a.at + first;
      float *target = packed + first * depth;
      switch (rows) {
        COPY_CASE(1)
        COPY_CASE(2)
        COPY_CASE(3)
        COPY_CASE(4)
        COPY_CASE(5)
        COPY_CASE(6)
#if TILE_ROWS > 6
        COPY_CASE(7)
        COPY_CASE(8)
        COPY_CASE(9)
        COPY_CASE(10)
        COPY_CASE(11)
        COPY_CASE(12)
#endif
      }
      first += rows;
    }
  }
}

/// The block of A that tiles read: A itself, or a copy in `block`.
INLINE Matrix leftBlock(long m, long n, long depth, Matrix a, float *block) {
  if (a.column != 1) {
    packBlock(m, depth, a, block);
    return (Matrix){block, 0, 0};
  }
  // Rows a multiple of 2 KiB apart fall into few sets of the first-level cache: copy them closer together.
  if (a.row % 512 != 0 || m == 1 || n <= PANEL) return a;
  const long row = depth + LANES;
  for (long i = 0; i < m; i++) __builtin_memcpy(block + i * row, a.at + i * a.row, (size_t)depth * sizeof(float));
  return (Matrix){block, row, 1};
}

static void product(long m, long n, long k, Matrix a, const float *packed, Start start, Target c) {
  float block[BLOCK_ROWS * (DEPTH + LANES)] __attribute__((aligned(64)));
  long k0 = 0;
  do {
    const long depth = smaller(DEPTH, k - k0);
    const Start from = k0 > 0 ? startFrom(c) : start;
    for (long m0 = 0; m0 < m; m0 += BLOCK_ROWS) {
      const long rows = smaller(BLOCK_ROWS, m - m0);
      const Matrix source = {a.at + m0 * a.row + k0 * a.column, a.row, a.column};
      const Matrix left = leftBlock(rows, n, depth, source, block);
      const float *panel = packed;
      long j0 = 0;
      for (; m == 1 && left.column == 1 && j0 + 4 * PANEL <= n; j0 += 4 * PANEL, panel += 4 * k * PANEL) {
        Start starts[4];
        Target targets[4];
        for (long i = 0; i < 4; i++) {
          starts[i] = startAt(from, 0, j0 + i * PANEL);
          targets[i] = targetAt(c, 0, j0 + i * PANEL);
        }
        rowProduct(4, PANEL, PANEL, depth, left.at, panel + k0 * PANEL, k * PANEL, starts, targets);
      }
      for (; j0 < n; j0 += PANEL) {
        const long width = panelWidthAt(j0, n);
        panelProduct(rows, smaller(width, n - j0), width, depth, left, panel + k0 * width, panel + (k + k0) * width,
                     startAt(from, m0, j0), targetAt(c, m0, j0));
        panel += k * width;
      }
    }
    k0 += depth;
  } while (k0 < k);
}

/// C = start + A Wᵀ for few rows of A, with W [n, k] as a model stores it, in the same chains as `product`. k and n must be
/// multiples of WIDTH, and A's column 1.
static void storedProduct(long m, long n, long k, Matrix a, const float *w, Start start, Target c) {
  for (long m0 = 0; m0 < m; m0 += 8) {
    const long rows = smaller(8, m - m0);
    for (long j = 0; j < n; j += WIDTH) {
      vec sums[8];
      for (long i = 0; i < rows; i++) sums[i] = start.at ? loadVec(start.at + (m0 + i) * start.row + j) : (vec)0.0f;
      for (long i = 0; i < rows; i++) settle(&sums[i]);
      forgetUnderflow();
      for (long l0 = 0; l0 < k; l0 += WIDTH) {
        vec square[WIDTH];
        loadTransposed(w + j * k + l0, k, square);
        for (long i = 0; i < rows; i++)
          UNROLLED(l, WIDTH) sums[i] = fmaVec((vec)a.at[(m0 + i) * a.row + l0 + l], square[l], sums[i]);
      }
      for (long i = 0; i < rows; i++) settle(&sums[i]);
      if (hasUnderflowed())
        exactProduct(rows, WIDTH, k, (Matrix){a.at + m0 * a.row, a.row, 1}, (Matrix){w + j * k, 1, k}, startAt(start, m0, j),
                     targetAt(c, m0, j));
      else
        for (long i = 0; i < rows; i++) storeVec(c.at + (m0 + i) * c.row + j, sums[i]);
    }
  }
}
