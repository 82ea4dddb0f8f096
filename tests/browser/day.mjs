// A day at the till, as one script that any hand can play. What was sold is added up here, from the prices on the shelf, and
// must be what the screens, the paper and the Z say.
import assert from "node:assert/strict";
import { until } from "../e2e/node.mjs";
import { coupon, float, goods, people, rounding } from "./shop.mjs";

const { cola, milk, bread, chips, apple } = goods;
const { wang, zhao, li } = people;

/** What went through the till, as a bookkeeper would write it down. */
class Book {
  sold = 0; // of sales, after discounts, rounding included
  back = 0; // of returns
  cash = 0;
  wechat = 0;
  moved = 0; // cash put in and taken out

  get net() {
    return this.sold - this.back;
  }
  get drawer() {
    return float + this.cash + this.moved;
  }
}

const percentLess = (fen, percent) => fen - Math.round((fen * percent) / 100);

/** Both screens and the pole show the change; the drawer opens once; the receipt is on paper. */
async function handedOver({ hand, customer, shop, words }, { receipt, change, pulses }) {
  await hand.see("paid-screen");
  await hand.see("change", { fen: change });
  await customer.see("customer-paid");
  await customer.see("change", { fen: change });
  const shown = (change / 100).toFixed(2);
  await until(async () => (await shop.pole.say("text")).join("\n").includes(shown), `${shown} on the pole`);
  const text = await shop.paper.has(receipt);
  assert.ok(!text.includes(words.copy), `no copy:\n${text}`);
  await until(async () => Number((await shop.printer.state()).pulses) === pulses, `${pulses} pulses for the drawer`);
  return text;
}

/** Scan, search, type; a quantity, why it costs that; void; cash by a note. */
async function firstSale(day) {
  const { hand, shop, book, customer } = day;
  await shop.scan(cola);
  await hand.lines(1);
  await hand.times(3);
  await hand.line(cola.name, 2 * cola.price); // three for two
  assert.equal(await hand.why(), 2 * cola.price);
  await hand.code(milk.barcode);
  await hand.lines(2);
  await hand.search("qmm", bread.code);
  await hand.lines(3);
  await hand.more();
  await hand.line(bread.name, 2 * bread.price);
  await hand.less();
  await hand.line(bread.name, bread.price);
  await hand.void();
  await hand.lines(2);
  const total = 2 * cola.price + milk.price; // 19.90
  await hand.total(total);
  await customer.total(total);
  await hand.pay();
  await hand.see("due", { fen: total });
  await hand.note(3, 2000 - total);
  const text = await handedOver(day, { receipt: "T01-000001", change: 2000 - total, pulses: 1 });
  assert.ok(text.includes(cola.name) && text.includes("19.90"), text);
  assert.equal(await hand.next(2000 - total), total);
  book.sold += total;
  book.cash += total;
}

/** Weighed goods, discounts within and above what a cashier may, a member, a coupon, parked and recalled; paid in two ways. */
async function secondSale(day) {
  const { hand, shop, book, customer } = day;
  await shop.scale.say("weight 1236");
  await hand.see("live-weight", { tone: "good" });
  await hand.search("hfs", apple.code);
  await hand.lines(1);
  const apples = Math.round((apple.price * 1236) / 1000); // 15.82
  await hand.line(apple.name, apples);
  await hand.discount(5);
  await hand.line(apple.name, percentLess(apples, 5));
  await shop.scan(milk);
  await hand.lines(2);
  await hand.times(2);
  await hand.line(milk.name, 2 * milk.price);
  await hand.discount(20, { by: li });
  await hand.line(milk.name, percentLess(2 * milk.price, 20));
  await hand.member("13800138000");
  await hand.says("member", "138****8000");
  await hand.coupon(coupon.code);
  const share = Math.round((coupon.off * apples) / (apples + 2 * milk.price)); // the coupon comes before what hands take off
  const total = percentLess(apples - share, 5) + percentLess(2 * milk.price - coupon.off + share, 20);
  await hand.total(total);
  await hand.park("7");
  await hand.lines(0);
  await customer.gone("line");
  await hand.recall();
  await hand.lines(2);
  await hand.total(total);
  await hand.pay();
  await hand.method("wechat", "20");
  const rest = total - 2000 - (total % rounding); // what is paid in cash is rounded, also a part
  await hand.see("due", { fen: rest });
  await hand.cash("50");
  const change = 5000 - rest;
  await handedOver(day, { receipt: "T01-000002", change, pulses: 2 });
  assert.equal(await hand.next(change), 2000 + rest);
  book.sold += 2000 + rest;
  book.wechat += 2000;
  book.cash += rest;
}

