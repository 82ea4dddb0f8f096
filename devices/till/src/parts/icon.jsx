// Our own line drawings, 24 by 24; they repeat a text that stands beside them, so readers skip them.

const drawings = {
  alert: "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17.2v.1",
  bell: "M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15L6 17ZM10.2 21h3.6",
  back: "M10 6 4 12l6 6M4.5 12H20",
  backspace: "M8.5 5H21v14H8.5L3 12l5.5-7ZM12 9.5l5 5M17 9.5l-5 5",
  barcode: "M4 6v12M7.5 6v12M10 6v12M13.5 6v12M16 6v12M20 6v12",
  card: "M3 6h18v12H3V6ZM3 10h18M6.5 14.5h4",
  cash: "M2.5 7h19v10h-19V7ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 12h.1M18 12h.1",
  check: "m4.5 12.5 5 5L20 7",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5.2l3.5 2",
  close: "m6 6 12 12M18 6 6 18",
  display: "M3 5h18v11H3V5ZM9 20h6M12 16v4",
  drawer: "M4 4h16v7H4V4ZM2.5 11h19v8.5h-19V11ZM10 15h4",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.5 12h17M12 3c3 3 3.5 6 3.5 9S15 18 12 21c-3-3-3.5-6-3.5-9S9 6 12 3Z",
  grid: "M4.5 4.5h6v6h-6v-6ZM13.5 4.5h6v6h-6v-6ZM4.5 13.5h6v6h-6v-6ZM13.5 13.5h6v6h-6v-6Z",
  hand: "M8 12V5.5a1.5 1.5 0 0 1 3 0V11m0-1V4.5a1.5 1.5 0 0 1 3 0V11m0-4a1.5 1.5 0 0 1 3 0v7.5c0 4-2 6.5-5.5 6.5-3 0-4.2-1.5-5.5-4l-2-3.5c-.6-1.2 1-2.2 2-1.2l2 2",
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  link: "M4.5 12.5a11 11 0 0 1 15 0M7.5 15.8a6.5 6.5 0 0 1 9 0M12 19.5h.1M2 9a15 15 0 0 1 20 0",
  list: "M8 6h12M8 12h12M8 18h12M4 6h.1M4 12h.1M4 18h.1",
  lock: "M6 11h12v9H6v-9ZM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
  member: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c1-3.5 3.8-5 7.5-5s6.5 1.5 7.5 5",
  minus: "M5 12h14",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  note: "M5 4h14v11l-5 5H5V4ZM14 20v-5h5M8.5 8.5h7M8.5 12h4",
  offline:
    "M3 3l18 18M7.5 15.8a6.5 6.5 0 0 1 6-1.7M4.5 12.5a11 11 0 0 1 5-2.7M14.5 9.8a11 11 0 0 1 5 2.7M12 19.5h.1",
  pause: "M8.5 5v14M15.5 5v14",
  percent: "M5.5 18.5 18.5 5.5M7.5 9.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM16.5 18.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  phone: "M7 2.5h10v19H7v-19ZM11 18.5h2",
  play: "M7 5v14l12-7L7 5Z",
  plus: "M12 5v14M5 12h14",
  printer: "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7V14Z",
  question: "M9 9.2a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.3v.1M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  scale: "M4 20h16l-2-8H6l-2 8ZM3.5 8h17M12 8v4M12 16.5h.1",
  scanner: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M7 12h10",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20.5 20.5",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4",
  sound: "M4 9.5h3.5L12 5.5v13l-4.5-4H4v-5ZM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  tag: "M3.5 12.5v-9h9l8 8-9 9-8-8ZM8 8h.1",
  ticket: "M3 7h18v3.5a1.5 1.5 0 0 0 0 3V17H3v-3.5a1.5 1.5 0 0 0 0-3V7ZM14 7v2M14 11v2M14 15v2",
  trash: "M4.5 6.5h15M9 6.5V4h6v2.5M6.5 6.5 7.5 20h9l1-13.5M10 10.5v6M14 10.5v6",
  undo: "M8 5 3.5 9.5 8 14M4 9.5h10a5.5 5.5 0 0 1 0 11H9",
};

export function Icon({ name, size = 20 }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={drawings[name] ?? drawings.question} />
    </svg>
  );
}

/** The mark of the program: a small abacus on a seal. */
export function Seal({ size = 40 }) {
  const beads = [
    [14, 14.5],
    [23, 11.5],
    [32, 14.5],
    [14, 26],
    [23, 34.5],
    [32, 26],
    [32, 30.5],
  ];
  return (
    <svg class="seal" viewBox="0 0 46 46" width={size} height={size} aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="44" height="44" rx="10" class="seal-field" />
      <path class="seal-line" d="M6.5 8.5h33M6.5 19.5h33M6.5 38h33M14 8.5V38M23 8.5V38M32 8.5V38" />
      {beads.map(([x, y]) => (
        <ellipse key={`${x}.${y}`} cx={x} cy={y} rx="3.8" ry="2.1" class="seal-bead" />
      ))}
    </svg>
  );
}
