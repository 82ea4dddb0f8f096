// The frame of every dialog: takes the focus, keeps it, gives it back; Esc leaves.
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { act } from "../lib/actions.mjs";
import { useKeys } from "../lib/keys.mjs";
import { dismissLast } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { IconKey } from "./key.jsx";

const focusable = "button:not(:disabled), input:not(:disabled), select, textarea, [href], [tabindex='0']";

/** Tab goes round inside the box. */
function turn(box, event) {
  const stops = [...box.querySelectorAll(focusable)].filter((element) => element.offsetParent !== null);
  if (!stops.length) return;
  const edge = event.shiftKey ? stops[0] : stops[stops.length - 1];
  const outside = !box.contains(document.activeElement) || document.activeElement === box;
  if (document.activeElement !== edge && !(outside && event.shiftKey)) return;
  event.preventDefault();
  (event.shiftKey ? stops[stops.length - 1] : stops[0]).focus();
}

export function Dialog({ title, test, close, keys = {}, size = "medium", icon, footer, locked = false, children }) {
  const box = useRef(null);
  const id = useId();
  useKeys(
    {
      Escape: () => {
        if (!dismissLast() && !locked) close();
      },
      scan: ({ text, restore }) => {
        restore(); // no answer to what is asked here: it goes where every scan goes
        act.scan(text);
      },
      ...keys,
    },
    { modal: true },
  );
  useLayoutEffect(() => {
    // at once: what is typed before the next picture belongs here already
    const before = document.activeElement;
    (box.current.querySelector("[data-focus]") ?? box.current).focus();
    return () => before?.isConnected && before.focus?.();
  }, []);
  return (
    <div
      class="veil"
      onMouseDown={(event) => {
        if (event.target === event.currentTarget && !locked) close();
      }}
    >
      <section
        ref={box}
        class={`dialog dialog-${size}`}
        role="dialog"
        aria-modal="true"
        aria-labelledby={id}
        tabIndex={-1}
        data-test={test}
        onKeyDown={(event) => {
          if (event.key === "Tab") turn(box.current, event);
        }}
      >
        <header class="dialog-head">
          {icon}
          <h2 id={id}>{title}</h2>
          {!locked && (
            <IconKey
              test="dialog-close"
              icon="close"
              label={t("Close (Esc)")}
              onPress={() => close()}
              class="dialog-close"
            />
          )}
        </header>
        <div class="dialog-body">{children}</div>
        {footer && <footer class="dialog-foot">{footer}</footer>}
      </section>
    </div>
  );
}
