/* The tokenizer: GPT-2's rules by hand, against plain encoders and trainers written here,
 * and its files. `bpe --encode DIRECTORY FILE` and `bpe --train FILE TOKENS DIRECTORY` are
 * for test_bpe.py. */
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/random.h"
#include "base/text.h"
#include "generator/transformer/bpe_parts.h"
#include "tests/check.h"
#include "tests/plain_bpe.h"

static ag_random numbers;

static size_t below(size_t count)
{
  return (size_t)ag_random_below(&numbers, count);
}

/* ---- small helpers ---- */

static ag_tokens encode(const ag_bpe *bpe, const char *text, size_t size)
{
  ag_bpe_encoder *encoder = NULL;
  ag_tokens tokens = {0};
  CHECK(ag_bpe_encoder_create(bpe, &encoder, NULL) == AG_OK);
  CHECK(ag_bpe_encode(encoder, text, size, &tokens, NULL) == AG_OK);
  ag_bpe_encoder_free(encoder);
  return tokens;
}

static bool encodes_to(const ag_bpe *bpe, const char *text, size_t size, const uint32_t *id,
                       size_t count)
{
  ag_tokens tokens = encode(bpe, text, size);
  bool same =
      tokens.count == count && (count == 0 || memcmp(tokens.id, id, count * sizeof *id) == 0);
  for (size_t i = 0; !same && i < tokens.count; i++)
    printf("#   token %zu: %u\n", i, tokens.id[i]);
  free(tokens.id);
  return same;
}

static bool comes_back(const ag_bpe *bpe, ag_bpe_encoder *encoder, const char *text, size_t size)
{
  ag_tokens tokens = {0};
  char *again = NULL;
  size_t length = 0;
  bool good = ag_bpe_encode(encoder, text, size, &tokens, NULL) == AG_OK &&
              ag_bpe_decode(bpe, tokens.id, tokens.count, &again, &length, NULL) == AG_OK &&
              length == size && memcmp(again, text, size) == 0 && again[size] == '\0';
  free(tokens.id);
  free(again);
  return good;
}

/* ---- facts ---- */

static void words_follow_the_pattern(void)
{
  static const struct {
    const char *text, *words; /* words: with | between them */
  } cases[] = {
      {"Hello world", "Hello| world"},
      {"don't", "don|'t"},
      {"I'm we're they've he'll she'd it's", "I|'m| we|'re| they|'ve| he|'ll| she|'d| it|'s"},
      {"DON'T", "DON|'|T"},
      {"'tis", "'t|is"},
      {" 's", " '|s"},
      {"a  b", "a| | b"},
      {"a   b", "a|  | b"},
      {"a ", "a| "},
      {"a  \n", "a|  \n"},
      {"a\n\nb", "a|\n|\n|b"},
      {"\tfoo", "\t|foo"},
      {"x1y22 33", "x|1|y|22| 33"},
      {"hi!!! ...?", "hi|!!!| ...?"},
      {" @-@ 1.5", " @-@| 1|.|5"},
      {"Привет, мир", "Привет|,| мир"},
      {"日本語 12", "日本語| 12"},
      {"\u0663\u0664\u00bd\u00b2", "\u0663\u0664\u00bd\u00b2"}, /* Arabic digits, ½, ² */
      {"na\u00efve", "na\u00efve"},
      {"e\u0301x", "e|\u0301|x"}, /* a combining mark is no letter */
      {"a\u00a0b", "a|\u00a0|b"}, /* white space, but not the one that joins */
      {"a\u3000\u2003b", "a|\u3000|\u2003|b"},
      {"a\xc2\x85"
       "b",
       "a|\xc2\x85|b"},
      {"a\u180e\u200bb", "a|\u180e\u200b|b"}, /* neither is White_Space */
      {" \U0001F600\U0001F600!", " \U0001F600\U0001F600!"},
      {"x<|endoftext|>y", "x|<||endoftext||>|y"}, /* a text has no commands */
      {"x <|endoftext|><|endoftext|>", "x| <||endoftext||><||endoftext||>"},
      {"a\xff\xfe b", "a|\xff\xfe| b"},
      {"a \xff", "a| |\xff"},
      {"\xe2\x82 x", "\xe2\x82| x"},    /* the first bytes of a character */
      {"\xed\xa0\x80", "\xed\xa0\x80"}, /* a surrogate */
      {"\xc0\x80z", "\xc0\x80|z"},
  };
  ag_bpe_pattern *pattern = NULL;
  ag_splitter splitter;
  CHECK(ag_bpe_pattern_create(&pattern, NULL) == AG_OK);
  CHECK(ag_splitter_create(pattern, &splitter, NULL) == AG_OK);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t begin, end = 0, size = strlen(cases[i].text);
    const char *expected = cases[i].words;
    bool good = true;
    ag_splitter_start(&splitter, cases[i].text, size);
    while (good && end < size) {
      good = ag_splitter_next(&splitter, &begin, &end, NULL) == AG_OK &&
             strncmp(expected, cases[i].text + begin, end - begin) == 0;
      expected += end - begin;
      good = good && *expected == (end < size ? '|' : '\0');
      expected++;
    }
    if (!good)
      printf("# case %zu: \"%s\"\n", i, cases[i].words);
    CHECK(good);
  }
  ag_splitter_clear(&splitter);
  ag_bpe_pattern_free(pattern);
}

