/* Files as people have them: every encoding comes out as the same UTF-8, and what is no text is
 * named. */
#include "base/input.h"

#include "base/features.h"
#include "tests/check.h"

#define BYTES(text) text, sizeof(text) - 1

static ag_status decode(const char *bytes, size_t size, const char *encoding, ag_input *input,
                        ag_error *error)
{
  char *copy = malloc(size + 1);
  memcpy(copy, bytes, size);
  copy[size] = '\0';
  *error = (ag_error){0};
  return ag_input_decode("file", copy, size, encoding, input, error);
}

static void one_text_in_many_encodings_is_one_text(void)
{
  static const struct {
    const char *bytes;
    size_t size;
    const char *given, *encoding;
  } forms[] = {
      {BYTES("\xC3\xA9,b\n"), NULL, "UTF-8"},
      {BYTES("\xEF\xBB\xBF\xC3\xA9,b\n"), NULL, "UTF-8"},
      {BYTES("\xFF\xFE\xE9\0,\0b\0\n\0"), NULL, "UTF-16LE"},
      {BYTES("\xFE\xFF\0\xE9\0,\0b\0\n"), NULL, "UTF-16BE"},
      {BYTES("\xE9\0,\0b\0\n\0"), NULL, "UTF-16LE"},
      {BYTES("\0\xE9\0,\0b\0\n"), NULL, "UTF-16BE"},
      {BYTES("\xFF\xFE\0\0\xE9\0\0\0,\0\0\0b\0\0\0\n\0\0\0"), NULL, "UTF-32LE"},
      {BYTES("\xE9,b\n"), "windows-1252", "windows-1252"},
      {BYTES("\xE9,b\n"), "latin1", "latin1"},
      {BYTES("\xEF\xBB\xBF\xC3\xA9,b\n"), "utf-8", "utf-8"},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    ag_input input = {0};
    ag_error error;
    CHECK(decode(forms[i].bytes, forms[i].size, forms[i].given, &input, &error) == AG_OK);
    CHECK(input.size == 5 && !input.unpacked);
    CHECK_TEXT(input.text ? input.text : error.message, "\xC3\xA9,b\n");
    CHECK_TEXT(input.encoding ? input.encoding : "", forms[i].encoding);
    ag_input_free(&input);
  }
}

static const char packed[] = "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\x4B\xD4\x49\xE2\x02\x00\xC5"
                             "\x10\x97\x24\x04\x00\x00\x00"
                             "\x1F\x8B\x08\x00\x00\x00\x00\x00\x02\x03\x33\xD4\x31\xE2\x02\x00\x33"
                             "\x42\x21\x55\x04\x00\x00\x00";

static void gzip_is_unpacked_or_named(void)
{
  ag_input input = {0};
  ag_error error;
  ag_status status = decode(packed, sizeof packed - 1, NULL, &input, &error);
#if AG_HAVE_ZLIB
  CHECK(status == AG_OK && input.unpacked && input.size == 8);
  CHECK_TEXT(input.text ? input.text : error.message, "a,b\n1,2\n");
  ag_input_free(&input);
  for (size_t cut = 2; cut < sizeof packed - 1; cut++) /* one of the two may be whole */
    if (decode(packed, cut, NULL, &input, &error) == AG_OK) {
      CHECK_TEXT(input.text, "a,b\n");
      ag_input_free(&input);
    }
  CHECK(decode(packed, 20, NULL, &input, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "the gzip file ends early: it is cut off");
  char damaged[sizeof packed];
  memcpy(damaged, packed, sizeof packed);
  damaged[12] ^= 0x55;
  CHECK(decode(damaged, sizeof packed - 1, NULL, &input, &error) == AG_ERROR_INPUT);
#else
  CHECK(status == AG_ERROR_INPUT && strstr(error.message, "without zlib"));
#endif
}

static void what_is_no_text_is_named(void)
{
  static const struct {
    const char *bytes;
    size_t size;
    const char *message;
  } forms[] = {
      {BYTES("PK\3\4\0\0\0\0[Content_Types].xml xl/workbook.xml"),
       "this is an Excel workbook; save it as CSV"},
      {BYTES("PK\3\4\0\0\0\0mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
       "this is an OpenDocument spreadsheet; save it as CSV"},
      {BYTES("PK\3\4\0\0\0\0a.csv"), "this is a zip archive; unpack it first"},
      {BYTES("PK\3\4\0\0\0\0model/data.pkl"), "this is a PyTorch model; expected a text"},
      {BYTES("PAR1\x15\x04\0\xFF"), "this is a Parquet file; save it as CSV"},
      {BYTES("\x10\0\0\0\0\0\0\0{\"weight\":1}"),
       "this is a model's weights (safetensors); expected a text"},
      {BYTES("caf\xE9,b\n"), "byte 0xE9 is not valid UTF-8; name the encoding (often windows-1252) "
                             "or save the file as UTF-8"},
      {BYTES("a,b\n1,\0\n"), "NUL character (byte 0x00), expected a text"},
      {BYTES("\xFF\xFE\x00\xD8\x41\x00"), "byte 1 (0x00) does not belong to UTF-16LE"},
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    ag_input input = {0};
    ag_error error;
    CHECK(decode(forms[i].bytes, forms[i].size, NULL, &input, &error) == AG_ERROR_INPUT);
    CHECK_TEXT(error.message, forms[i].message);
  }
}

static void a_text_that_begins_like_another_format_is_a_text(void)
{
  static const char *const texts[] = {"PAR1,PAR2\n1,2\n", "ORCID,a\n", "BZhang\n", "GIF8\n"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ag_input input = {0};
    ag_error error;
    CHECK(decode(texts[i], strlen(texts[i]), NULL, &input, &error) == AG_OK);
    CHECK_TEXT(input.text ? input.text : error.message, texts[i]);
    ag_input_free(&input);
  }
}

static void an_unknown_encoding_is_refused(void)
{
  ag_input input = {0};
  ag_error error;
  CHECK(decode(BYTES("a\n"), "no-such", &input, &error) == AG_ERROR_INPUT);
  CHECK_TEXT(error.message, "file: there is no encoding called 'no-such'");
}

int main(void)
{
  CHECK_RUN(one_text_in_many_encodings_is_one_text);
  CHECK_RUN(gzip_is_unpacked_or_named);
  CHECK_RUN(what_is_no_text_is_named);
  CHECK_RUN(a_text_that_begins_like_another_format_is_a_text);
  CHECK_RUN(an_unknown_encoding_is_refused);
  return check_end();
}
