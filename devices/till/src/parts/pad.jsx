// The number pad for fingers. It types what the keyboard would.
import { Icon } from "./icon.jsx";
import { t } from "../lib/text.mjs";

const rows = ["7", "8", "9", "4", "5", "6", "1", "2", "3"];

/** `onKey` gets "0" … "9", `corner` (".", "00" or none) and "Backspace". */
export function Pad({ onKey, corner = ".", test = "pad" }) {
  const button = (key) => (
    <button
      type="button"
      key={key}
      class="key pad-key"
      data-test={`${test}-${key === "." ? "dot" : key}`}
      onClick={() => onKey(key)}
    >
      {key}
    </button>
  );
  return (
    <div class="pad" role="group" aria-label={t("Number pad")}>
      {rows.map(button)}
      {corner ? button(corner) : <span />}
      {button("0")}
      <button
        type="button"
        class="key pad-key"
        data-test={`${test}-back`}
        aria-label={t("Delete a digit")}
        onClick={() => onKey("Backspace")}
      >
        <Icon name="backspace" size={24} />
      </button>
    </div>
  );
}

const letters = ["qwertyuiop", "asdfghjkl", "zxcvbnm-"];

/** Letters, digits and the dash of receipts for fingers: codes and the initials of pinyin. */
export function Letters({ onKey }) {
  const button = (key) => (
    <button type="button" key={key} class="key letter-key" onClick={() => onKey(key)}>
      {key}
    </button>
  );
  return (
    <div class="letters" role="group" aria-label={t("Letters")}>
      <div>{"1234567890".split("").map(button)}</div>
      {letters.slice(0, 2).map((row) => (
        <div key={row}>{row.split("").map(button)}</div>
      ))}
      <div>
        {letters[2].split("").map(button)}
        <button
          type="button"
          class="key letter-key wide"
          aria-label={t("Delete a letter")}
          onClick={() => onKey("Backspace")}
        >
          <Icon name="backspace" size={22} />
        </button>
      </div>
    </div>
  );
}
