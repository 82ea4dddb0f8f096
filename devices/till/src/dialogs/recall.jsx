// Parked sales of the whole store; a number takes one back, at whichever till.
import { send } from "../lib/commands.mjs";
import { alone } from "../lib/keys.mjs";
import { till } from "../lib/store.mjs";
import { count, mark, t } from "../lib/text.mjs";
import { when } from "../lib/time.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";

export function RecallDialog({ close }) {
  const parked = till.value.parked ?? [];
  const take = (basket) => {
    if (!basket) return;
    close();
    send("recall", { id: basket.id });
  };
  return (
    <Dialog
      title={t("Parked sales")}
      test="recall-dialog"
      close={close}
      keys={{
        digit: alone((key) => take(parked[Number(key) - 1])),
        Enter: () => parked.length === 1 && take(parked[0]),
      }}
      size="medium"
      icon={<Icon name="play" size={26} />}
    >
      {!parked.length && <p class="quiet large">{t("Nothing is parked.")}</p>}
      <div class="stack">
        {parked.map((basket, index) => (
          <Key
            key={basket.id}
            test={`parked-${index + 1}`}
            cap={index < 9 ? String(index + 1) : undefined}
            class="big left row-key"
            onPress={() => take(basket)}
          >
            <strong>{basket.label || t("Without a name")}</strong>
            <span class="quiet">
              {count(basket.lines, mark("%s line"), mark("%s lines"))} · {when(basket.changed_at ?? basket.opened_at)}
              {basket.till && ` · ${basket.till}`}
            </span>
          </Key>
        ))}
      </div>
    </Dialog>
  );
}