/* What GPT-2 gives, by its published files: the bytes' ids, and its first 23 merges. */
static void known_tokens_of_gpt2(void)
{
  static const char *const first[][2] = {
      {" ", "t"},   {" ", "a"}, {"h", "e"}, {"i", "n"}, {"r", "e"}, {"o", "n"},
      {" t", "he"}, {"e", "r"}, {" ", "s"}, {"a", "t"}, {" ", "w"}, {" ", "o"},
      {"e", "n"},   {" ", "c"}, {"i", "t"}, {"i", "s"}, {"a", "n"}, {"o", "r"},
      {"e", "s"},   {" ", "b"}, {"e", "d"}, {" ", "f"}, {"in", "g"}};
  static plain p;
  plain_start(&p);
  for (size_t i = 0; i < sizeof first / sizeof *first; i++)
    merge_text(&p, first[i][0], first[i][1]);
  ag_bpe *bpe = plain_make(&p);
  CHECK(bpe != NULL);
  if (!bpe)
    return;
  CHECK(encodes_to(bpe, "!", 1, (uint32_t[]){0}, 1));
  CHECK(encodes_to(bpe, "A", 1, (uint32_t[]){32}, 1));
  CHECK(encodes_to(bpe, "\n", 1, (uint32_t[]){198}, 1));
  CHECK(encodes_to(bpe, "\0", 1, (uint32_t[]){188}, 1));
  CHECK(encodes_to(bpe, " ", 1, (uint32_t[]){220}, 1));
  CHECK(encodes_to(bpe, " the", 4, (uint32_t[]){262}, 1));
  CHECK(encodes_to(bpe, "ing", 3, (uint32_t[]){278}, 1));
  CHECK(encodes_to(bpe, "  the a", 7, (uint32_t[]){220, 262, 257}, 3));
  CHECK(encodes_to(bpe, "", 0, NULL, 0));
  /* < | en d o f t e x t | > Ġa: 257 is Ġa, 268 en, 279 the end, which no text has */
  CHECK(encodes_to(bpe, "<|endoftext|> a", 15,
                   (uint32_t[]){27, 91, 268, 67, 78, 69, 83, 68, 87, 83, 91, 29, 257}, 13));
  CHECK(ag_bpe_end(bpe) == 279 && ag_bpe_size(bpe) == 280 && ag_bpe_merge_count(bpe) == 23);
  /* "there": t|he|re, since Ġt needs the space and the vocabulary has no `th` */
  CHECK(encodes_to(bpe, "there", 5, (uint32_t[]){83, 258, 260}, 3));
  /* " there": Ġt h e r e -> Ġt he r e -> Ġt he re -> Ġthe re */
  CHECK(encodes_to(bpe, " there", 6, (uint32_t[]){262, 260}, 2));
  ag_bpe_free(bpe);
}

