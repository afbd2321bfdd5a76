/* Sentences: of texts split by hand, and of the grammar, whose law is known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "population/texts.h"
#include "space/grammar.h"
#include "space/space.h"
#include "space/text_parts.h"
#include "space/text_read.h"
#include "tests/check.h"
#include "tests/statistical/chi_square.h"

static ag_sentences parse(const char *text, const ag_text_options *options)
{
  ag_sentences read = {.count = 0};
  ag_text_options plain = ag_text_options_default();
  ag_error error;
  ag_status status = ag_text_parse(text, strlen(text), options ? options : &plain, &read, &error);
  CHECK(status == AG_OK);
  return read;
}

/* The sentences of a text are these, written with | between them. */
static void check_split(const char *text, const char *expected, const ag_text_options *options)
{
  char found[4096] = "";
  ag_sentences read = parse(text, options);
  for (size_t i = 0; i < read.count; i++) {
    strcat(found, i > 0 ? "|" : "");
    strcat(found, read.text[i]);
  }
  CHECK_TEXT(found, expected);
  ag_sentences_free(&read);
}

static void plain_text_splits_where_a_reader_would(void)
{
  ag_text_options plain = ag_text_options_default();
  plain.format = AG_TEXT_PLAIN;
  check_split("One came. Two went! Three? Four", "One came.|Two went!|Three?|Four", &plain);
  check_split("Mr. Smith met Dr. Jones. They left.", "Mr. Smith met Dr. Jones.|They left.", &plain);
  check_split("He is in the U.S. Army now. In the U.S. The law is so.",
              "He is in the U.S. Army now.|In the U.S.|The law is so.", &plain);
  check_split("J. R. Tolkien wrote, e.g. this, i.e. That.",
              "J. R. Tolkien wrote, e.g. this, i.e. That.", &plain);
  check_split("It costs 3.50 dollars. See No. 5 and p. 7. No. We do not.",
              "It costs 3.50 dollars.|See No. 5 and p. 7.|No.|We do not.", &plain);
  check_split("\"Go!\" he said. \"Why?\" She left (at last). \u201CYes.\u201D Then no.",
              "\"Go!\" he said.|\"Why?\"|She left (at last).|\u201CYes.\u201D|Then no.", &plain);
  check_split("Well... maybe. So... He left. What?! No", "Well... maybe.|So...|He left.|What?!|No",
              &plain);
  check_split("A line\nthat goes on.\n\nA new\tparagraph\n \n.",
              "A line that goes on.|A new paragraph|.", &plain);
  check_split("1. First things. 2 more.", "1. First things.|2 more.", &plain);
  check_split("C'\xC3\xA9tait l\xC3\xA0. \xC3\xA9t\xC3\xA9 ici. \xC3\x89t\xC3\xA9 l\xC3\xA0.",
              "C'\xC3\xA9tait l\xC3\xA0. \xC3\xA9t\xC3\xA9 ici.|\xC3\x89t\xC3\xA9 l\xC3\xA0.",
              &plain);
}

static const char lines[] =
    " \n = Homarus gammarus = \n \n"
    " Homarus gammarus , or H. americanus , weighs 0 @.@ 7 – 2 @.@ 2 kg . They are red @-@ "
    "tipped . \n = = Description = = \n"
    " He said \" It costs 1 @,@ 000 . \" Then a <unk> came to the U.S. The end ? ! \n";

static void wikitext_loses_headings_and_joins_marks(void)
{
  ag_text_options options = ag_text_options_default();
  check_split(
      lines,
      "Homarus gammarus , or H. americanus , weighs 0.7 – 2.2 kg .|They are red-tipped .|He "
      "said \" It costs 1,000 . \"|Then a <unk> came to the U.S. The end ? !",
      &options);
  ag_sentences read = parse(lines, &options);
  CHECK(read.report.format == AG_TEXT_WIKITEXT && read.report.headings == 2);
  CHECK(read.report.lines == 6 && read.report.sentences == 4 && read.report.broken_bytes == 0);
  CHECK(read.report.bytes == strlen(lines));
  ag_sentences_free(&read);
  options.keep_marks = options.drop_unknown = true;
  options.most_words = 5;
  check_split(lines, "They are red @-@ tipped .", &options);
}

