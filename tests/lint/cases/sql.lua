return {
  { "a cast by colons, in a query and in C",
    files = {
      ["schema/queries/a.sql"] = "-- name: a\nSELECT $1::text;\n-- $1::text in a comment\n",
      ["runtime/app/a.c"] = 'int f(void) {\n  return run("SELECT $2::bigint");\n}\n',
    },
    flagged = { "schema/queries/a.sql:2", "runtime/app/a.c:2" } },
  { "one engine's words",
    files = { ["schema/migrations/0001_a.sql"] = "CREATE TABLE a (\n  id INTEGER PRIMARY KEY AUTOINCREMENT,\n  b BLOB\n);\n" },
    flagged = { "schema/migrations/0001_a.sql:2", "schema/migrations/0001_a.sql:3" } },
  { "the overlay, quotes and longer names are fine",
    files = {
      ["schema/migrations/0001_a.sql"] = "CREATE TABLE known (now_ms BIGINT, a TEXT DEFAULT 'now') /*sqlite: WITHOUT ROWID */;\n",
    },
    flagged = {} },
  { "INSERT … SELECT … ON CONFLICT needs WHERE",
    files = {
      ["schema/queries/a.sql"] = [[
-- name: bad
INSERT INTO t (a) SELECT a FROM s
ON CONFLICT (a) DO NOTHING;
-- name: good
INSERT INTO t (a) SELECT a FROM s WHERE true ON CONFLICT (a) DO NOTHING;
-- name: plain
INSERT INTO t (a) VALUES ((SELECT max(a) FROM s)) ON CONFLICT (a) DO UPDATE SET a = 1;
-- name: inner_where
INSERT INTO t (a) SELECT a FROM (SELECT a FROM s WHERE a > 1) q ON CONFLICT (a) DO NOTHING;
]],
    },
    flagged = { "schema/queries/a.sql:2", "schema/queries/a.sql:9" } },
}
