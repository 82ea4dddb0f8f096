// What has just come on the screen is looked at first: an act that was meant for what stood there before does nothing.
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A function that tells whether an event came late enough after `what` was first shown, and whether that is so now. */
export function useLook(what, patience) {
  const shown = useRef(0);
  const [over, setOver] = useState(false);
  useLayoutEffect(() => {
    shown.current = performance.now();
    setOver(false);
    const timer = setTimeout(() => setOver(true), patience);
    return () => clearTimeout(timer);
  }, [what]);
  return [(event) => event.timeStamp - shown.current >= patience, over];
}
