/* SHA-256 against the examples of FIPS 180-4 and of NIST's collection for it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/sha256.h"
#include "tests/check.h"

static void check_digest(const char *text, size_t size, const char *expected)
{
  char hex[AG_SHA256_HEX];
  ag_sha256 hash;
  ag_sha256_begin(&hash);
  ag_sha256_add(&hash, text, size);
  ag_sha256_end(&hash, hex);
  CHECK_TEXT(hex, expected);
}

static void the_examples_of_the_standard(void)
{
  static const char two[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  static const char four[] = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                             "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";
  check_digest("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  check_digest("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  check_digest(two, strlen(two),
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  check_digest(four, strlen(four),
               "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  check_digest("\xbd", 1, "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b");
  check_digest("\xc9\x8c\x8e\x55", 4,
               "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504");
}

static void a_million_letters(void)
{
  char *text = malloc(1000000);
  CHECK(text != NULL);
  if (!text)
    return;
  memset(text, 'a', 1000000);
  check_digest(text, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(text);
}

/* Sizes around the ends of blocks, where NIST's collection puts zero bytes. */
static void zeros_around_the_end_of_a_block(void)
{
  static const char zeros[64] = {0};
  check_digest(zeros, 55, "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7");
  check_digest(zeros, 56, "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb");
  check_digest(zeros, 57, "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785");
  check_digest(zeros, 64, "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b");
}

/* However the bytes are cut. */
static void pieces_make_the_same_digest(void)
{
  char text[300], whole[AG_SHA256_HEX], cut[AG_SHA256_HEX];
  ag_sha256 hash;
  for (size_t i = 0; i < sizeof text; i++)
    text[i] = (char)(i * i + 7 * i);
  for (size_t size = 0; size <= sizeof text; size++)
    for (size_t piece = 1; piece <= 130; piece += 43) {
      ag_sha256_begin(&hash);
      ag_sha256_add(&hash, text, size);
      ag_sha256_end(&hash, whole);
      ag_sha256_begin(&hash);
      for (size_t at = 0; at < size; at += piece)
        ag_sha256_add(&hash, text + at, size - at < piece ? size - at : piece);
      ag_sha256_end(&hash, cut);
      CHECK(strcmp(whole, cut) == 0);
    }
}

static void a_file_has_the_digest_of_its_bytes(void)
{
  char path[] = "/tmp/aligngame-sha256-XXXXXX", hex[AG_SHA256_HEX];
  uint64_t size = 0;
  ag_error error;
  int file = mkstemp(path);
  CHECK(file >= 0 && write(file, "abc", 3) == 3);
  close(file);
  CHECK(ag_sha256_file(path, hex, &size, &error) == AG_OK && size == 3);
  CHECK_TEXT(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  unlink(path);
  CHECK(ag_sha256_file(path, hex, &size, &error) == AG_ERROR_IO);
  CHECK(ag_sha256_file("/dev/zero", hex, &size, &error) == AG_ERROR_IO); /* which has no end */
}

int main(void)
{
  CHECK_RUN(the_examples_of_the_standard);
  CHECK_RUN(a_million_letters);
  CHECK_RUN(zeros_around_the_end_of_a_block);
  CHECK_RUN(pieces_make_the_same_digest);
  CHECK_RUN(a_file_has_the_digest_of_its_bytes);
  return check_end();
}
