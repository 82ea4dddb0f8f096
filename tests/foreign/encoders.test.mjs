// What encoders that are not ours send must be read as the text they were given.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import ReceiptPrinterEncoder from "@point-of-sale/receipt-printer-encoder";
import receiptline from "receiptline";
import { folder, Printer } from "./printer.mjs";

let chinese;
let western;

before(async () => {
  chinese = await Printer.start();
  western = await Printer.start({ options: ["--single-byte"] });
});

after(() => Promise.all([chinese?.stop(), western?.stop()]));

async function shown(printer, bytes) {
  await printer.say("tear");
  await printer.send(bytes);
  const page = await printer.page();
  return { lines: await printer.lines(), page };
}

const trimmed = (lines) => lines.map((line) => line.trimEnd()).filter((line) => line !== "");

const words = (line) => [...line.matchAll(/\S+/g)].map((found) => ({ word: found[0], column: found.index }));

/** The same words in the same columns; where the middle is half a column, plain text has to go to one side of it. */
function sameLines(actual, expected) {
  const bare = (lines) => lines.map((line) => words(line).map(({ word }) => word).join(" "));
  assert.deepEqual(bare(actual), bare(expected));
  for (const [index, line] of actual.entries()) {
    const wanted = words(expected[index]);
    const off = words(line).findIndex(({ column }, at) => Math.abs(column - wanted[at].column) > 1);
    assert.equal(off, -1, `a word is out of its column:\n${line}\n${expected[index]}`);
  }
}

/* ---- receiptline ---- */

// Its example of a printer without GS 8 L is the way to an XPrinter: the escpos commands, pictures by GS v 0.
const { escpos, generic } = receiptline.commands;
const sets = { escpos: "escpos", epson: "epson", xprinter: { ...escpos, image: generic.image, split: generic.split }, generic: "generic" };

/** Plain lines and columns, every character at its own size: here its own plain text is what has to come out. */
const documents = {
  receipt: `12/18/2021, 11:22:33 AM
Asparagus | 1| 1.00
Broccoli | 2| 2.00
Carrot | 3| 3.00
"bold" _underlined_ \`reversed\` | 4| 4.00
left |
| centre |
| right`,
  widths: `{width:*,6,10}
Apples, a rather long name that has to be wrapped | 2| 12.50
Pears | 10| 9.99
{width:20,*;align:left}
narrow | left
{width:auto;align:right}
right`,
  chinese: `收据 S01-T1-000042
{width:*,6,12}
红富士苹果（一级）| 2| ￥12.50
伊利纯牛奶 250ml×12 整箱装 限量优惠 会员专享 | 10| ￥99.80
"粗体" _下划线_ \`反白\` | 1| ￥1.00
| 谢谢惠顾 欢迎再次光临 |
警 察 囍 龘 ①②③ ℃ — … 「」`,
  western: `Café crème | 1| 2,50
Größe: straße | 2| 3,50
¡Señor! ¿Qué? | 3| 4,50
Ærø Åse Øre | 4| 5,50`,
  multilingual: `Zażółć gęślą jaźń | 1
Příliš žluťoučký | 2
Съешь ещё этих | 3
Café € 5 | 4`,
};

const languages = [
  ["cp437", "receipt"], ["cp437", "widths"], ["cp858", "western"], ["cp1252", "western"],
  ["gb18030", "receipt"], ["gb18030", "widths"], ["gb18030", "chinese"], ["cp936", "chinese"],
  ["multilingual", "receipt"], ["multilingual", "multilingual"],
];

for (const [name, command] of Object.entries(sets)) {
  for (const [encoding, document] of languages) {
    for (const cpl of [48, 32]) {
      test(`receiptline ${name}, ${encoding}, ${cpl} columns: ${document}`, async () => {
        const settings = { cpl, encoding, cutting: true };
        const bytes = receiptline.transform(documents[document], { ...settings, command });
        const plain = receiptline.transform(documents[document], { ...settings, command: "text" });
        const printer = /^(gb18030|cp936)$/.test(encoding) ? chinese : western;
        const { lines, page } = await shown(printer, Buffer.from(bytes, "binary"));
        sameLines(trimmed(lines), trimmed(plain.split("\n")));
        assert.deepEqual([page.cuts, page.pulses, page.unknown], [1, 0, 0]);
      });
    }
  }
}

