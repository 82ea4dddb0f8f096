// `suanpan device` from outside: every simulated device over TCP and pty, learning, recording, testing, and what is refused.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, readlinkSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { environment, program, remove, root, running, scratch, suanpan, until } from "./node.mjs";
import { Simulated } from "./simulated.mjs";

function folder(t) {
  const path = scratch();
  t.after(() => remove(path));
  return path;
}

async function good(words, options) {
  const { code, stdout, stderr } = await suanpan(words, options);
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}

/** A connection that keeps what it hears. */
async function dial(t, link) {
  const [, host, port] = link.match(/^tcp:(.+):(\d+)$/);
  const socket = connect(Number(port), host);
  socket.heard = Buffer.alloc(0);
  socket.gone = false;
  socket.on("data", (chunk) => (socket.heard = Buffer.concat([socket.heard, chunk])));
  socket.on("close", () => (socket.gone = true));
  socket.on("error", (error) => (socket.failed = error));
  t.after(() => socket.destroy());
  await until(() => socket.readyState === "open" || socket.failed, "a connection");
  return socket;
}

/** The same on a pty, without blocking. */
function open(t, link) {
  const fd = openSync(link.replace(/^serial:/, ""), constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  let open = true;
  const close = () => open && (closeSync(fd), (open = false));
  t.after(close);
  const line = { heard: Buffer.alloc(0), close, write: (bytes) => writeSync(fd, Buffer.from(bytes)) };
  line.read = () => {
    const piece = Buffer.alloc(4096);
    try {
      line.heard = Buffer.concat([line.heard, piece.subarray(0, readSync(fd, piece))]);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
    return line.heard;
  };
  return line;
}

const receipt = Buffer.from("\x1b@Hello\n\x1dV\x00", "latin1");

test("a printer on TCP prints, answers, and is told by lines", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0"]);
  assert.deepEqual(printer.config, { class: "printer", link: printer.link, profile: "generic-80" });
  const till = await dial(t, printer.link);
  await printer.noticed("# connected");
  till.write(receipt);
  await until(async () => (await printer.say("text")).length === 2, "the receipt");
  assert.deepEqual(await printer.say("text"), ["| Hello", "| [cut]"]);
  till.write(Buffer.from([0x10, 0x04, 0x01]));
  await until(() => till.heard.length === 1, "an answer to DLE EOT");
  assert.equal(till.heard[0] & 0x93, 0x12);
  const file = join(folder(t), "paper.png");
  await printer.say(`png ${file}`);
  assert.equal(readFileSync(file).subarray(1, 4).toString(), "PNG");
  await printer.say("tear");
  assert.deepEqual(await printer.say("text"), []);
  await assert.rejects(printer.say("fold"), /no such command/);
  await assert.rejects(printer.say("png /nowhere/at/all.png"), /cannot be written/);
  const help = await printer.say("help");
  assert.ok(help.includes("cut-after N [to|from|both]") && help.includes("tear"), help.join("\n"));
});

test("a second program waits until the first has left, and power that comes back knows no connection", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0"]);
  const first = await dial(t, printer.link);
  await printer.noticed("# connected");
  const second = await dial(t, printer.link);
  second.write(receipt);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await printer.say("text"), []);
  first.end();
  await until(async () => (await printer.say("text")).length === 2, "the second's receipt");
  await printer.say("power off");
  second.write(receipt);
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(second.gone, false); // nobody tells
  await printer.say("power on");
  await until(() => second.gone, "the connection to go");
  assert.equal((await printer.say("text")).length, 2);
});

test("a printer that cannot print is felt by the sender", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0", "--buffer", "1024"]);
  const till = await dial(t, printer.link);
  await printer.say("paper 0");
  const lines = Buffer.alloc(4 << 20, "a line of text\n");
  till.write(lines);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const left = till.bytesWritten - till.writableLength;
  assert.ok(till.writableLength > 0 || left < lines.length, "everything was taken");
  assert.match((await printer.say("state"))[0], /^offline paper-out waiting=1024 /);
  await printer.say("paper endless");
  await until(async () => Number((await printer.say("state"))[0].match(/height=(\d+)/)[1]) > 0, "paper to move");
});

