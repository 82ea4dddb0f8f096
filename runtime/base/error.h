/* One error, told once: what kind, which field, a sentence for a person, and where it came from.
 *
 * Every function that can fail for a reason a caller must expect returns 0 or one of the negative codes below and,
 * when it has more to say than the code, fills a `struct sp_error` given as its last argument. A null `err` is always
 * allowed. The sentence is an English printf format that is also its key in schema/text/: when `err->lang` is
 * SP_LANG_ZH the Chinese sentence of the same key is used (base/text.h).
 */
#ifndef SP_BASE_ERROR_H
#define SP_BASE_ERROR_H

/* XX(NAME, value, stable name on the wire). A value is never reused. */
#define SP_ERROR_MAP(XX)                                                                                               \
  XX(INVALID, -1, "invalid")                    /* the input breaks a rule; `field` names the part */                  \
  XX(NOT_FOUND, -2, "not-found")                /* no such thing, or none the caller may see */                        \
  XX(EXISTS, -3, "already-exists")              /* a unique value is taken */                                          \
  XX(CONFLICT, -4, "conflict")                  /* it changed since it was read; read again and retry */               \
  XX(STATE, -5, "wrong-state")                  /* not possible in the state it is in */                               \
  XX(DENIED, -6, "denied")                      /* known, but not allowed to */                                        \
  XX(UNAUTHENTICATED, -7, "unauthenticated")    /* not known, or no longer */                                          \
  XX(LIMIT, -8, "limit-reached")                /* a bound given at birth was met: size, count, depth */               \
  XX(RANGE, -9, "out-of-range")                 /* a sum or product left ±(2^53−1) */                               \
  XX(BUSY, -10, "busy")                         /* try again later */                                                  \
  XX(TIMEOUT, -11, "timeout")                   /* it took longer than it may */                                       \
  XX(IO, -12, "io-error")                       /* the disk, the file or the peer failed */                            \
  XX(FULL, -13, "disk-full")                    /* no room left on the disk */                                         \
  XX(NOMEM, -14, "out-of-memory")               /* an allocation failed */                                             \
  XX(CORRUPT, -15, "corrupt")                   /* stored bytes contradict themselves */                               \
  XX(RULE, -16, "rule-failed")                  /* a Lua rule raised, overran or returned nonsense */                  \
  XX(TOTAL_CHANGED, -17, "total-changed")       /* the total the cashier saw is no longer the total */                 \
  XX(STOCK, -18, "not-enough-stock")            /* the stock policy refuses this movement */                           \
  XX(UNSUPPORTED, -19, "unsupported")           /* a kind, version or encoding this build does not know */             \
  XX(REUSED_KEY, -20, "idempotency-key-reused") /* same Idempotency-Key, different request */                          \
  XX(INTERNAL, -21, "internal")                 /* an invariant of ours is broken: a bug */                            \
  XX(STALE, -22, "precondition-failed")         /* If-Match named a revision that is no longer the stored one */

enum sp_code {
  SP_OK = 0,
#define XX(name, value, wire) SP_E_##name = value,
  SP_ERROR_MAP(XX)
#undef XX
};

enum sp_lang { SP_LANG_EN = 0, SP_LANG_ZH = 1 };
#define SP_LANG_COUNT 2

struct sp_error {
  enum sp_lang lang; /* in: the language of `message` */
  int code;          /* enum sp_code */
  char field[64];    /* the offending field as the caller named it ("lines[3].quantity"), or "" */
  char origin[64];   /* the function that found it */
  char message[384]; /* one sentence, cut at a UTF-8 boundary when too long */
};

/* Fill `err` (may be null) and return `code`. Use it through sp_fail, which supplies the origin.
 * `field` may be null. Never blocks, never allocates. */
int sp_error_set(struct sp_error *err, int code, const char *origin, const char *field, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* return sp_fail(err, SP_E_INVALID, "quantity", "%s must be positive", name); */
#ifdef __clang_analyzer__ /* the analyzer looks at one file at a time: tell it that the code comes back */
#define sp_fail(err, code, field, ...) (sp_error_set((err), (code), __func__, (field), __VA_ARGS__), (code))
#else
#define sp_fail(err, code, field, ...) sp_error_set((err), (code), __func__, (field), __VA_ARGS__)
#endif

/* Put `prefix` ("lines[3]") before the field of an error that came from a part: "quantity" becomes "lines[3].quantity".
 * The dot is put where one is needed. */
void sp_error_prefix(struct sp_error *err, const char *prefix);

/* The stable wire name of a code ("not-found"), "ok" for 0, "unknown" otherwise. Static text. */
const char *sp_code_name(int code);

/* An out-of-memory error said in one place. */
int sp_error_nomem(struct sp_error *err, const char *origin);

#endif