/* A text of each format with a few lines that look like another's. */
static void a_format_needs_evidence_from_many_lines(void)
{
  const struct {
    const char *text;
    ag_text_format format;
  } cases[] = {
      {"It was the best of\ntimes. It was the worst\nof times.\n\n= = = = =\n\nNext.",
       AG_TEXT_PLAIN},
      {"= Title =\n\nA line of prose, and\nanother. And more\nof it.\n", AG_TEXT_PLAIN},
      {"= One =\nProse, prose. More.\n= Two =\nProse.\n= Three =\nProse.\n", AG_TEXT_PLAIN},
      {"He wrote to me @-@ once. Then\nhe wrote again, and again.", AG_TEXT_PLAIN},
      {"The dog barks .\nThe cat , too , sleeps .\n", AG_TEXT_PLAIN},
      {" It , is red @;@ \n It , is @-x \n So , it @-@ is \n And @,@ is . \n", AG_TEXT_PLAIN},
      {" It , is red @.@ \n It , is @,@ \n So , it @-@ is \n", AG_TEXT_WIKITEXT},
      {" = A = \n\n It is red @-@ tipped , and long . \n = = B = = \n It ends . \n",
       AG_TEXT_WIKITEXT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    ag_sentences read = parse(cases[i].text, NULL);
    CHECK(read.report.format == cases[i].format);
    ag_sentences_free(&read);
  }
  check_split("It was the best of\ntimes. It was the worst\nof times.\n\n= = = = =\n\nNext.",
              "It was the best of times.|It was the worst of times.|Next.", NULL);
}

static void separators_end_a_paragraph(void)
{
  ag_text_options options = ag_text_options_default();
  check_split("The cat\n<|endoftext|>\nThe dog <|endoftext|>A cow.<|endoftext|>A ram",
              "The cat|The dog|A cow.|A ram", NULL);
  check_split("<s> one </s>\n<s> two </s>\nthree <EOS> x<s>y <| z |> <||>",
              "one|two|three|x<s>y <| z |> <||>", NULL);
  check_split("a b\n-----\nc d\n* * *\ne f\n\u2014\u2014\u2014\n-- g\n===", "a b|c d|e f|-- g",
              NULL);
  check_split("a <|im_END9|> b <|x-y|> c <|endoftext", "a|b <|x-y|> c <|endoftext", NULL);
  check_split("a <|name_of_more_than_forty_letters_is_no_name|> b",
              "a <|name_of_more_than_forty_letters_is_no_name|> b", NULL);
  check_split("a <DOC>\u00A0b </doc>", "a|b", NULL);
  check_split("\u597D\u3002<s> \u4F60\u3002</s>\r\nb <eos>.", "\u597D\u3002|\u4F60\u3002|b <eos>.",
              NULL);
  ag_sentences read = parse("a <|endoftext|> b\n---\nc", NULL);
  CHECK(read.report.separators == 2);
  ag_sentences_free(&read);
  /* a line that has more is a sentence that has it */
  options.format = AG_TEXT_LINES;
  check_split("Say <|endoftext|> now\n <|endoftext|> \n---\n</s>\nx", "Say <|endoftext|> now|---|x",
              &options);
  options.records = true;
  check_split("Say <|endoftext|> now\n<|endoftext|>", "Say <|endoftext|> now|<|endoftext|>",
              &options);
}

static void lists_and_addresses_are_read(void)
{
  ag_text_options plain = ag_text_options_default();
  plain.format = AG_TEXT_PLAIN;
  check_split("Things\n1. Apples and\npears\n2. Plums\n3) Nuts",
              "Things|1. Apples and pears|2. Plums|3) Nuts", &plain);
  check_split("So\n(1) Apples\n(2) Plums\n(x) Nuts\n1000. Figs\n3: Dates\n3. Pears",
              "So|(1) Apples|(2) Plums (x) Nuts 1000.|Figs 3: Dates|3. Pears", &plain);
  check_split("So:\n- milk\n\n+ bread;\n\u2013 salt\n-\nx", "So:|- milk|+ bread;|\u2013 salt - x",
              &plain);
  check_split("To buy:\n- milk\n- bread\n* salt\n\u2022 oil",
              "To buy:|- milk|- bread|* salt|\u2022 oil", &plain);
  check_split("The man\n- who was old - went\naway. Then",
              "The man - who was old - went away.|Then", &plain);
  check_split("Rules: 1. Be good. 2. Be kind. IV. Four. 1.2. Six",
              "Rules: 1. Be good.|2. Be kind.|IV. Four.|1.2. Six", &plain);
  check_split("It was in 1984. Then", "It was in 1984.|Then", &plain);
  check_split("See http://example.org/a.html. Dogs bark. Visit example.com. Cats do not. "
              "Write to a.b@example.org. Men sing. Is it at www.example.org/?q=1? Yes",
              "See http://example.org/a.html.|Dogs bark.|Visit example.com.|Cats do not.|Write to "
              "a.b@example.org.|Men sing.|Is it at www.example.org/?q=1?|Yes",
              &plain);
  check_split("Sales rose. iPhones sold. eBay did not. A Ph.D. Thesis at 5 p.m. today",
              "Sales rose.|iPhones sold.|eBay did not.|A Ph.D. Thesis at 5 p.m. today", &plain);
}

static void small_letters_begin_sentences_where_capitals_do_not(void)
{
  check_split("i went home. then i slept! was it late? \"no!\" he said. mr. smith came.",
              "i went home.|then i slept!|was it late?|\"no!\" he said.|mr. smith came.", NULL);
  check_split("I use e.g. soap. It was late. so he slept.",
              "I use e.g. soap.|It was late. so he slept.", NULL);
}

static void quotation_marks_close_and_open_as_languages_have_it(void)
{
  check_split(
      "Er sagte: \u201EJa.\u201C Dann ging er. \u201ENein!\u201C, rief sie. \u00BBGut.\u00AB Ende.",
      "Er sagte: \u201EJa.\u201C|Dann ging er.|\u201ENein!\u201C, rief sie.|\u00BBGut.\u00AB|Ende.",
      NULL);
  check_split("Il dit. \u00AB Oui. \u00BB Elle vint. \u00ABNon.\u00BB Fin.",
              "Il dit.|\u00AB Oui. \u00BB|Elle vint.|\u00ABNon.\u00BB|Fin.", NULL);
  check_split("\u00BFQu\u00E9? \u00A1S\u00ED! Bueno.", "\u00BFQu\u00E9?|\u00A1S\u00ED!|Bueno.",
              NULL);
}

static void other_scripts_have_marks_of_their_own(void)
{
  check_split(
      "\u4F60\u597D\u3002\u6211\u662F\uFF01\u8C01\uFF1F\u201C\u597D\u3002\u201D\u4ED6\u8BF4\u3002",
      "\u4F60\u597D\u3002|\u6211\u662F\uFF01|\u8C01\uFF1F|\u201C\u597D\u3002\u201D|"
      "\u4ED6\u8BF4\u3002",
      NULL);
  check_split("\u300C\u884C\u3051\uFF01\u300D\u3068\u8A00\u3063\u305F\u3002\u7D42",
              "\u300C\u884C\u3051\uFF01\u300D\u3068\u8A00\u3063\u305F\u3002|\u7D42", NULL);
  check_split(
      "\u092F\u0939 \u0939\u0948\u0964 \u0935\u0939 \u0939\u0948 \u0964 \u0915\u094D\u092F\u093E?",
      "\u092F\u0939 \u0939\u0948\u0964|\u0935\u0939 \u0939\u0948 \u0964|\u0915\u094D\u092F\u093E?",
      NULL);
  check_split("\u0645\u0627\u061F \u0646\u0639\u0645. \u06CC\u06C1\u06D4 \u0648\u06C1",
              "\u0645\u0627\u061F|\u0646\u0639\u0645.|\u06CC\u06C1\u06D4|\u0648\u06C1", NULL);
  CHECK(ag_word_count("\u0939\u0948 \u0964 \u061F", strlen("\u0939\u0948 \u0964 \u061F")) == 1);
}

static void letters_have_a_case_in_many_alphabets(void)
{
  static const struct {
    const char *lower, *upper;
  } letters[] = {
      {"a", "A"},           {"z", "Z"},           {"\u00E9", "\u00C9"}, {"\u00DF", "\u00DE"},
      {"\u0101", "\u0100"}, {"\u0137", "\u0136"}, {"\u013A", "\u0139"}, {"\u0148", "\u0147"},
      {"\u014B", "\u014A"}, {"\u0177", "\u0176"}, {"\u017A", "\u0179"}, {"\u017E", "\u017D"},
      {"\u03AC", "\u0386"}, {"\u03CE", "\u03AB"}, {"\u0430", "\u0410"}, {"\u045F", "\u0400"},
      {"\u0561", "\u0531"}, {"\u0587", "\u0556"},
  };
  for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
    ag_token lower = {letters[i].lower, strlen(letters[i].lower)};
    ag_token upper = {letters[i].upper, strlen(letters[i].upper)};
    CHECK(ag_token_starts_lower(lower) && !ag_token_starts_upper(lower));
    CHECK(ag_token_starts_upper(upper) && !ag_token_starts_lower(upper));
  }
  static const char *const neither[] = {"",       "1",      "@",      "[",      "{",
                                        "\u00D7", "\u00F7", "\u0180", "\u0385", "\u03CF",
                                        "\u0460", "\u0530", "\u0560", "\u0588", "\u4F60"};
  for (size_t i = 0; i < sizeof neither / sizeof *neither; i++) {
    ag_token token = {neither[i], strlen(neither[i])};
    CHECK(!ag_token_starts_lower(token) && !ag_token_starts_upper(token));
  }
}