/* One rank is merged at all its places before a lower rank that this opens is. */
static void merges_by_passes(void)
{
  static plain p;
  plain_start(&p);
  uint32_t x = plain_find(&p, "x", 1), y = plain_find(&p, "y", 1);
  /* (xy, x) has rank 0, and (x, y), which makes xy, rank 1 */
  uint32_t xy = plain_add(&p, "xy", 2);
  CHECK(plain_merge(&p, xy, x) && plain_merge(&p, x, y));
  ag_bpe *bpe = plain_make(&p);
  CHECK(bpe && encodes_to(bpe, "xyxy", 4, (uint32_t[]){xy, xy}, 2));
  CHECK(bpe && encodes_to(bpe, "xyx", 3, (uint32_t[]){p.result[0]}, 1));
  ag_bpe_free(bpe);
}

static void random_merges(plain *p, const char *letters, size_t merges)
{
  uint32_t usable[AG_BPE_BYTES + MERGES_MOST];
  size_t count = strlen(letters);
  plain_start(p);
  for (size_t i = 0; i < count; i++)
    usable[i] = plain_find(p, letters + i, 1);
  while (p->merges < merges)
    if (plain_merge(p, usable[below(count)], usable[below(count)]))
      usable[count++] = p->result[p->merges - 1];
  /* and not in the order in which they were made */
  for (size_t i = merges; i-- > 1;) {
    size_t j = below(i + 1);
    ag_pair pair = p->merge[i];
    uint32_t result = p->result[i];
    p->merge[i] = p->merge[j], p->result[i] = p->result[j];
    p->merge[j] = pair, p->result[j] = result;
  }
}

static void agrees_with_the_plain_encoder(void)
{
  static const char letters[] = "abbaabab 1'st.\n";
  static plain p;
  size_t shorter = 0, total = 0;
  for (int round = 0; round < 60; round++) {
    random_merges(&p, letters, 1 + below(60));
    ag_bpe *bpe = plain_make(&p);
    ag_bpe_encoder *encoder = NULL;
    CHECK(bpe && ag_bpe_encoder_create(bpe, &encoder, NULL) == AG_OK);
    for (int k = 0; bpe && k < 40; k++) {
      char text[200];
      uint32_t expected[200];
      size_t size = below(sizeof text), narrow = below(2) ? sizeof letters - 1 : 8;
      for (size_t i = 0; i < size; i++)
        text[i] = letters[below(narrow)];
      size_t count = plain_encode(&p, text, size, expected);
      ag_tokens tokens = {0};
      CHECK(ag_bpe_encode(encoder, text, size, &tokens, NULL) == AG_OK);
      CHECK(tokens.count == count &&
            (count == 0 || memcmp(tokens.id, expected, count * sizeof *expected) == 0));
      shorter += size - count, total += size;
      free(tokens.id);
    }
    ag_bpe_encoder_free(encoder);
    ag_bpe_free(bpe);
  }
  printf("# %zu of %zu bytes were merged away\n", shorter, total);
  CHECK(shorter > total / 10);
}

static void every_text_comes_back(void)
{
  static const char *const pieces[] = {
      " the",  "the ",     "  ",   "\n\n",     "\t", "\U0001F600",
      "é",     "日本",     "\xff", "\xe2\x82", "'s", "<|endoftext|>",
      "<|end", "\xf0\x9f", "123",  "Ж",        "",   "\r\n"};
  static plain p;
  char text[4096];
  random_merges(&p, " the\n12\xff\x9f\xe2", 200);
  ag_bpe *bpe = plain_make(&p);
  ag_bpe_encoder *encoder = NULL;
  CHECK(bpe && ag_bpe_encoder_create(bpe, &encoder, NULL) == AG_OK);
  for (int i = 0; i < 256; i++)
    text[i] = (char)i;
  CHECK(comes_back(bpe, encoder, text, 256));
  CHECK(comes_back(bpe, encoder, "", 0));
  for (int round = 0; round < 2000; round++) {
    size_t size = 0, wanted = below(sizeof text / 4);
    while (size < wanted) {
      const char *piece = pieces[below(sizeof pieces / sizeof *pieces)];
      memcpy(text + size, piece, strlen(piece));
      size += strlen(piece);
      if (round % 2)
        text[size++] = (char)below(256);
    }
    CHECK(comes_back(bpe, encoder, text, size));
  }
  char *made;
  size_t size;
  ag_error error = {0};
  uint32_t outside = (uint32_t)ag_bpe_size(bpe);
  CHECK(ag_bpe_decode(bpe, &outside, 1, &made, &size, &error) == AG_ERROR_INPUT);
  CHECK(error.message[0] != '\0');
  ag_bpe_encoder_free(encoder);
  ag_bpe_free(bpe);
}

