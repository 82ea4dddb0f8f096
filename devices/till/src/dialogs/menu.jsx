// Everything that is not done at every sale; each has a key that never becomes another (README.md).
import { act } from "../lib/actions.mjs";
import { alone } from "../lib/keys.mjs";
import { enterTraining, leaveTraining, training } from "../lib/place.mjs";
import { beginAnew, signOut } from "../lib/session.mjs";
import { complain, lines, open, self, till } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { moveCash } from "./shift.jsx";

async function anew() {
  const sure = await open("confirm", {
    title: t("Begin training anew?"),
    text: t("What was practised goes; goods and prices are those of now."),
    yes: t("Begin anew"),
  });
  if (sure) beginAnew().catch((error) => complain(error.message));
}

function entries() {
  const open_ = Boolean(till.value?.shift);
  const some = lines.value.length > 0;
  const selling = some && till.value?.step === "sale";
  const outside = !training && !self.value && !some;
  const all = [
    { cap: "1", name: "price", icon: "tag", text: t("Price check"), go: act.price, when: open_ },
    {
      cap: "2",
      name: "reprint",
      icon: "printer",
      text: t("Print the last receipt again"),
      go: () => act.print({ copy: true }),
      when: open_ && Boolean(till.value.last),
    },
    {
      cap: "3",
      name: "gift",
      icon: "ticket",
      text: t("Gift receipt without prices"),
      go: () => act.print({ gift: true }),
      when: open_ && Boolean(till.value.last),
    },
    { cap: "4", name: "drawer", icon: "drawer", text: t("Open the drawer"), go: act.drawer, when: open_ },
    { cap: "5", name: "cash-in", icon: "plus", text: t("Put cash in"), go: () => moveCash(false), when: open_ },
    { cap: "6", name: "cash-out", icon: "minus", text: t("Take cash out"), go: () => moveCash(true), when: open_ },
    { cap: "7", name: "report", icon: "list", text: t("Report of the shift (X)"), go: () => open("report"), when: open_ },
    { cap: "8", name: "close", icon: "lock", text: t("Close the shift"), go: () => open("close"), when: open_ && !some },
    { cap: "9", name: "cancel", icon: "trash", text: t("Throw this sale away"), go: act.cancel, when: some },
    { cap: "0", name: "note", icon: "note", text: t("Note on the line"), go: act.note, when: selling },
    { cap: "A", name: "seller", icon: "member", text: t("Who sold the line"), go: act.seller, when: selling },
    { cap: "B", name: "jobs", icon: "printer", text: t("Printouts"), go: () => open("jobs"), when: true },
    { cap: "C", name: "devices", icon: "scale", text: t("Devices"), go: () => open("devices"), when: true },
    { cap: "D", name: "alarms", icon: "bell", text: t("Alarms"), go: () => open("alarms"), when: true },
    { cap: "E", name: "settings", icon: "sun", text: t("This screen"), go: () => open("settings"), when: true },
    { cap: "F", name: "lock", icon: "lock", text: t("Lock or change person"), go: act.lock, when: open_ },
    { cap: "G", name: "help", icon: "question", text: t("Keys"), go: () => open("help"), when: true },
    { cap: "H", name: "training", icon: "note", text: t("Training"), go: enterTraining, when: outside },
    { cap: "I", name: "anew", icon: "undo", text: t("Begin training anew"), go: anew, when: training },
    { cap: "J", name: "leave-training", icon: "back", text: t("Leave training"), go: leaveTraining, when: training },
    { cap: "K", name: "sign-out", icon: "back", text: t("Sign out"), go: signOut, when: !self.value },
  ];
  return all.filter((entry) => entry.when);
}

export function MenuDialog({ close }) {
  const list = entries();
  const take = (key) => {
    const entry = list.find(({ cap }) => cap === key.toUpperCase());
    if (!entry) return;
    close();
    entry.go();
  };
  return (
    <Dialog
      title={t("More")}
      test="menu-dialog"
      close={close}
      keys={{ digit: alone(take), letter: alone(take) }}
      size="large"
      icon={<Icon name="grid" size={26} />}
    >
      <div class="menu">
        {list.map((entry) => (
          <Key
            key={entry.name}
            test={`menu-${entry.name}`}
            cap={entry.cap}
            icon={entry.icon}
            tone={entry.name === "cancel" ? "danger" : "plain"}
            class="big left"
            onPress={() => take(entry.cap)}
          >
            {entry.text}
          </Key>
        ))}
      </div>
    </Dialog>
  );
}
