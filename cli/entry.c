#include "entry.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"
#include "render.h"

/* JSON has no infinity: no bound is null. */
static json_t *parameter_document(const ag_catalogue_parameter *p)
{
  json_t *words = p->words ? json_array() : json_null();
  for (size_t w = 0; p->words && p->words[w]; w++)
    ag_json_append(&words, json_string(p->words[w]));
  return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:b, s:b, s:s?, s:s?, s:o}",
                   "name", p->name, "help", p->help, "kind", p->kind, "takes", p->takes,
                   "otherwise", p->otherwise, "unit", p->unit, "default", p->fallback, "low",
                   ag_json_real(p->low), "high", ag_json_real(p->high), "above", p->above,
                   "required", p->required, "with", p->with, "without", p->without, "words", words);
}

json_t *entry_document(const char *kind, const ag_catalogue_entry *entry)
{
  json_t *parameters = json_array();
  ag_catalogue_parameter parameter;
  for (size_t i = 0; ag_catalogue_parameter_at(kind, entry->name, i, &parameter); i++)
    ag_json_append(&parameters, parameter_document(&parameter));
  return json_pack("{s:s, s:s, s:s?, s:o}", "name", entry->name, "summary", entry->summary,
                   "example", entry->example, "parameters", parameters);
}

static void print_parameter(FILE *out, const ag_catalogue_parameter *p)
{
  enum { INDENT = 4, COLUMN = 18 };
  char *takes = program_format("%s; %s", p->takes, p->otherwise);
  const char *name = p->name[0] ? p->name : "(value)";
  fprintf(out, "%*s%s%s%s", INDENT, "", render_bold(), name, render_plain());
  size_t used = INDENT + strlen(name);
  if (used + 2 > COLUMN) {
    fputc('\n', out);
    used = 0;
  }
  render_wrap(out, takes, used, COLUMN);
  render_wrap(out, p->help, 0, COLUMN);
  free(takes);
}

void entry_print(FILE *out, const char *kind, const ag_catalogue_entry *entry)
{
  enum { INDENT = 4 };
  ag_catalogue_parameter parameter;
  fprintf(out, "%s%s%s\n", render_bold(), entry->name, render_plain());
  render_wrap(out, entry->summary, 0, INDENT);
  if (entry->example)
    fprintf(out, "%*s%s%s%s\n", INDENT, "", render_dim(), entry->example, render_plain());
  for (size_t k = 0; ag_catalogue_parameter_at(kind, entry->name, k, &parameter); k++)
    print_parameter(out, &parameter);
}