/* What stands between points and the next word decides. */
static void a_point_may_belong_to_a_word(void)
{
  static const char *const texts[] = {
      /* initials, and what only looks like them */
      "By J.R. Smith and Ph.D. Jones.|So.",
      "It is x.yz. So|",
      "See a1. So|",
      "Of \u00C9. Zola|",
      "No. 7 and no. x|So.|",
      "It is no. So it is.",
      "Vol. II of it. It ends",
  };
  static const char *const split[] = {
      "By J.R. Smith and Ph.D. Jones.|So.",
      "It is x.yz.|So|",
      "See a1.|So|",
      "Of \u00C9. Zola|",
      "No. 7 and no. x|So.|",
      "It is no.|So it is.",
      "Vol.|II of it.|It ends",
  };
  ag_text_options plain = ag_text_options_default();
  plain.format = AG_TEXT_PLAIN;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    check_split(texts[i], split[i], &plain);
}

static void words_are_tokens_with_a_letter_or_digit(void)
{
  const struct {
    const char *text;
    size_t words, characters;
  } cases[] = {{"", 0, 0},
               {" . - ! ", 0, 7},
               {"one", 1, 3},
               {"The dog's 3.5 kg .", 4, 18},
               {"a\xC2\xA0"
                "b\xE3\x80\x80"
                "c",
                3, 5},
               {"\u00FCber \u2014 \u03B1\u03B2 \u4E2D\u6587 \U0001F600", 3, 14},
               {"<unk> \xFF", 1, 7}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    CHECK(ag_word_count(cases[i].text, strlen(cases[i].text)) == cases[i].words);
    CHECK(ag_character_count(cases[i].text, strlen(cases[i].text)) == cases[i].characters);
  }
}

