// The matrix product C = initial + A B with B packed in panels of columns.
//
// A panel holds two registers' width of columns, all k rows of it one after the other; the last panel is one register wide
// where that suffices, with zeros in unused columns. A tile of the result (ROWS x panel) stays in registers for up to DEPTH
// rows of B, then goes through C: each element is one chain of fused multiply-adds from its initial value, in order of k.

#define PANEL (2 * WIDTH)
#define DEPTH 1024      // rows of B in one pass; a panel of them stays in the second-level cache
#define BLOCK_ROWS 96   // rows of A copied at a time where A is not laid out for the tile

INLINE long lastPanelWidth(long n) { return n % PANEL == 0 || n % PANEL > WIDTH ? PANEL : WIDTH; }

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
  _Pragma("clang loop unroll(full)") for (int j = 0; j < WIDTH; j++) square[j] = loadVec(columns + j * columnStride);
  _Pragma("clang loop unroll(full)") for (int round = 1; round < WIDTH; round *= 2) {
    _Pragma("clang loop unroll(full)") for (int j = 0; j < WIDTH / 2; j++) {
      mixed[2 * j] = __builtin_shufflevector(square[j], square[j + WIDTH / 2], LOW_HALVES);
      mixed[2 * j + 1] = __builtin_shufflevector(square[j], square[j + WIDTH / 2], HIGH_HALVES);
    }
    _Pragma("clang loop unroll(full)") for (int j = 0; j < WIDTH; j++) square[j] = mixed[j];
  }
}

INLINE void packSquare(const float *columns, long columnStride, float *rows, long rowStride) {
  vec square[WIDTH];
  loadTransposed(columns, columnStride, square);
  _Pragma("clang loop unroll(full)") for (int i = 0; i < WIDTH; i++) storeVec(rows + i * rowStride, square[i]);
}

/// Rows whose columns are contiguous, read along.
INLINE void packRows(long k, long n, const float *b, long rowStride, float *packed) {
  for (long i = 0; i < k; i++)
    for (long j0 = 0; j0 < n; j0 += PANEL) {
      const long width = n - j0 > PANEL ? PANEL : lastPanelWidth(n);
      float *target = packed + k * j0 + i * width;
      for (long j = 0; j < width; j += WIDTH)
        storeVec(target + j, loadSome(b + i * rowStride + j0 + j, n - j0 - j));
    }
}

static void pack(long k, long n, const float *b, long rowStride, long columnStride, float *packed) {
  if (columnStride == 1) return packRows(k, n, b, rowStride, packed);
  for (long j0 = 0; j0 < n; j0 += PANEL) {
    long columns = smaller(PANEL, n - j0);
    long width = n - j0 > PANEL ? PANEL : lastPanelWidth(n);
    const float *source = b + j0 * columnStride;
    // Blocks of rows, so that the lines written to stay in the first-level cache.
    for (long i0 = 0; i0 < k; i0 += 64) {
      long i1 = smaller(k, i0 + 64);
      for (long first = 0; first < width; first += WIDTH) {
        long i = i0;
        if (rowStride == 1 && first + WIDTH <= columns)
          for (; i + WIDTH <= i1; i += WIDTH)
            packSquare(source + first * columnStride + i, columnStride, packed + i * width + first, width);
        for (; i < i1; i++)
          for (long j = first; j < first + WIDTH; j++)
            packed[i * width + j] = j < columns ? source[j * columnStride + i * rowStride] : 0;
      }
    }
    packed += k * width;
  }
}

/// One tile: `rows` x `vectors` registers. A's element (i, l) is a[i * aRow + l * aColumn]. Asks for `depth` registers
/// at `next`.
INLINE void tile(const int rows, const int vectors, long depth, const float *a, long aRow, const long aColumn,
                 const float *b, const float *next, const float *initial, long initialRow, float *c, long cRow,
                 long columns) {
  vec sums[TILE_ROWS][2];
  float edge[TILE_ROWS][PANEL];
  const int whole = columns == vectors * WIDTH;
  if (!initial) {
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) sums[i][v] = 0.0f;
  } else if (whole) {
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
        sums[i][v] = loadVec(initial + i * initialRow + v * WIDTH);
  } else {
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < vectors * WIDTH; j++) edge[i][j] = j < columns ? initial[i * initialRow + j] : 0;
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) sums[i][v] = loadVec(&edge[i][v * WIDTH]);
  }
  for (long l = 0; l < depth; l++) {
    vec right[2];
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
      right[v] = loadVec(b + (l * vectors + v) * WIDTH);
    __builtin_prefetch(next + l * WIDTH, 0, 2);
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++) {
      vec left = a[i * aRow + l * aColumn];
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
        sums[i][v] = fmaVec(left, right[v], sums[i][v]);
    }
  }
  if (whole) {
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
        storeVec(c + i * cRow + v * WIDTH, sums[i][v]);
  } else {
    _Pragma("clang loop unroll(full)") for (int i = 0; i < rows; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) storeVec(&edge[i][v * WIDTH], sums[i][v]);
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++) c[i * cRow + j] = edge[i][j];
  }
}

