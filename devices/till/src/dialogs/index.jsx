// Every dialog by its name, and the stack of those that are open.
import { methodName } from "../lib/actions.mjs";
import { dialogs, till, uncertain } from "../lib/store.mjs";
import { Money } from "../parts/money.jsx";
import { ApprovalDialog } from "./approval.jsx";
import { Ask, ChoiceDialog } from "./asks.jsx";
import { AlarmsDialog, DevicesDialog } from "./devices.jsx";
import { DiscountDialog } from "./discount.jsx";
import { JobsDialog, UncertainDialog } from "./jobs.jsx";
import { MenuDialog } from "./menu.jsx";
import { NumberDialog, ReceivedDialog } from "./number.jsx";
import { PaperDialog } from "./paper.jsx";
import { PriceDialog } from "./price.jsx";
import { RecallDialog } from "./recall.jsx";
import { RefundDialog } from "./refund.jsx";
import { SearchDialog } from "./search.jsx";
import { HelpDialog, SettingsDialog } from "./settings.jsx";
import { CloseShiftDialog, ReportDialog } from "./shift.jsx";
import { ConfirmDialog, ReasonDialog, TextDialog } from "./text.jsx";
import { WeighDialog } from "./weigh.jsx";
import { WhyDialog } from "./why.jsx";
import { signal } from "@preact/signals";

function Received({ method, amount, close }) {
  return (
    <ReceivedDialog name={methodName(method)} amount={<Money amount={amount} class="total-money" />} close={close} />
  );
}

const known = {
  alarms: AlarmsDialog,
  approval: ApprovalDialog,
  choice: ChoiceDialog,
  close: CloseShiftDialog,
  confirm: ConfirmDialog,
  devices: DevicesDialog,
  discount: DiscountDialog,
  help: HelpDialog,
  jobs: JobsDialog,
  menu: MenuDialog,
  number: NumberDialog,
  paper: PaperDialog,
  price: PriceDialog,
  reason: ReasonDialog,
  recall: RecallDialog,
  received: Received,
  refund: RefundDialog,
  report: ReportDialog,
  search: SearchDialog,
  settings: SettingsDialog,
  text: TextDialog,
  weigh: WeighDialog,
  why: WhyDialog,
};

/** Uncertain printouts whose question was put off on this screen. */
const putOff = signal([]);

/** Is any dialog open? What lies below is inert then. */
export const covered = () => dialogs.value.length > 0 || Boolean(asking()) || Boolean(doubt());

const asking = () => (["closed", "sale", "tender", "paid"].includes(till.value?.step) ? till.value.ask : null);
const doubt = () => {
  const job = uncertain.value;
  return job &&
    !putOff.value.includes(job.id) &&
    ["sale", "paid"].includes(till.value?.step) &&
    !till.value?.sale?.lines?.length
    ? job
    : null;
};

export function Dialogs() {
  const ask = asking();
  const job = doubt();
  const last = dialogs.value.length - 1;
  return (
    <>
      {job && !ask && last < 0 && (
        <UncertainDialog key={job.id} job={job} close={() => (putOff.value = [...putOff.value, job.id])} />
      )}
      {ask && (
        <div key={JSON.stringify(ask)} class="layer" inert={last >= 0}>
          <Ask ask={ask} />
        </div>
      )}
      {dialogs.value.map(({ id, name, props, close }, index) => {
        const Known = known[name];
        return (
          <div key={id} class="layer" inert={index < last}>
            <Known {...props} close={close} />
          </div>
        );
      })}
    </>
  );
}