static void every_sentence_is_kept_or_counted(void)
{
  ag_text_options options = ag_text_options_default();
  options.least_words = 2;
  options.most_words = 3;
  options.count = 2;
  const char *text = "No. An ox. An ox can go. An ox. See the sea. We go. <unk> is.";
  ag_sentences read = parse(text, &options);
  CHECK(read.count == 2 && read.report.sentences == 7);
  CHECK(read.report.too_short == 1 && read.report.too_long == 1 && read.report.duplicates == 1);
  CHECK(read.report.not_taken == 2 && read.report.unknown == 0);
  CHECK_TEXT(read.count == 2 ? read.text[0] : "", "An ox.");
  CHECK_TEXT(read.count == 2 ? read.text[1] : "", "See the sea.");
  ag_sentences_free(&read);
  options.keep_duplicates = options.drop_unknown = true;
  read = parse(text, &options);
  CHECK(read.count == 2 && read.report.duplicates == 0 && read.report.unknown == 1);
  CHECK_TEXT(read.count == 2 ? read.text[1] : "", "An ox.");
  ag_sentences_free(&read);
}

static void broken_bytes_and_line_ends_do_not_matter(void)
{
  const char text[] = "\xEF\xBB\xBFOne \xFFtwo\xC3.\r\n\r\nThree\0four \xED\xA0\x80.\rSix\x1B[1m.";
  ag_text_options options = ag_text_options_default();
  ag_sentences read = {.count = 0};
  CHECK(ag_text_parse(text, sizeof text - 1, &options, &read, NULL) == AG_OK);
  CHECK(read.report.broken_bytes == 6 && read.report.lines == 4 && read.count == 3);
  CHECK_TEXT(read.text[0], "One \uFFFDtwo\uFFFD.");
  CHECK_TEXT(read.text[1], "Three\uFFFD"
                           "four \uFFFD\uFFFD\uFFFD.");
  CHECK_TEXT(read.text[2], "Six [1m.");
  ag_sentences_free(&read);
  check_split("", "", NULL);
  check_split("\n\n \r\n", "", NULL);
}

