// What is being typed, shown large. A real field, so that readers know it, but no phone opens its keyboard for it.
import { useId } from "preact/hooks";

export function Entry({ label, value, onInput, test, secret = false, hint, invalid, active = false, prefix, ...rest }) {
  const id = useId();
  return (
    <div class={`entry ${active ? "entry-active" : ""} ${invalid ? "entry-wrong" : ""}`}>
      <label for={id}>{label}</label>
      <div class="entry-box">
        {prefix && (
          <span class="entry-prefix" aria-hidden="true">
            {prefix}
          </span>
        )}
        <input
          id={id}
          data-test={test}
          type={secret ? "password" : "text"}
          inputMode="none"
          autoComplete="off"
          spellcheck={false}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-invalid={invalid ? "true" : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          {...rest}
        />
      </div>
      {hint && (
        <p id={`${id}-hint`} class="entry-hint" role={invalid ? "alert" : undefined}>
          {hint}
        </p>
      )}
    </div>
  );
}
