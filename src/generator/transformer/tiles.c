/* Units of products, and who computes them. The small operand of a product is packed
 * first, and shared by all units; each unit packs its part of the large one:
 *   a b      a is shared, units are columns of c;
 *   a b'     as c' = b a': a' is shared, units are rows of c', delivered turned;
 *   a' b     b is shared, units are rows of c. */
#include "generator/transformer/tiles.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#ifdef __x86_64__
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "base/fault.h"
#include "base/memory.h"
#include "generator/transformer/parts.h"

enum {
  LAYER = 384, /* of the depth: operands of 2 x 2 tiles fit a core's first cache */
  PAIR = 2 * AG_TILE_SIDE,
  DEEP = 1024,    /* from here on the shared operand is wanted seldom: units are larger */
  DEEPEST = 4096, /* from here on it is read where it lies, if it can be */
  ROWS = 256,     /* of a unit of columns, and columns of a unit of rows */
  UNIT = 64,
  DEEP_UNIT = 192,
  SHALLOW_COLUMNS = 768, /* of a unit of rows with one layer */
  RESULT = ROWS * DEEP_UNIT
};

typedef struct stage {
  char *left, *right; /* packed operands */
  float *c;           /* tiles of a unit's result */
} stage;

struct ag_tile_engine {
  const ag_tile_kernels *kernels;
  size_t threads;
  stage *stage; /* [threads] */
  char *shared; /* the operand that all units read */
  size_t shared_size;
};

/* A product as tiles see it: result [rows, columns], which is c or its transpose. */
typedef struct cut {
  const ag_matmul *product;
  size_t rows, columns, depth;
  size_t unit_rows, unit_columns;
  size_t down;    /* tiles of the depth */
  bool turned;    /* the result is c's transpose */
  bool by_column; /* units are columns, and the left operand is shared */
  bool direct;    /* the left operand is not packed */
  bool stream;    /* c is large: past the cache */
} cut;

const ag_tile_kernels *ag_tile_kernels_get(void)
{
#ifdef __x86_64__
  enum { REQUEST = 0x1023, TILE_DATA = 18 };
  /* the system keeps the tiles of those who ask */
  if (ag_tile_kernels_amx && ag_matmul_prefers_half() &&
      syscall(SYS_arch_prctl, REQUEST, TILE_DATA) == 0)
    return ag_tile_kernels_amx;
#endif
  return NULL;
}

static size_t up(size_t n, size_t step)
{
  return (n + step - 1) / step;
}

static size_t least(size_t a, size_t b)
{
  return a < b ? a : b;
}

ag_status ag_tile_engine_create(size_t threads, ag_tile_engine **engine, ag_error *error)
{
  ag_tile_engine *made = ag_fault_strikes() ? NULL : calloc(1, sizeof *made);
  if (!made)
    return ag_fail(error, AG_ERROR_MEMORY, "out of memory for matrix products");
  made->kernels = ag_tile_kernels_get();
  ag_status status = ag_array_create(threads, sizeof *made->stage, &made->stage, error);
  if (status == AG_OK) {
    memset(made->stage, 0, threads * sizeof *made->stage);
    made->threads = threads;
  }
  for (size_t t = 0; t < threads && status == AG_OK; t++) {
    stage *s = &made->stage[t];
    status = ag_array_create((size_t)PAIR * LAYER, 2, &s->left, error);
    if (status == AG_OK)
      status = ag_array_create((size_t)DEEP_UNIT * LAYER, 2, &s->right, error);
    if (status == AG_OK)
      status = ag_array_create(RESULT, sizeof *s->c, &s->c, error);
  }
  if (status != AG_OK)
    ag_tile_engine_free(made);
  else
    *engine = made;
  return status;
}

void ag_tile_engine_free(ag_tile_engine *engine)
{
  if (!engine)
    return;
  for (size_t t = 0; t < engine->threads; t++) {
    free(engine->stage[t].left);
    free(engine->stage[t].right);
    free(engine->stage[t].c);
  }
  free(engine->stage);
  free(engine->shared);
  free(engine);
}