test("troubles of a line: half, cut after so many bytes, refused, doubled answers", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0", "--chaos", "half; duplicate on from"]);
  const till = await dial(t, printer.link);
  await printer.noticed("# connected");
  till.write("12345678\n1");
  await until(async () => (await printer.say("state"))[0].includes("waiting=0"), "the half");
  till.write("ABC\n");
  await until(async () => (await printer.say("text")).length === 1, "a line");
  assert.deepEqual(await printer.say("text"), ["| 12345ABC"]);
  till.write(Buffer.from([0x10, 0x04, 0x04]));
  await until(() => till.heard.length === 2, "the answer twice");
  await assert.rejects(printer.say("duplicate on to"), /no line doubles what goes to a printer/);
  await printer.say("calm");
  await printer.say("cut-after 3");
  till.write("xyz and never this\n");
  await until(() => till.gone, "the cut");
  await printer.noticed("# cut");
  await printer.say("refuse on");
  assert.equal((await dial(t, printer.link)).failed?.code, "ECONNREFUSED");
  await printer.say("refuse off");
  const again = await dial(t, printer.link);
  again.write("\n");
  await until(async () => (await printer.say("text")).length === 2, "what came before the cut");
  assert.deepEqual(await printer.say("text"), ["| 12345ABC", "| xyz"]);
  await printer.say("stall on");
  again.write("later\n");
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal((await printer.say("text")).length, 2);
  await printer.say("stall off");
  await until(async () => (await printer.say("text")).length === 3, "what was stalled");
});

test("a scale on a pty answers when it is asked, and is another pty behind the same link after a cut", async (t) => {
  const link = join(folder(t), "scale");
  const scale = await Simulated.start(t, ["scale", "--pty", link, "--protocol", "mt8217"]);
  assert.deepEqual(scale.config, { class: "scale", link: `serial:${link}`, protocol: "mt8217" });
  await scale.say("weight 652");
  const till = open(t, scale.link);
  await scale.noticed("# connected");
  till.write("W");
  await until(() => till.read().length === 9 || till.heard.includes(0x0d), "the weight");
  assert.equal(till.heard.toString("latin1"), "\x0200.652\r");
  const before = readlinkSync(link);
  await scale.say("cut");
  await scale.noticed("# cut");
  assert.throws(() => till.write("W") && till.read(), /EIO/);
  till.close();
  const again = open(t, scale.link);
  await scale.noticed("# connected", 2);
  again.write("W");
  await until(() => again.read().includes(0x0d), "the weight again");
  again.close();
  await scale.noticed("# closed");
  assert.ok(before.startsWith("/dev/pts/"));
  await scale.stop();
  assert.equal(existsSync(link), false, "the link is left behind");
});

test("a scale that streams, on TCP, moves and is slow to arrive", async (t) => {
  const scale = await Simulated.start(t, ["scale", "--listen", "127.0.0.1:0", "--protocol", "cas22", "--rate", "50"]);
  await scale.say("weight 1234 moving");
  const till = await dial(t, scale.link);
  await until(() => /US,GS,[^]*1\.234 ?kg\r\n/.test(till.heard.toString("latin1")), "a moving weight");
  await scale.say("stable");
  await until(() => /ST,GS,/.test(till.heard.toString("latin1")), "a stable weight");
  await scale.say("garble 500000");
  await until(() => /[\x80-\xff]/.test(till.heard.toString("latin1")), "garbled bytes");
});

test("a scanner scans fast, slowly, and loses its cable", async (t) => {
  const scanner = await Simulated.start(t, ["scanner", "--pty", "--prefix", "\\x02", "--terminator", "crlf"]);
  const till = open(t, scanner.link);
  await scanner.noticed("# connected");
  await scanner.say("scan 6901234567892");
  await until(() => till.read().length >= 16, "the code");
  assert.equal(till.heard.toString("latin1"), "\x026901234567892\r\n");
  till.heard = Buffer.alloc(0);
  const begun = performance.now();
  await scanner.say("scan-slowly 12");
  await until(() => till.read().length >= 5, "the slow code");
  assert.ok(performance.now() - begun >= 4 * 50, "too fast for a hand");
  till.heard = Buffer.alloc(0);
  await scanner.say("cut 123456");
  await scanner.noticed("# cut");
  await assert.rejects(scanner.say("scan"), /write scan CODE/);
  assert.match((await scanner.say("state"))[0], /^typing=0 /);
});

test("a display tells what a customer reads whenever it changes", async (t) => {
  const display = await Simulated.start(t, ["display", "--listen", "127.0.0.1:0", "--protocol", "cd5220"]);
  const till = await dial(t, display.link);
  till.write("\x1bQAApple 2 x 3.00     \r\x1bQBTotal           6.00\r");
  await display.noticed("# shows Apple 2 x 3.00 | Total           6.00");
  assert.deepEqual(await display.say("text"), ["| Apple 2 x 3.00", "| Total           6.00"]);
  till.write(Buffer.from([0x0c]));
  await until(async () => (await display.say("text"))[0] === "| ", "the cleared display");
});