/* A word of a million letters: quadratic time would not end. */
static void long_words(void)
{
  enum { SIZE = 1 << 20, DOUBLINGS = 5 };
  static plain p;
  char word[TOKEN_MOST];
  plain_start(&p);
  memset(word, 'a', sizeof word);
  for (size_t i = 0; i < DOUBLINGS; i++) {
    uint32_t half = plain_find(&p, word, (size_t)1 << i);
    CHECK(plain_merge(&p, half, half));
  }
  ag_bpe *bpe = plain_make(&p);
  char *text = malloc(SIZE + 7);
  memset(text, 'a', SIZE + 7);
  ag_tokens tokens = encode(bpe, text, SIZE + 7);
  CHECK(tokens.count == SIZE / 32 + 3); /* 7 = 4 + 2 + 1 */
  memset(text, ' ', SIZE + 7);
  ag_tokens blanks = encode(bpe, text, SIZE + 7);
  CHECK(blanks.count == SIZE + 7);
  free(tokens.id);
  free(blanks.id);
  free(text);
  ag_bpe_free(bpe);
}

/* ---- training ---- */

static ag_bpe *train(const char *const *text, size_t count, size_t tokens)
{
  size_t size[8];
  ag_bpe *bpe = NULL;
  for (size_t i = 0; i < count; i++)
    size[i] = strlen(text[i]);
  CHECK(ag_bpe_train(text, size, count, tokens, &bpe, NULL) == AG_OK);
  return bpe;
}

static bool merge_is(const ag_bpe *bpe, size_t rank, const char *left, const char *right)
{
  size_t a, b;
  if (!bpe || rank >= bpe->merge.count)
    return false;
  const char *x = ag_bpe_token(bpe, bpe->merge.pair[rank].left, &a);
  const char *y = ag_bpe_token(bpe, bpe->merge.pair[rank].right, &b);
  return a == strlen(left) && b == strlen(right) && !memcmp(x, left, a) && !memcmp(y, right, b);
}

static void training_by_hand(void)
{
  /* words: low x5, lower x2, newest x6, widest x3, each once without its space. Pairs:
   * (e,s) and (s,t) 9; (w,e) 2+6; (l,o) and (o,w) 7; (n,e) 6 … */
  const char *text[] = {"low low low low low",
                        "lower lower newest newest newest newest newest newest",
                        "widest<|endoftext|>widest widest"};
  ag_bpe *bpe = train(text, 3, 256 + 4 + 1);
  CHECK(bpe && ag_bpe_size(bpe) == 261 && ag_bpe_merge_count(bpe) == 4);
  CHECK(merge_is(bpe, 0, "e", "s")); /* equal to (s,t): the smaller left token */
  CHECK(merge_is(bpe, 1, "es", "t"));
  CHECK(merge_is(bpe, 2, "l", "o")); /* 7, as (o,w); (w,e) has 2, (w,est) 6 */
  CHECK(merge_is(bpe, 3, "lo", "w"));
  CHECK(bpe && ag_bpe_end(bpe) == 260);
  ag_bpe_free(bpe);
  /* nothing occurs twice: only bytes */
  bpe = train((const char *[]){"abcdef"}, 1, 1000);
  CHECK(bpe && ag_bpe_size(bpe) == 257 && ag_bpe_merge_count(bpe) == 0);
  ag_bpe_free(bpe);
  bpe = train(NULL, 0, 1000);
  CHECK(bpe && ag_bpe_size(bpe) == 257);
  ag_bpe_free(bpe);
  CHECK(ag_bpe_train(NULL, NULL, 0, 256, &bpe, NULL) == AG_ERROR_INPUT);
}

typedef struct plain_words {
  uint32_t symbol[2000];
  size_t end[2000], count;
} plain_words;