static cut cut_of(const ag_matmul *m)
{
  cut c = {.product = m,
           .rows = m->turned_b ? m->columns : m->rows,
           .columns = m->turned_b ? m->rows : m->columns,
           .depth = m->depth,
           .down = up(m->depth, AG_TILE_DEPTH),
           .turned = m->turned_b,
           .by_column = !m->turned_a && !m->turned_b};
  size_t unit = m->depth > DEEP ? DEEP_UNIT : UNIT;
  c.direct = c.by_column && m->depth >= DEEPEST && m->depth % AG_TILE_DEPTH == 0;
  c.unit_rows = c.by_column ? ROWS : unit;
  c.unit_columns = c.by_column ? unit : m->depth > LAYER ? ROWS : SHALLOW_COLUMNS;
  c.stream = !m->add && !m->half_c && m->columns % AG_TILE_SIDE == 0 && (uintptr_t)m->c % 64 == 0 &&
             m->rows * m->columns > 1 << 20;
  return c;
}

static ag_status grow_shared(ag_tile_engine *engine, const cut *c, ag_error *error)
{
  size_t count = c->by_column ? (c->direct ? 0 : c->rows) : c->columns;
  size_t size = up(count, AG_TILE_SIDE) * c->down * AG_TILE_BYTES;
  if (size <= engine->shared_size)
    return AG_OK;
  char *larger;
  ag_status status = ag_large_create(size, 1, &larger, error);
  if (status == AG_OK) {
    free(engine->shared);
    engine->shared = larger;
    engine->shared_size = size;
  }
  return status;
}

/* Tiles of the shared operand, from row or column `first` (a multiple of the side) and
 * from `layer` on. */
static char *shared_at(const ag_tile_engine *engine, const cut *c, size_t first, size_t layer)
{
  return engine->shared + (first / AG_TILE_SIDE * c->down + layer / AG_TILE_DEPTH) * AG_TILE_BYTES;
}

/* PAIR rows or columns of the shared operand from first on. */
static void pack_shared(const ag_tile_engine *engine, const cut *c, size_t first)
{
  const ag_matmul *m = c->product;
  const uint16_t *a = m->a, *b = m->b;
  if (c->by_column) {
    for (size_t row = first; row < least(first + PAIR, c->rows); row += AG_TILE_SIDE)
      engine->kernels->pack_left(least(AG_TILE_SIDE, c->rows - row), c->depth, a + row * c->depth,
                                 c->depth, false, shared_at(engine, c, row, 0));
    return;
  }
  engine->kernels->pack_right(
      c->depth, least(PAIR, c->columns - first), c->turned ? a + first * c->depth : b + first,
      c->turned ? c->depth : c->columns, c->turned, shared_at(engine, c, first, 0), c->down);
}

/* The unit whose first entry is (row, column) of the result. */
typedef struct unit {
  size_t row, rows, column, columns;
} unit;

/* Sixteen rows of the left operand, columns layer … layer + depth. */
static ag_tile_rows left_rows(const ag_tile_engine *engine, const cut *c, size_t row, size_t layer,
                              size_t depth, char *buffer)
{
  const ag_matmul *m = c->product;
  const uint16_t *x = c->turned ? m->b : m->a;
  size_t rows = least(AG_TILE_SIDE, c->rows - row);
  if (c->by_column && !c->direct)
    return (ag_tile_rows){shared_at(engine, c, row, layer), 64, AG_TILE_BYTES};
  if (c->direct && rows == AG_TILE_SIDE)
    return (ag_tile_rows){(const char *)(x + row * c->depth + layer), 2 * c->depth, 64};
  if (m->turned_a)
    engine->kernels->pack_left(rows, depth, x + layer * c->rows + row, c->rows, true, buffer);
  else
    engine->kernels->pack_left(rows, depth, x + row * c->depth + layer, c->depth, false, buffer);
  return (ag_tile_rows){buffer, 64, AG_TILE_BYTES};
}

/* The large operand's part that the thread is likely to need next (at, of unit `then`) in as
 * many pieces as this layer of this unit has products of tiles. */
static ag_tile_ahead look_ahead(const cut *c, const unit *u, const unit *then, size_t layer,
                                size_t depth)
{
  const ag_matmul *m = c->product;
  size_t products = up(u->rows, PAIR) * up(u->columns, PAIR) * up(depth, AG_TILE_DEPTH);
  if (!c->by_column && !c->turned)
    return (ag_tile_ahead){.at = m->a};
  const uint16_t *b = m->b;
  if (c->by_column) {
    size_t rows = up(depth, products);
    return (ag_tile_ahead){(const char *)(b + layer * c->columns + then->column),
                           rows * c->columns * 2, c->columns * 2, rows};
  }
  size_t pieces = up(c->unit_rows * depth * 2, products * 128);
  return (ag_tile_ahead){(const char *)(b + then->row * c->depth + layer * c->unit_rows),
                         pieces * 128, 128, pieces};
}