test("control lines come over a socket as well, one device a socket", async (t) => {
  const socket = join(folder(t), "control");
  const scale = await Simulated.start(t, ["scale", "--pty", "--control", socket]);
  assert.equal(await good(["device", "tell", socket, "weight", "652"]), "ok\n");
  assert.match(await good(["device", "tell", socket, "state"]), /^aclas_os2 net=652 .* stable\nok\n$/);
  const wrong = await suanpan(["device", "tell", socket, "weight heavy"]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /^error: /);
  assert.equal((await suanpan(["device", "tell", socket, "weight", "-5"])).code, 0, "a weight below zero is no option");
  const folderPlayed = await suanpan(["device", "replay", "/tmp", "--protocol", "mt8217"]);
  assert.match(folderPlayed.stderr, /\/tmp cannot be read/);
  const second = await suanpan(["device", "simulate", "scale", "--pty", "--control", socket]);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /Another device is told its lines at/);
  await scale.stop();
  const gone = await suanpan(["device", "tell", socket, "state"]);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /No simulated device is told its lines/);
});

const protocols = "aclas_os2 aclas_os2_asked aclas_ns1 dahua_acs dahua_lines cas_ap1 cas22 bcd6 toledo_cont toledo_plain mt8217 mt_sics dialog06 tisa nci and18 adam hid_scale".split(" ");

test("learn names every protocol of a scale on a pty", { concurrency: 4 }, async (t) => {
  const learn = async (protocol) => {
    const scale = await Simulated.start(t, ["scale", "--pty", "--protocol", protocol]);
    await scale.say("weight 652");
    const told = await good(["device", "learn", "scale", scale.link, "--seconds", "1"]);
    const config = JSON.parse(told.match(/^configure (.*)$/m)[1]);
    assert.equal(config.protocol, protocol, told);
    assert.equal(config.link, scale.link);
    assert.match(told, /0\.652 kg|652 g/);
    await scale.stop();
  };
  for (let at = 0; at < protocols.length; at += 6) await Promise.all(protocols.slice(at, at + 6).map(learn));
});

test("learn says when nobody speaks, and how a scanner frames its codes", async (t) => {
  const mute = await Simulated.start(t, ["display", "--listen", "127.0.0.1:0"]);
  const silent = await suanpan(["device", "learn", "scale", mute.link, "--seconds", "1"]);
  assert.equal(silent.code, 1);
  assert.match(silent.stdout, /It said nothing/);
  const scanner = await Simulated.start(t, ["scanner", "--pty", "--prefix", "~", "--terminator", "lf"]);
  const learning = good(["device", "learn", "scanner", scanner.link, "--seconds", "20"]);
  await scanner.noticed("# connected");
  await new Promise((resolve) => setTimeout(resolve, 300)); // the line is flushed when it opens
  for (const code of ["6901234567892", "4006381333931", "ABC-1", "ABC-2", "x"]) await scanner.say(`scan ${code}`);
  const told = await learning;
  assert.match(told, /^code 6901234567892$/m);
  assert.match(told, /^Terminator: LF$/m);
  assert.deepEqual(JSON.parse(told.match(/^configure (.*)$/m)[1]), { class: "scanner", link: scanner.link, prefix: "~" });
});

test("a recording of a link is replayed to what it means", async (t) => {
  const file = join(folder(t), "scale.txt");
  const scale = await Simulated.start(t, ["scale", "--pty", "--protocol", "cas_ap1"]);
  await scale.say("weight 652");
  await good(["device", "capture", scale.link, "--protocol", "cas_ap1", "--seconds", "1", "--out", file]);
  const text = readFileSync(file, "utf8");
  assert.match(text, /^\d+ > 05$/m);
  assert.match(text, /^\d+ < .*53 20 30 30 2e 36 35 32/m);
  const told = await good(["device", "replay", file, "--protocol", "cas_ap1"]);
  assert.match(told, /\d\.\d{6} {2}0\.652 kg, stable/);
  assert.match(told, /frames, 0 bad, 0 bytes of noise/);
  const wrong = await suanpan(["device", "replay", file, "--protocol", "bcd6"]);
  assert.equal(wrong.code, 1, "nothing was understood");
  writeFileSync(file, "# a printer\n0 > 10 04 04\n900 < 72\n1000 < 10 00 0c 00\n");
  const status = await good(["device", "replay", file, "--protocol", "escpos"]);
  assert.match(status, /DLE EOT 4 72: paper out/);
  assert.match(status, /ASB 10 00 0C 00: paper out/);
  writeFileSync(file, "5 < 36 39 30\n900 < 31 0d\n");
  assert.match(await good(["device", "replay", file, "--protocol", "scanner"]), /0\.000900 {2}6901\n/);
  writeFileSync(file, "yesterday < 00\n");
  const broken = await suanpan(["device", "replay", file, "--protocol", "scanner"]);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /1: A line of a recording is/);
});

