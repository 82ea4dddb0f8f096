// Bundle the pages of the till into C: `node bundle.mjs OUTPUT_FOLDER` writes till_assets.h and till_assets.c there;
// with --files also the files themselves, for a look.
//
// Names carry the hash of what they hold, so a browser may keep an asset for ever; the pages themselves are asked for
// again. Nothing is fetched: the packages lie in adapters/ui/node_modules, where ./dev setup put them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { digest } from "./src/lib/digest.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "../../adapters/ui/node_modules");
const output = process.argv[2];
const JS_MOST = 128 * 1024; // what a till's browser may be asked to read

const types = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

async function load() {
  try {
    return createRequire(join(packages, "x.js"))("esbuild");
  } catch {
    throw new Error("the packages of the pages are missing: run ./dev setup");
  }
}

/** The catalogue as one text: the digest of a sentence, which the page computes as well, and its translation, a line each. */
const catalogue = {
  name: "catalogue",
  setup(build) {
    build.onLoad({ filter: /[\\/]page\.json$/ }, ({ path }) => {
      const pairs = Object.entries(JSON.parse(readFileSync(path, "utf8")));
      const short = new Map(pairs.map(([sentence, text]) => [digest(sentence), text]));
      if (short.size < pairs.length) throw new Error("two sentences of the page have the same digest: change one of them");
      const lines = [...short].map(([sentence, text]) => sentence + text);
      return { contents: JSON.stringify(lines.join("\n")), loader: "json" };
    });
  },
};

/** Everything esbuild makes: [{ name, bytes, entry }]. */
async function bundle() {
  const esbuild = await load();
  const result = await esbuild.build({
    entryPoints: {
      till: join(here, "src/till.jsx"),
      customer: join(here, "src/customer.jsx"),
      style: join(here, "src/style/index.css"),
      icon: join(here, "src/icon.svg"),
    },
    bundle: true,
    plugins: [catalogue],
    minify: true,
    splitting: true,
    format: "esm",
    target: ["chrome100", "firefox100", "safari15"],
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    nodePaths: [packages],
    loader: { ".svg": "copy", ".woff2": "file" },
    legalComments: "none",
    metafile: true,
    write: false,
    outdir: "/assets",
    entryNames: "[name]-[hash]",
    chunkNames: "part-[hash]",
    assetNames: "[name]-[hash]",
    absWorkingDir: here,
    logLevel: "warning",
  });
  return result.outputFiles.map((file) => ({ name: basename(file.path), bytes: Buffer.from(file.contents) }));
}

function pageOf(script, files) {
  const found = (start, end) =>
    `/till/assets/${files.find((file) => file.name.startsWith(`${start}-`) && file.name.endsWith(end)).name}`;
  const names = { script: found(script, ".js"), style: found("style", ".css"), icon: found("icon", ".svg") };
  return Buffer.from(
    readFileSync(join(here, "src/till.html"), "utf8").replace(/%(\w+)%/g, (all, name) => names[name] ?? all),
  );
}

/** What the licences of others ask for: their text goes where their work goes. */
function licences() {
  const names = ["preact", "@preact/signals", "@preact/signals-core", "@fontsource-variable/inter"];
  return Buffer.from(
    names.map((name) => `${name}\n\n${readFileSync(join(packages, name, "LICENSE"), "utf8")}`).join("\n"),
  );
}

function weigh(files) {
  const size = files.filter((file) => file.name.endsWith(".js")).reduce((sum, file) => sum + file.bytes.length, 0);
  if (size > JS_MOST) throw new Error(`the scripts have ${size} bytes, more than ${JS_MOST}`);
}

function array(bytes) {
  const rows = [];
  for (let at = 0; at < bytes.length; at += 32) rows.push([...bytes.subarray(at, at + 32)].join(","));
  return rows.join(",\n");
}

const note = "/* Made by devices/till/bundle.mjs; do not edit. */";

const header = `${note}
#ifndef SP_GENERATED_TILL_ASSETS_H
#define SP_GENERATED_TILL_ASSETS_H

#include "api/asset.h"

/* The pages of the till and all they ask for, by name. */
extern const struct sp_asset sp_till_assets[];
extern const size_t sp_till_asset_count;

#endif
`;

function source(assets) {
  const data = assets.map(
    (asset, index) => `static const unsigned char data_${index}[] = {\n${array(asset.bytes)}};\n`,
  );
  const rows = assets.map((asset, index) => {
    const etag = createHash("sha256").update(asset.bytes).digest("hex").slice(0, 32);
    return `  {"${asset.name}", "${types[extname(asset.name)]}", data_${index}, sizeof data_${index}, "${etag}"},`;
  });
  const list = `const struct sp_asset sp_till_assets[] = {\n${rows.join("\n")}\n};`;
  return [
    note,
    '#include "generated/till_assets.h"\n',
    ...data,
    list,
    `const size_t sp_till_asset_count = ${assets.length};\n`,
  ].join("\n");
}

const files = await bundle();
weigh(files);
const assets = [
  { name: "index.html", bytes: pageOf("till", files) },
  { name: "customer.html", bytes: pageOf("customer", files) },
  ...files,
  { name: "licences.txt", bytes: licences() },
];
mkdirSync(output, { recursive: true });
writeFileSync(join(output, "till_assets.h"), header);
writeFileSync(join(output, "till_assets.c"), source(assets));
if (process.argv.includes("--files")) for (const asset of assets) writeFileSync(join(output, asset.name), asset.bytes);
