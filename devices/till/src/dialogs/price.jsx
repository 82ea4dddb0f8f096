// What does it cost? Nothing is sold by asking.
import { useState } from "preact/hooks";
import { attempt } from "../lib/commands.mjs";
import { act } from "../lib/actions.mjs";
import { t, told, unitOf } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Key } from "../parts/key.jsx";
import { Money } from "../parts/money.jsx";
import { Name } from "../parts/name.jsx";
import { Pad } from "../parts/pad.jsx";
import { yuan } from "../lib/money.mjs";

export function PriceDialog({ close }) {
  const [code, setCode] = useState("");
  const [product, setProduct] = useState(null);
  const [wrong, setWrong] = useState("");
  const type = (key) => setCode((now) => (key === "Backspace" ? now.slice(0, -1) : now + key));
  async function look(text) {
    setWrong("");
    setCode("");
    try {
      setProduct((await attempt("price", { code: text })).product);
    } catch (error) {
      setProduct(null);
      setWrong(error.message);
    }
  }
  const add = () => {
    close();
    act.add(product.code);
  };
  const keys = {
    digit: type,
    letter: type,
    Backspace: () => type("Backspace"),
    Enter: () => (code ? look(code) : product && add()),
    scan: ({ text, restore }) => {
      restore();
      look(text);
    },
  };
  return (
    <Dialog
      title={t("Price check")}
      test="price-dialog"
      close={close}
      keys={keys}
      size="medium"
      icon={<Icon name="tag" size={26} />}
      footer={
        product && (
          <Key test="price-add" cap="Enter" tone="primary" class="big" onPress={add}>
            {t("Sell it")}
          </Key>
        )
      }
    >
      {product && (
        <section class="price-card" data-test="price-product">
          <h3>
            <Name of={product} />
          </h3>
          <Money amount={product.paid ?? product.price} class="total-money" test="price" />
          {product.paid !== undefined && product.paid !== product.price && (
            <p>
              <s class="money">{yuan(product.price)}</s> {product.offers?.map((offer) => told(offer.title)).join(", ")}
            </p>
          )}
          <p class="quiet">
            {product.code} {product.unit && `· ${t("per %s", unitOf(product.unit))}`}
          </p>
        </section>
      )}
      <div class="sign-columns">
        <div class="sign-fields">
          <Entry
            label={t("Scan, or type a code and press Enter")}
            test="price-code"
            value={code}
            onInput={setCode}
            active
            invalid={Boolean(wrong)}
            hint={wrong}
          />
          <Key test="price-look" icon="search" class="big" disabled={!code} onPress={() => look(code)}>
            {t("Look")}
          </Key>
        </div>
        <Pad onKey={type} corner={null} />
      </div>
    </Dialog>
  );
}
