// Three sounds, made here: a line was added, something is wrong, look at the alarm.
import { settings } from "./store.mjs";
import { sound } from "./prefs.mjs";

const tunes = {
  line: [[1760, 0.05]],
  wrong: [
    [220, 0.16],
    [175, 0.2],
  ],
  alarm: [
    [880, 0.12],
    [660, 0.12],
    [880, 0.12],
  ],
  paid: [
    [1047, 0.07],
    [1568, 0.12],
  ],
};
let context = null;

function tone(frequency, start, length) {
  const source = context.createOscillator();
  const volume = context.createGain();
  source.frequency.value = frequency;
  volume.gain.setValueAtTime(0.12, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + length);
  source.connect(volume).connect(context.destination);
  source.start(start);
  source.stop(start + length);
}

export function play(name) {
  if (sound.value === "off" || settings.value.beep === false || !window.AudioContext) return;
  if (!navigator.userActivation?.hasBeenActive) return; // a browser is silent before the first touch
  context ??= new AudioContext();
  let start = context.currentTime;
  for (const [frequency, length] of tunes[name]) {
    tone(frequency, start, length);
    start += length;
  }
}
