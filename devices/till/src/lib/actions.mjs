// What can be done to a sale, by key or by finger alike: a command at once, or after a dialog has asked what is missing.
import { attempt, send } from "./commands.mjs";
import { complain, current, lines, open, picked, sale, settings, till, typed, waiting } from "./store.mjs";
import { count, mark, nameOf, t } from "./text.mjs";
import { parse } from "./money.mjs";
import { training } from "./place.mjs";

const need = (line, then) => (line ? then(line) : complain(t("Choose a line first")));

/** What comes back is as it was sold. */
const change = (then) =>
  need(current.value, (line) => (line.returned ? complain(t("A line that comes back can only be voided")) : then(line)));

/** Quantities asked for and not answered yet: two quick presses are two. */
const wanted = new Map();

async function changeQuantity(line, by) {
  if (line.weighed) return act.weigh();
  const quantity = (wanted.get(line.n) ?? line.quantity) + by;
  if (quantity <= 0) return act.void();
  wanted.set(line.n, quantity);
  await send("quantity", { n: line.n, quantity });
  if (wanted.get(line.n) === quantity) wanted.delete(line.n);
}

async function setQuantity(text) {
  const quantity = parse(text, 1);
  typed.value = "";
  if (quantity > 0) return change((line) => send("quantity", { n: line.n, quantity: 1000 * quantity }));
}

function move(by) {
  const all = lines.value;
  const at = all.findIndex((line) => line.n === current.value?.n);
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (next) picked.value = next.n;
}

async function askText(props, name, member = "text", rest = {}) {
  const text = await open("text", props);
  if (text !== null) await send(name, { ...rest, [member]: text });
}

export const reasons = {
  discount: [mark("Damaged package"), mark("Near its date"), mark("Another price on the shelf"), mark("Goodwill")],
  refund: [mark("Does not want it"), mark("Damaged"), mark("Wrong goods"), mark("Expired")],
  drawer: [mark("Give change"), mark("Count the drawer"), mark("Test")],
  out: [mark("To the safe"), mark("Petty cash"), mark("Pay a supplier")],
  in: [mark("More change"), mark("Put back")],
};

export const act = {
  scan: async (code) => {
    picked.value = null;
    try {
      await attempt("scan", { code });
    } catch (error) {
      if (error.field !== "code") complain(error.message); // the node has said it in a notice
    }
  },
  add: (code) => {
    picked.value = null;
    return send("add", { code });
  },
  more: () => change((line) => changeQuantity(line, 1000)),
  less: () => change((line) => changeQuantity(line, -1000)),
  up: () => move(-1),
  down: () => move(1),
  times: () => (typed.value ? setQuantity(typed.value) : act.quantity()),
  quantity: () =>
    change(async (line) => {
      if (line.weighed) return act.weigh();
      const quantity = await open("number", {
        title: t("Quantity"),
        about: nameOf(line),
        scale: 1,
        first: String(line.quantity / 1000),
      });
      if (quantity > 0) await send("quantity", { n: line.n, quantity: 1000 * quantity });
    }),
  weigh: () => change((line) => open("weigh", { line })),
  void: () =>
    need(current.value, async (line) => {
      picked.value = null;
      await send("void", { n: line.n });
    }),
  discount: () => sale.value && open("discount", { line: current.value?.returned ? null : current.value }),
  note: () =>
    change((line) =>
      askText(
        {
          title: t("Note on %s", nameOf(line)),
          label: t("Note"),
          first: line.note ?? "",
          letters: true,
          empty: true,
        },
        "note",
        "text",
        { n: line.n },
      ),
    ),
  seller: () =>
    change((line) =>
      askText(
        { title: t("Who sold it?"), label: t("Staff number"), first: line.seller ?? "", empty: true, code: true },
        "seller",
        "seller",
        { n: line.n },
      ),
    ),
  why: () => need(current.value, (line) => open("why", { n: line.n })),
  search: (first = "") => open("search", { first }),
  member: () =>
    askText(
      {
        title: t("Member"),
        label: t("Phone or card number"),
        icon: "member",
        empty: Boolean(sale.value?.member),
        code: true,
      },
      "member",
    ),
  coupon: () =>
    askText({ title: t("Coupon"), label: t("Code of the coupon"), icon: "ticket", letters: true, code: true }, "coupon"),
  park: () =>
    lines.value.length &&
    askText({ title: t("Park this sale"), label: t("What to know it by"), letters: true, empty: true }, "park"),
  recall: () => open("recall"),
  refund: (receipt = "") => open("refund", { receipt }),
  price: () => open("price"),
  cancel: async () => {
    if (!sale.value) return;
    if (
      await open("confirm", {
        title: t("Throw this sale away?"),
        text: count(lines.value.length, mark("%s line goes."), mark("%s lines go.")),
        yes: t("Throw away"),
        danger: true,
      })
    )
      await send("cancel");
  },
  total: () => (lines.value.length || waiting.value ? send("total") : complain(t("There is nothing to pay yet"))),
  back: () => send(sale.value?.tenders?.length ? "release" : "back"),
  print: async (members = {}) => {
    if ((await send("print", members)) && training) act.paper(members);
  },
  paper: (members = {}) => open("paper", { sale: till.value.last.sale, ...members }),
  drawer: async () => {
    const reason = await open("reason", { title: t("Open the drawer"), reasons: reasons.drawer });
    if (reason) await send("drawer", { reason });
  },
  tender: (method, amount, reference) =>
    attempt("tender", { method, amount, ...(reference ? { reference } : {}), total: shown(method) }),
  lock: () => send("lock"),
  call: () => send("call", { on: !till.value?.calling }),
};

const untouched = () => !sale.value.tenders?.length;

/** The total the customer saw: with what cash is rounded by, of all of it or of what other ways of paying left. */
function shown(method) {
  return method === "cash" ? (sale.value.cash_total ?? sale.value.total) : sale.value.total;
}

/** How money goes back: the way it was paid, as the node says; else in cash. */
export const payBackWays = () => sale.value.pay_back ?? [{ method: "cash", amount: dueBy("cash") }];

export async function payBack() {
  for (const way of payBackWays()) await act.tender(way.method, way.amount, way.reference);
}

/** What is left to pay by this method. */
export function dueBy(method) {
  if (!sale.value) return 0;
  if (untouched()) return shown(method);
  return method === "cash" ? (sale.value.cash_due ?? sale.value.due) : sale.value.due;
}

export const methods = {
  cash: mark("Cash"),
  wechat: mark("WeChat Pay"),
  alipay: mark("Alipay"),
  card: mark("Bank card"),
};
export const methodName = (method) => t(methods[method] ?? method);
export const methodIcon = (method) => ({ cash: "cash", card: "card" })[method] ?? "phone";
export const tenders = () => settings.value.tenders ?? ["cash", "wechat", "alipay", "card"];
export const cashKeys = () => (settings.value.cash_keys ?? [500, 1000, 2000, 5000, 10000]).slice(0, 5);
