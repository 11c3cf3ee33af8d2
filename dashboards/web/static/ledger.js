// Tells the server when records were drawn, by the server's own clock.
//
// Offset: of several pings the one with the shortest round trip counts (its error is at most half
// of that trip). Pings are renewed, since the two clocks drift apart.

import { get, post } from "./session.js";

const PINGS = 8;
const RENEW_MS = 30000;
const SEND_MS = 1000;

export class Ledger {
  #offset = null; // server seconds minus page seconds
  #error = Infinity;
  #drawn = [];

  async run() {
    await this.#measure();
    setInterval(() => this.#measure(), RENEW_MS);
    setInterval(() => this.#send(), SEND_MS);
  }

  // Call right after the page was changed: the next frame but one has it on the screen.
  note(ids) {
    if (!ids.length) return;
    requestAnimationFrame(() => {
      const channel = new MessageChannel(); // runs after this frame is painted
      channel.port1.onmessage = () => {
        const at = performance.now() / 1000;
        for (const id of ids) this.#drawn.push({ id, at });
        if (this.#drawn.length > 400) this.#drawn.splice(0, this.#drawn.length - 400);
      };
      channel.port2.postMessage(null);
    });
  }

  async #measure() {
    let best = { trip: Infinity, offset: null };
    for (let n = 0; n < PINGS; n += 1) {
      try {
        const sent = performance.now() / 1000;
        const { now_s: server } = await get("/api/v1/clock");
        const back = performance.now() / 1000;
        if (back - sent < best.trip) best = { trip: back - sent, offset: server - (sent + back) / 2 };
      } catch { return; }
    }
    this.#offset = best.offset;
    this.#error = best.trip / 2;
  }

  async #send() {
    if (this.#offset === null || !this.#drawn.length) return;
    const batch = this.#drawn.splice(0);
    const shown = batch.map(({ id, at }) => ({ id, shown_s: at + this.#offset }));
    try {
      await post("/api/v1/ledger", { shown, error_s: this.#error });
    } catch {
      this.#drawn.unshift(...batch.slice(-200));
    }
  }
}
