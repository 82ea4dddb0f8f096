// Paper on the screen: columns are laid out with spaces, so a Chinese character must be as wide as two others, whatever the font.
const wide = /([\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]+)/;

const width = (line) => line.split(wide).reduce((sum, part, at) => sum + part.length * (1 + (at % 2)), 0);
const columnsOf = (text) => Math.max(...text.split("\n").map(width));

export function Sheet({ text, label, test }) {
  return (
    <pre class="report" style={{ "--columns": columnsOf(text) }} data-test={test} tabIndex={0} aria-label={label}>
      {text.split(wide).map((part, index) => (index % 2 ? <span class="wide">{part}</span> : part))}
    </pre>
  );
}
