// Speaks and buzzes each cue once, also across reloads and reconnections.

import { language, said, t } from "./strings.js";

const FRESH_S = 15; // an older cue is history: shown if need be, never spoken
const REMEMBERED = 50;
const KEY = "stridecue-spoken";

export class Voice {
  unlocked = false;
  quiet = false;
  #heard;

  constructor() {
    try {
      this.#heard = JSON.parse(sessionStorage.getItem(KEY)) || [];
    } catch {
      this.#heard = [];
    }
  }

  // Browsers speak only after a tap; iOS wants the first words within it.
  unlock() {
    this.unlocked = true;
    if (navigator.audioSession) navigator.audioSession.type = "transient"; // other audio ducks
    this.#speak(t("readyWord"));
    navigator.vibrate?.(60);
  }

  // Returns true the first time a fresh cue is seen.
  cue(cue) {
    if (this.#heard.includes(cue.id)) return false;
    this.#heard = [...this.#heard, cue.id].slice(-REMEMBERED);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#heard));
    } catch { /* private mode: remembered until the page goes */ }
    if (cue.age_s > FRESH_S) return false;
    if (this.unlocked && !this.quiet) {
      this.#speak(said(cue.text));
      if (cue.haptic.length) navigator.vibrate?.(cue.haptic);
    }
    return true;
  }

  hush() {
    window.speechSynthesis?.cancel();
    navigator.vibrate?.(0);
  }

  #speak(text) {
    if (!("speechSynthesis" in window)) return;
    const words = new SpeechSynthesisUtterance(text);
    words.lang = language;
    words.rate = 1.05;
    speechSynthesis.cancel(); // one cue at a time
    speechSynthesis.speak(words);
  }
}