/* How often (left, right) are neighbours. */
static size_t plain_count(const plain_words *w, uint32_t left, uint32_t right)
{
  size_t found = 0, begin = 0;
  for (size_t k = 0; k < w->count; begin = w->end[k++])
    for (size_t i = begin; i + 1 < w->end[k]; i++)
      found += w->symbol[i] == left && w->symbol[i + 1] == right;
  return found;
}

static bool plain_best(const plain_words *w, ag_pair *best)
{
  size_t most = 1, begin = 0;
  for (size_t k = 0; k < w->count; begin = w->end[k++])
    for (size_t i = begin; i + 1 < w->end[k]; i++) {
      ag_pair pair = {w->symbol[i], w->symbol[i + 1]};
      size_t count = plain_count(w, pair.left, pair.right);
      bool before = pair.left != best->left ? pair.left < best->left : pair.right < best->right;
      if (count > most || (count == most && most > 1 && before)) {
        most = count;
        *best = pair;
      }
    }
  return most > 1;
}

static void plain_replace(plain_words *w, ag_pair pair, uint32_t result)
{
  size_t begin = 0, kept = 0;
  for (size_t k = 0; k < w->count; k++) {
    size_t end = w->end[k];
    for (size_t i = begin; i < end; i++) {
      bool here = i + 1 < end && w->symbol[i] == pair.left && w->symbol[i + 1] == pair.right;
      w->symbol[kept++] = here ? result : w->symbol[i];
      i += here;
    }
    begin = end;
    w->end[k] = kept;
  }
}

/* Training as it is defined: count everything anew for each merge. */
static void plain_train(plain *p, const char *text, size_t size, size_t tokens)
{
  static plain_words w;
  plain_start(p);
  w.count = 0;
  for (size_t at = 0; at < size;) {
    size_t length = plain_word(text + at, size - at);
    for (size_t i = 0; i < length; i++)
      w.symbol[at + i] = plain_find(p, text + at + i, 1);
    w.end[w.count++] = at += length;
  }
  ag_pair best = {0, 0};
  while (p->count < tokens && plain_best(&w, &best)) {
    plain_merge(p, best.left, best.right);
    plain_replace(&w, best, p->result[plain_rank(p, best.left, best.right)]);
  }
}

static void agrees_with_the_plain_trainer(void)
{
  static const char *const letters[] = {"ab", "aab ", "abcd ef\n", "aaaab"};
  static plain p;
  size_t learnt = 0;
  for (int round = 0; round < 100; round++) {
    char text[300];
    const char *from = letters[below(4)], *start = text;
    size_t size = below(sizeof text), tokens = 257 + below(60);
    for (size_t i = 0; i < size; i++)
      text[i] = from[below(strlen(from))];
    plain_train(&p, text, size, tokens - 1);
    ag_bpe *bpe = NULL;
    CHECK(ag_bpe_train(&start, &size, 1, tokens, &bpe, NULL) == AG_OK);
    CHECK(bpe && ag_bpe_size(bpe) == p.count + 1 && ag_bpe_merge_count(bpe) == p.merges);
    for (size_t i = 0; bpe && i < p.merges && i < bpe->merge.count; i++)
      CHECK(bpe->merge.pair[i].left == p.merge[i].left &&
            bpe->merge.pair[i].right == p.merge[i].right && bpe->result[i] == p.result[i]);
    learnt += p.merges;
    ag_bpe_free(bpe);
  }
  printf("# %zu merges learnt\n", learnt);
  CHECK(learnt > 1000);
}

/* ---- files ---- */

static char folder[] = "/tmp/aligngame-bpe-XXXXXX";