test("test tries a device straight on its link", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0"]);
  const page = await good(["device", "test", printer.link, "--profile", "generic-80"]);
  assert.match(page, /State: ready/);
  assert.match(page, /The test page is printed/);
  assert.ok((await printer.say("text")).some((line) => line.includes("generic-80")));
  const scale = await Simulated.start(t, ["scale", "--pty", "--protocol", "toledo_cont"]);
  await scale.say("weight 652");
  assert.match(await good(["device", "test", scale.link, "--protocol", "toledo_cont"]), /0\.652 kg, stable: this could be sold/);
  const display = await Simulated.start(t, ["display", "--pty", "--protocol", "led8"]);
  await good(["device", "test", display.link, "--protocol", "led8"]);
  assert.ok(display.notices.some((notice) => /^# shows [-8.0-9]/.test(notice)), display.notices.join());
  const scanner = await Simulated.start(t, ["scanner", "--pty"]);
  const waiting = good(["device", "test", scanner.link, "--class", "scanner"]);
  await scanner.noticed("# connected");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await scanner.say("scan 6901234567892");
  assert.match(await waiting, /Scanned: 6901234567892/);
});

test("scan asks a printer on the network, in both languages, also as JSON", async (t) => {
  const printer = await Simulated.start(t, ["printer", "--listen", "127.0.0.1:0"]);
  await printer.say("cover open");
  const host = printer.link.slice(4);
  assert.match(await good(["device", "scan", "--host", host]), /likely a printer \(100 %\): .*cover open/);
  assert.match(await good(["--lang", "zh", "device", "scan", "--host", host]), /上盖打开/);
  const [found] = JSON.parse(await good(["device", "scan", "--host", host, "--json"]));
  assert.deepEqual([found.link, found.class, found.config.profile], [printer.link, "printer", "generic-80"]);
  const user = await dial(t, printer.link);
  const [used] = JSON.parse(await good(["device", "scan", "--host", host, "--json"]));
  assert.deepEqual([used.in_use, used.score], [true, 0], "one that a program holds is not asked");
  user.destroy();
  await printer.stop();
  const nothing = await suanpan(["device", "scan", "--host", host]);
  assert.match(nothing.stdout, /cannot be reached/);
  assert.doesNotMatch(nothing.stdout.split("\n").slice(0, 3).join("\n"), /likely a printer/);
  assert.equal(nothing.code, 1);
});

test("two simulated devices never share the link of a pty, and a dead one keeps none", async (t) => {
  const link = join(folder(t), "line");
  const first = await Simulated.start(t, ["scale", "--pty", link, "--protocol", "mt8217"]);
  const there = readlinkSync(link);
  const second = await suanpan(["device", "simulate", "scale", "--pty", link]);
  assert.equal(second.code, 1, second.stdout);
  assert.match(second.stderr, /belongs to another simulated device that runs/);
  assert.equal(readlinkSync(link), there, "the first one's link stands");
  await first.crash();
  const third = await Simulated.start(t, ["scale", "--pty", link, "--protocol", "mt8217"]);
  await third.say("weight 5");
  assert.equal(await third.say("weight -5").then(() => "ok"), "ok");
});

test("devices of a running node are added, listed, tested, recorded and removed", async (t) => {
  const node = await running(t, {});
  const scale = await Simulated.start(t, ["scale", "--listen", "127.0.0.1:0", "--protocol", "cas22"]);
  await scale.say("weight 652");
  const device = (...words) => good(["--data", node.data, "device", ...words]);
  await node.login({ till: "T01" });
  assert.match(await device("add", "scale1", JSON.stringify(scale.config), "--till", "T01"), /scale1 is configured/);
  await until(async () => /^scale1 +T01 +scale +ready +tcp:/m.test(await device("list")), "the scale to be ready");
  assert.match(await device("capture", "scale1", "--seconds", "1"), /^\d+ < 53 54 2c 47 53/m);
  const nobody = await suanpan(["--data", node.data, "device", "test", "nobody"]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.stderr, /nobody/);
  const wrong = await suanpan(["--data", node.data, "device", "add", "scale2", '{"class":"scale","link":"tcp:127.0.0.1:1","protocol":"x"}']);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /protocol: x is no protocol of a scale/);
  await device("remove", "scale1");
  assert.equal(await device("list"), "There are no devices.\n");
});

