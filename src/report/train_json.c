#include <aligngame/train.h>

#include "report/json.h"

static json_t *settings_json(const ag_train_spec *s)
{
  return json_pack(
      "{s:o, s:I, s:o, s:f, s:f, s:o, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, "
      "s:f, s:f, s:I}",
      "corpus", ag_json_text(s->corpus), "grammar", (json_int_t)s->grammar, "held_out",
      ag_json_text(s->held_out), "held_out_share", s->held_out_share, "judge_share", s->judge_share,
      "base", ag_json_text(s->base), "separate", (int)s->separate, "layers", (json_int_t)s->layers,
      "width", (json_int_t)s->width, "heads", (json_int_t)s->heads, "context",
      (json_int_t)s->context, "vocabulary", (json_int_t)s->vocabulary, "epochs",
      (json_int_t)s->epochs, "patience", (json_int_t)s->patience, "batch", (json_int_t)s->batch,
      "warm_up", (json_int_t)s->warm_up, "dropout", s->dropout, "learning_rate", s->rate, "decay",
      s->decay, "average", s->average, "seed", (json_int_t)s->seed);
}

/* Nats and perplexities by model. */
static json_t *scored_json(const ag_train_text *text)
{
  json_t *models = json_object();
  for (size_t k = 0; k < AG_TRAIN_MODELS; k++)
    ag_json_put(&models, ag_train_model_name((ag_train_model)k),
                json_pack("{s:o, s:o}", "nats", ag_json_real(text->nats[k]), "perplexity",
                          ag_json_real(text->perplexity[k])));
  return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o}", "sentences", (json_int_t)text->sentences,
                   "words", (json_int_t)text->words, "unknown", (json_int_t)text->unknown, "tokens",
                   (json_int_t)text->tokens, "models", models, "truth", ag_json_real(text->truth));
}

static json_t *epochs_json(const ag_train_result *r)
{
  json_t *list = json_array();
  for (size_t i = 0; i < r->epochs; i++)
    ag_json_append(&list, json_pack("{s:o, s:o, s:o}", "loss", ag_json_real(r->epoch[i].loss),
                                    "perplexity", ag_json_real(r->epoch[i].perplexity), "seconds",
                                    ag_json_real(r->epoch[i].seconds)));
  return list;
}

char *ag_train_json(const ag_train_result *r)
{
  return ag_json_finish(
      "train",
      json_pack("{s:o, s:s?, s:I, s:I, s:I, s:I, s:s, s:o, s:I, s:o, s:o, s:o, s:o, s:b}",
                "settings", settings_json(&r->spec), "corpus", r->understood, "sentences",
                (json_int_t)r->sentences, "tokens", (json_int_t)r->tokens, "cut_at_context",
                (json_int_t)r->cut, "parameters", (json_int_t)r->parameters, "unknown_words",
                r->marks_unknown ? "written <unk>" : "left out", "epochs", epochs_json(r),
                "best_epoch", (json_int_t)(r->best + 1), "judge", scored_json(&r->judge),
                "held_out", scored_json(&r->held_out), "seconds", ag_json_real(r->seconds),
                "tokens_per_second", ag_json_real(r->tokens_per_second), "interrupted",
                (int)r->interrupted));
}
