// The list of lines, which keeps the current one in sight, also when the list itself grows or shrinks. Lines that are
// cut by its edge fade: there is more.
import { useEffect, useRef } from "preact/hooks";
import { current, lines } from "../lib/store.mjs";
import { t } from "../lib/text.mjs";
import { Line } from "./line.jsx";

function fade(list) {
  list.classList.toggle("more-above", list.scrollTop > 1);
  list.classList.toggle("more-below", list.scrollTop + list.clientHeight < list.scrollHeight - 1);
}

function follow(list) {
  list.querySelector(".line-current, .line:last-child")?.scrollIntoView({ block: "nearest" });
  fade(list);
}

export function Lines({ still = false, plain = false, empty }) {
  const list = useRef(null);
  const n = current.value?.n;
  const count = lines.value.length;
  useEffect(() => {
    if (list.current) follow(list.current);
  }, [n, count]);
  useEffect(() => {
    const shown = list.current;
    if (!shown) return;
    const watch = new ResizeObserver(() => follow(shown));
    watch.observe(shown);
    watch.observe(shown.closest("main")); // what it scrolls in, where there is little room
    return () => watch.disconnect();
  }, [count > 0]);
  if (!count) return <div class="lines lines-empty">{empty}</div>;
  return (
    <ol
      class="lines"
      ref={list}
      tabIndex={0}
      aria-label={t("Lines of the sale")}
      data-test="lines"
      onScroll={() => fade(list.current)}
    >
      {lines.value.map((line, index) => (
        <Line key={line.n} line={line} at={index + 1} still={still} plain={plain} />
      ))}
    </ol>
  );
}
