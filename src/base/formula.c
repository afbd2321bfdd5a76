#include "base/formula.h"

#include "base/features.h"

#if AG_HAVE_MUPARSER
#include <math.h>
#include <muParserDLL.h>
#include <stdio.h>
#include <string.h>

/* The library keeps names in fixed buffers. */
enum { LENGTH_MOST = 1000 };

/* mupError tells of errors afterwards. */
static void keep_quiet(muParserHandle_t parser)
{
  (void)parser;
}

static ag_status fail_formula(muParserHandle_t parser, const char *variable, ag_error *error)
{
  char message[256]; /* the library gives its texts in one static buffer */
  snprintf(message, sizeof message, "%s", mupGetErrorMsg(parser));
  return ag_fail(error, AG_ERROR_INPUT, "%s (expected a number or a formula in %s)", message,
                 variable);
}

static ag_status evaluate(muParserHandle_t parser, const char *text, const char *variable,
                          size_t count, double *value, ag_error *error)
{
  double place = 0;
  mupSetErrorHandler(parser, keep_quiet);
  mupClearConst(parser); /* its own _pi has 13 digits */
  mupDefineConst(parser, "pi", 3.14159265358979323846);
  mupDefineConst(parser, "e", 2.71828182845904523536);
  mupDefineVar(parser, variable, &place);
  mupErrorReset(parser);
  mupSetExpr(parser, text);
  for (size_t i = 0; i < count; i++) {
    place = (double)i;
    value[i] = mupEval(parser);
    if (mupError(parser))
      return fail_formula(parser, variable, error);
    if (place != (double)i)
      return ag_fail(error, AG_ERROR_INPUT, "= assigns, which a formula cannot");
  }
  return AG_OK;
}

ag_status ag_formula_tabulate(const char *text, const char *variable, size_t count, double *value,
                              ag_error *error)
{
  if (strlen(text) > LENGTH_MOST)
    return ag_fail(error, AG_ERROR_INPUT, "a formula has %d characters at most", LENGTH_MOST);
  muParserHandle_t parser = mupCreate(muBASETYPE_FLOAT);
  if (!parser)
    return ag_fail(error, AG_ERROR_MEMORY, "no memory for a formula");
  ag_status status = evaluate(parser, text, variable, count, value, error);
  mupRelease(parser);
  return status;
}
#else
ag_status ag_formula_tabulate(const char *text, const char *variable, size_t count, double *value,
                              ag_error *error)
{
  (void)variable, (void)count, (void)value;
  return ag_fail(error, AG_ERROR_INPUT,
                 "the formula `%.200s` needs muparser, which this build lacks", text);
}
#endif