test("the lines of devices/README.md work as they stand", async (t) => {
  const place = folder(t);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  symlinkSync(program, join(place, "suanpan"));
  const [, lines] = readFileSync(join(root, "devices/README.md"), "utf8").match(/```sh\n([^]*?)```/);
  const script = `set -em\n${lines.replaceAll("/tmp/", `${place}/`).replaceAll("9109", port)}`;
  const env = environment({ PATH: `${place}:${process.env.PATH}` });
  const child = spawn("bash", ["-c", script], { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (said += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0, said);
  assert.match(said, /likely a printer \(100 %\)/);
  assert.match(said, /"protocol":"mt8217"}/);
  assert.match(said, /0\.652 kg, stable/);
  assert.match(said, /# shows 888888\.88/);
  assert.equal(readFileSync(join(place, "paper.png")).subarray(1, 4).toString(), "PNG");
});

test("what is wrong is said, with status 2, and help is there in two languages", async () => {
  for (const [words, sentence] of [
    [["device"], /Write suanpan device scan/],
    [["device", "dance"], /There is no command device dance/],
    [["device", "scan", "more"], /Write suanpan device scan/],
    [["device", "scan", "--speed", "3"], /device scan has no option --speed/],
    [["device", "scan", "--host", "a b:x"], /tcp:/],
    [["device", "learn", "toaster", "serial:/dev/null"], /learn scale LINK or learn scanner LINK/],
    [["device", "learn", "scale", "nowhere"], /"nowhere" is no link/],
    [["device", "learn", "scale", "serial:/dev/null", "--seconds", "0"], /--seconds must be a whole number/],
    [["device", "learn", "scale", "tcp:127.0.0.1:1", "--line", "9600,8,N,1"], /Only a serial link has line settings/],
    [["device", "test", "tcp:127.0.0.1:1"], /Say what it is: --class/],
    [["device", "test", "tcp:127.0.0.1:1", "--profile", "nope"], /nope/],
    [["device", "test", "tcp:127.0.0.1:1", "--protocol", "nope"], /"nope" is no protocol of a scale or a display/],
    [["device", "replay", "/dev/null"], /replay FILE --protocol/],
    [["device", "replay", "/dev/null", "--protocol", "x"], /no scale's protocol/],
    [["device", "simulate", "toaster"], /simulate printer\|scale\|scanner\|display/],
    [["device", "simulate", "printer", "--listen", "0.0.0.0:9100"], /Write 127\.0\.0\.1:PORT/],
    [["device", "simulate", "printer", "--rate", "3"], /device simulate printer has no option --rate/],
    [["device", "simulate", "scale", "--protocol", "x"], /"x" is no protocol of a scale; there are aclas_os2, /],
    [["device", "simulate", "scale", "--pty", "--listen", "127.0.0.1:0"], /not both/],
    [["device", "simulate", "scanner", "--terminator", "bell"], /A code ends with/],
    [["device", "simulate", "scale", "--chaos", "shake 3"], /"shake 3" is no trouble of a line/],
    [["device", "add", "scale 1", "{}"], /A device's id/],
    [["serve", "--pty"], /The command serve has no option --pty/],
  ]) {
    const { code, stderr } = await suanpan(words);
    assert.equal(code, 2, `${words.join(" ")}: ${stderr}`);
    assert.match(stderr, sentence, words.join(" "));
  }
  const gone = await suanpan(["device", "learn", "scale", "serial:/dev/nowhere"]);
  assert.equal(gone.code, 1);
  assert.match(await good(["device", "--help"]), /^Usage: suanpan device COMMAND/);
  assert.match(await good(["device", "simulate", "printer", "--help"]), /--control PATH/);
  const zh = await good(["--lang", "zh", "device", "--help"]);
  assert.match(zh, /^用法：suanpan device/);
  assert.match((await suanpan(["--lang", "zh", "device", "learn"])).stderr, /请写 suanpan device learn/);
});
