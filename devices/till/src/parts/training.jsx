// What says on every screen that this is training: a strip on top, and a frame around everything by its class.
import { leaveTraining, training } from "../lib/place.mjs";
import { t } from "../lib/text.mjs";
import { Icon } from "./icon.jsx";

if (training) document.documentElement.classList.add("training");

export function TrainingStrip({ still }) {
  if (!training) return null;
  return (
    <div class="strip" role="status" data-test="training-strip">
      <Icon name="note" />
      <b>{t("Training: nothing is real")}</b>
      <span class="strip-more">{t("No money, no paper, no drawer. Make mistakes.")}</span>
      {!still && (
        <button type="button" class="strip-leave" data-test="leave-training" onClick={leaveTraining}>
          {t("Leave training")}
        </button>
      )}
    </div>
  );
}
