// Speaks and buzzes each cue once, also across reloads and reconnections.

const FRESH_S = 15; // an older cue is history: shown if need be, never spoken
const REMEMBERED = 50;
const KEY = "stridecue-spoken";
const BUZZ = { // two short: quicker; one long: softer
  cadence: [120, 90, 120],
  impact: [500],
  asymmetry: [500],
  fading: [250, 120, 250],
};

export class Voice {
  unlocked = false;
  quiet = false;
  #said;

  constructor() {
    try {
      this.#said = JSON.parse(sessionStorage.getItem(KEY)) || [];
    } catch {
      this.#said = [];
    }
  }

  // Browsers speak only after a tap; iOS wants the first words within it.
  unlock() {
    this.unlocked = true;
    this.#speak("Ready.");
    navigator.vibrate?.(60);
  }

  // Returns true the first time a fresh cue is seen.
  cue(cue) {
    if (this.#said.includes(cue.id)) return false;
    this.#said = [...this.#said, cue.id].slice(-REMEMBERED);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#said));
    } catch { /* private mode: remembered until the page goes */ }
    if (cue.age_s > FRESH_S) return false;
    if (this.unlocked && !this.quiet) {
      this.#speak(cue.text);
      navigator.vibrate?.(BUZZ[cue.kind] || [250]);
    }
    return true;
  }

  #speak(text) {
    if (!("speechSynthesis" in window)) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = "en";
    words.rate = 1.05;
    speechSynthesis.cancel(); // one cue at a time
    speechSynthesis.speak(words);
  }
}