static const char *in_folder(const char *name)
{
  static char path[128];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void files_come_back(void)
{
  const char *text[] = {
      "to be \"or\" not to be \\ that is the question \"or\" not \\ \xff\xfe\xff\xfe",
      "日本語 日本語 \U0001F600\U0001F600 \n\n\n\n"};
  ag_bpe *bpe = train(text, 2, 300), *again = NULL;
  ag_error error = {0};
  char *first, *second;
  size_t size, other;
  CHECK(ag_bpe_write(bpe, folder, &error) == AG_OK);
  CHECK(ag_bpe_read(folder, SIZE_MAX, SIZE_MAX, &again, &error) == AG_OK);
  CHECK(again && ag_bpe_size(again) == ag_bpe_size(bpe) && ag_bpe_end(again) == ag_bpe_end(bpe));
  CHECK(again && again->merge.count == bpe->merge.count && bpe->merge.count > 10);
  for (size_t i = 0; again && i < bpe->merge.count; i++)
    CHECK(again->merge.pair[i].left == bpe->merge.pair[i].left &&
          again->merge.pair[i].right == bpe->merge.pair[i].right &&
          again->result[i] == bpe->result[i]);
  CHECK(ag_file_read(in_folder("vocab.json"), &first, &size, NULL) == AG_OK);
  CHECK(again && ag_bpe_write(again, folder, &error) == AG_OK);
  CHECK(ag_file_read(in_folder("vocab.json"), &second, &other, NULL) == AG_OK);
  CHECK(size == other && memcmp(first, second, size) == 0);
  free(first);
  free(second);
  ag_bpe_free(again);
  unlink(in_folder("merges.txt"));
  CHECK(ag_bpe_read(folder, SIZE_MAX, SIZE_MAX, &again, &error) == AG_ERROR_INPUT &&
        strstr(error.file, "merges.txt"));
  CHECK(ag_bpe_write(bpe, "/tmp/no/such/folder", &error) == AG_ERROR_IO);
  ag_bpe_free(bpe);
}

/* A vocabulary text: the bytes and `<|endoftext|>` after some first entries, with ids from
 * next on. */
static const char *vocabulary_text(const char *entries, size_t next, int without)
{
  static char text[1 << 14];
  uint16_t code[AG_BPE_BYTES];
  uint8_t order[AG_BPE_BYTES];
  ag_bpe_byte_codes(code, order);
  char *to = text + sprintf(text, "{%s\"<|endoftext|>\":%zu", entries, next++);
  for (int i = 0; i < AG_BPE_BYTES; i++)
    if (order[i] != without)
      to += sprintf(to, ",\"\\u%04x\":%zu", code[order[i]], next++);
  sprintf(to, "}");
  return text;
}

static void refuse(const char *vocabulary, const char *merges, const char *file, long line,
                   const char *reason)
{
  ag_bpe *bpe = NULL;
  ag_error error = {0};
  ag_bpe_text first = {"vocab.json", vocabulary, strlen(vocabulary)};
  ag_bpe_text second = {"merges.txt", merges, strlen(merges)};
  ag_status status = ag_bpe_parse(&first, &second, &bpe, &error);
  bool good = status == AG_ERROR_INPUT && !bpe && strcmp(error.file, file) == 0 &&
              error.line == line && strstr(error.message, reason);
  if (!good)
    printf("# status %d, %s:%ld: %s (expected: %s)\n", status, error.file, error.line,
           error.message, reason);
  CHECK(good);
  ag_bpe_free(bpe);
}

static void bad_files_are_refused(void)
{
  refuse("", "", "vocab.json", 1, "not JSON");
  refuse("[]", "", "vocab.json", 0, "not a JSON object");
  refuse("{}", "", "vocab.json", 0, "not a JSON object");
  refuse("{\"a\":0,\"a\":1}", "", "vocab.json", 1, "duplicate");
  refuse("{\"a\":1}", "", "vocab.json", 0, "no id");
  refuse("{\"a\":-1}", "", "vocab.json", 0, "no id");
  refuse("{\"a\":0.5}", "", "vocab.json", 0, "no id");
  refuse("{\"a\":99999999999999999999}", "", "vocab.json", 1, "not JSON");
  refuse("{\"a\":0,\"b\":0}", "", "vocab.json", 0, "same id");
  refuse("{\"a b\":0}", "", "vocab.json", 0, "stand for no byte");
  refuse("{\"日\":0}", "", "vocab.json", 0, "stand for no byte");
  refuse("{\"\":0}", "", "vocab.json", 0, "empty");
  refuse("{\"a\":0}", "", "vocab.json", 0, "byte-level");
  refuse(vocabulary_text("", 0, 'q'), "", "vocab.json", 0, "0x71");
  const char *good = vocabulary_text("\"ab\":0,", 1, -1);
  refuse(good, "#version: 0.2\na b\na  b\n", "merges.txt", 3, "two tokens");
  refuse(good, "ab\n", "merges.txt", 1, "two tokens");
  refuse(good, " a b\n", "merges.txt", 1, "two tokens");
  refuse(good, "a \n", "merges.txt", 1, "two tokens");
  refuse(good, "a b\n\na b", "merges.txt", 3, "there already");
  refuse(good, "a c\n", "merges.txt", 1, "what this merge makes");
  refuse(good, "a bc\n", "merges.txt", 1, "a part of this merge");
  refuse(good, "a \xff\n", "merges.txt", 1, "two tokens");
  ag_bpe *bpe = NULL;
  ag_bpe_text first = {"vocab.json", good, strlen(good)}, second = {"merges.txt", "a b\r\n\r\n", 7};
  CHECK(ag_bpe_parse(&first, &second, &bpe, NULL) == AG_OK);
  CHECK(bpe && encodes_to(bpe, "ab", 2, (uint32_t[]){0}, 1));
  ag_bpe_free(bpe);
}

/* ---- memory ---- */

#ifdef AG_FAULT_INJECTION

/* Training, writing, reading, encoding and decoding. */
static ag_status attempt(char **text, size_t *size, ag_error *error)
{
  const char *corpus[] = {"the cat and the hat and the bat, the end of the tale"};
  size_t length = strlen(corpus[0]);
  ag_bpe *bpe = NULL, *again = NULL;
  ag_bpe_encoder *encoder = NULL;
  ag_tokens tokens = {0};
  ag_status status = ag_bpe_train(corpus, &length, 1, 290, &bpe, error);
  if (!status)
    status = ag_bpe_write(bpe, folder, error);
  if (!status)
    status = ag_bpe_read(folder, SIZE_MAX, SIZE_MAX, &again, error);
  if (!status)
    status = ag_bpe_encoder_create(again, &encoder, error);
  for (int i = 0; !status && i < 3; i++) {
    size_t before = tokens.count;
    status = ag_bpe_encode(encoder, corpus[0], length, &tokens, error);
    CHECK(!status || tokens.count == before);
  }
  if (!status)
    status = ag_bpe_decode(again, tokens.id, tokens.count, text, size, error);
  CHECK(status || (*size == 3 * length && memcmp(*text, corpus[0], length) == 0));
  free(tokens.id);
  ag_bpe_encoder_free(encoder);
  ag_bpe_free(again);
  ag_bpe_free(bpe);
  return status;
}

static void memory_may_run_out(void)
{
  long n = 1;
  ag_status status = AG_ERROR_MEMORY;
  for (; status && n < 10000; n++) {
    char *text = NULL;
    size_t size;
    ag_error error = {0};
    ag_fault_countdown = n;
    status = attempt(&text, &size, &error);
    ag_fault_countdown = 0;
    CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && error.status == status && !text));
    free(text);
  }
  printf("# %ld allocations\n", n - 2);
  CHECK(status == AG_OK && n > 20);
}

