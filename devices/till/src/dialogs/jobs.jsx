// Printouts that are not done: what waits, and what only a person can decide.
import { useRef, useState } from "preact/hooks";
import { act } from "../lib/actions.mjs";
import { ask, newKey } from "../lib/api.mjs";
import { later } from "../lib/keys.mjs";
import { useLook } from "../lib/look.mjs";
import { complain, jobList, typed } from "../lib/store.mjs";
import { mark, t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { EntryBar, taken, type } from "../parts/entry-bar.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { faults } from "../parts/status.jsx";
import { printWords } from "../screens/paid.jsx";

async function decide(job, answer) {
  try {
    await ask("POST", `/v1/print-jobs/${job.id}/decision`, { answer }, newKey());
    return true;
  } catch (error) {
    complain(error.message);
    return false;
  }
}

const answers = [
  ["printed", "check", mark("It is there")],
  ["reprint", "printer", mark("Print it again, marked as a copy")],
];
const LOOK_MS = 1000;

/**
 * A job was broken off: whether it is on paper only eyes can tell. The question comes by itself, perhaps while somebody
 * types or scans, so what is typed stays a code: only a digit after a pause, or an answer chosen by arrows, decides.
 */
export function UncertainDialog({ job, close }) {
  const [busy, setBusy] = useState(false);
  const [at, setAt] = useState(-1);
  const last = useRef(0);
  const [looked, over] = useLook(job.id, LOOK_MS);
  async function answer(word) {
    if (busy) return;
    setBusy(true);
    await decide(job, word);
    close();
  }
  const press = (word) => (event) => looked(event) && answer(word);
  function digit(key, event) {
    const still = looked(event) && event.timeStamp - last.current > LOOK_MS && !typed.value;
    last.current = event.timeStamp;
    if (still && answers[key - 1]) later(() => answer(answers[key - 1][0]));
    else type(key);
  }
  const enter = () => {
    const code = taken();
    if (code) act.scan(code);
    else if (at >= 0) answer(answers[at][0]);
  };
  return (
    <Dialog
      title={t("The receipt is perhaps printed already")}
      test="uncertain-dialog"
      close={() => taken() || close()}
      keys={{
        digit,
        letter: type,
        Enter: enter,
        Backspace: () => (typed.value = typed.value.slice(0, -1)),
        ArrowDown: () => setAt(1),
        ArrowUp: () => setAt(0),
      }}
      size="medium"
      icon={<Icon name="printer" size={26} />}
    >
      <p class="large" data-test="uncertain-title">
        {job.title ?? job.receipt}
      </p>
      <p>{t("The printer was cut off in the middle. Look at the paper.")}</p>
      <div class="stack">
        {answers.map(([word, icon, text], index) => (
          <Key
            key={word}
            test={`uncertain-${word}`}
            cap={String(index + 1)}
            icon={icon}
            class={`big left ${at === index ? "armed" : ""}`}
            disabled={busy}
            aria-disabled={!over}
            aria-pressed={at === index}
            onPress={press(word)}
          >
            {t(text)}
          </Key>
        ))}
      </div>
      {typed.value && <EntryBar />}
    </Dialog>
  );
}

function Job({ job }) {
  return (
    <li class="row" data-test="job" data-state={job.state}>
      <Icon name="printer" />
      <div class="line-what">
        <span class="line-name">{job.title ?? job.kind}</span>
        <span class="line-facts">
          {t(printWords[job.state] ?? job.state)}
          {job.reason && ` · ${t(faults[job.reason] ?? job.reason)}`}
        </span>
      </div>
      {job.state === "held" && (
        <Key test="job-retry" onPress={() => decide(job, "retry")}>
          {t("Try now")}
        </Key>
      )}
      {job.state === "held" && (
        <Key test="job-cancel" tone="danger" onPress={() => decide(job, "cancel")}>
          {t("Do not print")}
        </Key>
      )}
      {job.state === "uncertain" && (
        <Key test="job-printed" onPress={() => decide(job, "printed")}>
          {t("It is there")}
        </Key>
      )}
      {job.state === "uncertain" && (
        <Key test="job-reprint" onPress={() => decide(job, "reprint")}>
          {t("Print again")}
        </Key>
      )}
    </li>
  );
}

export function JobsDialog({ close }) {
  return (
    <Dialog
      title={t("Printouts")}
      test="jobs-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="printer" size={26} />}
    >
      {jobList.value.length ? (
        <ul class="rows">
          {jobList.value.map((job) => (
            <Job key={job.id} job={job} />
          ))}
        </ul>
      ) : (
        <p class="quiet large">{t("Everything is printed.")}</p>
      )}
    </Dialog>
  );
}
