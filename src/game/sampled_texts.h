/* What a replicate of a game on texts has besides: the pool of texts that its samples
 * number, their rewards, and the language models that rewards ask. */
#ifndef AG_GAME_SAMPLED_TEXTS_H
#define AG_GAME_SAMPLED_TEXTS_H

#include "game/sampled.h"
#include "population/texts.h"

struct ag_text_stats;
typedef struct ag_sampled_texts ag_sampled_texts;

/* The space's sentences with their rewards. Status: AG_ERROR_MEMORY.
 * Owner: ag_sampled_texts_free (NULL is fine). */
ag_status ag_sampled_texts_create(const ag_game *game, ag_sampled_texts **texts, ag_error *error);
void ag_sampled_texts_free(ag_sampled_texts *texts);

ag_texts *ag_sampled_texts_pool(const ag_sampled_texts *texts);
/* [n] the texts of the space's sentences. */
const uint32_t *ag_sampled_texts_original(const ag_sampled_texts *texts);

/* The models that curators ask other than the one that plays, as they are before the
 * first generation; current: the one that plays, started. Status: as their generators'. */
ag_status ag_sampled_texts_start_judges(ag_sampled_texts *texts, const ag_model *current,
                                        const ag_sample *data, const ag_random_key *key,
                                        const ag_watch *watch, ag_error *error);
/* The model of a curator's own, or NULL. */
const ag_model *ag_sampled_texts_judge(const ag_sampled_texts *texts, size_t curator);
/* Whether a curator asks the model that plays, so that its rewards change. */
bool ag_sampled_texts_judged(const ag_sampled_texts *texts);
/* reward [count] of curator c for the texts item [count]. A text is weighed once, save by
 * those who ask the model that plays.
 * Status: AG_ERROR_INPUT: a reward that is not finite, or a program's failure;
 * AG_ERROR_MEMORY and what a model can meet. */
ag_status ag_sampled_texts_reward(ag_sampled_texts *texts, size_t curator, const uint32_t *item,
                                  size_t count, double *reward, ag_error *error);

/* The rewards of curator c for the texts id [count], NaN where they are not kept, to and from a
 * saved state; save returns where it has stopped. Status: AG_ERROR_INPUT: a reward that
 * is infinite; AG_ERROR_MEMORY. */
double *ag_sampled_texts_save(const ag_sampled_texts *texts, size_t curator, const uint32_t *id,
                              size_t count, double *state);
ag_status ag_sampled_texts_load(ag_sampled_texts *texts, size_t curator, const uint32_t *id,
                                size_t count, const double *state, ag_error *error);

/* The texts of a sample, text [count], borrowed from the pool. */
void ag_sampled_texts_list(const ag_sampled_texts *texts, const ag_sample *sample,
                           const char **text);

#endif