static void a_line_of_a_million_bytes_is_one_sentence(void)
{
  size_t size = 1000000;
  char *text = malloc(size);
  for (size_t i = 0; i < size; i++)
    text[i] = i % 5 == 4 ? ' ' : 'a';
  ag_text_options options = ag_text_options_default();
  ag_sentences read = {.count = 0};
  CHECK(ag_text_parse(text, size, &options, &read, NULL) == AG_OK);
  CHECK(read.count == 1 && ag_word_count(read.text[0], size - 1) == size / 5);
  ag_sentences_free(&read);
  free(text);
}

/* Each of n sentences is taken with the chance k/n: over R seeds a binomial number. The
 * largest |z| of 20 is below 5 but for a chance of 2e-5. */
static void a_seeded_choice_is_uniform_and_in_order(void)
{
  enum { ALL = 20, TAKEN = 6, SEEDS = 2000 };
  char text[ALL * 8] = "";
  double times[ALL] = {0}, worst = 0;
  for (int i = 0; i < ALL; i++)
    sprintf(text + strlen(text), "s%02d\n", i);
  ag_text_options options = ag_text_options_default();
  options.format = AG_TEXT_LINES;
  options.count = TAKEN;
  options.sampled = true;
  for (options.seed = 0; options.seed < SEEDS; options.seed++) {
    ag_sentences read = parse(text, &options);
    CHECK(read.count == TAKEN && read.report.not_taken == ALL - TAKEN);
    for (size_t i = 0; i < read.count; i++) {
      times[atoi(read.text[i] + 1)]++;
      CHECK(i == 0 || strcmp(read.text[i - 1], read.text[i]) < 0);
    }
    ag_sentences_free(&read);
  }
  const double p = (double)TAKEN / ALL;
  for (int i = 0; i < ALL; i++)
    worst = fmax(worst, fabs(times[i] - SEEDS * p) / sqrt(SEEDS * p * (1 - p)));
  printf("# largest |z| %.2f\n", worst);
  CHECK(worst < 5);
}

/* Each sentence is held out equally often, is then not taken, and the choice of those taken is
 * uniform as well; with too few, all are held out. */
static void held_out_sentences_are_a_uniform_choice(void)
{
  enum { ALL = 20, HELD = 4, TAKEN = 6, SEEDS = 2000 };
  char text[ALL * 8] = "";
  double held[ALL] = {0}, taken[ALL] = {0}, worst = 0;
  for (int i = 0; i < ALL; i++)
    sprintf(text + strlen(text), "s%02d\n", i);
  ag_text_options options = ag_text_options_default();
  options.format = AG_TEXT_LINES;
  options.held_out = HELD;
  for (options.seed = 0; options.seed < SEEDS; options.seed++) {
    options.count = options.seed % 2 ? TAKEN : 0;
    options.sampled = true;
    ag_sentences read = parse(text, &options);
    CHECK(read.count == (options.count ? TAKEN : ALL - HELD) && read.held_out_count == HELD);
    CHECK(read.report.held_out == HELD && read.report.not_taken == ALL - HELD - read.count);
    for (size_t i = 0; i < HELD; i++) {
      held[atoi(read.held_out[i] + 1)]++;
      CHECK(i == 0 || strcmp(read.held_out[i - 1], read.held_out[i]) < 0);
    }
    for (size_t i = 0; i < read.count; i++) {
      taken[atoi(read.text[i] + 1)] += options.count > 0;
      CHECK(i == 0 || strcmp(read.text[i - 1], read.text[i]) < 0);
      for (size_t k = 0; k < HELD; k++)
        CHECK(strcmp(read.text[i], read.held_out[k]) != 0);
    }
    ag_sentences_free(&read);
  }
  const double p = (double)HELD / ALL, q = (double)TAKEN / ALL;
  for (int i = 0; i < ALL; i++) {
    worst = fmax(worst, fabs(held[i] - SEEDS * p) / sqrt(SEEDS * p * (1 - p)));
    worst = fmax(worst, fabs(taken[i] - SEEDS / 2 * q) / sqrt(SEEDS / 2 * q * (1 - q)));
  }
  printf("# largest |z| %.2f\n", worst);
  CHECK(worst < 5);
  options.held_out = ALL + 1;
  ag_sentences read = parse(text, &options);
  CHECK(read.count == 0 && read.held_out_count == ALL);
  ag_sentences_free(&read);
}

