/* The letters of figures: DejaVu Sans, inside the library, so that a figure is the same
 * on every machine and nothing of the machine's fonts is searched, or missed. */
#include "report/figure_parts.h"

#include <cairo-ft.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/features.h"

/* Puts a file into the library as it is. */
#define CONTAIN(name, path)                                                                        \
  __asm__(".pushsection .rodata\n"                                                                 \
          ".balign 16\n"                                                                           \
          ".global " #name "_start\n.hidden " #name "_start\n"                                     \
          ".global " #name "_end\n.hidden " #name "_end\n" #name "_start:\n.incbin \"" path        \
          "\"\n" #name "_end:\n"                                                                   \
          ".popsection");                                                                          \
  extern const unsigned char name##_start[], name##_end[]

CONTAIN(ag_font_plain, AG_FONT_FOLDER "/DejaVuSans.ttf");
CONTAIN(ag_font_bold, AG_FONT_FOLDER "/DejaVuSans-Bold.ttf");

/* What cairo's face is made of; it goes when cairo lets go of the last use of it. */
typedef struct letters {
  FT_Library library;
  FT_Face face;
} letters;

static void forget(void *data)
{
  letters *self = data;
  if (self->face)
    FT_Done_Face(self->face);
  if (self->library)
    FT_Done_FreeType(self->library);
  free(self);
}

cairo_font_face_t *ag_font_open(bool bold)
{
  static const cairo_user_data_key_t key;
  const unsigned char *start = bold ? ag_font_bold_start : ag_font_plain_start;
  const unsigned char *end = bold ? ag_font_bold_end : ag_font_plain_end;
  cairo_font_face_t *font = NULL;
  letters *self = calloc(1, sizeof *self);
  if (!self)
    return NULL;
  if (FT_Init_FreeType(&self->library) == 0 &&
      FT_New_Memory_Face(self->library, start, (FT_Long)((uintptr_t)end - (uintptr_t)start), 0,
                         &self->face) == 0)
    font = cairo_ft_font_face_create_for_ft_face(self->face, 0);
  if (!font || cairo_font_face_set_user_data(font, &key, self, forget)) {
    if (font)
      cairo_font_face_destroy(font);
    forget(self);
    return NULL;
  }
  return font;
}