/** The last receipt once more: marked, and the drawer stays shut. */
async function reprint({ hand, shop, words }) {
  await hand.menu("reprint");
  await shop.paper.has(words.copy);
  assert.equal((await shop.printer.state()).pulses, "2");
}

/** The receipt of the first sale is scanned: the milk comes back, chips are taken instead. */
async function exchange(day) {
  const { hand, shop, book } = day;
  await shop.scan("R-T01-000001");
  await hand.giveBack(2);
  await hand.lines(1);
  await hand.total(-milk.price);
  await shop.scan(chips);
  await hand.lines(2);
  await hand.total(chips.price - milk.price);
  await hand.pay();
  const back = -(await hand.fen("due")); // 5.65, rounded up for cash
  const over = back - (milk.price - chips.price); // what is sold costs so much less
  assert.ok(over >= 0 && over < rounding, String(back));
  await hand.press("tender-go");
  assert.equal(await hand.next(back), -back);
  book.back += milk.price;
  book.sold += milk.price - back;
  book.cash -= back;
}

/** A receipt whose number is typed: the three colas come back for what was paid for them. */
async function refund({ hand, book }) {
  await hand.refund("T01-000001");
  await hand.see("found-1");
  await hand.giveBack(1, ...(hand.oneByOne ? [1, 1] : []));
  await hand.total(-2 * cola.price);
  await hand.pay();
  await hand.press("tender-go");
  assert.equal(await hand.next(2 * cola.price), -2 * cola.price);
  book.back += 2 * cola.price;
  book.cash -= 2 * cola.price;
}

/** Locked and unlocked; another cashier takes over in the middle of a sale and ends it. */
async function changeOver({ hand, shop, book }) {
  await hand.lock();
  await hand.unlock(wang.pin);
  await hand.says("staff", wang.name);
  await shop.scan(bread);
  await hand.lines(1);
  await hand.lock();
  await hand.takeOver(zhao);
  await hand.says("staff", zhao.name);
  await hand.lines(1);
  await hand.pay();
  await hand.note(6, 0);
  assert.equal(await hand.next(0), bread.price);
  book.sold += bread.price;
  book.cash += bread.price;
}

/** Price check, cash in and out, the X: it does not tell a cashier what must be in the drawer. */
async function office({ hand, book, words }) {
  assert.equal(await hand.price(chips.barcode), chips.price);
  await hand.moveCash("cash-in", "50");
  await hand.approve(li); // it opens the drawer
  await hand.moveCash("cash-out", "30");
  await hand.approve(li);
  book.moved += 5000 - 3000;
  const report = await hand.report();
  for (const part of [words.x, "T01-000001", "50.00", "-30.00"]) assert.ok(report.includes(part), `${part} in the X:\n${report}`);
}

/** Counted blind, one yuan short; the Z must be what the book says, to the fen. */
async function evening({ hand, shop, book }) {
  const counted = book.drawer - 100;
  const text = await hand.closeShift((counted / 100).toFixed(2));
  assert.ok(text.includes((counted / 100).toFixed(2)), text);
  const { body: z } = await shop.node.ask("GET", "/v1/tills/T01/z/1");
  const amounts = Object.fromEntries(z.methods.map(({ method, amount }) => [method, amount]));
  assert.deepEqual(amounts, { cash: book.cash, wechat: book.wechat });
  assert.equal(z.net, book.net);
  assert.equal(z.expected_cash, book.drawer);
  assert.equal(z.counted_cash, counted);
  assert.equal(z.variance, -100);
  const proof = await shop.reconciled();
  assert.equal(proof.agrees, true, JSON.stringify(proof));
}

const words = {
  zh: { copy: "*** 重打", x: "X" },
  en: { copy: "*** COPY", x: "X" },
};

/** From the first sign-in to the Z, at till T01 of a shop with a counter. */
export async function playDay(hand, shop, lang) {
  await hand.signIn(wang.code, wang.pin);
  await hand.openShift(String(float / 100));
  const customer = await hand.beside("/till/customer");
  await hand.page.bringToFront();
  const day = { hand, shop, customer, book: new Book(), words: words[lang] };
  await firstSale(day);
  await secondSale(day);
  await reprint(day);
  await exchange(day);
  await refund(day);
  await changeOver(day);
  await office(day);
  await evening(day);
  assert.deepEqual([...hand.troubles, ...customer.troubles], []);
}
