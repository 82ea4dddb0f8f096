// One virtual machine: its first file system, the emulator, and the doors into it.
import { chmodSync, copyFileSync, createWriteStream, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { openSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const INIT = `#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
ip link set lo up
while read -r module; do insmod "/modules/$module" || echo "no $module"; done </modules/order
mount -t configfs config /sys/kernel/config
stty -F /dev/ttyS1 raw -echo
. /environment
/program >/dev/ttyS1 2>&1
echo "@done $?" >/dev/ttyS1
sleep 1
poweroff -f
`;

/** The shared libraries a program is linked with, its loader included. */
function librariesOf(program) {
  const shown = spawnSync("ldd", [program], { encoding: "utf8" });
  if (shown.status !== 0) throw new Error(`ldd ${program}: ${shown.stderr}`);
  return [...shown.stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path);
}

/** What the C library reads at run time to write Chinese: its list of character sets and those the tests use. */
function characterSets(libraries) {
  const libc = libraries.find((path) => basename(path) === "libc.so.6");
  const folder = join(dirname(realpathSync(libc)), "gconv");
  const names = ["gconv-modules", "gconv-modules.d/gconv-modules-extra.conf", "GBK.so", "GB18030.so"];
  return names.map((name) => join(folder, name)).filter((path) => existsSync(path));
}

/** Write an initial file system with a program, its libraries and kernel modules as a cpio archive. */
export function makeInitramfs(folder, { program, modules, environment }) {
  const root = join(folder, "root");
  rmSync(root, { recursive: true, force: true });
  for (const each of ["bin", "dev", "proc", "sys", "tmp", "modules"]) mkdirSync(join(root, each), { recursive: true });
  const place = (from, to) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
    chmodSync(join(root, to), 0o755);
  };
  place("/bin/busybox", "bin/busybox");
  place(program, "program");
  const libraries = librariesOf(program);
  for (const path of [...libraries, ...characterSets(libraries)]) place(path, path);
  for (const module of modules) place(module, join("modules", basename(module)));
  writeFileSync(join(root, "modules/order"), modules.map((module) => `${basename(module)}\n`).join(""));
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(join(root, "environment"), exports.join(""));
  writeFileSync(join(root, "init"), INIT, { mode: 0o755 });
  const archive = join(folder, "initramfs.cpio");
  const packed = spawnSync("sh", ["-c", "find . | cpio -o -H newc --quiet"], {
    cwd: root,
    stdio: ["ignore", openSync(archive, "w"), "inherit"],
  });
  if (packed.status !== 0) throw new Error("cpio failed");
  return archive;
}

async function connected(path) {
  for (let tries = 0; tries < 500; tries++) {
    const socket = createConnection(path);
    const good = await new Promise((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (good) return socket;
    await sleep(20);
  }
  throw new Error(`the emulator did not open ${path}`);
}

/** The emulator's own protocol: one command at a time, answers in order, events between them. */
async function openMonitor(path) {
  const socket = await connected(path);
  const waiting = [];
  createInterface({ input: socket }).on("line", (line) => {
    const said = JSON.parse(line);
    if (said.return) waiting.shift()?.resolve(said.return);
    if (said.error) waiting.shift()?.reject(new Error(said.error.desc));
  });
  const ask = (execute, args) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    });
  await ask("qmp_capabilities");
  return ask;
}

/** Start the machine. Its second serial port is `output`; `line` is the far end of the USB serial line it may get. */
export async function startMachine({ image, initramfs, console }) {
  const folder = mkdtempSync(join(tmpdir(), "suanpan-vm-")); // a socket's path may not be long
  const words = [
    ...["-accel", "tcg,thread=multi", "-machine", "pc", "-cpu", "max", "-smp", "1", "-m", "512"],
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"],
    ...["-kernel", image, "-initrd", initramfs, "-append", "console=ttyS0 loglevel=4 panic=-1 mitigations=off"],
    ...["-serial", `file:${console}`, "-serial", "stdio"],
    ...["-device", "qemu-xhci"],
    ...["-chardev", `socket,id=line,path=${folder}/line,server=on,wait=off`],
    ...["-qmp", `unix:${folder}/monitor,server=on,wait=off`],
  ];
  const child = spawn("qemu-system-x86_64", words, { stdio: ["ignore", "pipe", "pipe"] });
  const complaints = createWriteStream(`${console}.emulator`);
  child.stderr.pipe(complaints);
  const ended = new Promise((resolve) => child.on("close", resolve));
  ended.then(() => rmSync(folder, { recursive: true, force: true }));
  const line = await connected(`${folder}/line`);
  const monitor = await openMonitor(`${folder}/monitor`);
  return { output: child.stdout, line, monitor, ended, stop: () => child.kill("SIGKILL") };
}