// One compiled tile for each number of rows. In packed A the rows of a tile lie side by side (aColumn = rows, aRow = 1).
#define TILE_CASE(R)                                                                                                  \
  case R:                                                                                                             \
    if (packedA)                                                                                                      \
      tile(R, vectors, depth, a, 1, R, b, next, initial, initialRow, c, cRow, columns);                               \
    else                                                                                                              \
      tile(R, vectors, depth, a, aRow, 1, b, next, initial, initialRow, c, cRow, columns);                            \
    break;

INLINE void tileOfRows(long rows, const int vectors, const int packedA, long depth, const float *a, long aRow,
                       const float *b, const float *next, const float *initial, long initialRow, float *c, long cRow,
                       long columns) {
  switch (rows) {
    TILE_CASE(1) TILE_CASE(2) TILE_CASE(3) TILE_CASE(4) TILE_CASE(5) TILE_CASE(6)
#if TILE_ROWS > 6
    TILE_CASE(7) TILE_CASE(8) TILE_CASE(9) TILE_CASE(10) TILE_CASE(11) TILE_CASE(12)
#endif
  }
}

#define TILE_VARIANT(NAME, VECTORS, PACKED)                                                                           \
  static __attribute__((noinline)) void NAME(long rows, long depth, const float *a, long aRow, const float *b,        \
                                             const float *next, const float *initial, long initialRow, float *c,      \
                                             long cRow, long columns) {                                               \
    tileOfRows(rows, VECTORS, PACKED, depth, a, aRow, b, next, initial, initialRow, c, cRow, columns);                \
  }
TILE_VARIANT(tileWide, 2, 0)
TILE_VARIANT(tileNarrow, 1, 0)
TILE_VARIANT(tileWidePacked, 2, 1)
TILE_VARIANT(tileNarrowPacked, 1, 1)

/// m rows of one panel, as tiles of nearly equal height. Packed A holds tile after tile. A tile asks for half of `next`,
/// the part of a panel that comes after this one, so that it is in the second-level cache by then, and for its successor's
/// place in C.
INLINE void panelProduct(long m, long columns, long width, long depth, const float *a, long aRow, int packedA,
                         const float *panel, const float *next, const float *initial, long initialRow, float *c,
                         long cRow) {
  long tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
  long first = 0;
  for (long index = 0; index < tiles; index++) {
    long rows = (m - first) / (tiles - index);
    const float *left = packedA ? a + first * depth : a + first * aRow;
    const float *start = initial ? initial + first * initialRow : 0;
    float *result = c + first * cRow;
    const float *ahead = next + index % (width / WIDTH) * depth * WIDTH;
    for (long i = first + rows; i < smaller(first + 2 * rows + 1, m); i++)
      for (long j = 0; j < width; j += LANES) __builtin_prefetch(c + i * cRow + j, 1);
    if (width == PANEL)
      (packedA ? tileWidePacked : tileWide)(rows, depth, left, aRow, panel, ahead, start, initialRow, result, cRow, columns);
    else
      (packedA ? tileNarrowPacked : tileNarrow)(rows, depth, left, aRow, panel, ahead, start, initialRow, result, cRow,
                                                columns);
    first += rows;
  }
}

/// One row of A times the panel of each of `matrices` packed matrices, `stride` floats apart: their chains side by side, which
/// a single row has too few of to keep the processor and the memory busy.
INLINE void rowOfTiles(const int matrices, const int vectors, long depth, const float *a, const float *panel, long stride,
                       const float **initials, float **c, long columns) {
  vec sums[4][2];
  float edge[PANEL];
  const int whole = columns == vectors * WIDTH;
  _Pragma("clang loop unroll(full)") for (int i = 0; i < matrices; i++) {
    const float *start = initials[i];
    if (start && !whole) {
      for (int j = 0; j < vectors * WIDTH; j++) edge[j] = j < columns ? start[j] : 0;
      start = edge;
    }
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
      sums[i][v] = start ? loadVec(start + v * WIDTH) : (vec)0.0f;
  }
  for (long l = 0; l < depth; l++) {
    vec left = a[l];
    _Pragma("clang loop unroll(full)") for (int i = 0; i < matrices; i++)
      _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++)
        sums[i][v] = fmaVec(left, loadVec(panel + i * stride + (l * vectors + v) * WIDTH), sums[i][v]);
  }
  _Pragma("clang loop unroll(full)") for (int i = 0; i < matrices; i++) {
    float *end = whole ? c[i] : edge;
    _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) storeVec(end + v * WIDTH, sums[i][v]);
    if (!whole)
      for (int j = 0; j < columns; j++) c[i][j] = edge[j];
  }
}

static void rowProduct(long matrices, long columns, long width, long depth, const float *a, const float *panel, long stride,
                       const float **initials, float **c) {
#define ROW_CASE(M)                                                                    \
  case M:                                                                              \
    if (width == PANEL)                                                                \
      rowOfTiles(M, 2, depth, a, panel, stride, initials, c, columns);                 \
    else                                                                               \
      rowOfTiles(M, 1, depth, a, panel, stride, initials, c, columns);                 \
    break;
  switch (matrices) { ROW_CASE(1) ROW_CASE(3) ROW_CASE(4) }
}