#endif

/* ---- for test_bpe.py and test_bpe_gpt2.py ---- */

static int fail(const ag_error *error)
{
  fprintf(stderr, "%s: %s\n", error->file, error->message);
  return 1;
}

static int encode_file(const char *directory, const char *path)
{
  ag_bpe *bpe = NULL;
  ag_error error;
  char *text;
  size_t size;
  if (ag_bpe_read(directory, SIZE_MAX, SIZE_MAX, &bpe, &error) ||
      ag_file_read(path, &text, &size, &error))
    return fail(&error);
  ag_tokens tokens = encode(bpe, text, size);
  for (size_t i = 0; i < tokens.count; i++)
    printf("%u\n", tokens.id[i]);
  free(tokens.id);
  free(text);
  ag_bpe_free(bpe);
  return 0;
}

/* Texts that NUL ends, a line of tokens each; they are decoded again, which must give the text. */
static int encode_each(const char *directory, const char *path)
{
  ag_bpe *bpe = NULL;
  ag_error error;
  char *text;
  size_t size;
  if (ag_bpe_read(directory, SIZE_MAX, SIZE_MAX, &bpe, &error) ||
      ag_file_read(path, &text, &size, &error))
    return fail(&error);
  for (size_t at = 0, length; at < size; at += length + 1) {
    char *again = NULL;
    size_t decoded;
    length = strlen(text + at);
    ag_tokens tokens = encode(bpe, text + at, length);
    for (size_t i = 0; i < tokens.count; i++)
      printf("%s%u", i > 0 ? " " : "", tokens.id[i]);
    bool same = ag_bpe_decode(bpe, tokens.id, tokens.count, &again, &decoded, NULL) == AG_OK &&
                decoded == length && memcmp(again, text + at, length) == 0;
    printf("%s\n", same ? "" : " lost");
    free(again);
    free(tokens.id);
  }
  free(text);
  ag_bpe_free(bpe);
  return 0;
}

