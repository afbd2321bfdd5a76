/* A plain, slow transformer in doubles, to hold the fast one against. */
#ifndef AG_GENERATOR_TRANSFORMER_REFERENCE_H
#define AG_GENERATOR_TRANSFORMER_REFERENCE_H

#include "generator/transformer/transformer.h"

/* The mean loss over counted targets, of parameters [model->size] in model's layout
 * (model's own are not read). logits [tokens, vocabulary], or NULL. Loops as in the
 * formulae; every sum in double. NaN where memory is out. */
double ag_transformer_reference(const ag_transformer *model, const double *parameter,
                                const ag_token_batch *batch, double *logits);

/* One step of AdamW on doubles, by the published recursion. */
void ag_adamw_reference(const ag_transformer *model, const ag_adamw *settings, size_t step,
                        const double *gradient, double *first, double *second, double *parameter);

#endif
