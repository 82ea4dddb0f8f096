/* Hashes and secrets against published answers: FIPS 180-4, RFC 4231; scrypt with the parameters of RFC 7914 §12. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/crypto.h"
#include "base/hash.h"
#include <stdlib.h>
#include <string.h>

static void assert_hex(const uint8_t hash[SP_HASH_LEN], const char *hex) {
  char text[SP_HASH_HEX];
  sp_hash_hex(hash, text);
  assert_string_equal(text, hex);
}

struct hash_case {
  const char *text;
  const char *hex;
};

static void hashes(void **state) {
  (void)state;
  static const struct hash_case cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
  };
  uint8_t out[SP_HASH_LEN];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    size_t len = strlen(cases[i].text);
    assert_int_equal(sp_hash(&(struct sp_slice){cases[i].text, len}, 1, out), 0);
    assert_hex(out, cases[i].hex);
    for (size_t cut = 0; cut <= len; cut++) {
      const struct sp_slice parts[] = {{cases[i].text, cut}, {cases[i].text + cut, len - cut}, {NULL, 0}};
      assert_int_equal(sp_hash(parts, 3, out), 0);
      assert_hex(out, cases[i].hex);
    }
  }
  assert_int_equal(sp_hash(NULL, 0, out), 0);
  assert_hex(out, cases[0].hex);
  char *million = malloc(1000000);
  assert_non_null(million);
  memset(million, 'a', 1000000);
  assert_int_equal(sp_hash(&(struct sp_slice){million, 1000000}, 1, out), 0);
  assert_hex(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  free(million);
}

struct hmac_case {
  int key_byte; /* −1: `key` is text, −2: 1, 2, 3 … */
  const char *key;
  size_t key_len;
  int data_byte; /* −1: `data` is text */
  const char *data;
  size_t data_len;
  const char *hex;
};

static void authenticates(void **state) {
  (void)state;
  static const struct hmac_case cases[] = {
      {0x0B, NULL, 20, -1, "Hi There", 8, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {-1, "Jefe", 4, -1, "what do ya want for nothing?", 28,
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {0xAA, NULL, 20, 0xDD, NULL, 50, "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {-2, NULL, 25, 0xCD, NULL, 50, "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {0x0C, NULL, 20, -1, "Test With Truncation", 20,
       "a3b6167473100ee06e0c796c2955552bfa6f7c0a6a8aef8b93f860aab0cd20c5"},
      {0xAA, NULL, 131, -1, "Test Using Larger Than Block-Size Key - Hash Key First", 54,
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {0xAA, NULL, 131, -1,
       "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be "
       "hashed before being used by the HMAC algorithm.",
       152, "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    uint8_t key[131] = {0};
    uint8_t data[152] = {0};
    for (size_t k = 0; k < cases[i].key_len; k++)
      key[k] = (uint8_t)(cases[i].key ? cases[i].key[k] : cases[i].key_byte == -2 ? (int)k + 1 : cases[i].key_byte);
    for (size_t k = 0; k < cases[i].data_len; k++)
      data[k] = (uint8_t)(cases[i].data ? cases[i].data[k] : cases[i].data_byte);
    uint8_t out[SP_HASH_LEN];
    assert_int_equal(sp_hmac(key, cases[i].key_len, data, cases[i].data_len, out), 0);
    assert_hex(out, cases[i].hex);
  }
  uint8_t out[SP_HASH_LEN];
  assert_int_equal(sp_hmac("", 0, "", 0, out), 0);
  assert_hex(out, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void hashes_pins_slowly_and_surely(void **state) {
  (void)state;
  uint8_t salt[SP_PIN_SALT_LEN];
  for (int i = 0; i < SP_PIN_SALT_LEN; i++)
    salt[i] = (uint8_t)i;
  uint8_t first[SP_PIN_HASH_LEN];
  uint8_t other[SP_PIN_HASH_LEN];
  assert_int_equal(sp_pin_hash("4821", salt, first), 0);
  assert_hex(first, "562a0930ed08d206fa0babae19d6abde87b1a63915370f44504709c4de80d925");
  assert_int_equal(sp_pin_hash("4822", salt, other), 0);
  assert_false(sp_equal_secret(first, other, sizeof first));
  salt[15] ^= 1;
  assert_int_equal(sp_pin_hash("4821", salt, other), 0);
  assert_false(sp_equal_secret(first, other, sizeof first));
  salt[15] ^= 1;
  assert_int_equal(sp_pin_hash("4821", salt, other), 0);
  assert_true(sp_equal_secret(first, other, sizeof first));
  assert_int_equal(sp_pin_hash("", salt, other), 0);
  assert_hex(other, "d31bf6e15b170b6246f99f2a17f3cb365e25acee028c25b9a242ac86dd422e86");
}

static void makes_tokens(void **state) {
  (void)state;
  char seen[200][SP_TOKEN_TEXT];
  for (int i = 0; i < 200; i++) {
    assert_int_equal(sp_token_new(seen[i]), 0);
    assert_int_equal(strlen(seen[i]), 43);
    assert_int_equal(strspn(seen[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"), 43);
    assert_non_null(strchr("AEIMQUYcgkosw048", seen[i][42])); /* the last four bits, then two zeros */
    for (int k = 0; k < i; k++)
      assert_string_not_equal(seen[i], seen[k]);
  }
}

static void draws_randomness(void **state) {
  (void)state;
  uint8_t bytes[70000] = {0};
  assert_int_equal(sp_random(bytes, sizeof bytes), 0);
  int counts[256] = {0};
  for (size_t i = 0; i < sizeof bytes; i++)
    counts[bytes[i]]++;
  for (int i = 0; i < 256; i++)
    assert_in_range(counts[i], 120, 450); /* 273 on average; ten standard deviations are 165 */
  assert_int_equal(sp_random(bytes, 0), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hashes),
      cmocka_unit_test(authenticates),
      cmocka_unit_test(hashes_pins_slowly_and_surely),
      cmocka_unit_test(makes_tokens),
      cmocka_unit_test(draws_randomness),
  };
  return cmocka_run_group_tests_name("base/secrets", tests, NULL, NULL);
}
