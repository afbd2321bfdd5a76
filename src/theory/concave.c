#include "theory/concave.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/numerics.h"

enum { MOVES_EACH = 10, MOVES_MORE = 1000, HALVINGS = 60 };

bool ag_game_is_concave(const ag_game *game)
{
  const ag_loop *loop = &game->loop;
  size_t choices = 0;
  for (size_t s = 0; s < loop->step_count; s++) {
    const ag_step *step = &loop->step[s];
    bool chooses = ag_step_selects(step) && !step->type->publishes;
    if (step->type->apply && !chooses && (choices == 0 || !step->type->mixes))
      return false;
    choices += chooses;
    for (size_t k = 0; chooses && k < step->curator_count; k++) {
      const ag_curator *curator = &game->curator[step->curator[k]];
      if (curator->prefers || curator->pool != AG_POOL_INFINITE)
        return false;
    }
  }
  return choices == 1 && !game->moves && !ag_loop_moves(loop);
}

/* u [curators, n] = exp(r / tau) / its largest, share [curators], mean [curators] = E_p u. */
typedef struct climb {
  size_t n, curators;
  double *u, *share, *mean;
  double *p, *growth; /* [n] */
} climb;

static const ag_step *find_choice(const ag_loop *loop)
{
  for (size_t s = 0; s < loop->step_count; s++)
    if (ag_step_selects(&loop->step[s]) && !loop->step[s].type->publishes)
      return &loop->step[s];
  return NULL;
}

static void fill(const ag_game *game, const ag_step *step, climb *self)
{
  for (size_t k = 0; k < self->curators; k++) {
    const ag_curator *curator = &game->curator[step->curator[k]];
    double top = -INFINITY;
    for (size_t x = 0; x < self->n; x++)
      top = fmax(top, curator->value[x]);
    for (size_t x = 0; x < self->n; x++)
      self->u[k * self->n + x] = exp((curator->value[x] - top) / curator->temperature);
    self->share[k] = step->curator_count > 1 ? ag_step_share(step, k, 0) : 1;
  }
}

/* Means and growth factors at p. */
static void look(climb *self)
{
  for (size_t x = 0; x < self->n; x++)
    self->growth[x] = 0;
  for (size_t k = 0; k < self->curators; k++) {
    const double *u = self->u + k * self->n;
    self->mean[k] = 0;
    for (size_t x = 0; x < self->n; x++)
      self->mean[k] += self->p[x] * u[x];
    for (size_t x = 0; x < self->n && self->share[k] > 0; x++)
      self->growth[x] += self->share[k] * u[x] / self->mean[k];
  }
}

/* How much faster `up` grows than `down` after so much mass has moved; *slope: its derivative. */
static double lead(const climb *self, size_t up, size_t down, double moved, double *slope)
{
  double ahead = 0;
  *slope = 0;
  for (size_t k = 0; k < self->curators; k++) {
    const double *u = self->u + k * self->n;
    double part = (u[up] - u[down]) / (self->mean[k] + moved * (u[up] - u[down]));
    ahead += self->share[k] > 0 ? self->share[k] * part : 0;
    *slope -= self->share[k] > 0 ? self->share[k] * part * part : 0;
  }
  return ahead;
}

/* Whom to take from: by the gain that the first two derivatives promise. */
static size_t find_giver(const climb *self, size_t up)
{
  size_t down = SIZE_MAX;
  double most = 0, slope;
  for (size_t x = 0; x < self->n; x++) {
    if (!(self->p[x] > 0) || !(self->growth[x] < self->growth[up]))
      continue;
    double ahead = lead(self, up, x, 0, &slope);
    double gain = slope < 0 ? ahead * fmin(-ahead / slope, self->p[x]) : ahead * self->p[x];
    if (gain > most) {
      most = gain;
      down = x;
    }
  }
  return down;
}

static void exchange(climb *self, size_t up, size_t down)
{
  double low = 0, high = self->p[down], slope;
  if (lead(self, up, down, high, &slope) >= 0) {
    self->p[up] += high;
    self->p[down] = 0;
    return;
  }
  for (int k = 0; k < HALVINGS; k++) {
    double middle = (low + high) / 2;
    *(lead(self, up, down, middle, &slope) > 0 ? &low : &high) = middle;
  }
  self->p[up] += low;
  self->p[down] -= low;
}

static void climb_up(climb *self)
{
  const double rounding = 1e-13;
  for (size_t move = 0; move < MOVES_EACH * self->n + MOVES_MORE; move++) {
    size_t up = 0;
    look(self);
    for (size_t x = 1; x < self->n; x++)
      up = self->growth[x] > self->growth[up] ? x : up;
    size_t down = self->growth[up] < 1 + rounding ? SIZE_MAX : find_giver(self, up);
    if (down == SIZE_MAX)
      return;
    exchange(self, up, down);
  }
}

ag_status ag_concave_climb(const ag_game *game, double *log_mass, ag_error *error)
{
  const ag_step *step = find_choice(&game->loop);
  climb self = {.n = game->space->count, .curators = step->curator_count};
  double *room = NULL;
  if (ag_loop_real_share(&game->loop) > 0)
    return AG_OK;
  ag_status status =
      ag_array_create((self.curators + 2) * (self.n + 2), sizeof *room, &room, error);
  if (status)
    return status;
  self.u = room;
  self.p = self.u + self.curators * self.n;
  self.growth = self.p + self.n;
  self.share = self.growth + self.n;
  self.mean = self.share + self.curators;
  fill(game, step, &self);
  ag_log_normalize(log_mass, self.n);
  for (size_t x = 0; x < self.n; x++)
    self.p[x] = exp(log_mass[x]);
  climb_up(&self);
  for (size_t x = 0; x < self.n; x++)
    log_mass[x] = self.p[x] > 0 ? log(self.p[x]) : -INFINITY;
  free(room);
  return AG_OK;
}
