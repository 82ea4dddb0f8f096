/* A certificate of an hour that signs itself, for "localhost" and for no address, and its key: two PEM files that are
 * there between the setup and the teardown of a group. */
#ifndef SP_TESTS_UNIT_HTTP_CERTIFICATE_H
#define SP_TESTS_UNIT_HTTP_CERTIFICATE_H

#include "rig.h"
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static char cert_file[] = "/tmp/sp_http_cert_XXXXXX";
static char key_file[] = "/tmp/sp_http_key_XXXXXX";

/* One of the two. */
static inline void write_pem(char *path, const X509 *cert, const EVP_PKEY *key) {
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *file = fdopen(fd, "w");
  assert_non_null(file);
  if (cert) assert_int_equal(PEM_write_X509(file, cert), 1);
  if (key) assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
  assert_int_equal(fclose(file), 0);
}

static inline int make_certificate(void **state) {
  (void)state;
  EVP_PKEY *key = EVP_EC_gen("P-256");
  X509 *cert = X509_new();
  assert_non_null(key);
  assert_non_null(cert);
  assert_int_equal(X509_set_version(cert, X509_VERSION_3), 1);
  assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(cert), 1), 1);
  assert_non_null(X509_gmtime_adj(X509_getm_notBefore(cert), -60));
  assert_non_null(X509_gmtime_adj(X509_getm_notAfter(cert), 3600));
  assert_int_equal(X509_set_pubkey(cert, key), 1);
  X509_NAME *name = X509_get_subject_name(cert);
  assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"till", -1, -1, 0), 1);
  assert_int_equal(X509_set_issuer_name(cert, name), 1);
  X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
  assert_non_null(names);
  assert_int_equal(X509_add_ext(cert, names, -1), 1);
  X509_EXTENSION_free(names);
  assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
  write_pem(cert_file, cert, NULL);
  write_pem(key_file, NULL, key);
  X509_free(cert);
  EVP_PKEY_free(key);
  return 0;
}

static inline int remove_certificate(void **state) {
  (void)state;
  (void)unlink(cert_file);
  (void)unlink(key_file);
  return 0;
}

#endif