static void the_grammar_has_its_law_of_lengths(void)
{
  enum { DRAWS = 100000 };
  const ag_grammar_options kinds[] = {
      ag_grammar_options_default(), {0.8, 0.5, 0.6, 0.5}, {0, 0, 0, 0}};
  for (size_t k = 0; k < 3; k++) {
    ag_grammar *grammar = NULL;
    double law[AG_GRAMMAR_LONGEST + 1];
    size_t count[AG_GRAMMAR_LONGEST + 1] = {0};
    char sentence[AG_GRAMMAR_BYTES];
    CHECK(ag_grammar_create(&kinds[k], &grammar, NULL) == AG_OK);
    for (size_t n = 0; n <= AG_GRAMMAR_LONGEST; n++)
      law[n] = ag_grammar_length_probability(grammar, n);
    for (size_t i = 0; i < DRAWS; i++) {
      size_t length = ag_grammar_sentence(grammar, 7, i, sentence);
      CHECK(length == strlen(sentence) && sentence[length - 1] == '.');
      count[ag_word_count(sentence, length)]++;
    }
    printf("# p(1 ... 6) %.4f %.4f %.4f %.4f %.4f %.4f\n", law[1], law[2], law[3], law[4], law[5],
           law[6]);
    check_law("words of a sentence", law, count, AG_GRAMMAR_LONGEST + 1);
    ag_grammar_free(grammar);
  }
}

/* By hand, with every chance 0: two words are a pronoun or a name or bare nouns and a verb at
 * rest: 0.5 (0.3 + 0.7 * 0.15) 0.3 + 0.4 (0.3 + 0.7 * 0.3) 0.3; or TAKES a name or a bare
 * noun, 0.05 (0.6 * 0.15 + 0.4 * 0.3). One word: 0.05. */
static void short_lengths_have_the_probabilities_of_the_rules(void)
{
  ag_grammar *grammar = NULL;
  CHECK(ag_grammar_create(&(ag_grammar_options){0}, &grammar, NULL) == AG_OK);
  CHECK_NEAR(ag_grammar_length_probability(grammar, 1), 0.05, 1e-15);
  CHECK_NEAR(ag_grammar_length_probability(grammar, 2),
             0.5 * (0.3 + 0.7 * 0.15) * 0.3 + 0.4 * (0.3 + 0.7 * 0.3) * 0.3 +
                 0.05 * (0.6 * 0.15 + 0.4 * 0.3),
             1e-15);
  CHECK(ag_grammar_length_probability(grammar, 0) == 0);
  ag_grammar_free(grammar);
  CHECK(ag_grammar_create(&(ag_grammar_options){.join = 0.95}, &grammar, NULL) == AG_ERROR_INPUT);
}

static ag_status read_space(const char *text, ag_space **space, ag_error *error)
{
  ag_config *config = NULL;
  ag_status status = ag_config_parse("game.yaml", text, strlen(text), NULL, 0, &config, error);
  if (status == AG_OK)
    status = ag_space_read(ag_config_root(config), space, error);
  ag_config_free(config);
  return status;
}

static void check_refused(const char *text, long column, const char *words)
{
  ag_space *space = NULL;
  ag_error error = {.message = ""};
  CHECK(read_space(text, &space, &error) == AG_ERROR_INPUT);
  if (!strstr(error.message, words) || error.column != column) {
    printf("# expected %ld %s, got %ld %s\n", column, words, error.column, error.message);
    CHECK(!"the place and the words");
  }
}

