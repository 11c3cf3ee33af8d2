// Metronome and step sounds by the Web Audio clock: a timer's jitter is not heard.

const AHEAD_S = 0.15; // scheduled so far ahead of the clock
const LOOK_MS = 40;
const CLICK_S = 0.03;

export class Sound {
  #audio = null;
  #timer = null;

  // In the tap: browsers let no sound out before one.
  unlock() {
    this.#audio ??= new AudioContext();
    this.#audio.resume();
  }

  get playing() {
    return this.#timer !== null;
  }

  // Clicks at a cadence for some seconds, then stops by itself.
  metronome(spm, seconds) {
    if (!this.#audio) return;
    this.silence();
    const every = 60 / spm;
    const end = this.#audio.currentTime + seconds;
    let next = this.#audio.currentTime + 0.1;
    this.#timer = setInterval(() => {
      while (next < Math.min(this.#audio.currentTime + AHEAD_S, end)) {
        this.#click(next, 1200, 0.5);
        next += every;
      }
      if (next >= end) this.silence();
    }, LOOK_MS);
  }

  // One landing: the higher the impact, the higher the tone.
  step(impact) {
    if (this.#audio) this.#click(this.#audio.currentTime, 200 + 60 * Math.min(impact, 20), 0.3);
  }

  silence() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #click(at, hertz, loud) {
    const tone = this.#audio.createOscillator();
    const gain = this.#audio.createGain();
    tone.frequency.value = hertz;
    gain.gain.setValueAtTime(loud, at);
    gain.gain.exponentialRampToValueAtTime(0.001, at + CLICK_S);
    tone.connect(gain).connect(this.#audio.destination);
    tone.start(at);
    tone.stop(at + CLICK_S);
  }
}
