// Asking for a text: a code, a phone number, a note.
import { useState } from "preact/hooks";
import { alone } from "../lib/keys.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Letters, Pad } from "../parts/pad.jsx";

const MOST = 64;

/**
 * `letters` shows letters for fingers too; `empty` allows nothing, which takes away what is there. What is scanned is
 * the answer where a `code` is asked for; elsewhere it belongs to the sale.
 */
export function TextDialog({ title, label, first = "", icon, letters = false, empty = false, code = false, close }) {
  const [text, setText] = useState(first);
  const type = (key) => setText((now) => (key === "Backspace" ? now.slice(0, -1) : (now + key).slice(0, MOST)));
  const go = () => {
    if (text.trim() || empty) close(text.trim());
  };
  const keys = { Enter: go, digit: type, letter: type, Backspace: () => type("Backspace"), "-": type, " ": type };
  if (code) keys.scan = ({ text: read }) => close(read);
  return (
    <Dialog
      title={title}
      test="text-dialog"
      close={close}
      keys={keys}
      icon={icon && <Icon name={icon} size={26} />}
      size={letters ? "wide" : "small"}
      footer={
        <Key test="text-go" cap="Enter" tone="primary" class="big" disabled={!text.trim() && !empty} onPress={go}>
          {empty && !text.trim() ? t("Leave empty") : t("OK")}
        </Key>
      }
    >
      <Entry label={label} test="text-field" value={text} onInput={setText} active data-focus maxLength={MOST} />
      {letters ? <Letters onKey={type} /> : <Pad onKey={type} corner="-" />}
    </Dialog>
  );
}

/** Asking for a reason: one of the usual ones, or words of one's own. */
export function ReasonDialog({ title, about, reasons, close }) {
  const [own, setOwn] = useState("");
  const go = () => {
    if (own.trim()) close(own.trim());
  };
  const pick = (key) => {
    if (reasons[Number(key) - 1]) close(t(reasons[Number(key) - 1]));
  };
  return (
    <Dialog title={title} test="reason-dialog" close={close} keys={{ Enter: go, digit: alone(pick) }} size="small">
      {about && <p>{about}</p>}
      <div class="stack">
        {reasons.map((reason, index) => (
          <Key
            key={reason}
            test={`reason-${index + 1}`}
            cap={String(index + 1)}
            class="big left"
            onPress={() => close(t(reason))}
          >
            {t(reason)}
          </Key>
        ))}
      </div>
      <Entry
        label={t("Another reason")}
        test="reason-own"
        value={own}
        onInput={setOwn}
        inputMode="text"
        maxLength={MOST}
      />
      {own.trim() && (
        <Key test="reason-go" cap="Enter" tone="primary" class="big" onPress={go}>
          {t("OK")}
        </Key>
      )}
    </Dialog>
  );
}

export function ConfirmDialog({ title, text, yes, no, danger = false, close }) {
  return (
    <Dialog
      title={title}
      test="confirm-dialog"
      close={close}
      keys={{ Enter: () => close(true) }}
      size="small"
      footer={
        <>
          <Key test="confirm-no" cap="Esc" class="big" onPress={() => close()}>
            {no ?? t("No, go back")}
          </Key>
          <Key
            test="confirm-yes"
            cap="Enter"
            tone={danger ? "danger" : "primary"}
            class="big"
            onPress={() => close(true)}
          >
            {yes ?? t("Yes")}
          </Key>
        </>
      }
    >
      <p class="large">{text}</p>
    </Dialog>
  );
}
