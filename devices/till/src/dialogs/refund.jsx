// Giving back: find the receipt, choose what comes back; with goods added afterwards it is an exchange.
import { useEffect, useState } from "preact/hooks";
import { reasons } from "../lib/actions.mjs";
import { attempt } from "../lib/commands.mjs";
import { alone } from "../lib/keys.mjs";
import { complain, open } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { when } from "../lib/time.mjs";
import { thousandths } from "../lib/money.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { IconKey, Key } from "../parts/key.jsx";
import { Money } from "../parts/money.jsx";
import { Name } from "../parts/name.jsx";
import { Letters } from "../parts/pad.jsx";

export const left = (line) => line.left ?? 0;

function FoundLine({ line, quantity, change }) {
  const most = left(line);
  const one = line.weighed ? most : 1000;
  return (
    <li class={`found-line ${quantity ? "found-chosen" : ""}`} data-test={`found-${line.n}`}>
      <div class="line-what">
        <span class="line-name">
          <Name of={line} />
        </span>
        <span class="line-facts">
          {line.code} · {t("%s left to give back", thousandths(most))}
        </span>
      </div>
      <Money amount={line.paid} />
      {most > 0 ? (
        <span class="stepper">
          <IconKey
            icon="minus"
            label={t("One less (−)")}
            test={`found-less-${line.n}`}
            disabled={!quantity}
            onPress={() => change(Math.max(0, quantity - one))}
          />
          <output>{thousandths(quantity)}</output>
          <IconKey
            icon="plus"
            label={t("One more (+)")}
            test={`found-more-${line.n}`}
            disabled={quantity >= most}
            onPress={() => change(Math.min(most, quantity + one))}
          />
        </span>
      ) : (
        <span class="quiet">{t("All given back")}</span>
      )}
    </li>
  );
}

function Find({ find, wrong, first }) {
  const [text, setText] = useState(first);
  const type = (key) =>
    setText((now) => (key === "Backspace" ? now.slice(0, -1) : (now + key).toUpperCase().slice(0, 64)));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        find(text);
      }}
    >
      <Entry
        label={t("Number of the receipt, or scan its code")}
        test="receipt-field"
        value={text}
        onInput={setText}
        active
        data-focus
        invalid={Boolean(wrong)}
        hint={wrong}
        placeholder="T01-000001"
      />
      <Letters onKey={type} />
      <Key test="receipt-find" cap="Enter" tone="primary" class="big wide" onPress={() => find(text)}>
        {t("Find the sale")}
      </Key>
    </form>
  );
}

export function RefundDialog({ receipt = "", close }) {
  const [found, setFound] = useState(null);
  const [chosen, setChosen] = useState({});
  const [wrong, setWrong] = useState("");

  async function find(text) {
    if (!text.trim()) return;
    try {
      setFound((await attempt("find_sale", { receipt: text.trim() })).found);
    } catch (error) {
      setWrong(error.message);
    }
  }
  useEffect(() => {
    if (receipt) find(receipt);
  }, []);

  const count = Object.values(chosen).filter(Boolean).length;
  async function go() {
    if (!count) return;
    const reason = await open("reason", { title: t("Why does it come back?"), reasons: reasons.refund });
    if (!reason) return;
    close();
    for (const line of found.lines.filter((one) => chosen[one.n])) {
      try {
        if (!(await attempt("return", { sale: found.sale, n: line.n, quantity: chosen[line.n], reason }))) return;
      } catch (error) {
        return complain(error.message);
      }
    }
  }
  const all = () => setChosen(Object.fromEntries(found.lines.map((line) => [line.n, left(line)])));
  const toggle = (key) => {
    const line = found?.lines[Number(key) - 1];
    if (line && left(line) > 0) setChosen((now) => ({ ...now, [line.n]: now[line.n] ? 0 : left(line) }));
  };
  const keys = found
    ? { Enter: go, F2: all, digit: alone(toggle) }
    : {
        Enter: () => find(document.querySelector("[data-test=receipt-field]").value),
        scan: ({ text, restore }) => {
          restore();
          find(text);
        },
      };
  return (
    <Dialog
      title={t("Return or exchange")}
      test="refund-dialog"
      close={close}
      keys={keys}
      size="large"
      icon={<Icon name="undo" size={26} />}
      footer={
        found && (
          <>
            <Key test="refund-all" cap="F2" class="big" onPress={all}>
              {t("Everything")}
            </Key>
            <Key test="refund-go" cap="Enter" tone="primary" class="big" disabled={!count} onPress={go}>
              {t("Take these back")}
            </Key>
          </>
        )
      }
    >
      {!found ? (
        <Find find={find} wrong={wrong} first={receipt} />
      ) : (
        <>
          <p class="large">
            <strong>{found.receipt}</strong> · {when(found.at)} · <Money amount={found.total} />
          </p>
          <ol class="found">
            {found.lines.map((line) => (
              <FoundLine
                key={line.n}
                line={line}
                quantity={chosen[line.n] ?? 0}
                change={(quantity) => setChosen((now) => ({ ...now, [line.n]: quantity }))}
              />
            ))}
          </ol>
          <p class="quiet">{t("Goods scanned afterwards make it an exchange.")}</p>
        </>
      )}
    </Dialog>
  );
}
