// receiptio, a client of receipt printers that is not ours, must name every state of our printer as it is.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import receiptio from "receiptio";
import { Printer } from "./printer.mjs";

// It knows port 9100 only; every address of 127.0.0.0/8 is this machine, so each run gets one of its own.
const address = `127.${1 + (process.pid % 250)}.${1 + ((process.pid >> 8) % 250)}.9`;
const receipt = "^^^SUANPAN\n\nAsparagus | 1| 1.00\nBroccoli | 2| 4.00\n---\n^TOTAL | ^5.00\n";
const modes = ["", "-p escpos", "-p epson", "-p citizen", "-p fit", "-p generic"];

let printer;

before(async () => {
  printer = await Printer.start({ address, port: 9100 });
});

after(() => printer?.stop());

const query = (mode = "", what = "") => receiptio.print("", `-d ${address} -q ${what} ${mode}`);
const print = (mode = "") => receiptio.print(receipt, `-d ${address} -c 48 -l en -t 10 ${mode}`);

/** Do something to the printer, work, and undo it again whatever came of the work. */
async function during(done, undone, work) {
  try {
    for (const line of done) await printer.say(line);
    await work();
  } finally {
    for (const line of undone) await printer.say(line);
  }
}

/** What is done to the printer, what that is called, and how it is undone. */
const states = [
  ["nothing", [], "online", []],
  ["paper near its end", ["paper 100mm"], "online", ["paper endless"]],
  ["paper out", ["paper 0"], "paperempty", ["paper endless"]],
  ["cover open", ["cover open"], "coveropen", ["cover closed"]],
  ["cover open and paper out", ["cover open", "paper 0"], "coveropen", ["paper endless", "cover closed"]],
  ["mechanical error", ["mechanical on"], "error", ["mechanical off", "power off", "power on"]],
  ["head too hot", ["heat on"], "error", ["heat off"]],
  ["broken", ["broken on"], "error", ["broken off", "power off", "power on"]],
];

for (const mode of modes) {
  for (const [what, done, name, undone] of states) {
    test(`asked${mode ? ` with ${mode}` : ""}: ${what} is ${name}`, async () => {
      await during(done, undone, async () => assert.equal(await query(mode), name));
      assert.equal(await query(mode), "online", "it is not well again");
    });
  }

  test(`the drawer${mode ? ` with ${mode}` : ""}`, async () => {
    // It takes a low pin 3 for an open drawer unless it is asked for drawer2; our drawer's pin is high when it is open.
    assert.equal(await query(mode, "drawer2"), "drawerclosed");
    await printer.say("drawer open");
    assert.equal(await query(mode, "drawer2"), "draweropen");
    assert.equal(await query(mode, "drawer"), "drawerclosed");
    await printer.say("drawer closed");
    assert.equal(await query(mode, "drawer"), "draweropen");
  });
}

for (const mode of modes) {
  test(`printed${mode ? ` with ${mode}` : ""}: success, once, with every line`, async () => {
    await printer.say("tear");
    assert.equal(await print(mode), "success");
    const { cuts, pulses, unknown } = await printer.page();
    // To find out what printer it has, it also asks in Star's language, which ours does not know.
    assert.deepEqual({ cuts, pulses, unknown }, { cuts: 1, pulses: 0, unknown: mode === "" ? 1 : 0 });
    const words = (await printer.lines()).join("\n").match(/\S+/g) ?? [];
    for (const word of ["Asparagus", "1.00", "Broccoli", "4.00", "TOTAL", "5.00"])
      assert.equal(words.filter((each) => each === word).length, 1, `${word} in ${words.join(" ")}`);
  });
}

for (const [what, done, name, undone] of states.filter(([, , state]) => state !== "online")) {
  test(`printed: ${what} is ${name}, and no paper is spent`, async () => {
    await printer.say("tear");
    await during(done, undone, async () => assert.equal(await print("-p escpos"), name));
    assert.deepEqual(await printer.lines(), []);
    assert.equal(await print("-p escpos"), "success");
  });
}

test("a cut that jams is an error, and after that the printer can be made well", async () => {
  await printer.say("tear");
  await printer.say("cutter jam");
  assert.equal(await print("-p escpos"), "error");
  assert.equal(await query("-p escpos"), "error", "the jam is still there");
  await printer.say("cutter free");
  assert.equal(await query("-p escpos"), "error", "seen as it asks; its own DLE ENQ 2 mends it");
  assert.equal(await query("-p escpos"), "online");
  assert.equal((await printer.page()).cuts, 0);
});

test("off is offline, when the address answers", async () => {
  await printer.say("power off");
  assert.equal(await query("-p escpos"), "offline");
  await printer.say("power on");
  assert.equal(await query("-p escpos"), "online");
});

test("no printer at all is a disconnect", async () => {
  const none = address.replace(/9$/, "8");
  assert.equal(await receiptio.print("", `-d ${none} -q -p escpos`), "disconnect");
});

test("a printer without automatic status is offline to it", async () => {
  const other = address.replace(/9$/, "7");
  const dumb = await Printer.start({ options: ["--no-asb"], address: other, port: 9100 });
  assert.equal(await receiptio.print(receipt, `-d ${other} -p escpos`), "offline");
  assert.deepEqual(await dumb.lines(), []);
  await dumb.stop();
});