static void the_grammar_holds_out_what_comes_next(void)
{
  ag_space *space = NULL, *longer = NULL;
  CHECK(read_space("text: {grammar: {}, sentences: 50, words: [2, 9], seed: 3, held_out: 20}",
                   &space, NULL) == AG_OK);
  CHECK(read_space("text: {grammar: {}, sentences: 70, words: [2, 9], seed: 3}", &longer, NULL) ==
        AG_OK);
  CHECK(space->count == 50 && space->held_out_count == 20 && longer->held_out_count == 0);
  for (size_t i = 0; i < 70; i++)
    CHECK_TEXT(i < 50 ? space->label[i] : space->held_out[i - 50], longer->label[i]);
  ag_space_free(space);
  ag_space_free(longer);
}

static void a_space_of_sentences_has_labels(void)
{
  char path[] = "/tmp/aligngame-text-XXXXXX", text[256];
  int file = mkstemp(path);
  CHECK(file >= 0 && write(file, lines, strlen(lines)) == (ssize_t)strlen(lines) &&
        close(file) == 0);
  ag_space *space = NULL;
  ag_error error = {.message = ""};
  snprintf(text, sizeof text, "text: {file: %s, words: [1, 6]}", path);
  CHECK(read_space(text, &space, &error) == AG_OK);
  CHECK(space && space->count == 2 && !space->log_mass && space->dim == 0);
  CHECK_TEXT(space->remark, "WikiText (4 of 4 lines show it), 4 sentences: 2 too long");
  CHECK_TEXT(space->label[0], "They are red-tipped .");
  ag_space_free(space);
  snprintf(text, sizeof text, "text: {file: %s, words: [40, 60]}", path);
  check_refused(text, 14, "no sentence is left of 4: 4 have too few words");
  snprintf(text, sizeof text, "text: {file: %s, words: [1, 6], held_out: 1}", path);
  CHECK(read_space(text, &space, &error) == AG_OK);
  CHECK(space->sentences && space->count == 1 && space->held_out_count == 1);
  CHECK(strstr(space->remark, "1 held out") != NULL);
  CHECK(strcmp(space->label[0], space->held_out[0]) != 0);
  ag_space_free(space);
  snprintf(text, sizeof text, "text: {held_out: 2, file: %s, words: [1, 6]}", path);
  check_refused(text, 18, "held_out leaves no sentence of 2");
  remove(path);

  CHECK(read_space("text: {grammar: {}, sentences: 500, words: [2, 4], seed: 3}", &space, &error) ==
        AG_OK);
  CHECK(space->count == 500);
  for (size_t i = 0; i < space->count; i++) {
    size_t words = ag_word_count(space->label[i], strlen(space->label[i]));
    CHECK(words >= 2 && words <= 4);
  }
  ag_space_free(space);
  the_grammar_holds_out_what_comes_next();
  check_refused("text: {grammar: {}, held_out: -1}", 31, "held_out");
  check_refused("text: {}", 7,
                "expected exactly one of file and grammar, such as `file: wiki.txt`");
  check_refused("text: {file: a, format: wikitxt}", 25, "did you mean `wikitext`");
  check_refused("text: {file: /nowhere/x.txt}", 14, "cannot open");
  check_refused("text: {file: a, words: [5, 2]}", 28, "the most words");
  check_refused("text: {grammar: {join: 2}}", 24, "from 0 to 0.9");
  check_refused("text: {grammar: {}, words: [120, 128]}", 7, "with a chance of");
  check_refused("text: {grammar: {}, sentences: 500, words: [1, 1], duplicates: false}", 7,
                "too few different");
  check_refused("text: {grammar: {}, file: a}", 7, "exactly one of file and grammar");
}

