// Codes on our paper, read by zbar and by ZXing: both must say exactly what was printed, and nothing else.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { folder, ours, Printer } from "./printer.mjs";

const shot = join(folder(), "paper.png");
let printer;

before(async () => {
  for (const [tool, pack] of [["zbarimg", "zbar-tools"], ["ZXingReader", "zxing-cpp-tools"]]) {
    if (spawnSync(tool).error) throw new Error(`${tool} is not here: ./dev setup installs the package ${pack}`);
  }
  printer = await Printer.start();
});

after(() => printer?.stop());

function read(command) {
  const { status, stdout, stderr } = spawnSync(command[0], command.slice(1));
  assert.equal(status, 0, `${command.join(" ")} read nothing: ${stderr}`);
  return stdout;
}

/** zbar finds a UPC-A only where it may find an EAN-13. */
const enable = (kind) => (kind === "upca" ? ["-Sean13.enable", "-Supca.enable"] : [`-S${kind}.enable`]);

/** Readers told to look for one kind of code only, so that another kind with the same digits does not pass. */
const readers = {
  zbar: (kind) => read(["zbarimg", "-q", "--nodbus", "--raw", "-Sdisable", ...enable(kind), "-Sbinary", shot]),
  zxing: (kind) => read(["ZXingReader", "-format", kind, "-bytes", shot]),
};

async function printed(bytes) {
  await printer.say("tear");
  await printer.send(bytes);
  const { unknown } = await printer.page();
  assert.equal(unknown, 0, "the printer did not know a command");
  await printer.png(shot);
}

/** zbar and ZXing names of what function B of GS k calls `m`. */
const kinds = {
  65: ["upca", "UPC-A"],
  66: ["upce", "UPC-E"],
  67: ["ean13", "EAN-13"],
  68: ["ean8", "EAN-8"],
  69: ["code39", "Code39"],
  70: ["i25", "ITF"],
  71: ["codabar", "Codabar"],
  72: ["code93", "Code93"],
  73: ["code128", "Code128"],
};

/* ---- Our encoder ---- */

const qr = [
  ["one letter", "A"],
  ["digits", "0123456789".repeat(4)],
  ["upper case", "HTTPS://EXAMPLE.CN/R/42 $%*+-./:"],
  ["an address", "https://pay.example.cn/r?s=S01&t=T1&n=000042&sig=dGhpcyBpcyBub3QgYSBzaWduYXR1cmU%3D"],
  ["Chinese", "收据 S01-T1-000042 合计 ￥116.05 谢谢惠顾"],
  ["rare characters", "龘㐂𠀀 㸚 𪚥"],
  ["other scripts", "Ünïcödé Ελληνικά Русский ไทย ئۇيغۇرچە"],
  ["emoji", "🧾🍎 0.652 kg"],
  ["JSON", JSON.stringify({ store: "S01", items: [{ sku: "6901234567892", qty: 2, amount: 9980 }], 合计: 11605 })],
  ["one line feed", "one\ntwo\r\nthree\ttab"],
  ["a long text", "Lorem ipsum dolor sit amet, ".repeat(24)],
  ["long Chinese", "红富士苹果西蓝花纯牛奶".repeat(24)],
  ["1000 bytes", "0123456789abcdef".repeat(63).slice(0, 1000)],
  ["GB18030 bytes", Buffer.from("cab5bbdd20bbe1d4b1", "hex")],
  ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28, 0x1b, 0x40, 0x1d, 0x56, 0x00])],
  ["every byte but commands", Buffer.from([...Array(256).keys()].reverse())],
  ["a random block", Buffer.from([...Array(300).keys()].map((i) => (i * 167 + (i >> 3) * 29 + 7) & 0xff)).map((b) => (b === 0x10 ? 0x11 : b))],
];

for (const [index, [what, data]] of qr.entries()) {
  for (const level of index < 5 ? ["L", "M", "Q", "H"] : ["LMQH"[index % 4]]) {
    test(`QR ${level}: ${what}`, async () => {
      const bytes = Buffer.from(data);
      const module = bytes.length > 400 ? 3 : 4;
      await printed(ours(["qr", module, level], bytes));
      assert.deepEqual(readers.zbar("qrcode"), bytes, "zbar");
      assert.deepEqual(readers.zxing("QRCode"), bytes, "ZXing");
    });
  }
}

