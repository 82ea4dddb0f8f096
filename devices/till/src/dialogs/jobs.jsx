// Printouts that are not done: what waits, and what only a person can decide.
import { useState } from "preact/hooks";
import { ask, newKey } from "../lib/api.mjs";
import { alone } from "../lib/keys.mjs";
import { complain, jobList } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
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

/** A job was broken off: whether it is on paper only eyes can tell. */
export function UncertainDialog({ job, close }) {
  const [busy, setBusy] = useState(false);
  async function answer(word) {
    if (busy) return;
    setBusy(true);
    await decide(job, word);
    close();
  }
  const take = (key) => ({ 1: () => answer("printed"), 2: () => answer("reprint") })[key]?.();
  return (
    <Dialog
      title={t("The receipt is perhaps printed already")}
      test="uncertain-dialog"
      close={close}
      keys={{ digit: alone(take) }}
      size="medium"
      icon={<Icon name="printer" size={26} />}
    >
      <p class="large" data-test="uncertain-title">
        {job.title ?? job.receipt}
      </p>
      <p>{t("The printer was cut off in the middle. Look at the paper.")}</p>
      <div class="stack">
        <Key
          test="uncertain-printed"
          cap="1"
          icon="check"
          class="big left"
          disabled={busy}
          onPress={() => answer("printed")}
        >
          {t("It is there")}
        </Key>
        <Key
          test="uncertain-reprint"
          cap="2"
          icon="printer"
          class="big left"
          disabled={busy}
          onPress={() => answer("reprint")}
        >
          {t("Print it again, marked as a copy")}
        </Key>
      </div>
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