/* Rows row … row + PAIR of the unit: one layer is added to their tiles; the last is
 * delivered. right: the unit's, tiles `step` bytes apart. */
static void multiply_rows(const ag_tile_engine *engine, const cut *c, const unit *u, size_t row,
                          size_t layer, size_t depth, const char *right, size_t step,
                          ag_tile_ahead *ahead, const stage *own)
{
  size_t tiles = up(depth, AG_TILE_DEPTH), rows = c->rows - row > AG_TILE_SIDE ? 2 : 1;
  size_t across = up(u->columns, PAIR);
  ag_tile_target to = {c->product, row, u->column, c->turned, c->stream};
  ag_tile_rows left[2];
  for (size_t i = 0; i < rows; i++)
    left[i] = left_rows(engine, c, row + i * AG_TILE_SIDE, layer, depth,
                        own->left + i * tiles * AG_TILE_BYTES);
  float *strip = own->c + (row - u->row) / PAIR * across * AG_TILE_BYTES;
  for (size_t j = 0; j < across; j++, right += 2 * step) {
    const char *two[2] = {right, right + step};
    engine->kernels->multiply(tiles, rows, u->columns - j * PAIR > AG_TILE_SIDE ? 2 : 1, left, two,
                              strip + j * AG_TILE_BYTES, layer > 0, ahead);
    ahead->at += tiles * ahead->next;
  }
  if (layer + depth == c->depth)
    engine->kernels->deliver(&to, across, strip);
}

static void compute(const ag_tile_engine *engine, const cut *c, const unit *u, const unit *then,
                    const stage *own)
{
  for (size_t layer = 0; layer < c->depth; layer += LAYER) {
    size_t depth = least(LAYER, c->depth - layer), step = c->down * AG_TILE_BYTES;
    ag_tile_ahead ahead = look_ahead(c, u, then, layer, depth);
    const char *right;
    if (c->by_column) {
      size_t tiles = up(depth, AG_TILE_DEPTH);
      const uint16_t *b = c->product->b;
      engine->kernels->pack_right(depth, u->columns, b + layer * c->columns + u->column, c->columns,
                                  false, own->right, tiles);
      right = own->right;
      step = tiles * AG_TILE_BYTES;
    } else {
      right = shared_at(engine, c, u->column, layer);
    }
    for (size_t i = 0; i < u->rows; i += PAIR)
      multiply_rows(engine, c, u, u->row + i, layer, depth, right, step, &ahead, own);
  }
}

static unit unit_of(const cut *c, size_t down, size_t across, size_t i)
{
  unit u = {.row = (c->by_column ? i % down : i / across) * c->unit_rows,
            .column = (c->by_column ? i / down : i % across) * c->unit_columns};
  u.rows = least(c->unit_rows, c->rows - u.row);
  u.columns = least(c->unit_columns, c->columns - u.column);
  return u;
}

ag_status ag_tile_engine_run(ag_tile_engine *engine, const ag_matmul *product, ag_error *error)
{
  cut c = cut_of(product);
  ag_status status = grow_shared(engine, &c, error);
  if (status != AG_OK)
    return status;
  size_t down = up(c.rows, c.unit_rows), across = up(c.columns, c.unit_columns);
  size_t packed = c.direct ? 0 : c.by_column ? c.rows : c.columns;
#pragma omp parallel num_threads(engine->threads) if (down * across > 1)
  {
    const stage *own = &engine->stage[omp_get_thread_num()];
#pragma omp for schedule(static)
    for (size_t j = 0; j < packed; j += PAIR)
      pack_shared(engine, &c, j);
    engine->kernels->begin();
#pragma omp for schedule(dynamic, 1)
    for (size_t i = 0; i < down * across; i++) {
      size_t next = i + engine->threads < down * across ? i + engine->threads : i;
      unit u = unit_of(&c, down, across, i), then = unit_of(&c, down, across, next);
      compute(engine, &c, &u, &then, own);
    }
    engine->kernels->end();
  }
  return AG_OK;
}
