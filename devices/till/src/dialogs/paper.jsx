// A receipt as it would be on paper: in training the screen is the printer.
import { useEffect, useState } from "preact/hooks";
import { text } from "../lib/api.mjs";
import { complain } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Sheet } from "../parts/sheet.jsx";

export function PaperDialog({ sale, gift = false, copy = false, close }) {
  const [paper, setPaper] = useState("");
  useEffect(() => {
    const query = `format=text&gift=${gift ? 1 : 0}&copy=${copy ? 1 : 0}`;
    text(`/v1/sales/${sale}/receipt?${query}`).then(setPaper, (error) => {
      complain(error.message);
      close();
    });
  }, []);
  return (
    <Dialog
      title={t("The receipt")}
      test="paper-dialog"
      close={close}
      keys={{ Enter: () => close() }}
      size="medium"
      icon={<Icon name="printer" size={26} />}
      footer={
        <Key test="paper-ok" cap="Enter" tone="primary" class="big" onPress={() => close()}>
          {t("OK")}
        </Key>
      }
    >
      {paper ? (
        <Sheet text={paper} label={t("The receipt")} test="paper-text" />
      ) : (
        <p class="quiet">{t("One moment…")}</p>
      )}
    </Dialog>
  );
}
