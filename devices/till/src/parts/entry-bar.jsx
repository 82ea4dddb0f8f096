// The bar that shows what is typed on a screen without fields. Enter adds it, * makes it a quantity.
import { act } from "../lib/actions.mjs";
import { open, typed } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";
import { IconKey, Key } from "./key.jsx";

const TYPED_MAX = 64;

export function type(key) {
  if (typed.value.length < TYPED_MAX) typed.value += key;
}

/** Takes what was typed; "" when nothing was. */
export function taken() {
  const code = typed.value;
  typed.value = "";
  return code;
}

function add() {
  const code = taken();
  if (code) act.scan(code);
}

export async function typeCode() {
  const code = await open("text", {
    title: t("Type a code"),
    label: t("Barcode or code of the goods"),
    letters: true,
    code: true,
    icon: "barcode",
  });
  if (code) act.scan(code);
}

export function EntryBar() {
  const text = typed.value;
  return (
    <div class={`entry-bar ${text ? "entry-bar-full" : ""}`} data-test="entry-bar">
      <Icon name="barcode" size={24} />
      <span class="entry-bar-text" data-test="typed">
        {text || (
          <span class="quiet">
            <span class="for-keys">{t("Scan, or type a code and press Enter")}</span>
            <span class="for-fingers">{t("Scan, or touch # to type a code")}</span>
          </span>
        )}
      </span>
      {text ? (
        <>
          <Key test="typed-times" cap="*" onPress={act.times}>
            {t("As quantity")}
          </Key>
          <Key test="typed-go" cap="Enter" tone="primary" onPress={add}>
            {t("Add")}
          </Key>
        </>
      ) : (
        <IconKey test="type-code" icon="hash" label={t("Type a code")} onPress={typeCode} />
      )}
    </div>
  );
}
