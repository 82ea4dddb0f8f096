// Cash in and out, the X report, and the end of the shift with a count that nobody is helped with.
import { useEffect, useState } from "preact/hooks";
import { reasons } from "../lib/actions.mjs";
import { attempt, send } from "../lib/commands.mjs";
import { alone } from "../lib/keys.mjs";
import { complain, open } from "../lib/store.mjs";
import { printWords } from "../screens/paid.jsx";
import { parse, typeDigit, yuan } from "../lib/money.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Money } from "../parts/money.jsx";
import { Pad } from "../parts/pad.jsx";
import { Sheet } from "../parts/sheet.jsx";

export async function moveCash(out) {
  const amount = await open("number", { title: out ? t("Take cash out") : t("Put cash in") });
  if (!amount) return;
  const reason = await open("reason", {
    title: t("What for?"),
    about: yuan(amount),
    reasons: out ? reasons.out : reasons.in,
  });
  if (reason) await send("cash", { amount: out ? -amount : amount, reason });
}

function Paper({ report }) {
  const text = typeof report === "string" ? report : (report?.text ?? "");
  return <Sheet text={text || JSON.stringify(report, null, 1)} label={t("Report")} test="report-text" />;
}

export function ReportDialog({ report: given, title, close }) {
  const [report, setReport] = useState(given ?? null);
  useEffect(() => {
    if (!given)
      attempt("report").then(
        (answer) => setReport(answer.report ?? answer),
        (error) => {
          complain(error.message);
          close();
        },
      );
  }, []);
  const paper = () =>
    report &&
    attempt("report", { print: true, shift: report.shift }).then(
      (answer) => setReport(answer.report),
      (error) => complain(error.message),
    );
  const printed = report?.print && report.print !== "none";
  return (
    <Dialog
      title={title ?? t("Report of the shift (X)")}
      test="report-dialog"
      close={close}
      keys={{ Enter: () => close(), p: alone(paper), P: alone(paper) }}
      size="medium"
      icon={<Icon name="list" size={26} />}
      footer={
        <>
          <Key test="report-print" cap="P" icon="printer" class="big" disabled={!report} onPress={paper}>
            {printed ? t(printWords[report.print]) : t("Print")}
          </Key>
          <Key test="report-ok" cap="Enter" tone="primary" class="big" onPress={() => close()}>
            {t("OK")}
          </Key>
        </>
      }
    >
      {report ? <Paper report={report} /> : <p class="quiet">{t("One moment…")}</p>}
    </Dialog>
  );
}

const pieces = [10000, 5000, 2000, 1000, 500, 100, 50, 10];
const PIECES_MOST = 5;
const isWhole = (text) => /^\d*$/.test(text);

/** Counting by notes and coins: how many of each; the sum makes itself. */
function Count({ counts, at, pick, change }) {
  return (
    <table class="count">
      <thead>
        <tr>
          <th scope="col">{t("Note or coin")}</th>
          <th scope="col">{t("Pieces")}</th>
          <th scope="col">{t("Makes")}</th>
        </tr>
      </thead>
      <tbody>
        {pieces.map((fen, index) => (
          <tr key={fen} class={at === index ? "count-on" : ""}>
            <th scope="row">¥{fen < 100 ? (fen / 100).toFixed(2) : fen / 100}</th>
            <td>
              <input
                inputMode="none"
                autoComplete="off"
                data-test={`count-${fen}`}
                aria-label={t("Pieces of ¥%s", fen / 100)}
                value={counts[index]}
                onFocus={() => pick(index)}
                aria-invalid={isWhole(counts[index]) ? undefined : "true"}
                onInput={(event) => change(index, event.currentTarget.value.slice(0, PIECES_MOST))}
              />
            </td>
            <td class={`money ${counts[index] ? "" : "count-none"}`}>
              {isWhole(counts[index]) ? yuan(fen * Number(counts[index])) : "?"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CloseShiftDialog({ close }) {
  const [counts, setCounts] = useState(pieces.map(() => ""));
  const [whole, setWhole] = useState("");
  const [at, setAt] = useState(-1);
  const sum = pieces.reduce((all, fen, index) => all + fen * Number(counts[index]), 0);
  const counted = whole !== "" ? parse(whole, 100) : counts.every(isWhole) ? sum : null;
  const change = (index, value) => {
    setWhole("");
    setCounts((now) => now.map((one, place) => (place === index ? value : one)));
  };
  const type = (key) => {
    if (at < 0) setWhole((now) => typeDigit(now, key));
    else change(at, key === "Backspace" ? counts[at].slice(0, -1) : (counts[at] + key).slice(0, PIECES_MOST));
  };
  async function go() {
    if (counted === null) return;
    const sure = await open("confirm", {
      title: t("Close the shift?"),
      text: t("Counted: %s", yuan(counted)),
      yes: t("Close the shift"),
    });
    if (!sure) return;
    try {
      const answer = await attempt("shift_close", { counted });
      close();
      if (answer?.report) await open("report", { report: answer.report, title: t("End of the shift (Z)") });
    } catch (error) {
      complain(error.message);
    }
  }
  const keys = {
    digit: type,
    Backspace: () => type("Backspace"),
    Enter: go,
    ArrowDown: () => setAt(Math.min(at + 1, pieces.length - 1)),
    ArrowUp: () => setAt(Math.max(-1, at - 1)),
  };
  return (
    <Dialog
      title={t("Close the shift")}
      test="close-dialog"
      close={close}
      keys={keys}
      size="large"
      icon={<Icon name="drawer" size={26} />}
      footer={
        <>
          <span class="sum">
            {t("Counted")} <Money amount={counted ?? 0} test="counted" />
          </span>
          <Key test="close-go" cap="Enter" tone="primary" class="big" disabled={counted === null} onPress={go}>
            {t("Close the shift")}
          </Key>
        </>
      }
    >
      <p class="quiet">{t("Count everything in the drawer. What should be there is shown afterwards.")}</p>
      <div class="discount">
        <Count counts={counts} at={at} pick={setAt} change={change} />
        <div class="stack">
          <Entry
            label={t("Or the whole sum")}
            prefix="¥"
            test="count-whole"
            value={whole}
            onInput={setWhole}
            active={at < 0}
            onFocus={() => setAt(-1)}
          />
          <Pad onKey={type} corner={at < 0 ? "." : "00"} test="count-pad" />
        </div>
      </div>
    </Dialog>
  );
}
