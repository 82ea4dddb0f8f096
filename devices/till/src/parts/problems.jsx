// What went wrong, over everything, until it has been read; and what a reader says aloud.
import { useEffect, useRef } from "preact/hooks";
import { birth, useReading } from "../lib/reading.mjs";
import { dismiss, lines, problems, sale, till } from "../lib/store.mjs";
import { nameOf, t } from "../lib/text.mjs";
import { thousandths, yuan } from "../lib/money.mjs";
import { play } from "../lib/sound.mjs";
import { Icon } from "./icon.jsx";
import { IconKey } from "./key.jsx";

function Problem({ problem }) {
  const born = useRef(null);
  born.current ??= birth();
  useReading(born.current, () => dismiss(problem.id));
  return (
    <div class="problem">
      <Icon name="alert" />
      <span data-test="problem">{problem.text}</span>
      <IconKey icon="close" label={t("Seen")} test="problem-seen" onPress={() => dismiss(problem.id)} />
    </div>
  );
}

export function Problems() {
  const count = problems.value.length;
  useEffect(() => {
    if (count) play("wrong");
  }, [problems.value]);
  if (!count) return null;
  return (
    <div class="problems" role="alert" data-test="problems">
      {problems.value.map((problem) => (
        <Problem key={problem.id} problem={problem} />
      ))}
    </div>
  );
}

/** The line changed last with its price, then the total; on the paid screen the change. */
function sentence() {
  const section = till.value;
  if (section?.step === "paid" && section.last) {
    const { total, change } = section.last;
    return total < 0 ? t("Given back %s", yuan(-total)) : t("Paid. Change %s", yuan(change));
  }
  if (!sale.value) return "";
  const line = lines.value.find((one) => one.n === sale.value.last_n);
  const what = line ? t("%s, %s, %s. ", nameOf(line), thousandths(line.quantity), yuan(line.paid)) : "";
  return what + t("Total %s", yuan(sale.value.total));
}

export function Live() {
  const text = sentence();
  const before = useRef("");
  useEffect(() => {
    const grown = lines.value.length && text !== before.current && till.value?.step === "sale";
    if (before.current && grown) play("line");
    before.current = text;
  }, [text]);
  return (
    <p class="unseen" aria-live="polite" aria-atomic="true" data-test="live">
      {text}
    </p>
  );
}
