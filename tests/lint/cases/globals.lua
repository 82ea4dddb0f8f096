local law = "state runtime/base/log.c: one log\n"

return {
  { "mutable state is flagged",
    files = {
      ["tests/lint/layers.txt"] = law,
      ["runtime/base/a.c"] = "static int count;\nint table[3] = {1, 2, 3};\nstatic struct thing thing = {.a = 1};\nstatic int (*hook)(void);\n",
    },
    flagged = { "runtime/base/a.c:1", "runtime/base/a.c:2", "runtime/base/a.c:3", "runtime/base/a.c:4" } },
  { "constants, types, prototypes and a signal's flag are fine",
    files = {
      ["tests/lint/layers.txt"] = law,
      ["runtime/base/a.c"] = [[
#define X {1}
static const char *const names[] = {"a", "b"};
const struct thing things[] = {{1}, {2}};
struct thing;
struct thing {
  int a;
};
enum { A, B = 2 };
__extension__ typedef __int128 wide;
typedef int (*call)(void);
static int f(int a);
int g(const char *format, ...) __attribute__((format(printf, 1, 2)));
static volatile sig_atomic_t stop;
_Static_assert(sizeof(int) == 4, "int");
int f(int a) {
  int local = a;
  static const int table[] = {1};
  return local + table[0];
}
]],
    },
    flagged = {} },
  { "a static inside a function is a global in disguise",
    files = {
      ["tests/lint/layers.txt"] = law,
      ["runtime/base/a.c"] = "int f(void) {\n  static int calls;\n  return ++calls;\n}\n",
    },
    flagged = { "runtime/base/a.c:2" } },
  { "a file with a reason may, a test may",
    files = {
      ["tests/lint/layers.txt"] = law,
      ["runtime/base/log.c"] = "static int level;\n",
      ["tests/unit/base/a.c"] = "static int seen;\n",
    },
    flagged = {} },
}
