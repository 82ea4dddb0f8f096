// The list of lines, which keeps the current one in sight.
import { useEffect, useRef } from "preact/hooks";
import { current, lines } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Line } from "./line.jsx";

export function Lines({ still = false, plain = false, empty }) {
  const list = useRef(null);
  const n = current.value?.n;
  useEffect(() => {
    list.current?.querySelector(".line-current, .line:last-child")?.scrollIntoView({ block: "nearest" });
  }, [n, lines.value.length]);
  if (!lines.value.length) return <div class="lines lines-empty">{empty}</div>;
  return (
    <ol class="lines" ref={list} tabIndex={0} aria-label={t("Lines of the sale")} data-test="lines">
      {lines.value.map((line, index) => (
        <Line key={line.n} line={line} at={index + 1} still={still} plain={plain} />
      ))}
    </ol>
  );
}