/** Large letters and frames take other room in plain text: only the order of the letters has to be the same. */
const large = `^^^RECEIPT
^^大华生鲜
{border:line;width:*,8,10}
---
Item | Qty | Sum
Asparagus | 1| 1.00
苹果 | 2| 2.00
---
{border:space}
^TOTAL | ^^6.00
===
~
end`;

const letters = (lines) => lines.join("").replace(/[\s|+\u2500-\u257f-]/g, "");

for (const [name, command] of Object.entries(sets)) {
  test(`receiptline ${name}: large letters and frames`, async () => {
    const settings = { cpl: 48, encoding: "gb18030" };
    const bytes = receiptline.transform(large, { ...settings, command });
    const plain = receiptline.transform(large, { ...settings, command: "text" });
    const { lines, page } = await shown(chinese, Buffer.from(bytes, "binary"));
    assert.equal(letters(lines), letters(plain.split("\n")));
    assert.deepEqual([page.cuts, page.unknown], [2, 0]);
    const sizes = page.items.flatMap((item) => item.runs ?? []).filter((run) => (run.wide ?? run.tall) > 1).map((run) => run.text.trim());
    assert.ok(sizes.includes("RECEIPT") && sizes.includes("大华生鲜"), `large are: ${sizes}`);
    assert.match(lines.join("\n"), /│/, "a frame");
  });

  test(`receiptline ${name}: codes and pictures`, async () => {
    const dots = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQAQAAAAA3iMLMAAAAE0lEQVR4nGPg/8AARx/4EQiHOAB+vw/xQ8vm5wAAAABJRU5ErkJggg==";
    const source = `before\n{code:690123456789;option:ean,3,60,hri}\n{code:SUANPAN;option:code128,2,60,nohri}\n{code:https://e.cn/1;option:qrcode,4,m}\n{image:${dots}}\nafter`;
    const bytes = receiptline.transform(source, { cpl: 48, encoding: "gb18030", command });
    const { lines, page } = await shown(chinese, Buffer.from(bytes, "binary"));
    assert.deepEqual(trimmed(lines).map((line) => line.trim()), ["before", "after"]);
    assert.equal(page.unknown, 0);
    const codes = page.items.filter((item) => item.kind === "barcode").map((item) => item.symbol);
    assert.deepEqual(codes, ["EAN13", "CODE128"]);
    // It draws QR codes itself: two pictures came, one of them can be read.
    assert.equal(page.items.filter((item) => item.kind === "image").length, 2);
    const shot = join(folder(), "paper.png");
    await chinese.png(shot);
    const read = spawnSync("zbarimg", ["-q", "--nodbus", shot]);
    assert.ifError(read.error);
    const found = read.stdout.toString().trim().split("\n").sort();
    assert.deepEqual(found, ["CODE-128:SUANPAN", "EAN-13:6901234567892", "QR-Code:https://e.cn/1"]);
  });
}

/* ---- @point-of-sale/receipt-printer-encoder ---- */

const latin = "Plain ASCII: 0123456789 #$@[]{}~";
const pages = {
  cp437: "Café crème naïve Ünïcödé ¿¡ ½¼ αßΓπ ░▒▓ ═║╬ £¥",
  cp850: "São Paulo Ærø Ðæg þorn ×÷ Ñandú",
  cp860: "Ação São João Ótimo Às",
  cp863: "Hôtel Québec ÂÊÛ",
  cp865: "Smørrebrød Ærø Åse",
  cp852: "Zażółć gęślą jaźń Příliš žluťoučký",
  cp858: "Café 5 € Größe",
  cp866: "Съешь ещё этих мягких булок",
  cp737: "Καλημέρα κόσμε",
  cp857: "Şişli İğne Çağrı ğı",
  cp775: "Ąžuolas šešėlis Ņina ģ",
  cp855: "Добрий ден Ђ Ј Љ",
  cp861: "Þingvellir Ísafjörður ð",
  cp862: "שלום עולם",
  cp869: "Καλημέρα Ελλάδα",

  cp851: "Αθήνα καφές",
  cp772: "Ąžuolas šešėlis Ж",
  cp1125: "Їжак єнот ґанок",
  rk1048: "Қазақ тілі",
  "iso8859-7": "Αθήνα καφές",
  "iso8859-15": "Œuvre € Šárka",
  windows1250: "Zażółć € Příliš",
  windows1251: "Київ № Їжак Съешь",
  windows1252: "“Smart” – quotes … €™ Œ",
  windows1253: "Αθήνα € καφές",
  windows1254: "Şişli İstanbul € ğ",
  windows1255: "שלום € ₪",
  windows1256: "سلام € پ",
  windows1257: "Ąžuolas € šešėlis",
  windows1258: "Đà € ă ơ",
};