#define COPY_CASE(R)                                                                                       \
  case R:                                                                                                  \
    for (long l = l0; l < l1; l++) __builtin_memcpy(target + l * R, source + l * aColumn, R * sizeof(float)); \
    break;

/// A block of A whose columns are contiguous, tile after tile, the rows of a tile side by side. A few columns at a time for all
/// tiles, so that a cache line that two tiles share is fetched once.
INLINE void packBlock(long m, long depth, const float *a, long aColumn, float *packed) {
  long tiles = (m + TILE_ROWS - 1) / TILE_ROWS;
  for (long l0 = 0; l0 < depth; l0 += 16) {
    long l1 = smaller(depth, l0 + 16);
    long first = 0;
    for (long index = 0; index < tiles; index++) {
      long rows = (m - first) / (tiles - index);
      const float *source = a + first;
      float *target = packed + first * depth;
      switch (rows) {
        COPY_CASE(1) COPY_CASE(2) COPY_CASE(3) COPY_CASE(4) COPY_CASE(5) COPY_CASE(6)
#if TILE_ROWS > 6
        COPY_CASE(7) COPY_CASE(8) COPY_CASE(9) COPY_CASE(10) COPY_CASE(11) COPY_CASE(12)
#endif
      }
      first += rows;
    }
  }
}

static void product(long m, long n, long k, const float *a, long aRow, long aColumn, const float *packed,
                    const float *initial, long initialRow, float *c, long cRow) {
  float block[BLOCK_ROWS * (DEPTH + LANES)] __attribute__((aligned(64)));
  const int packedA = aColumn != 1;
  // Rows a multiple of 2 KiB apart fall into few sets of the first-level cache: copy them closer together.
  const int copied = !packedA && aRow % 512 == 0 && m > 1 && n > PANEL;
  long k0 = 0;
  do {
    long depth = smaller(DEPTH, k - k0);
    for (long m0 = 0; m0 < m; m0 += BLOCK_ROWS) {
      long rows = smaller(BLOCK_ROWS, m - m0);
      const float *left = a + m0 * aRow + k0 * aColumn;
      long leftRow = aRow;
      if (packedA) {
        packBlock(rows, depth, left, aColumn, block);
        left = block;
      } else if (copied) {
        for (long i = 0; i < rows; i++)
          __builtin_memcpy(block + i * (depth + LANES), left + i * aRow, (size_t)depth * sizeof(float));
        left = block;
        leftRow = depth + LANES;
      }
      const float *panel = packed;
      long j0 = 0;
      for (; m == 1 && !packedA && j0 + 4 * PANEL <= n; j0 += 4 * PANEL, panel += 4 * k * PANEL) {
        const float *starts[4];
        float *results[4];
        for (long i = 0; i < 4; i++) {
          results[i] = c + j0 + i * PANEL;
          starts[i] = k0 > 0 ? results[i] : initial ? initial + j0 + i * PANEL : 0;
        }
        rowProduct(4, PANEL, PANEL, depth, left, panel + k0 * PANEL, k * PANEL, starts, results);
      }
      for (; j0 < n; j0 += PANEL) {
        long width = n - j0 > PANEL ? PANEL : lastPanelWidth(n);
        float *result = c + m0 * cRow + j0;
        const float *start = k0 > 0 ? result : initial ? initial + m0 * initialRow + j0 : 0;
        panelProduct(rows, smaller(width, n - j0), width, depth, left, leftRow, packedA, panel + k0 * width,
                     panel + (k + k0) * width, start, k0 > 0 ? cRow : initialRow, result, cRow);
        panel += k * width;
      }
    }
    k0 += depth;
  } while (k0 < k);
}

/// C = initial + A Wᵀ for few rows of A, with W [n, k] as a model stores it, in the same chains as `product`. k and n must be
/// multiples of WIDTH.
static void storedProduct(long m, long n, long k, const float *a, long aRow, const float *w, const float *initial,
                          long initialRow, float *c, long cRow) {
  for (long m0 = 0; m0 < m; m0 += 8) {
    const long rows = smaller(8, m - m0);
    for (long j = 0; j < n; j += WIDTH) {
      vec sums[8];
      for (long i = 0; i < rows; i++) sums[i] = initial ? loadVec(initial + (m0 + i) * initialRow + j) : (vec)0.0f;
      for (long l0 = 0; l0 < k; l0 += WIDTH) {
        vec square[WIDTH];
        loadTransposed(w + j * k + l0, k, square);
        for (long i = 0; i < rows; i++)
          _Pragma("clang loop unroll(full)") for (int l = 0; l < WIDTH; l++)
            sums[i] = fmaVec((vec)a[(m0 + i) * aRow + l0 + l], square[l], sums[i]);
      }
      for (long i = 0; i < rows; i++) storeVec(c + (m0 + i) * cRow + j, sums[i]);
    }
  }
}