static void a_pool_keeps_each_text_once(void)
{
  enum { TEXTS = 20000 };
  ag_texts *texts = NULL;
  char text[32];
  uint32_t id = 9;
  CHECK(ag_texts_create(&texts, NULL) == AG_OK);
  CHECK(ag_texts_add(texts, "", 0, &id, NULL) == AG_OK && id == 0);
  const char *empty = ag_texts_get(texts, 0, NULL);
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t i = 1; i < TEXTS; i++) {
      int length = sprintf(text, "text %u", i * 7919);
      CHECK(ag_texts_add(texts, text, (size_t)length, &id, NULL) == AG_OK && id == i);
    }
  CHECK(ag_texts_count(texts) == TEXTS && ag_texts_get(texts, 0, NULL) == empty);
  size_t length = 0;
  CHECK_TEXT(ag_texts_get(texts, 2, &length), "text 15838");
  CHECK(length == 10);
  char *large = malloc(1000000);
  memset(large, 'x', 1000000);
  CHECK(ag_texts_add(texts, large, 1000000, &id, NULL) == AG_OK && id == TEXTS);
  CHECK(strlen(ag_texts_get(texts, TEXTS, NULL)) == 1000000);
  free(large);
  ag_texts_free(texts);
}

#ifdef AG_FAULT_INJECTION
static void memory_that_runs_out_is_an_error(void)
{
  long n = 1;
  for (ag_status status = AG_ERROR_MEMORY; status != AG_OK; n++) {
    ag_text_options options = ag_text_options_default();
    ag_sentences read = {.count = 0};
    ag_error error;
    ag_fault_countdown = n;
    status = ag_text_parse(lines, strlen(lines), &options, &read, &error);
    CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && !read.bytes));
    ag_sentences_free(&read);
  }
  CHECK(n > 4);
  n = 1;
  for (ag_status status = AG_ERROR_MEMORY; status != AG_OK; n++) {
    ag_space *space = NULL;
    ag_error error;
    ag_fault_countdown = n;
    status = read_space("text: {grammar: {}, sentences: 30, duplicates: false}", &space, &error);
    CHECK(status == AG_OK || (status == AG_ERROR_MEMORY && !space));
    ag_space_free(space);
  }
  CHECK(n > 30);
  ag_fault_countdown = 0;
  ag_texts *texts = NULL;
  CHECK(ag_texts_create(&texts, NULL) == AG_OK);
  for (uint32_t i = 0; i < 200; i++) {
    char text[16];
    uint32_t id = 0;
    int length = sprintf(text, "%u", i);
    for (n = 1;; n++) {
      ag_fault_countdown = n;
      if (ag_texts_add(texts, text, (size_t)length, &id, NULL) == AG_OK)
        break;
      CHECK(ag_texts_count(texts) == i);
    }
    CHECK(id == i);
  }
  ag_fault_countdown = 0;
  ag_texts_free(texts);
}
#endif

int main(void)
{
  CHECK_RUN(plain_text_splits_where_a_reader_would);
  CHECK_RUN(wikitext_loses_headings_and_joins_marks);
  CHECK_RUN(a_format_needs_evidence_from_many_lines);
  CHECK_RUN(separators_end_a_paragraph);
  CHECK_RUN(lists_and_addresses_are_read);
  CHECK_RUN(small_letters_begin_sentences_where_capitals_do_not);
  CHECK_RUN(quotation_marks_close_and_open_as_languages_have_it);
  CHECK_RUN(other_scripts_have_marks_of_their_own);
  CHECK_RUN(letters_have_a_case_in_many_alphabets);
  CHECK_RUN(a_point_may_belong_to_a_word);
  CHECK_RUN(words_are_tokens_with_a_letter_or_digit);
  CHECK_RUN(every_sentence_is_kept_or_counted);
  CHECK_RUN(broken_bytes_and_line_ends_do_not_matter);
  CHECK_RUN(a_line_of_a_million_bytes_is_one_sentence);
  CHECK_RUN(a_seeded_choice_is_uniform_and_in_order);
  CHECK_RUN(held_out_sentences_are_a_uniform_choice);
  CHECK_RUN(the_grammar_has_its_law_of_lengths);
  CHECK_RUN(short_lengths_have_the_probabilities_of_the_rules);
  CHECK_RUN(a_space_of_sentences_has_labels);
  CHECK_RUN(a_pool_keeps_each_text_once);
#ifdef AG_FAULT_INJECTION
  CHECK_RUN(memory_that_runs_out_is_an_error);
#else
  check_skip("memory_that_runs_out_is_an_error", "built without -Dfault_injection=true");
#endif
  return check_end();
}