static size_t put_character(char *to, uint32_t code)
{
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (size_t i = length; i-- > 1; code >>= 6)
    to[i] = (char)(0x80 | (code & 0x3F));
  to[0] = (char)(lead[length > 1 ? length : 0] | code);
  return length;
}

/* A line for each character that is a letter, a number or white space: its code, and L, N or S.
 * A letter continues a word of letters, a number one of digits, and white space no signs. */
static int print_classes(void)
{
  static const struct {
    char before, name;
    bool joins;
  } classes[] = {{'a', 'L', true}, {'1', 'N', true}, {'!', 'S', false}};
  ag_bpe_pattern *pattern = NULL;
  ag_splitter splitter;
  if (ag_bpe_pattern_create(&pattern, NULL) || ag_splitter_create(pattern, &splitter, NULL))
    return 1;
  for (uint32_t code = 1; code <= 0x10FFFF; code++) {
    char text[8];
    size_t begin, end = 0, size = 1 + put_character(text + 1, code);
    for (size_t k = 0; k < 3 && (code < 0xD800 || code > 0xDFFF); k++) {
      text[0] = classes[k].before;
      ag_splitter_start(&splitter, text, size);
      if (ag_splitter_next(&splitter, &begin, &end, NULL))
        return 1;
      if ((end == size) != classes[k].joins)
        continue;
      printf("%u %c\n", code, classes[k].name);
      break;
    }
  }
  ag_splitter_clear(&splitter);
  ag_bpe_pattern_free(pattern);
  return 0;
}

static int train_file(const char *path, size_t count, const char *directory)
{
  ag_bpe *bpe = NULL;
  ag_error error;
  char *text;
  size_t size;
  if (ag_file_read(path, &text, &size, &error))
    return fail(&error);
  ag_status status = ag_bpe_train((const char *const *)&text, &size, 1, count, &bpe, &error);
  if (!status)
    status = ag_bpe_write(bpe, directory, &error);
  free(text);
  ag_bpe_free(bpe);
  return status ? fail(&error) : 0;
}

int main(int count, char **word)
{
  if (count == 4 && strcmp(word[1], "--encode") == 0)
    return encode_file(word[2], word[3]);
  if (count == 4 && strcmp(word[1], "--encode-each") == 0)
    return encode_each(word[2], word[3]);
  if (count == 2 && strcmp(word[1], "--classes") == 0)
    return print_classes();
  if (count == 5 && strcmp(word[1], "--train") == 0)
    return train_file(word[2], strtoul(word[3], NULL, 10), word[4]);
  numbers = ag_random_start(1, AG_RANDOM_ENSEMBLE, 0);
  if (!mkdtemp(folder))
    return 1;
  CHECK_RUN(words_follow_the_pattern);
  CHECK_RUN(known_tokens_of_gpt2);
  CHECK_RUN(merges_by_passes);
  CHECK_RUN(agrees_with_the_plain_encoder);
  CHECK_RUN(every_text_comes_back);
  CHECK_RUN(long_words);
  CHECK_RUN(training_by_hand);
  CHECK_RUN(agrees_with_the_plain_trainer);
  CHECK_RUN(files_come_back);
  CHECK_RUN(bad_files_are_refused);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_may_run_out);
#else
  check_skip("memory_may_run_out", "built without -Dfault_injection=true");
#endif
  unlink(in_folder("vocab.json"));
  unlink(in_folder("merges.txt"));
  rmdir(folder);
  return check_end();
}
