// Boots a Debian kernel in an emulator with our test program in it, plays the world around it, and passes its TAP on:
// node tests/vm/run.mjs PROGRAM
import { accessSync, constants, existsSync, mkdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Missing, fetchKernel, imageOf, modulesFor } from "./kernel.mjs";
import { makePlayer } from "./line.mjs";
import { makeInitramfs, startMachine } from "./machine.mjs";

const FOLDER = "build/vm";
const DEADLINE_S = 120;
const TOOLS = ["qemu-system-x86_64", "busybox", "cpio", "dpkg-deb"];
const NEEDED = ["evdev", "uinput", "uhid", "hid_generic", "xhci_pci", "ftdi_sio", "configfs"];
const WELCOME = ["usblp", "usb_f_printer", "dummy_hcd"]; // without them the printer's tests are skipped
const PLUG = { driver: "usb-serial", id: "line", chardev: "line" };
const ENVIRONMENT = {
  CMOCKA_MESSAGE_OUTPUT: "TAP",
  ASAN_OPTIONS: "detect_leaks=1:abort_on_error=1:symbolize=0",
  UBSAN_OPTIONS: "print_stacktrace=1",
};

function missingTool() {
  const there = (tool) =>
    (process.env.PATH ?? "").split(delimiter).some((folder) => {
      try {
        accessSync(join(folder, tool), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
  return TOOLS.find((tool) => !there(tool));
}

function skip(why) {
  console.log("1..1");
  console.log(`ok 1 - devices on a kernel of their own # SKIP NOTHING OF THIS SUITE WAS RUN: ${why}`);
}

function prepare(program) {
  const tool = missingTool();
  if (tool) throw new Missing(`${tool} is not installed (./dev setup)`);
  mkdirSync(FOLDER, { recursive: true });
  const kernel = fetchKernel(FOLDER);
  const { order, absent } = modulesFor(kernel, [...NEEDED, ...WELCOME]);
  const lacking = absent.filter((name) => NEEDED.includes(name));
  if (lacking.length > 0) throw new Error(`the kernel has no module ${lacking.join(", ")}`);
  for (const name of absent) console.log(`# THE KERNEL HAS NO MODULE ${name}`);
  return { image: imageOf(kernel), initramfs: makeInitramfs(FOLDER, { program, modules: order, environment: ENVIRONMENT }) };
}

/** Do what the machine asks for, in the order it asks; everything else it says is printed. */
async function follow(machine, player) {
  let code = null;
  let turn = Promise.resolve();
  const wishes = {
    plug: async () => {
      player.plug(true);
      for (let tries = 0; tries < 40; tries++) {
        const problem = await machine.monitor("device_add", PLUG).then(() => null, (error) => error);
        if (!problem) return;
        if (!/in use|Duplicate/.test(problem.message)) throw problem;
        await sleep(50); // what was pulled out last is not quite gone
      }
    },
    unplug: async () => {
      player.plug(false);
      await machine.monitor("device_del", { id: "line" }).catch(() => {}); // a test pulls out what may be out already
    },
    play: (words) => player.play(words),
    done: (words) => {
      code = Number(words);
    },
  };
  for await (const line of createInterface({ input: machine.output, crlfDelay: Infinity })) {
    const [, wish, words = ""] = /^@(\w+) ?(.*)$/.exec(line.trimEnd()) ?? [];
    if (!wish) console.log(line.trimEnd());
    else if (wish in wishes) turn = turn.then(() => wishes[wish](words)).catch((error) => console.log(`# ${line}: ${error.message}`));
    else console.log(`# the machine asks for something unknown: ${line}`);
  }
  await turn;
  return code;
}

async function main([program]) {
  const began = performance.now();
  const log = join(FOLDER, "console.log");
  const { image, initramfs } = prepare(program);
  const machine = await startMachine({ image, initramfs, console: log });
  const player = makePlayer(machine.line);
  const timer = setTimeout(() => {
    console.log(`# not done after ${DEADLINE_S} s`);
    machine.stop();
  }, DEADLINE_S * 1000);
  const code = await follow(machine, player);
  clearTimeout(timer);
  player.end();
  machine.stop();
  await machine.ended;
  console.log(`# the machine ran for ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (code === 0) return 0;
  for (const each of [log, `${log}.emulator`]) {
    if (existsSync(each)) for (const line of readFileSync(each, "utf8").trimEnd().split("\n").slice(-20)) console.log(`# ${line}`);
  }
  console.log(`# the program ended with ${code ?? "nothing"}`);
  return 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  skip(error.message);
}
