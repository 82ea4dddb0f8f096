// Looking for goods by the initials of pinyin, name or code; Enter takes the chosen one.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../lib/actions.mjs";
import { attempt } from "../lib/commands.mjs";
import { t, unitOf } from "../lib/text.mjs";
import { Dialog } from "../parts/dialog.jsx";
import { Entry } from "../parts/entry.jsx";
import { Icon } from "../parts/icon.jsx";
import { Money } from "../parts/money.jsx";
import { Name } from "../parts/name.jsx";
import { Letters } from "../parts/pad.jsx";

const WAIT_MS = 120;

/** The goods found for a text, a little after the last key. */
function useFound(text) {
  const [found, setFound] = useState({ list: [], at: "" });
  useEffect(() => {
    if (!text.trim()) return setFound({ list: [], at: "" });
    let late = false;
    const timer = setTimeout(async () => {
      const answer = await attempt("search", { q: text.trim() }).catch((error) => ({ wrong: error.message }));
      if (!late)
        setFound({
          list: (answer.products ?? []).filter((product) => product.listed !== false && !product.style),
          at: text,
          wrong: answer.wrong,
        });
    }, WAIT_MS);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

function Product({ product, chosen, onPress, at }) {
  return (
    <button
      type="button"
      class={`product ${chosen ? "product-chosen" : ""}`}
      data-test={`product-${product.code}`}
      aria-pressed={chosen}
      onClick={onPress}
      id={`product-${at}`}
    >
      <span class="product-name">
        <Name of={product} />
      </span>
      <span class="product-facts">{[product.code, product.variant, product.pack].filter(Boolean).join(" · ")}</span>
      <span class="product-price">
        <Money amount={product.price} />
        <span class="quiet">/ {unitOf(product.unit) || (product.weighed ? "kg" : "")}</span>
      </span>
    </button>
  );
}

export function SearchDialog({ first = "", close }) {
  const [text, setText] = useState(first);
  const [at, setAt] = useState(0);
  const early = useRef(null); // Enter came before what was found: for this text
  const found = useFound(text);
  const chosen = Math.min(at, found.list.length - 1);
  useEffect(() => setAt(0), [found.at]);
  useEffect(() => document.getElementById(`product-${chosen}`)?.scrollIntoView({ block: "nearest" }), [chosen]);
  const take = (product) => {
    if (!product) return;
    close();
    act.add(product.code);
  };
  useEffect(() => {
    if (early.current !== null && early.current === found.at && found.at === text) take(found.list[0]);
    early.current = null;
  }, [found.at, text]);
  const type = (key) => setText((now) => (key === "Backspace" ? now.slice(0, -1) : now + key));
  const keys = {
    letter: type,
    digit: type,
    Backspace: () => type("Backspace"),
    Enter: () => {
      if (found.at === text) take(found.list[chosen]);
      else early.current = text;
    },
    ArrowDown: () => setAt(Math.min(chosen + 1, found.list.length - 1)),
    ArrowUp: () => setAt(Math.max(0, chosen - 1)),
    scan: ({ text: code }) => {
      close();
      act.scan(code);
    },
  };
  return (
    <Dialog
      title={t("Search")}
      test="search-dialog"
      close={close}
      keys={keys}
      size="large"
      icon={<Icon name="search" size={26} />}
    >
      <Entry
        label={t("Initials of pinyin, name or code")}
        test="search-field"
        value={text}
        onInput={setText}
        active
        data-focus
        onKeyDown={(event) => {
          if (/^Arrow(Up|Down)$/.test(event.key)) {
            event.preventDefault();
            keys[event.key]();
          }
        }}
      />
      <div class="products" data-test="products" role="group" aria-label={t("Found goods")}>
        {found.list.map((product, index) => (
          <Product
            key={product.code}
            product={product}
            at={index}
            chosen={index === chosen}
            onPress={() => take(product)}
          />
        ))}
        {found.wrong && <p class="notice notice-error">{found.wrong}</p>}
        {found.at && !found.list.length && !found.wrong && <p class="quiet">{t("Nothing is called that")}</p>}
      </div>
      <Letters onKey={type} />
    </Dialog>
  );
}