const encoder = (columns = 48) =>
  new ReceiptPrinterEncoder({ language: "esc-pos", columns, codepageMapping: "epson", errors: "relaxed" });

for (const [page, text] of Object.entries(pages)) {
  test(`receipt-printer-encoder, code page ${page}`, async () => {
    const bytes = encoder().initialize().codepage(page).line(latin).line(text).line(latin).encode();
    const { lines, page: paper } = await shown(western, Buffer.from(bytes));
    assert.deepEqual(trimmed(lines), [latin, text, latin]);
    assert.equal(paper.unknown, 0);
  });
}

test("receipt-printer-encoder chooses code pages itself", async () => {
  const texts = ["Café crème", "Příliš žluťoučký", "Съешь ещё", "Αθήνα", "€ 5,00", "plain"];
  let job = encoder().initialize().codepage("auto");
  for (const text of texts) job = job.line(text);
  const { lines } = await shown(western, Buffer.from(job.encode()));
  assert.deepEqual(trimmed(lines), texts);
});

for (const columns of [48, 42, 32]) {
  test(`receipt-printer-encoder, a whole receipt of ${columns} columns`, async () => {
    const rows = [["Asparagus", "1", "1.00"], ["Crème brûlée", "12", "112.00"], ["Café", "3", "3.00"]];
    const widths = [columns - 16, 6, 10];
    const bytes = encoder(columns)
      .initialize()
      .codepage("cp858")
      .align("center")
      .bold(true)
      .size(2, 2)
      .line("CAFÉ")
      .size(1, 1)
      .bold(false)
      .align("left")
      .table([{ width: widths[0] }, { width: widths[1], align: "right" }, { width: widths[2], align: "right" }], rows)
      .rule()
      .underline(true)
      .line("underlined")
      .underline(false)
      .invert(true)
      .line("inverted")
      .invert(false)
      .align("right")
      .line("right")
      .align("center")
      .barcode("6901234567892", "ean13", { height: 60, width: 3 })
      .barcode("SUANPAN", "code128", { height: 60 })
      .barcode("SUANPAN", "code39", { height: 60 })
      .barcode("SUANPAN", "code93", { height: 60 })
      .barcode("0123456789", "itf", { height: 60 })
      .barcode("A40156B", "codabar", { height: 60 })
      .barcode("03600029145", "upca", { height: 60 })
      .barcode("96385074", "ean8", { height: 60 })
      .qrcode("https://e.cn/1", { size: 4 })
      .pdf417("a PDF417")
      .align("left")
      .pulse()
      .cut("partial")
      .encode();
    const { lines, page } = await shown(western, Buffer.from(bytes));
    const text = trimmed(lines);
    const expected = rows.map(([name, count, sum]) => name.padEnd(widths[0]) + count.padStart(widths[1]) + sum.padStart(widths[2]));
    for (const line of expected) assert.ok(text.includes(line), `"${line}" in\n${text.join("\n")}`);
    for (const word of ["CAFÉ", "underlined", "inverted", "right"]) assert.ok(text.some((line) => line.trim() === word), word);
    assert.deepEqual([page.cuts, page.pulses, page.unknown], [1, 1, 0]);
    const codes = page.items.filter((item) => item.kind === "barcode").map((item) => item.symbol);
    assert.deepEqual(codes, ["EAN13", "CODE128", "CODE39", "CODE93", "ITF", "CODABAR", "UPC-A", "EAN8"]);
    const [code] = page.items.filter((item) => item.kind === "qr");
    assert.equal(code.data, "https://e.cn/1");
    assert.equal(page.items.find((item) => item.kind === "pdf417").data, "a PDF417");
    const styles = Object.fromEntries(page.items.flatMap((item) => item.runs ?? []).map((run) => [run.text.trim(), run]));
    assert.ok(styles["CAFÉ"].bold && styles["CAFÉ"].wide === 2 && styles["CAFÉ"].tall === 2, "large and bold");
    assert.ok(styles.underlined.underline && styles.inverted.reverse, "underlined and inverted");
  });
}
