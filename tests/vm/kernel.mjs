// A Debian kernel and the modules our devices need, fetched as a package and unpacked, never installed.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";

const META = "linux-image-amd64"; // depends on the newest kernel there is
const FOLDERS = ["drivers/usb", "drivers/hid", "drivers/input", "fs/configfs"]; // of its modules, those that may be needed

/** What cannot be had here; the run is skipped, not failed. */
export class Missing extends Error {}

function command(program, ...words) {
  const done = spawnSync(program, words, { encoding: "utf8", maxBuffer: 1 << 24 });
  if (done.error) throw new Missing(`${program} is not installed`);
  return done;
}

function packageName() {
  const shown = command("apt-cache", "depends", META);
  const name = /Depends: (linux-image-\S+)/.exec(shown.stdout)?.[1];
  if (!name) throw new Missing(`no package list knows ${META}: apt-get update`);
  return name;
}

function download(folder, name) {
  mkdirSync(folder, { recursive: true });
  const done = spawnSync("apt-get", ["download", "-q", name], { cwd: folder, encoding: "utf8" });
  const file = readdirSync(folder).find((each) => each.startsWith(`${name}_`) && each.endsWith(".deb"));
  if (done.status !== 0 || !file) throw new Missing(`${name} cannot be downloaded: ${done.stderr?.trim().split("\n").at(-1)}`);
  return join(folder, file);
}

function unpack(file, folder) {
  const wanted = FOLDERS.map((each) => `./lib/modules/*/kernel/${each}`);
  const script = 'file=$1 folder=$2; shift 2; dpkg-deb --fsys-tarfile "$file" | tar -x -C "$folder" --wildcards ./boot/vmlinuz-\\* "$@"';
  const done = command("bash", "-o", "pipefail", "-c", script, "unpack", file, folder, ...wanted);
  if (done.status !== 0) throw new Error(`${basename(file)} cannot be unpacked: ${done.stderr}`);
}

/** The folder of an unpacked kernel below `cache`: kept from an earlier run, or fetched now. */
export function fetchKernel(cache) {
  const kept = existsSync(cache) ? readdirSync(cache).filter((name) => name.startsWith("linux-image-")).sort() : [];
  if (kept.length > 0) return join(cache, kept.at(-1));
  const name = packageName();
  console.log(`# fetching ${name} (about 70 MB), kept in ${cache}`);
  const part = join(cache, "part");
  rmSync(part, { recursive: true, force: true });
  const file = download(part, name);
  unpack(file, part);
  rmSync(file);
  renameSync(part, join(cache, name)); // whole or not there
  return join(cache, name);
}

export function imageOf(kernel) {
  const boot = join(kernel, "boot");
  return join(boot, readdirSync(boot).find((name) => name.startsWith("vmlinuz-")));
}

function allModules(kernel) {
  const files = new Map();
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.name.endsWith(".ko")) files.set(entry.name.slice(0, -3).replaceAll("-", "_"), path);
    }
  };
  walk(join(kernel, "lib/modules"));
  return files;
}

/** Paths of the modules in the order they have to be loaded in. What the kernel lacks is named by `absent`. */
export function modulesFor(kernel, names) {
  const files = allModules(kernel);
  const order = [];
  const absent = [];
  const add = (name) => {
    const path = files.get(name);
    if (!path) return false;
    if (order.includes(path)) return true;
    // A module says in its .modinfo section, as text, what it needs.
    const needs = /\0depends=([^\0]*)\0/.exec(readFileSync(path, "latin1"))?.[1] ?? "";
    if (!needs.split(",").filter(Boolean).every((need) => add(need.replaceAll("-", "_")))) return false;
    order.push(path);
    return true;
  };
  for (const name of names) if (!add(name)) absent.push(name);
  return { order, absent };
}
