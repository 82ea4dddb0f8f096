// A button that says which key does the same.
import { Icon } from "./icon.jsx";

/**
 * `test` names it for tests, `cap` the key it answers to (useKeys does the answering), `tone` how it looks:
 * "plain", "primary", "soft" or "danger". Children are its text.
 */
export function Key({ test, cap, icon, tone = "plain", class: more = "", children, onPress, ...rest }) {
  return (
    <button
      type="button"
      class={`key key-${tone} ${more}`}
      data-test={test}
      onClick={onPress}
      aria-keyshortcuts={cap}
      {...rest}
    >
      {icon && <Icon name={icon} />}
      <span class="key-text">{children}</span>
      {cap && <kbd>{cap}</kbd>}
    </button>
  );
}

/** A small square button with a picture only; `label` says it to readers and as a tip. */
export function IconKey({ test, icon, label, tone = "plain", class: more = "", onPress, ...rest }) {
  return (
    <button
      type="button"
      class={`key key-icon key-${tone} ${more}`}
      data-test={test}
      aria-label={label}
      title={label}
      onClick={onPress}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}