const code128 = [
  "S01-T1-20261122-000042",
  "000042",
  "00042",
  "1",
  "12",
  "123",
  "A1234567890B",
  "AB12CD3456EF",
  "1604100420041014", // pairs that would be real-time commands in set C
  "{braces} {B {{C",
  " leading and trailing ",
  "!\"#$%&'()*+,-./",
  ":;<=>?@[\\]^_`|~",
  "abcdefghijklmnopq",
  "98765432109876543210987654321098765432109876",
];

for (const text of code128) {
  test(`CODE128: ${text}`, async () => {
    await printed(ours(["code128", 80, 2], text));
    assert.equal(readers.zbar("code128").toString(), text, "zbar");
    assert.equal(readers.zxing("Code128").toString(), text, "ZXing");
  });
}

/* ---- What the printer draws beyond that ---- */

/** m of GS k, its data, and what both read, or what each reads */
const linear = [
  [67, "690123456789", "6901234567892"],
  [67, "6901234567892", "6901234567892"],
  [67, "2012345012349", "2012345012349"],
  [68, "9638507", "96385074"],
  [68, "96385074", "96385074"],
  [65, "03600029145", "036000291452"],
  [65, "725272730706", "725272730706"],
  [66, "0123456", "01234565"],
  [66, "123450", "01234505"],
  [66, "1123453", { zxing: "11234538" }], // zbar reads number system 0 only
  [66, "04210000526", "04252614"],
  [69, "SUANPAN-42 $/+%.", "SUANPAN-42 $/+%."],
  [69, "*SENT*", "SENT"],
  [70, "0123456789", "0123456789"],
  [70, "14901234567897", "14901234567897"],
  [71, "A40156B", { zbar: "A40156B", zxing: "40156" }],
  [71, "C1-2$3:4/5.6+7D", { zbar: "C1-2$3:4/5.6+7D", zxing: "1-2$3:4/5.6+7" }],
  [72, "SUANPAN 93", "SUANPAN 93"],
  [72, "Lower & UPPER: {~}", "Lower & UPPER: {~}"],
  [72, "CODE\t93\r", "CODE\t93\r"],
  [73, "{ASET A\x09{BSet B{C\x01\x17\x2d", "SET A\tSet B012345"],
  [73, "{A{SaB", "aB"],
];

for (const [m, data, expected] of linear) {
  for (const old of m <= 71 ? [false, true] : [false]) {
    test(`${kinds[m][1]}${old ? ", function A" : ""}: ${JSON.stringify(data)}`, async () => {
      const body = Buffer.from(data, "latin1");
      const command = old
        ? [Buffer.from([0x1d, 0x6b, m - 65]), body, Buffer.from([0])]
        : [Buffer.from([0x1d, 0x6b, m, body.length]), body];
      await printed(Buffer.concat([Buffer.from("\x1dh\x60\x1dw\x02\x1bD\x08\x00", "latin1"), ...command]));
      const { zbar, zxing } = typeof expected === "string" ? { zbar: expected, zxing: expected } : expected;
      if (zbar) assert.equal(readers.zbar(kinds[m][0]).toString(), zbar, "zbar");
      assert.equal(readers.zxing(kinds[m][1]).toString(), zxing, "ZXing");
    });
  }
}

test("the text below the bars does not disturb", async () => {
  await printed("\x1ba\x01\x1dh\x50\x1dw\x03\x1dH\x03\x1dk\x43\x0d6901234567892\n");
  assert.equal(readers.zbar("ean13").toString(), "6901234567892");
  assert.equal(readers.zxing("EAN-13").toString(), "6901234567892");
});

test("a code laid out in page mode", async () => {
  const page = ["\x1bL\x1bW\x00\x00\x00\x00\x40\x02\x2c\x01\x1d$\xf0\x00", ours(["qr", 4, "M"], "in page mode"), "beside it\n\x0c"];
  await printed(Buffer.concat(page.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part))));
  assert.equal(readers.zbar("qrcode").toString(), "in page mode");
  assert.equal(readers.zxing("QRCode").toString(), "in page mode");
});
