// Which screen: decided by the node's step alone, once somebody is signed in.
import { covered, Dialogs } from "./dialogs/index.jsx";
import { useKeys } from "./lib/keys.mjs";
import { link, self, session, till } from "./lib/store.mjs";
import { training } from "./lib/place.mjs";
import { tillCode } from "./lib/prefs.mjs";
import { t } from "./lib/text.mjs";
import { Seal } from "./parts/icon.jsx";
import { Problems } from "./parts/problems.jsx";
import { TrainingStrip } from "./parts/training.jsx";
import { Lock } from "./screens/lock.jsx";
import { Paid } from "./screens/paid.jsx";
import { Sale } from "./screens/sale.jsx";
import { Self } from "./screens/self.jsx";
import { ShiftOpen } from "./screens/shift-open.jsx";
import { SignIn } from "./screens/sign-in.jsx";
import { Tender } from "./screens/tender.jsx";

function Wait({ text }) {
  return (
    <main class="wait" role="status" data-test="wait">
      <Seal size={72} />
      <p class="large">{text}</p>
    </main>
  );
}

function Screen() {
  if (session.value === undefined) return <Wait text={training ? t("Training is being made ready…") : t("Looking for the node…")} />;
  if (session.value === null || !tillCode.value) return <SignIn />;
  const section = till.value;
  if (!section) return <Wait text={link.value === "lost" ? t("Reconnecting…") : t("One moment…")} />;
  if (section.step === "locked") return <Lock key={`${section.staff?.code} ${section.ask?.code}`} />;
  if (section.step === "closed") return <ShiftOpen />;
  if (self.value) return <Self />;
  if (section.step === "tender" && section.sale) return <Tender />;
  if (section.step === "paid" && section.last) return <Paid />;
  return <Sale />;
}

export function App() {
  useKeys({});
  return (
    <>
      <div class="root" inert={covered()}>
        <TrainingStrip />
        <Screen />
      </div>
      <Dialogs />
      <Problems />
    </>
  );
}
